//! By what the audit log can be narrowed; it stands in the address.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use relasi_domain::OBJECTS;

use crate::i18n::{Day, k};
use crate::records::changes::{self, ACTIONS, CAUSES};
use crate::records::labels;
use crate::records::people::use_people;
use crate::records::store::encode;
use crate::ui::date_input::DateInput;
use crate::ui::select::{Choice, Select};

/// Things other than records that the log tells of.
const OTHERS: [&str; 47] = [
    "bulk_operation",
    "audit_log",
    "quotas",
    "forecast_call",
    "business_calendar",
    "work_profile",
    "routing_rule",
    "routing_settings",
    "score_rule",
    "score_settings",
    "score_model",
    "form",
    "booking_page",
    "booking",
    "calendar_feed",
    "call_list",
    "user",
    "member",
    "role",
    "invitation",
    "workspace",
    "comment",
    "file",
    "quality_audit",
    "quality_finding",
    "quality_step",
    "quality_settings",
    "duplicate_pair",
    "duplicate_settings",
    "lead_checklist",
    "activity_outcomes",
    "webhook_endpoint",
    "inbound_hook",
    "api_key",
    "consent_purpose",
    "retention_rule",
    "processing_entry",
    "app",
    "sign_in_provider",
    "mail_message",
    "email_account",
    "email_suppression",
    "email",
    "commerce_settings",
    "job",
    "job_schedule",
    "background_work",
];

/// Actions on accounts, members and the background work.
const OF_PEOPLE: [&str; 37] = [
    "deleted",
    "consent_given",
    "consent_withdrawn",
    "erasure_ordered",
    "erased",
    "held",
    "released",
    "retained",
    "signed_in",
    "signed_out",
    "session_stolen",
    "password_changed",
    "password_reset",
    "password_reset_asked",
    "email_change_asked",
    "email_changed",
    "sent_again",
    "test_sent",
    "second_factor_added",
    "second_factor_removed",
    "second_factor_reset",
    "recovery_codes_made",
    "passkey_added",
    "passkey_removed",
    "sessions_ended",
    "revoked",
    "accepted",
    "connected",
    "disconnected",
    "token_stolen",
    "provider_linked",
    "provider_unlinked",
    "paused",
    "resumed",
    "requeued",
    "dropped",
    "started",
];

/// Parameters that come from lists.
const CHOSEN: [&str; 5] = ["object", "field", "action", "actor_id", "cause"];

/// What is chosen.
#[derive(Clone, Copy)]
pub struct Narrowed {
    /// By [`CHOSEN`].
    chosen: [RwSignal<String>; 5],
    from: RwSignal<Option<Day>>,
    to: RwSignal<Option<Day>>,
}

impl Narrowed {
    /// As the address says it.
    pub fn of_address() -> Self {
        let query = use_query_map().get_untracked();
        let text = |name: &str| RwSignal::new(query.get(name).unwrap_or_default());
        let day =
            |name: &str| RwSignal::new(query.get(name).and_then(|text| Day::parse_iso(&text)));
        Self {
            chosen: CHOSEN.map(text),
            from: day("from"),
            to: day("to"),
        }
    }

    /// `&object=deal&from=2026-11-01`; tracked.
    pub fn parameters(self) -> String {
        let chosen = CHOSEN.into_iter().zip(self.chosen.map(|one| one.get()));
        let days = [("from", self.from), ("to", self.to)];
        let days = days.map(|(name, day)| (name, day.get().map(Day::iso).unwrap_or_default()));
        let all = chosen.chain(days).filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> = all
            .map(|(name, value)| format!("&{name}={}", encode(&value)))
            .collect();
        parts.concat()
    }

    /// The same, not tracked.
    pub fn parameters_now(self) -> String {
        untrack(|| self.parameters())
    }
}

/// The lists and days.
#[component]
pub fn Filters(
    /// What is chosen.
    narrowed: Narrowed,
) -> impl IntoView {
    let people = use_people();
    let navigate = use_navigate();
    Effect::new(move |before: Option<String>| {
        let now = narrowed.parameters();
        if before.is_some_and(|before| before != now) {
            let query = now.trim_start_matches('&');
            let mark = if query.is_empty() { "" } else { "?" };
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&format!("/app/settings/audit{mark}{query}"), options);
        }
        now
    });
    let [object, field, action, actor, cause] = narrowed.chosen;
    let with_all = |rest: Vec<Choice>| {
        let all = Choice::new("", k::common::ALL.get());
        std::iter::once(all).chain(rest).collect::<Vec<_>>()
    };
    let objects = move || {
        let names = OBJECTS.iter().map(|object| object.name).chain(OTHERS);
        with_all(
            names
                .map(|name| Choice::new(name, changes::about(name)))
                .collect(),
        )
    };
    let fields = move || {
        let object = relasi_domain::object(&object.get()).map(crate::records::fields::whole);
        let fields = object.into_iter().flat_map(|object| {
            let fields = object.all_fields();
            fields.map(|field| Choice::new(field.name.as_ref(), labels::field(object, &field.name)))
        });
        with_all(fields.collect())
    };
    let actions = move || {
        let all = ACTIONS.into_iter().chain(OF_PEOPLE);
        with_all(
            all.map(|code| Choice::new(code, changes::action(code)))
                .collect(),
        )
    };
    let actors = move || {
        let all = people.all().into_iter();
        with_all(
            all.map(|member| Choice::new(member.user_id, member.full_name))
                .collect(),
        )
    };
    let causes = move || {
        with_all(
            CAUSES
                .map(|code| Choice::new(code, changes::cause_named(code)))
                .into(),
        )
    };
    // A field of another object means nothing here.
    let forget_field = move |_: String| field.set(String::new());
    view! {
        <div class="audit-filters">
            <Select label=k::history::WHAT value=object choices=Signal::derive(objects) on_change=forget_field/>
            <Show when=move || relasi_domain::object(&object.get()).is_some()>
                <Select label=k::history::FIELD value=field choices=Signal::derive(fields)/>
            </Show>
            <Select label=k::history::DONE value=action choices=Signal::derive(actions)/>
            <Select label=k::history::WHO value=actor choices=Signal::derive(actors)/>
            <Select label=k::history::CAUSE value=cause choices=Signal::derive(causes)/>
            <DateInput label=k::ui::FROM value=narrowed.from/>
            <DateInput label=k::ui::UNTIL value=narrowed.to/>
        </div>
    }
}
