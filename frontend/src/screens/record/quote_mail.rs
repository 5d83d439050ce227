//! A quote that goes to its person by e-mail: written in the dialog, and what was sent so.

use leptos::prelude::*;
use relasi_domain::commerce::quote;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::letter::Letter;
use super::live::Live;
use super::mail::follow;
use super::related::Section;
use crate::api::{FormErrors, Reply, Request};
use crate::i18n::k;
use crate::records::{Record, instant, labels};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::Skeleton;
use crate::ui::icon;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

#[derive(Clone, Deserialize)]
struct Account {
    id: String,
    address: String,
    state: String,
}

#[derive(Clone, Deserialize)]
struct Proposal {
    to: Option<String>,
    language: String,
    subject: String,
    text: String,
}

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

/// The accounts that can be written by.
async fn accounts(live: Live) -> Vec<Account> {
    let found = live.api.get("/email-accounts").await;
    let found = found.and_then(Reply::read::<Items<Account>>);
    let mut all = found.map(|page| page.items).unwrap_or_default();
    all.retain(|account| account.state == "active");
    all
}

async fn proposal(live: Live, language: Option<String>) -> Option<Proposal> {
    let mut path = format!("/quotes/{}/letter", live.id());
    if let Some(language) = language {
        path = format!("{path}?language={language}");
    }
    live.api.get(&path).await.and_then(Reply::read).ok()
}

/// The letter with the link and the PDF file.
#[component]
pub fn MailForm(
    /// The quote.
    live: Live,
    /// Shown while true.
    open: RwSignal<bool>,
) -> impl IntoView {
    let found = RwSignal::new(None::<(Vec<Account>, Option<Proposal>)>);
    spawn_local(async move {
        let all = accounts(live).await;
        let letter = proposal(live, None).await;
        let _ = found.try_set(Some((all, letter)));
    });
    move || match found.get() {
        None => view! { <Skeleton lines=5/> }.into_any(),
        Some((all, _)) if all.is_empty() => {
            view! { <Banner text=k::commerce::MAIL_NO_ACCOUNT tone=Tone::Info/> }.into_any()
        }
        Some((_, None)) => view! { <Banner text=k::mail::ERROR_OTHER tone=Tone::Bad/> }.into_any(),
        Some((all, Some(letter))) => view! { <Written live open accounts=all letter/> }.into_any(),
    }
}

#[component]
fn Written(
    live: Live,
    open: RwSignal<bool>,
    accounts: Vec<Account>,
    letter: Proposal,
) -> impl IntoView {
    let account = RwSignal::new(accounts[0].id.clone());
    let accounts = StoredValue::new(accounts);
    let choices = Signal::derive(move || {
        let all = accounts.get_value().into_iter();
        all.map(|one| Choice::new(one.id, one.address))
            .collect::<Vec<_>>()
    });
    let (to, cc) = (
        RwSignal::new(letter.to.unwrap_or_default()),
        RwSignal::new(String::new()),
    );
    let language = RwSignal::new(letter.language);
    let (subject, text) = (RwSignal::new(letter.subject), RwSignal::new(letter.text));
    let (pdf, busy) = (RwSignal::new(true), RwSignal::new(false));
    let errors = FormErrors::default();
    let languages = Signal::derive(|| {
        let all = ["en", "id", "th"].into_iter();
        all.map(|code| Choice::new(code, labels::choice(&quote::OBJECT, "language", code)))
            .collect::<Vec<_>>()
    });
    // Another language brings the proposal anew.
    let translate = move |code: String| {
        spawn_local(async move {
            if let Some(letter) = proposal(live, Some(code)).await {
                let _ = subject.try_set(letter.subject);
                let _ = text.try_set(letter.text);
            }
        });
    };
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let list = |value: RwSignal<String>| -> Vec<String> {
            let text = value.get_untracked();
            let parts = text.split([',', ';']).map(str::trim);
            parts
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let body = json!({
            "account_id": account.get_untracked(), "to": list(to), "cc": list(cc), "subject": subject.get_untracked(),
            "text": text.get_untracked(), "language": language.get_untracked(), "pdf": pdf.get_untracked(),
        });
        let version = untrack(|| live.with(Record::version));
        let path = format!("/quotes/{}/mail", live.id());
        spawn_local(async move {
            let request = Request::post(&path).json(&body).version(version);
            let sent = request.send(live.api).await.and_then(Reply::read::<Value>);
            let _ = busy.try_set(false);
            match sent {
                Ok(answer) => {
                    live.toasts.ok(k::emails::ON_ITS_WAY.get());
                    let _ = open.try_set(false);
                    live.refresh();
                    follow(
                        live,
                        answer["email"]["id"]
                            .as_str()
                            .unwrap_or_default()
                            .to_owned(),
                    );
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <div class="import-options">
                <Select label=k::emails::BY value=account choices/>
                <Select label=k::commerce::MAIL_LANGUAGE value=language choices=languages on_change=translate/>
                <TextInput label=k::emails::TO value=to required=true error=errors.of("to")/>
                <TextInput label=k::emails::CC value=cc error=errors.of("cc")/>
            </div>
            <TextInput label=k::emails::SUBJECT value=subject required=true error=errors.of("subject")/>
            <TextArea label=k::commerce::MAIL_TEXT hint=move || k::commerce::mail_text_hint("{link}") value=text rows=10 required=true error=errors.of("text")/>
            <label class="check-line">
                <input type="checkbox" prop:checked=pdf on:change=move |event| pdf.set(event_target_checked(&event))/>{k::commerce::MAIL_PDF}
            </label>
            <div class="row-end"><Button label=k::commerce::MAIL_SEND variant=Variant::Primary icon=icon::SEND submit=true busy/></div>
        </form>
    }
}

/// The messages by which a quote went out.
#[component]
pub fn Mailed(live: Live) -> impl IntoView {
    let found = RwSignal::new(None::<Vec<Letter>>);
    Effect::new(move |_| {
        live.news();
        let path = format!("/quotes/{}/emails", live.id());
        spawn_local(async move {
            let answer = live
                .api
                .get(&path)
                .await
                .and_then(Reply::read::<Items<Letter>>);
            // What can't be read stays as it was.
            if let Ok(all) = answer {
                let _ = found.try_set(Some(all.items));
            }
        });
    });
    let count = Signal::derive(move || {
        found.with(|found| found.as_ref().and_then(|all| i64::try_from(all.len()).ok()))
    });
    let card = |letter: Letter| {
        let (others, at) = (letter.others(), letter.at.clone());
        let state = move || {
            let why = letter.why().map(|why| format!(" · {why}"));
            format!("{}{}", letter.state_word(), why.unwrap_or_default())
        };
        view! {
            <li class="related-card">
                <p>{others}</p>
                <p class="hint">{state}" · "{move || instant::shown(&at)}</p>
            </li>
        }
    };
    view! {
        <Section title=k::commerce::MAILED count empty=k::commerce::MAILED_NONE>
            <ul class="cards">{move || found.get().unwrap_or_default().into_iter().map(card).collect_view()}</ul>
        </Section>
    }
}
