//! A quote: its lines, what becomes of it, its versions.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use relasi_domain::commerce::quote;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::id_of;
use super::lines::{LineTable, Sheet};
use super::live::Live;
use super::marks::marks;
use super::more::More;
use super::page::may_edit;
use super::part_page::PartPage;
use super::quote_mail::Mailed;
use super::quote_preview::Preview;
use super::quote_send::{RejectDialog, SendDialog};
use super::related::Section;
use crate::api::{Reply, Request};
use crate::download::save_file;
use crate::i18n::{Day, date_short, k, money};
use crate::records::{instant, labels, value};
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::icon;
use crate::ui::kpi::Kpi;

const LIST: &str = "/app/quotes";

/// `/app/quotes/:id`.
#[component]
pub fn QuotePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_of(&params.get()));
    move || view! { <Quote id=id.get()/> }
}

#[component]
fn Quote(id: String) -> impl IntoView {
    let live = Live::open(&quote::OBJECT, id);
    let sheet = Sheet::of(live);
    let edits = may_edit(live.object);
    let (sending, rejecting) = (RwSignal::new(false), RwSignal::new(false));
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(LIST, NavigateOptions::default()));
    let status = Memo::new(move |_| live.with(|quote| quote.text("status").map(str::to_owned)));
    let is = move |all: &[&str]| {
        status.with(|status| status.as_deref().is_some_and(|now| all.contains(&now)))
    };
    let changeable = Signal::derive(move || edits.get() && !is(&["accepted"]));
    let may_send =
        move || edits.get() && sheet.has_some() && is(&["draft", "approved", "sent", "viewed"]);
    let asked_by = move || live.with(|quote| quote.text("asked_by").map(str::to_owned));
    let decides = move || is(&["waiting"]) && asked_by() != live.api.user_id();
    let approve = move |()| {
        let title = untrack(|| live.with(|quote| quote.title(&quote::OBJECT)));
        let said = k::commerce::approved(&title);
        run(live, "approve", json!({}), said);
    };
    let send_label = move || {
        if is(&["sent", "viewed"]) {
            k::commerce::NEW_LINK.get()
        } else {
            k::commerce::SEND.get()
        }
    };
    let previewing = RwSignal::new(false);
    let preview_label = move || {
        if previewing.get() {
            k::commerce::PREVIEW_CLOSE.get()
        } else {
            k::commerce::PREVIEW.get()
        }
    };
    let actions = move || {
        view! {
            <Button label=preview_label icon=icon::EYE on_press=move |()| previewing.update(|on| *on = !*on)/>
            <Button label=k::commerce::PDF icon=icon::DOWNLOAD on_press=move |()| pdf(live, None)/>
            <Show when=decides>
                <Button label=k::commerce::REJECT on_press=move |()| rejecting.set(true)/>
                <Button label=k::commerce::APPROVE variant=Variant::Primary icon=icon::CHECK on_press=approve/>
            </Show>
            <Show when=may_send>
                <Button label=send_label variant=Variant::Primary icon=icon::SEND on_press=move |()| sending.set(true)/>
            </Show>
            <More live may_edit=edits gone/>
        }
    };
    let middle = move || {
        view! {
            <Figures live/>
            <div class="quote-sides" class:open=previewing>
                <LineTable sheet may_edit=changeable/>
                <Show when=move || previewing.get()><Preview live/></Show>
            </div>
            <SendDialog live sheet open=sending/>
            <RejectDialog live open=rejecting/>
        }
    };
    view! {
        <PartPage
            live
            list=(k::place::QUOTES, LIST)
            parts=k::commerce::LINES
            marks=marks(live, "status")
            actions=ViewFn::from(actions)
            middle=ViewFn::from(middle)
            related=ViewFn::from(move || view! { <Deal live/><Versions live/><Mailed live/> })
        />
    }
}

/// Runs a verb of the quote that can't be undone.
pub fn run(live: Live, verb: &'static str, body: Value, said: String) {
    let (id, version) = (
        live.id(),
        untrack(|| live.with(|quote| Some(quote.version()))),
    );
    spawn_local(async move {
        match live.run(&id, verb, &body, version).await {
            Ok(record) => {
                live.take(record);
                live.refresh();
                live.toasts.ok(said);
            }
            Err(error) => {
                live.load();
                live.toasts.bad(error.text());
            }
        }
    });
}

/// Saves the quote as a PDF file: as it stands, or a version as it was sent.
fn pdf(live: Live, version: Option<i64>) {
    let name = untrack(|| live.with(|quote| quote.text("number").map(str::to_owned)));
    let name = name.unwrap_or_else(|| quote::OBJECT.name.to_owned());
    let (path, file) = match version {
        Some(version) => (
            format!("/quotes/{}/pdf?version={version}", live.id()),
            format!("{name}-v{version}.pdf"),
        ),
        None => (format!("/quotes/{}/pdf", live.id()), format!("{name}.pdf")),
    };
    spawn_local(async move {
        match Request::get(&path).file_of(live.api).await {
            Ok(blob) => {
                // Fails where the browser keeps no files; it says so itself.
                let _ = save_file(&file, &blob);
            }
            Err(error) => live.toasts.bad(error.text()),
        }
    });
}

