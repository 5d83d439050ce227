//! A message to a contact, while it is being written in the composer.

use leptos::prelude::*;
use relasi_domain::interaction::mention::plain;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::log::Log;
use super::mail_files::{MailFiles, MailFilesField};
use crate::api::{ApiError, FormErrors, Reply};
use crate::i18n::k;
use crate::records::settled::settled;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextInput;

/// Only noted, and not sent.
const NOTED: &str = "";

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Account {
    id: String,
    address: String,
    state: String,
    attachment_limit: i64,
}

/// What beside its text makes a message.
#[derive(Clone, Copy)]
pub struct MailDraft {
    live: Live,
    accounts: RwSignal<Option<Vec<Account>>>,
    /// The account; empty when the message was written elsewhere and is only noted.
    account: RwSignal<String>,
    to: RwSignal<String>,
    cc: RwSignal<String>,
    subject: RwSignal<String>,
    /// The message that is answered.
    reply_to: RwSignal<Option<String>>,
    files: MailFiles,
    errors: FormErrors,
}

impl MailDraft {
    pub(super) fn of(live: Live, errors: FormErrors) -> Self {
        Self {
            live,
            accounts: RwSignal::new(None),
            account: RwSignal::default(),
            to: RwSignal::default(),
            cc: RwSignal::default(),
            subject: RwSignal::default(),
            reply_to: RwSignal::new(None),
            files: MailFiles::of(live),
            errors,
        }
    }

    /// Whether the message is to be sent; tracked.
    pub(super) fn is_sent(self) -> bool {
        self.account.with(|account| account != NOTED)
    }

    /// Reads the accounts once they are wanted, and takes the first as chosen.
    pub(super) fn prepare(self) {
        if !matches!(self.live.object.name, "contact" | "lead") {
            return;
        }
        let first = self
            .live
            .record()
            .and_then(|one| one.value("emails")[0]["value"].as_str().map(str::to_owned));
        if self.to.with_untracked(String::is_empty) {
            self.to.set(first.unwrap_or_default());
        }
        if self.accounts.with_untracked(Option::is_some) {
            return;
        }
        self.files.load();
        self.accounts.set(Some(Vec::new()));
        spawn_local(async move {
            #[derive(Deserialize)]
            struct Page {
                items: Vec<Account>,
            }
            let found = self.live.api.get("/email-accounts").await;
            // Without them messages are noted, as before.
            let found = found.and_then(Reply::read::<Page>).map(|page| page.items);
            let mut all = found.unwrap_or_default();
            all.retain(|account| account.state == "active");
            let chosen = all.first().map(|account| account.id.clone());
            let limit = all.first().map_or(0, |account| account.attachment_limit);
            let _ = self.files.limit.try_set(limit);
            let _ = self.accounts.try_set(Some(all));
            let _ = self.account.try_set(chosen.unwrap_or_default());
        });
    }

    /// Begins an answer.
    pub(super) fn answer(self, message: &str, to: &str, subject: &str) {
        let is_answer = subject.to_lowercase().starts_with("re:");
        let subject = if is_answer {
            subject.to_owned()
        } else {
            format!("Re: {subject}")
        };
        self.reply_to.set(Some(message.to_owned()));
        self.to.set(to.to_owned());
        self.subject.set(subject);
    }

    fn body(self, text: &str) -> Value {
        let list = |value: RwSignal<String>| -> Vec<String> {
            let text = value.get_untracked();
            let parts = text.split([',', ';']).map(str::trim);
            parts
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        json!({
            "account_id": self.account.get_untracked(), "to": list(self.to), "cc": list(self.cc),
            "subject": self.subject.get_untracked().trim(), "text": plain(text), "reply_to": self.reply_to.get_untracked(),
            "file_ids": self.files.ids(),
        })
    }

    /// Puts the message into the outbox.
    pub(super) async fn send(self, text: &str) -> Result<(), ApiError> {
        let path = format!("/{}/{}/emails", self.live.object.plural, self.live.id());
        let made = self.live.api.post(&path, &self.body(text)).await;
        let made = made.and_then(Reply::read::<Sent>)?;
        self.live.toasts.ok(k::emails::ON_ITS_WAY.get());
        for field in [self.cc, self.subject] {
            let _ = field.try_set(String::new());
        }
        let _ = self.reply_to.try_set(None);
        self.files.clear();
        follow(self.live, made.id);
        Ok(())
    }
}

/// How a message stands.
#[derive(Deserialize)]
struct Sent {
    id: String,
    state: String,
}

/// Shows the timeline anew once a message has gone.
pub(super) fn follow(live: Live, id: String) {
    spawn_local(async move {
        let path = format!("/emails/{id}");
        let look = || async { live.api.get(&path).await.and_then(Reply::read::<Sent>) };
        let done = |sent: &Sent| !matches!(sent.state.as_str(), "queued" | "sending");
        // What is not known by then is seen when the page is opened again.
        if settled(look, done).await.is_ok() {
            live.refresh();
        }
    });
}

/// By which account, to whom, about what.
#[component]
pub(super) fn MailFields(log: Log) -> impl IntoView {
    let draft = log.mail();
    let choices = Signal::derive(move || {
        let all = draft.accounts.get().unwrap_or_default().into_iter();
        let all = all.map(|account| Choice::new(account.id, account.address));
        let noted = Choice::new(NOTED, k::emails::ONLY_NOTED.get());
        all.chain([noted]).collect::<Vec<_>>()
    });
    let some = move || {
        let accounts = draft.accounts.get();
        accounts.is_some_and(|all| !all.is_empty())
    };
    move || {
        some().then(|| {
            view! {
                <div class="log-fields mail-fields">
                    <Select label=k::emails::BY value=draft.account choices/>
                    {move || draft.is_sent().then(|| view! {
                        <TextInput label=k::emails::TO value=draft.to error=draft.errors.of("to")/>
                        <TextInput label=k::emails::CC value=draft.cc error=draft.errors.of("cc")/>
                        <div class="mail-subject"><TextInput label=k::emails::SUBJECT value=draft.subject required=true error=draft.errors.of("subject")/></div>
                        <div class="mail-subject"><MailFilesField files=draft.files error=draft.errors.of("file_ids")/></div>
                    })}
                </div>
            }
        })
    }
}
