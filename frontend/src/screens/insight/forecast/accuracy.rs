//! How good forecasts of the period were, week by week.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::model::{Accuracy, Guess, Point, Said, word};
use crate::api::{Reply, use_api};
use crate::i18n::{Day, date_short, k, money, money_compact, number, percent};
use crate::ui::feedback::{ErrorState, Skeleton};

const METHODS: [&str; 4] = ["commit", "best_case", "weighted", "history"];

/// The card.
#[component]
pub fn AccuracyCard(
    /// The period as parameters.
    days: Signal<String>,
) -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Accuracy, String>>);
    Effect::new(move |_| {
        let asked = days.get();
        let path = format!("/insight/forecast/accuracy?{asked}");
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Accuracy>);
            // An answer that came late is not what is asked any more.
            if days.try_get_untracked().as_ref() == Some(&asked) {
                _ = found.try_set(Some(answer.map_err(|error| error.text())));
            }
        });
    });
    view! {
        <section class="panel" aria-labelledby="forecast-accuracy">
            <h2 id="forecast-accuracy">{k::forecast::ACCURACY}</h2>
            {move || match found.get() {
                None => view! { <Skeleton lines=4/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text=text/> }.into_any(),
                Some(Ok(accuracy)) => view! { <Shown accuracy/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Shown(accuracy: Accuracy) -> impl IntoView {
    if accuracy.points.is_empty() {
        return view! { <p class="hint">{k::forecast::NOTHING_NOTED}</p> }.into_any();
    }
    let currency = StoredValue::new(accuracy.currency);
    let (won, n, is_over) = (accuracy.won, accuracy.n, accuracy.is_over);
    let summary = move || {
        let amount = currency.with_value(|currency| money(won, currency));
        if is_over {
            k::forecast::won_of(&amount, &number(n))
        } else {
            k::forecast::won_so_far(&amount, &number(n))
        }
    };
    let heads = METHODS
        .map(|name| view! { <th scope="col" class="number">{move || word("figure", name)}</th> });
    let callers = accuracy.callers.clone();
    let called = callers.iter().map(|caller| {
        let (name, n, won) = (caller.label.clone(), caller.n, caller.won);
        let words = move || {
            let won = currency.with_value(|currency| money_compact(won, currency));
            k::forecast::called(&won, &number(n), &name)
        };
        view! { <th scope="col" class="number">{words}</th> }
    });
    let called = called.collect_view();
    let lines = accuracy
        .points
        .into_iter()
        .enumerate()
        .map(|(at, point)| {
            let said = callers
                .iter()
                .filter_map(|caller| caller.points.get(at).cloned());
            line(point, said.collect(), currency)
        })
        .collect_view();
    view! {
        <p class="secondary">{summary}</p>
        <div class="table-wide" tabindex="0" role="group" aria-label=k::forecast::ACCURACY>
            <table class="plain-table">
                <thead><tr><th scope="col">{k::forecast::FORESEEN_ON}</th><th scope="col" class="number">{k::forecast::DEALS}</th><th scope="col" class="number">{k::forecast::WON_BEFORE}</th>{heads.collect_view()}{called}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
        <p class="hint">{k::forecast::ACCURACY_TEXT}</p>
    }
    .into_any()
}

fn line(point: Point, said: Vec<Said>, currency: StoredValue<String>) -> impl IntoView {
    let short = move |amount: i64| currency.with_value(|currency| money_compact(amount, currency));
    let day = Day::parse_iso(&point.day);
    let (n, before) = (point.n, point.won_before);
    let cells = point.guesses.into_iter().map(|guess: Guess| {
        let amount = move || guess.amount.map_or_else(|| "–".to_owned(), short);
        let error = move || guess.error.map(off);
        view! { <td class="number">{amount}<span class="hint forecast-cell-range">{error}</span></td> }
    });
    let said = said.into_iter().map(|said| {
        let amount = move || said.amount.map_or_else(|| "–".to_owned(), short);
        let error = move || said.error.map(off);
        view! { <td class="number">{amount}<span class="hint forecast-cell-range">{error}</span></td> }
    });
    view! {
        <tr>
            <th scope="row">{move || day.map(date_short)}</th>
            <td class="number">{move || number(n)}</td>
            <td class="number">{move || short(before)}</td>
            {cells.collect_view()}{said.collect_view()}
        </tr>
    }
}

/// `+12%`, `-3%`.
#[expect(clippy::cast_precision_loss, reason = "a share")]
fn off(error: i64) -> String {
    let sign = if error > 0 { "+" } else { "" };
    format!("{sign}{}", percent(error as f64 / 10_000.0))
}
