//! Lines and quotes on the page of a deal.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use relasi_domain::commerce::quote;
use relasi_domain::identity::access::Action;
use relasi_domain::record::Document;
use relasi_domain::sales::deal;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::lines::{EditLines, Sheet};
use super::live::Live;
use super::related::{Listing, Section};
use crate::api::{Api, ApiError, Request};
use crate::i18n::{decimal, k, money};
use crate::records::store::{self, Query, Record};
use crate::records::value::choice_tone;
use crate::records::{instant, labels};
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::tag::Tag;

/// "Lines: 3, tax, total", and the way to change them.
#[component]
pub fn DealLines(
    /// Its lines.
    sheet: Sheet,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let count = Signal::derive(move || {
        let found = sheet.get();
        found.and_then(|all| i64::try_from(all.all.len()).ok())
    });
    let list = move || {
        let all = sheet.get()?;
        let currency = StoredValue::new(all.currency.clone());
        let amount = move |minor: i64| money(minor, &currency.get_value());
        let lines = all.all.iter().map(|line| {
            let (name, quantity, net) = (line.name.clone(), line.quantity.0, line.net);
            view! {
                <li class="related-card deal-line"><span>{move || k::commerce::line_words(&name, &decimal(quantity))}</span><span class="figure">{move || amount(net)}</span></li>
            }
        });
        let (tax, total) = (all.totals.tax, all.totals.total);
        Some(view! {
            <ul class="cards">{lines.collect_view()}</ul>
            <dl class="lines-sums">
                <dt>{k::commerce::TAX}</dt><dd class="figure">{move || amount(tax)}</dd>
                <dt class="lines-total">{k::commerce::TOTAL}</dt><dd class="figure lines-total">{move || amount(total)}</dd>
            </dl>
        })
    };
    view! {
        <Section title=k::commerce::DEAL_LINES count empty=k::commerce::NO_LINES
            action=ViewFn::from(move || view! { <EditLines sheet may_edit/> })>{list}</Section>
    }
}

/// The quotes of a deal, and the button that makes one.
#[component]
pub fn DealQuotes(
    /// The deal.
    live: Live,
    /// Its lines.
    sheet: Sheet,
) -> impl IntoView {
    let quotes = Listing::of(live, &quote::OBJECT, move || Query {
        filter: format!("deal_id = \"{}\"", live.id()),
        sort: "-created_at".to_owned(),
        ..Query::default()
    });
    let session = live.api.session();
    let may_add = Memo::new(move |_| {
        session.with(|s| {
            s.as_ref()
                .is_some_and(|s| s.may_on(Action::Add, quote::OBJECT.name))
        })
    });
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let add = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let name = untrack(|| live.with(|record| record.title(&deal::OBJECT)));
        let with_lines = untrack(|| sheet.has_some());
        let (api, id, toasts, navigate) = (live.api, live.id(), live.toasts, navigate.clone());
        spawn_local(async move {
            let made = make(api, id, name, with_lines).await;
            busy.try_set(false);
            match made {
                Ok(quote) => {
                    toasts.ok(k::commerce::quote_made(
                        quote.text("number").unwrap_or_default(),
                    ));
                    navigate(
                        &format!("/app/quotes/{}", quote.id()),
                        NavigateOptions::default(),
                    );
                }
                Err(error) => toasts.bad(error.text()),
            }
        });
    });
    let action = move || {
        view! {
            <Show when=move || may_add.get()>
                <Button label=k::commerce::MAKE_QUOTE size=Size::Small icon=icon::PLUS busy on_press=move |()| add.run(())/>
            </Show>
        }
    };
    view! {
        <Section title=k::place::QUOTES count=Signal::derive(move || quotes.count()) empty=k::commerce::NO_QUOTES_HERE action=ViewFn::from(action)>
            <ul class="cards">{move || quotes.all().into_iter().map(card).collect_view()}</ul>
        </Section>
    }
}

/// A quote of the deal, with the lines of the deal where it has some.
async fn make(api: Api, deal: String, name: String, with_lines: bool) -> Result<Record, ApiError> {
    let body = Document::from_iter([
        ("name".to_owned(), json!(name)),
        ("deal_id".to_owned(), json!(deal)),
    ]);
    let quote = store::create(api, &quote::OBJECT, body).await?;
    if with_lines {
        let path = format!("/quotes/{}/copy-lines", quote.id());
        let request = Request::post(&path)
            .json(&json!({}))
            .version(quote.version());
        request.send(api).await?;
    }
    Ok(quote)
}

fn card(record: Record) -> impl IntoView {
    let status = record.text("status").unwrap_or_default().to_owned();
    let tone = choice_tone(&status);
    let number = record.text("number").unwrap_or_default().to_owned();
    let total = record
        .integer("total")
        .zip(record.text("currency").map(str::to_owned));
    let revision = record.integer("revision").unwrap_or(1);
    let sent = record.text("sent_at").map(str::to_owned);
    let line = move || {
        let total = total
            .as_ref()
            .map(|(minor, currency)| money(*minor, currency));
        let sent = sent
            .as_deref()
            .map(|at| k::commerce::sent_on(&instant::shown(at)));
        let version = Some(k::commerce::version_n(&revision.to_string()));
        [version, total, sent]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    view! {
        <li class="related-card">
            <p class="related-card-head"><a href=format!("/app/quotes/{}", record.id())>{number}</a><Tag label=move || labels::choice(&quote::OBJECT, "status", &status) tone/></p>
            <p class="secondary">{line}</p>
        </li>
    }
}
