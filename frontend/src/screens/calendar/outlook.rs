//! What another rule would do to a series, told before it is saved.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::repeat::Repeating;
use crate::api::{Api, Reply};
use crate::i18n::{date_long, k, local_day, time};
use crate::records::store::encode;
use crate::ui::banner::Banner;
use crate::ui::tag::Tone;

/// How long the rule rests before the server is asked.
const REST: Duration = Duration::from_millis(300);

#[derive(Clone, Deserialize)]
struct Outlook {
    first_at: Option<String>,
    gone: i64,
    made: i64,
    next: Vec<String>,
}

impl Outlook {
    /// In words; tracked.
    fn words(&self) -> String {
        let mut parts = Vec::new();
        match &self.first_at {
            Some(at) if !self.next.is_empty() => parts.push(k::calendar::rule_from(&moment(at))),
            _ => parts.push(k::calendar::RULE_ENDS.get().to_owned()),
        }
        if self.gone > 0 {
            parts.push(k::calendar::rule_gone(self.gone));
        }
        if self.made > 0 {
            parts.push(k::calendar::rule_made(self.made));
        }
        if !self.next.is_empty() {
            let next: Vec<String> = self.next.iter().map(|at| moment(at)).collect();
            parts.push(k::calendar::rule_next(&next.join("; ")));
        }
        parts.join(" ")
    }
}

fn moment(at: &str) -> String {
    let day = local_day(at).map(date_long).unwrap_or_default();
    format!("{day} {}", time(at))
}

/// The scope that a rule has: one alone can have none of its own.
pub fn rule_scope(scope: &str) -> &'static str {
    if scope == "all" { "all" } else { "following" }
}

/// Shown once the rule is another one.
#[component]
pub fn RuleOutlook(
    api: Api,
    /// The activity that the form is about.
    id: String,
    /// The rule as it is written.
    repeating: Repeating,
    /// How much of the series.
    scope: RwSignal<String>,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Outlook, String>>);
    let asked = Memo::new(move |_| {
        let rule = repeating.rule_now();
        let scope = scope.with(|scope| rule_scope(scope));
        repeating.differs(&rule).then_some((rule, scope))
    });
    let id = StoredValue::new(id);
    Effect::new(move |_| {
        let now = asked.get();
        found.set(None);
        let Some((rule, scope)) = now.clone() else {
            return;
        };
        spawn_local(async move {
            gloo_timers::future::sleep(REST).await;
            if asked.try_get_untracked() != Some(now.clone()) {
                return;
            }
            let mut path = format!(
                "/activities/{}/repeat-preview?scope={scope}",
                id.get_value()
            );
            let rule = Some(rule).filter(|rule| !rule.is_empty());
            for (name, value) in [("recurrence", rule), ("time_zone", super::zone())] {
                if let Some(value) = value {
                    path = format!("{path}&{name}={}", encode(&value));
                }
            }
            let answer = api.get(&path).await.and_then(Reply::read::<Outlook>);
            // An answer that came late is not what is asked any more.
            if asked.try_get_untracked() == Some(now) {
                _ = found.try_set(Some(answer.map_err(|error| error.text())));
            }
        });
    });
    move || {
        let (text, tone) = match found.get()? {
            Ok(outlook) => (outlook.words(), Tone::Info),
            Err(text) => (text, Tone::Warn),
        };
        Some(view! { <div class="rule-outlook" role="status"><Banner text tone/></div> })
    }
}
