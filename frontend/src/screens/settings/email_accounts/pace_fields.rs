//! How many messages go by an account, how fast, and how it begins.

use leptos::prelude::*;
use relasi_domain::interaction::warm_up::{GROWTH, messages};
use serde_json::{Value, json};

use super::desk::{Account, Plan};
use crate::api::FormErrors;
use crate::i18n::{Day, date_long, k, number, today};
use crate::ui::text_input::TextInput;

/// The limits of an account while they are being set.
#[derive(Clone, Copy)]
pub(super) struct PaceDraft {
    per_minute: RwSignal<String>,
    per_domain: RwSignal<String>,
    daily_cap: RwSignal<String>,
    warms_up: RwSignal<bool>,
    first: RwSignal<String>,
    growth: RwSignal<String>,
    /// The day that the plan began, when it has.
    since: StoredValue<Option<Day>>,
}

fn whole(text: RwSignal<String>) -> i64 {
    text.with(|text| text.trim().parse().unwrap_or_default())
}

impl PaceDraft {
    pub(super) fn of(edited: Option<&Account>) -> Self {
        let text =
            |of: fn(&Account) -> i64, new: i64| RwSignal::new(edited.map_or(new, of).to_string());
        let plan = edited.and_then(|one| one.warm_up.as_ref());
        let planned = |of: fn(&Plan) -> i64| RwSignal::new(plan.map_or(50, of).to_string());
        Self {
            per_minute: text(|one| one.per_minute, 60),
            per_domain: text(|one| one.per_domain, 600),
            daily_cap: text(|one| one.daily_cap, 2_000),
            warms_up: RwSignal::new(plan.is_some()),
            first: planned(|plan| plan.first),
            growth: planned(|plan| plan.growth),
            since: StoredValue::new(plan.and_then(|plan| Day::parse_iso(&plan.since))),
        }
    }

    /// Adds what was set to what makes or changes an account.
    pub(super) fn add_to(self, body: &mut Value) {
        let number = |text| untrack(|| whole(text));
        body["per_minute"] = json!(number(self.per_minute));
        body["per_domain"] = json!(number(self.per_domain));
        body["daily_cap"] = json!(number(self.daily_cap));
        let plan = json!({"first": number(self.first), "growth": number(self.growth)});
        let warms_up = self.warms_up.get_untracked();
        body["warm_up"] = if warms_up { plan } else { Value::Null };
    }

    /// What the plan comes to, in words; tracked. Nothing while it is none.
    fn told(self) -> Option<String> {
        let (first, growth, cap) = (whole(self.first), whole(self.growth), whole(self.daily_cap));
        if first < 1 || cap < 1 || !GROWTH.contains(&growth) {
            return None;
        }
        let days: Vec<i64> = messages(first, growth, cap).collect();
        let begin = self.since.get_value().unwrap_or_else(today);
        let later = i64::try_from(days.len()).unwrap_or_default() - 1;
        let all = number(cap);
        let day = date_long(begin.plus(later));
        let second = number(days.get(1).copied().unwrap_or(cap));
        Some(k::email_pace::told(&all, &day, &number(days[0]), &second))
    }
}

/// Messages a minute, a day and to one domain; the plan of an account that nobody knows yet.
#[component]
pub(super) fn PaceFields(draft: PaceDraft, errors: FormErrors) -> impl IntoView {
    let told = move || draft.told().unwrap_or_default();
    let wrong = errors.of("warm_up");
    view! {
        <div class="email-pair">
            <TextInput label=k::emails::PER_MINUTE value=draft.per_minute kind="number" error=errors.of("per_minute")/>
            <TextInput label=k::emails::DAILY_CAP value=draft.daily_cap kind="number" error=errors.of("daily_cap")/>
        </div>
        <TextInput label=k::email_pace::PER_DOMAIN value=draft.per_domain kind="number" hint=k::email_pace::PER_DOMAIN_HINT error=errors.of("per_domain")/>
        <label class="check-line">
            <input type="checkbox" prop:checked=draft.warms_up on:change=move |event| draft.warms_up.set(event_target_checked(&event))/>
            {k::email_pace::WARM_UP}
        </label>
        <Show when=move || draft.warms_up.get() fallback=|| view! { <p class="hint">{k::email_pace::WARM_UP_HINT}</p> }>
            <div class="email-pair">
                <TextInput label=k::email_pace::FIRST value=draft.first kind="number" error=wrong/>
                <TextInput label=k::email_pace::GROWTH value=draft.growth kind="number"/>
            </div>
            <p class="hint" aria-live="polite">{told}</p>
        </Show>
    }
}

/// What goes today, and how long the plan lasts; tracked.
pub(super) fn today_line(account: &Account) -> String {
    let sent = k::email_pace::today(&number(account.cap_today), &number(account.sent_today));
    let plan = account
        .warm_up
        .as_ref()
        .filter(|_| account.cap_today < account.daily_cap);
    let until = plan.and_then(|plan| {
        let days = messages(plan.first, plan.growth, account.daily_cap).count();
        let later = i64::try_from(days).unwrap_or_default() - 1;
        Some(date_long(Day::parse_iso(&plan.since)?.plus(later)))
    });
    match until {
        Some(day) => format!("{sent} · {}", k::email_pace::until(&day)),
        None => sent,
    }
}
