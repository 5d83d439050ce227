//! A message as it is read: its page in a frame where nothing runs, its files, and what can be done with it.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::letter_files::{Attachment, LetterFiles};
use super::live::Live;
use super::log::Log;
use super::mail::follow;
use crate::api::Reply;
use crate::i18n::k;
use crate::records::instant;
use crate::records::mail_words::reason;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;

/// An address with the name beside it.
#[derive(Clone, Default, PartialEq, Debug, Deserialize)]
pub struct Address {
    pub address: String,
    #[serde(default)]
    pub name: String,
}

impl Address {
    fn shown(&self) -> String {
        if self.name.is_empty() {
            self.address.clone()
        } else {
            format!("{} <{}>", self.name, self.address)
        }
    }
}

/// A message, as far as the person reads it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Letter {
    pub id: String,
    pub direction: String,
    pub state: String,
    pub readable: bool,
    pub from: Address,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub subject: Option<String>,
    pub text: Option<String>,
    #[serde(default)]
    html: Option<String>,
    attachments: Vec<Attachment>,
    pub last_error: Option<String>,
    last_reply: Option<String>,
    pub at: String,
    pub retryable: bool,
}

impl Letter {
    /// Who is at the other end, in a line.
    pub fn others(&self) -> String {
        if self.direction == "inbound" {
            self.from.shown()
        } else {
            list(&self.to)
        }
    }

    /// Where it stands, in a word; tracked.
    pub fn state_word(&self) -> &'static str {
        match self.state.as_str() {
            "queued" => k::mail::STATE_QUEUED.get(),
            "sending" => k::mail::STATE_SENDING.get(),
            "sent" => k::mail::STATE_SENT.get(),
            "cancelled" => k::mail::STATE_CANCELLED.get(),
            "bounced" => k::emails::STATE_BOUNCED.get(),
            "received" => k::emails::STATE_RECEIVED.get(),
            _ => k::mail::STATE_FAILED.get(),
        }
    }

    /// Why it did not go, in words; tracked.
    pub fn why(&self) -> Option<&'static str> {
        self.last_error.as_deref().map(|code| reason(code).get())
    }
}

fn list(all: &[Address]) -> String {
    let all: Vec<String> = all.iter().map(Address::shown).collect();
    all.join(", ")
}

/// The dialog of a message; `chosen` is the id of the one that is read.
#[component]
pub fn LetterDialog(live: Live, log: Log, chosen: RwSignal<Option<String>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if chosen.with(Option::is_some) {
            open.set(true);
        }
    });
    let closed = move |()| chosen.set(None);
    view! {
        <Modal open title=k::emails::MESSAGE width=Width::Wide on_close=closed>
            <Read live log chosen open/>
        </Modal>
    }
}

#[component]
fn Read(
    live: Live,
    log: Log,
    chosen: RwSignal<Option<String>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Letter, String>>);
    let load = move || {
        let Some(id) = chosen.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let answer = live.api.get(&format!("/emails/{id}")).await;
            let answer = answer.and_then(Reply::read::<Letter>);
            // The dialog may be closed by now.
            let _ = found.try_set(Some(answer.map_err(|error| error.text())));
        });
    };
    load();
    move || match found.get() {
        None => view! { <Skeleton lines=5/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
        Some(Ok(letter)) => view! { <Whole letter live log open/> }.into_any(),
    }
}

#[component]
fn Whole(letter: Letter, live: Live, log: Log, open: RwSignal<bool>) -> impl IntoView {
    let shown = letter.clone();
    let state = move || {
        let mut parts = vec![shown.state_word().to_owned()];
        parts.extend(shown.why().map(str::to_owned));
        parts.extend(shown.last_reply.clone());
        parts.join(" · ")
    };
    let at = letter.at.clone();
    let (from, to, cc) = (letter.from.shown(), list(&letter.to), list(&letter.cc));
    let has_cc = !cc.is_empty();
    let files = letter.attachments.clone();
    let subject = letter.subject.clone().unwrap_or_default();
    let one = StoredValue::new(letter.clone());
    let again = move |()| {
        let id = one.with_value(|one| one.id.clone());
        spawn_local(async move {
            let path = format!("/emails/{id}/retry");
            match live.api.post(&path, &json!({})).await {
                Ok(_) => {
                    live.toasts.ok(k::emails::ON_ITS_WAY.get());
                    follow(live, id);
                }
                Err(error) => live.toasts.bad(error.text()),
            }
            let _ = open.try_set(false);
            live.refresh();
        });
    };
    let answer = move |()| {
        one.with_value(|one| {
            let to = if one.direction == "inbound" {
                one.from.address.clone()
            } else {
                let all: Vec<&str> = one.to.iter().map(|to| to.address.as_str()).collect();
                all.join(", ")
            };
            let subject = one.subject.clone().unwrap_or_default();
            log.mail().answer(&one.id, &to, &subject);
        });
        open.set(false);
        log.start("email");
    };
    view! {
        <div class="letter stack">
            <dl class="letter-head">
                <dt>{k::emails::FROM}</dt><dd>{from}</dd>
                <dt>{k::emails::TO}</dt><dd>{to}</dd>
                {has_cc.then(|| view! { <dt>{k::emails::CC}</dt><dd>{cc}</dd> })}
                <dt>{k::emails::SUBJECT}</dt><dd>{subject}</dd>
                <dt>{k::emails::STATE}</dt><dd>{state}" · "{move || instant::shown(&at)}</dd>
            </dl>
            {if !letter.readable {
                view! { <p class="hint">{k::emails::HIDDEN}</p> }.into_any()
            } else if let Some(html) = letter.html.clone() {
                // What a stranger wrote has no origin, no scripts, no forms here.
                view! { <iframe class="letter-page" sandbox="allow-popups" srcdoc=html title=k::emails::MESSAGE></iframe> }.into_any()
            } else {
                view! { <pre class="letter-text">{letter.text.clone()}</pre> }.into_any()
            }}
            <LetterFiles files live/>
            <div class="row">
                {letter.readable.then(|| view! { <Button label=k::emails::ANSWER icon=icon::MAIL variant=Variant::Primary on_press=answer/> })}
                {letter.retryable.then(|| view! { <Button label=k::emails::AGAIN icon=icon::SEND on_press=again/> })}
            </div>
        </div>
    }
}
