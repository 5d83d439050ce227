//! Why two records may be the same, in words.

use leptos::prelude::*;
use relasi_domain::record::Object;
use serde::Deserialize;

use super::{fields, labels};
use crate::i18n::{self, k};
use crate::ui::tag::{Tag, Tone};

/// A point for or against.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Reason {
    field: String,
    agreement: String,
    points: i64,
}

/// What a point is about, such as "E-mail"; tracked.
pub fn field_name(field: &str) -> String {
    worded("field", field)
}

/// The same, or the label of a field that the workspace has added.
fn point_name(object: &Object, field: &str) -> String {
    if fields::is_custom(field) {
        labels::field(object, field)
    } else {
        field_name(field)
    }
}

fn worded(kind: &str, code: &str) -> String {
    let key = i18n::label(&format!("duplicates.{kind}_{code}"));
    key.map_or_else(|| code.to_owned(), |key| key.get().to_owned())
}

/// A score and its points as marks.
#[component]
pub fn Likeness(
    /// What the two are.
    object: &'static Object,
    /// 0 to 100.
    score: i64,
    /// As good as certain.
    sure: bool,
    /// Why.
    reasons: Vec<Reason>,
) -> impl IntoView {
    let (word, tone) = if sure {
        (k::duplicates::SURE, Tone::Accent)
    } else {
        (k::duplicates::LIKELY, Tone::Info)
    };
    let marks = reasons.into_iter().map(|reason| {
        let tone = if reason.points > 0 {
            Tone::Ok
        } else {
            Tone::Warn
        };
        let label = move || {
            k::duplicates::reason(
                &worded("agreement", &reason.agreement),
                &point_name(object, &reason.field),
            )
        };
        view! { <Tag label tone/> }
    });
    view! {
        <span class="likeness tags">
            <Tag label=word tone/>
            <span class="hint">{move || k::duplicates::score(&i18n::number(score))}</span>
            {marks.collect_view()}
        </span>
    }
}
