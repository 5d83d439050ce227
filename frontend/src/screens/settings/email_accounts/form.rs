//! The form of an account.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::desk::{Account, Desk, PATH};
use super::pace_fields::{PaceDraft, PaceFields};
use super::server_fields::{ServerDraft, ServerFields};
use crate::api::{FormErrors, Reply};
use crate::i18n::{Key, k};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

#[derive(Clone, Copy)]
struct Draft {
    whose: RwSignal<String>,
    address: RwSignal<String>,
    name: RwSignal<String>,
    smtp: ServerDraft,
    imap: ServerDraft,
    privacy: RwSignal<String>,
    is_default: RwSignal<bool>,
    stores_unknown: RwSignal<bool>,
    pace: PaceDraft,
    bounces: RwSignal<String>,
}

impl Draft {
    fn of(desk: Desk, edited: Option<&Account>) -> Self {
        let text = |of: fn(&Account) -> String, new: &str| {
            RwSignal::new(edited.map_or_else(|| new.to_owned(), of))
        };
        let own = edited.map_or(!desk.settings.get_untracked(), |one| one.user_id.is_some());
        let flag = |of: fn(&Account) -> bool, new| RwSignal::new(edited.map_or(new, of));
        Self {
            whose: RwSignal::new(if own { "own" } else { "workspace" }.to_owned()),
            address: text(|one| one.address.clone(), ""),
            name: text(|one| one.sender_name.clone(), ""),
            smtp: ServerDraft::of(edited.map(|one| &one.smtp)),
            imap: ServerDraft::of(edited.and_then(|one| one.imap.as_ref())),
            privacy: text(|one| one.privacy.clone(), "everyone"),
            is_default: flag(|one| one.is_default, true),
            stores_unknown: flag(|one| one.stores_unknown, false),
            pace: PaceDraft::of(edited),
            bounces: text(|one| one.bounce_address.clone().unwrap_or_default(), ""),
        }
    }

    fn body(self, is_new: bool) -> Value {
        let text = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let bounces = Some(text(self.bounces)).filter(|address| !address.is_empty());
        let mut body = json!({
            "address": text(self.address), "sender_name": text(self.name), "privacy": text(self.privacy),
            "is_default": self.is_default.get_untracked(), "stores_unknown": self.stores_unknown.get_untracked(),
            "bounce_address": bounces, "imap": self.imap.body(),
        });
        self.pace.add_to(&mut body);
        let smtp = self.smtp.body();
        body["smtp"] = if smtp.is_null() {
            json!({"host": ""})
        } else {
            smtp
        };
        if is_new {
            body["personal"] = json!(text(self.whose) == "own");
        }
        body
    }
}

fn choices(all: &'static [(&'static str, Key)]) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let all = all.iter();
        all.map(|(value, label)| Choice::new(*value, label.get()))
            .collect()
    })
}

static WHOSE: [(&str, Key); 2] = [
    ("workspace", k::emails::OF_WORKSPACE),
    ("own", k::emails::OWN),
];
static OF_ALL: [(&str, Key); 2] = [
    ("everyone", k::emails::PRIVACY_EVERYONE),
    ("metadata", k::emails::PRIVACY_METADATA),
];
static OF_ONE: [(&str, Key); 3] = [
    ("everyone", k::emails::PRIVACY_EVERYONE),
    ("metadata", k::emails::PRIVACY_METADATA),
    ("owner", k::emails::PRIVACY_OWNER),
];

/// Whose, from where, by which servers, and who reads it.
#[component]
pub(super) fn AccountForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let is_new = edited.is_none();
    let draft = Draft::of(desk, edited.as_ref());
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = {
        let edited = edited.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            errors.clear();
            let body = draft.body(is_new);
            let edited = edited.clone();
            spawn_local(async move {
                let saved = match &edited {
                    None => desk.api.post(PATH, &body).await,
                    Some(one) => desk.api.patch(&one.path(), one.version, &body).await,
                };
                let _ = busy.try_set(false);
                match saved.and_then(Reply::read::<Account>) {
                    Ok(account) => {
                        desk.editing.set(false);
                        desk.toasts.ok(k::emails::saved(&account.address));
                        desk.load();
                    }
                    Err(error) => errors.show(&error),
                }
            });
        }
    };
    let label = if is_new {
        k::emails::CREATE
    } else {
        k::common::SAVE
    };
    let has_imap = edited.as_ref().is_some_and(|one| one.imap.is_some());
    let own = move || draft.whose.with(|whose| whose == "own");
    let privacy = move || choices(if own() { &OF_ONE } else { &OF_ALL });
    view! {
        <form class="stack email-form" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {(is_new && desk.settings.get_untracked()).then(|| view! {
                <Select label=k::emails::WHOSE value=draft.whose choices=choices(&WHOSE)/>
            })}
            <div class="email-pair">
                <TextInput label=k::emails::ADDRESS value=draft.address kind="email" required=true error=errors.of("address")/>
                <TextInput label=k::emails::SENDER_NAME value=draft.name error=errors.of("sender_name")/>
            </div>
            <h3>{k::emails::OUT}</h3>
            <ServerFields draft=draft.smtp error=errors.of("smtp") known=!is_new required=true/>
            <h3>{k::emails::IN}</h3>
            <p class="hint">{k::emails::IN_HINT}</p>
            <ServerFields draft=draft.imap error=errors.of("imap") known=has_imap required=false/>
            <Check label=k::emails::STORES_UNKNOWN value=draft.stores_unknown/>
            <h3>{k::emails::READERS}</h3>
            {move || view! { <Select label=k::emails::PRIVACY value=draft.privacy choices=privacy() error=errors.of("privacy")/> }}
            <h3>{k::emails::LIMITS}</h3>
            <PaceFields draft=draft.pace errors/>
            <TextInput label=k::emails::BOUNCES value=draft.bounces kind="email" hint=k::emails::BOUNCES_HINT error=errors.of("bounce_address")/>
            <Check label=k::emails::DEFAULT value=draft.is_default/>
            <div class="row-end"><Button label variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

#[component]
fn Check(label: Key, value: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="check-line">
            <input type="checkbox" prop:checked=value on:change=move |event| value.set(event_target_checked(&event))/>
            {label}
        </label>
    }
}