#[component]
fn Figures(live: Live) -> impl IntoView {
    let currency = move || live.with(|quote| quote.text("currency").unwrap_or_default().to_owned());
    let amount = move |name: &'static str| {
        let minor = live.with(|quote| quote.integer(name));
        minor.map_or_else(
            || k::common::NONE.get().to_owned(),
            |minor| money(minor, &currency()),
        )
    };
    let until = move || {
        let day = live.with(|quote| quote.text("valid_until").and_then(Day::parse_iso));
        day.map_or_else(|| k::common::NONE.get().to_owned(), date_short)
    };
    let number = move || live.with(|quote| quote.text("number").unwrap_or_default().to_owned());
    let version = move || {
        let number = live.with(|quote| quote.integer("revision"));
        k::commerce::version_n(&number.unwrap_or(1).to_string())
    };
    let until_label = move || labels::field(&quote::OBJECT, "valid_until");
    let number_label = move || labels::field(&quote::OBJECT, "number");
    view! {
        <div class="kpis">
            <Kpi label=number_label value=number note=version/>
            <Kpi label=k::commerce::TOTAL value=move || amount("total")/>
            <Kpi label=k::commerce::TAX value=move || amount("tax")/>
            <Kpi label=until_label value=until/>
        </div>
    }
}

/// The deal that is won with it.
#[component]
fn Deal(live: Live) -> impl IntoView {
    let deal = Memo::new(move |_| live.with(|quote| quote.text("deal_id").map(str::to_owned)));
    let label = move || labels::field(&quote::OBJECT, "deal_id");
    move || {
        deal.get().map(|id| {
            view! {
                <Section title=label count=Signal::stored(Some(1)) empty="">
                    <ul class="cards"><li class="related-card"><p>{value::reference("deal", id.clone())}</p></li></ul>
                </Section>
            }
        })
    }
}

#[derive(Clone, Deserialize)]
struct Version {
    number: i64,
    sent_at: String,
    viewed_at: Option<String>,
    outcome: Option<String>,
    signer: Option<String>,
    comment: Option<String>,
    total: i64,
    currency: String,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Version>,
}

/// Versions as they were sent.
#[component]
fn Versions(live: Live) -> impl IntoView {
    let found = RwSignal::new(None::<Vec<Version>>);
    Effect::new(move |_| {
        live.news();
        let path = format!("/quotes/{}/versions", live.id());
        spawn_local(async move {
            let answer = live.api.get(&path).await.and_then(Reply::read::<Items>);
            // What can't be read stays as it was.
            if let Ok(all) = answer {
                found.try_set(Some(all.items));
            }
        });
    });
    let count = Signal::derive(move || {
        found.with(|found| found.as_ref().and_then(|all| i64::try_from(all.len()).ok()))
    });
    view! {
        <Section title=k::commerce::VERSIONS count empty=k::commerce::NO_VERSIONS>
            <ul class="cards">{move || found.get().unwrap_or_default().into_iter().map(|version| view! { <VersionCard live version/> }).collect_view()}</ul>
        </Section>
    }
}

#[component]
fn VersionCard(live: Live, version: Version) -> impl IntoView {
    let number = version.number;
    let (total, currency) = (version.total, version.currency.clone());
    let comment = version.comment.clone();
    let words = move || {
        let said = match (version.outcome.as_deref(), &version.signer) {
            (Some("accepted"), Some(name)) => Some(k::commerce::accepted_by(name)),
            (Some("declined"), _) => Some(k::commerce::DECLINED_BY.get().to_owned()),
            _ => {
                let viewed = version.viewed_at.as_deref().map(instant::shown);
                viewed.map(|at| k::commerce::viewed_on(&at))
            }
        };
        let sent = k::commerce::sent_on(&instant::shown(&version.sent_at));
        let parts = [Some(money(total, &currency)), Some(sent), said];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    view! {
        <li class="related-card">
            <p class="related-card-head">
                <span>{move || k::commerce::version_n(&number.to_string())}</span>
                <span class="spacer"></span>
                <IconButton label=move || k::commerce::pdf_of(&number.to_string()) icon=icon::DOWNLOAD size=Size::Small on_press=move |()| pdf(live, Some(number))/>
            </p>
            <p class="secondary">{words}</p>
            {comment.map(|comment| view! { <p class="long-text">{comment}</p> })}
        </li>
    }
}
