//! The strip of figures on top of a record page.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::live::Live;
use super::related::Listing;
use crate::api::use_api;
use crate::i18n::{k, local_day, money, money_compact, number, relative_days, today};
use crate::records::{Record, instant};
use crate::ui::kpi::Kpi;
use crate::ui::tag::Tone;

/// Sum of the deals with a status, in short and exact: "2 · Rp 48,3 jt".
struct Sum {
    short: String,
    exact: String,
}

/// Open and won deals, last contact, next step.
#[component]
pub fn Figures(
    /// The record.
    live: Live,
    /// Its deals.
    deals: Listing,
) -> impl IntoView {
    let open = sum_of(deals, "open");
    let won = sum_of(deals, "won");
    view! {
        <div class="kpis">
            <Kpi label=k::record::OPEN_DEALS value=move || open.with(|sum| sum.short.clone()) exact=move || open.with(|sum| sum.exact.clone())/>
            <Kpi label=k::record::WON_DEALS value=move || won.with(|sum| sum.short.clone()) exact=move || won.with(|sum| sum.exact.clone())/>
            <LastContact live/>
            <NextDue live/>
        </div>
    }
}

/// How long ago there was contact.
#[component]
pub fn LastContact(live: Live) -> impl IntoView {
    let at =
        Memo::new(move |_| live.with(|record| record.text("last_activity_at").map(str::to_owned)));
    let value = move || {
        let days = at.get().as_deref().and_then(instant::days_from_today);
        days.map_or_else(
            || k::record::NEVER.get().to_owned(),
            |days| relative_days(days.min(0)),
        )
    };
    view! { <Kpi label=k::record::LAST_CONTACT value exact=move || shown(at.get())/> }
}

/// When the next step is due.
#[component]
pub fn NextDue(live: Live) -> impl IntoView {
    let at = Memo::new(move |_| live.with(|record| record.text("next_step_at").map(str::to_owned)));
    let days = move || {
        at.get()
            .as_deref()
            .and_then(local_day)
            .map(|day| day.number() - today().number())
    };
    let late = move || at.get().as_deref().is_some_and(instant::is_past);
    let value = move || days().map_or_else(|| k::common::NONE.get().to_owned(), relative_days);
    let note = move || if late() { k::record::OVERDUE.get() } else { "" };
    let tone = Signal::derive(move || if late() { Tone::Bad } else { Tone::Neutral });
    view! { <Kpi label=k::record::NEXT_STEP value exact=move || shown(at.get()) note tone/> }
}

fn shown(at: Option<String>) -> String {
    at.as_deref().map(instant::shown).unwrap_or_default()
}

fn sum_of(deals: Listing, status: &'static str) -> Memo<Sum> {
    let session = use_api().session();
    Memo::new_with_compare(
        move |_| {
            let home = session.with(|s| {
                s.as_ref()
                    .map(|s| s.workspace.currency.clone())
                    .unwrap_or_default()
            });
            sum(&deals.all(), status, &home)
        },
        |_, _| true,
    )
}

/// Amounts are added up by currency, the workspace's own first.
fn sum(deals: &[Record], status: &str, home: &str) -> Sum {
    let mut by_currency = BTreeMap::<(bool, &str), i64>::new();
    let mut count = 0;
    for deal in deals
        .iter()
        .filter(|deal| deal.text("status") == Some(status))
    {
        count += 1;
        if let Some((amount, currency)) = deal.integer("amount").zip(deal.text("currency")) {
            *by_currency.entry((currency != home, currency)).or_default() += amount;
        }
    }
    let joined = |write: fn(i64, &str) -> String| {
        let amounts = by_currency
            .iter()
            .map(|((_, currency), minor)| write(*minor, currency));
        amounts.collect::<Vec<_>>().join(" + ")
    };
    let with_count = |amounts: String| match (count, amounts.is_empty()) {
        (0, _) => number(0),
        (_, true) => number(count),
        (_, false) => format!("{} · {amounts}", number(count)),
    };
    Sum {
        short: with_count(joined(money_compact)),
        exact: with_count(joined(money)),
    }
}
