//! Deals in which nothing happens.

use js_sys::Date;
use leptos::prelude::*;

use crate::i18n::k;
use crate::records::Record;
use crate::screens::record::days_between;
use crate::ui::icon;
use crate::ui::tag::{Status, Tone};

/// Days since anything happened to an open deal, when they are more than its stage has patience for.
pub fn quiet_days(deal: &Record, stage: &Record) -> Option<i64> {
    let patience = stage.integer("rotting_days")?;
    let open = deal.text("status") == Some("open");
    let days = days_since(deal).filter(|_| open)?;
    (days > patience).then_some(days)
}

/// Days since it moved or something was done.
fn days_since(deal: &Record) -> Option<i64> {
    // Both are in UTC and of one form: the later one is the greater one.
    let last = deal
        .text("stage_since")
        .max(deal.text("last_activity_at"))?;
    let now = String::from(Date::new_0().to_iso_string());
    days_between(last, &now)
}

/// "quiet 21 d".
#[component]
pub fn QuietMark(
    /// How many days.
    days: i64,
) -> impl IntoView {
    view! {
        <span title=move || k::deals::quiet_long(days)>
            <Status label=move || k::deals::quiet(days) tone=Signal::stored(Tone::Warn) icon=icon::CLOCK/>
        </span>
    }
}
