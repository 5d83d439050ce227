//! The third step: what the rows would come to.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::csv::first_records;
use super::model::{self, Counts, Import};
use super::watch::Watched;
use crate::api::{Api, use_api};
use crate::download::save_csv;
use crate::i18n::{k, number};
use crate::records::labels;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::kpi::Kpi;
use crate::ui::tag::Tone;
use crate::ui::toast::{Toasts, use_toasts};

/// Rows with problems that are listed.
const LISTED: usize = 20;

/// Counts, problems, and the button that writes.
#[component]
pub fn CheckStep(watched: Watched, back: RwSignal<bool>) -> impl IntoView {
    let (busy, toasts) = (RwSignal::new(false), use_toasts());
    let import = watched.import.get_untracked();
    let counts = import.as_ref().and_then(|import| import.counts);
    let rows = counts.map_or(0, |c| c.created + c.updated);
    let none =
        Signal::derive(move || (rows == 0).then(|| k::import::NOTHING_TO_RUN.get().to_owned()));
    let run = move |()| {
        busy.set(true);
        spawn_local(async move {
            if let Err(error) = watched.start("run").await {
                toasts.bad(error.text());
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        {counts.map(|counts| view! { <CountCards counts/> })}
        {import.zip(counts).map(|(import, counts)| view! { <Problems import counts/> })}
        <div class="import-foot">
            <Button label=k::import::CHANGE_MATCHING on_press=move |()| back.set(true)/>
            <span class="spacer"></span>
            <span class="hint">{k::import::NOTHING_WRITTEN}</span>
            <Button label=move || k::import::run(rows) variant=Variant::Primary busy=busy disabled=none on_press=run/>
        </div>
    }
}

/// Every count, and that they add up.
#[component]
pub fn CountCards(counts: Counts) -> impl IntoView {
    let Counts {
        rows,
        created,
        updated,
        skipped,
        rejected,
        companies_created,
    } = counts;
    let card = |label, n: i64| view! { <Kpi label value=move || number(n)/> };
    let sum = move || {
        k::import::sum(
            &number(created),
            &number(rejected),
            &number(rows),
            &number(skipped),
            &number(updated),
        )
    };
    view! {
        <section class="stack">
            <div class="kpis import-counts">
                {card(k::import::COUNT_ROWS, rows)}
                {card(k::import::COUNT_CREATED, created)}
                {card(k::import::COUNT_UPDATED, updated)}
                {card(k::import::COUNT_SKIPPED, skipped)}
                {card(k::import::COUNT_REJECTED, rejected)}
                {card(k::import::COUNT_COMPANIES, companies_created)}
            </div>
            <p class="secondary" role="status">{sum}</p>
        </section>
    }
}

/// The first rows that can't be taken, each with why, and all of them as a file.
#[component]
pub fn Problems(import: Import, counts: Counts) -> impl IntoView {
    if counts.rejected == 0 {
        return view! { <Banner text=k::import::PROBLEMS_NONE tone=Tone::Ok/> }.into_any();
    }
    let (api, toasts) = (use_api(), use_toasts());
    let (id, file, target) = (import.id.clone(), import.file_name.clone(), import.target());
    let found = RwSignal::new(None::<Result<String, String>>);
    spawn_local({
        let id = id.clone();
        async move {
            let answer = model::rejected(api, &id)
                .await
                .map_err(|error| error.text());
            let _ = found.try_set(Some(answer));
        }
    });
    let download = move |()| download(api, toasts, id.clone(), file.clone());
    let shown = i64::try_from(LISTED)
        .unwrap_or_default()
        .min(counts.rejected);
    view! {
        <section class="stack">
            <div class="row">
                <h2>{k::import::PROBLEMS}</h2>
                <span class="secondary">{move || k::import::problems_first(&number(shown), &number(counts.rejected))}</span>
                <span class="spacer"></span>
                <Button label=k::import::DOWNLOAD_ERRORS icon=icon::DOWNLOAD on_press=download/>
            </div>
            {move || match found.get() {
                None => view! { <Skeleton lines=4/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text/> }.into_any(),
                Some(Ok(text)) => problem_list(&text, labels::field(target, target.title)).into_any(),
            }}
        </section>
    }
    .into_any()
}

/// Row, its first cells, why: the last two columns of the file are row number and reason.
fn problem_list(text: &str, first: String) -> impl IntoView + use<> {
    let lines = first_records(text, LISTED + 1)
        .into_iter()
        .skip(1)
        .filter(|record| record.len() > 2);
    let lines = lines.map(|mut record| {
        let reason = record.pop().unwrap_or_default();
        let row = record.pop().unwrap_or_default();
        let cells = record
            .into_iter()
            .filter(|cell| !cell.is_empty())
            .take(3)
            .collect::<Vec<_>>()
            .join(" · ");
        view! { <tr><td class="number">{row}</td><td>{cells}</td><td>{reason}</td></tr> }
    });
    let lines = lines.collect_view();
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label=k::import::PROBLEMS>
            <table class="plain-table import-problems">
                <thead><tr><th scope="col">{k::import::ROW}</th><th scope="col">{first}</th><th scope="col">{k::import::PROBLEM}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}

/// Fetches the rows with problems and gives them to the browser as a file.
fn download(api: Api, toasts: Toasts, id: String, file: String) {
    let base = file
        .rsplit_once('.')
        .map_or(file.as_str(), |(base, _)| base);
    let name = format!("{base}-{}.csv", k::import::ERROR_FILE.get());
    spawn_local(async move {
        match model::rejected(api, &id).await {
            Ok(text) => _ = save_csv(&name, &text),
            Err(error) => toasts.bad(error.text()),
        }
    });
}
