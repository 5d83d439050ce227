//! Sending a quote: the link, or the way to an approval; and rejecting a discount.

use leptos::prelude::*;
use relasi_domain::commerce::quote;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::lines::Sheet;
use super::live::Live;
use super::quote::run;
use super::quote_mail::MailForm;
use crate::api::{Reply, Request};
use crate::i18n::{decimal, k};
use crate::records::Record;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

/// The dialog that freezes a version and shows its link.
#[component]
pub fn SendDialog(
    /// The quote.
    live: Live,
    /// Its lines.
    sheet: Sheet,
    /// Shown while true.
    open: RwSignal<bool>,
) -> impl IntoView {
    // Not before the link has been read: what is drawn anew around the dialog begins it anew.
    let on_close = Callback::new(move |()| live.refresh());
    view! { <Modal open title=k::commerce::SEND width=Width::Medium on_close><SendForm live sheet open/></Modal> }
}

#[derive(Clone, PartialEq, Eq)]
enum Stand {
    Asking,
    Refused(String),
    NeedsApproval,
    Made,
    Mail,
}

#[component]
fn SendForm(live: Live, sheet: Sheet, open: RwSignal<bool>) -> impl IntoView {
    let stand = RwSignal::new(Stand::Asking);
    let (link, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let out =
        untrack(|| live.with(|quote| matches!(quote.text("status"), Some("sent" | "viewed"))));
    let send = move |()| {
        busy.set(true);
        let version = untrack(|| live.with(Record::version));
        let path = format!("/quotes/{}/send", live.id());
        spawn_local(async move {
            let request = Request::post(&path).json(&json!({})).version(version);
            let sent = request.send(live.api).await.and_then(Reply::read::<Value>);
            busy.try_set(false);
            match sent {
                Ok(answer) => {
                    link.try_set(answer["link"].as_str().unwrap_or_default().to_owned());
                    stand.try_set(Stand::Made);
                }
                Err(error) => {
                    let needs = error.problem().is_some_and(|p| p.code == "approval_needed");
                    stand.try_set(if needs {
                        Stand::NeedsApproval
                    } else {
                        Stand::Refused(error.text())
                    });
                }
            }
        });
    };
    let ask = move |()| {
        open.set(false);
        let said = k::commerce::APPROVAL_ASKED.get().to_owned();
        run(live, "request-approval", json!({}), said);
    };
    let copy = move |()| {
        let text = link.get_untracked();
        let toasts = live.toasts;
        spawn_local(async move {
            if copied(&text).await {
                toasts.ok(k::commerce::COPIED.get().to_owned());
            } else {
                toasts.bad(k::record::CANT_COPY.get().to_owned());
            }
        });
    };
    let share = move || {
        let share = sheet.get().map(|all| all.discount_share.0);
        k::commerce::approval_text(&decimal(share.unwrap_or_default()))
    };
    move || {
        match stand.get() {
        Stand::Asking => view! {
            <div class="stack">
                <p>{if out { k::commerce::NEW_LINK_TEXT } else { k::commerce::SEND_TEXT }}</p>
                <div class="row-end"><Button label=k::commerce::MAIL_WRITE icon=icon::MAIL on_press=move |()| stand.set(Stand::Mail)/><Button label=k::commerce::MAKE_LINK variant=Variant::Primary icon=icon::LINK busy on_press=send/></div>
            </div>
        }
        .into_any(),
        Stand::Mail => view! { <MailForm live open/> }.into_any(),
        Stand::Refused(text) => view! { <Banner text tone=Tone::Bad/> }.into_any(),
        Stand::NeedsApproval => view! {
            <div class="stack">
                <p>{share}</p>
                <div class="row-end"><Button label=k::commerce::ASK_APPROVAL variant=Variant::Primary on_press=ask/></div>
            </div>
        }
        .into_any(),
        Stand::Made => view! {
            <div class="stack">
                <p>{k::commerce::LINK_TEXT}</p>
                <TextInput label=k::commerce::YOUR_LINK value=link read_only=true/>
                <div class="row-end"><Button label=k::commerce::COPY variant=Variant::Primary icon=icon::COPY on_press=copy/></div>
            </div>
        }
        .into_any(),
    }
    }
}

/// Whether a text is in the clipboard now; browsers have none where the page comes over plain HTTP.
async fn copied(text: &str) -> bool {
    let navigator = window().navigator();
    let there = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !there.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    let written = navigator.clipboard().write_text(text);
    JsFuture::from(written).await.is_ok()
}

/// The dialog that asks why a discount is rejected.
#[component]
pub fn RejectDialog(
    /// The quote.
    live: Live,
    /// Shown while true.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Modal open title=k::commerce::REJECT><RejectForm live open/></Modal> }
}

#[component]
fn RejectForm(live: Live, open: RwSignal<bool>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let save = move || {
        let words = reason.get_untracked();
        if words.trim().is_empty() {
            error.set(Some(k::commerce::REASON_NEEDED.get().to_owned()));
            return;
        }
        open.set(false);
        let title = untrack(|| live.with(|record| record.title(&quote::OBJECT)));
        let said = k::commerce::rejected(&title);
        run(live, "reject", json!({"reason": words.trim()}), said);
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <TextArea label=k::commerce::REASON value=reason error required=true/>
            <div class="row-end"><Button label=k::commerce::REJECT variant=Variant::Primary submit=true/></div>
        </form>
    }
}
