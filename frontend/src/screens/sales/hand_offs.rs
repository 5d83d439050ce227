//! What becomes of leads that are handed to sales: figures, and the hand-offs behind them.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Reply, use_api};
use crate::i18n::{k, number, percent, today};
use crate::records::instant;
use crate::records::people::use_people;
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::kpi::Kpi;
use crate::ui::select::{Choice, Select};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Report {
    handed_off: i64,
    accepted: i64,
    waiting: i64,
    median_seconds: Option<i64>,
    p90_seconds: Option<i64>,
    return_rate: Option<i64>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct HandOff {
    lead_id: String,
    title: Option<String>,
    at: String,
    by: String,
    accepted_at: Option<String>,
    returned_at: Option<String>,
    return_reason: Option<String>,
    seconds: Option<i64>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<HandOff>,
}

/// Seconds as people say them: minutes, hours or days.
pub fn span(seconds: i64) -> String {
    let minutes = (seconds + 59) / 60;
    match minutes {
        0..=120 => k::leads::minutes(&number(minutes)),
        121..=2_880 => k::leads::hours(&number(minutes / 60)),
        _ => k::leads::days(&number(minutes / 1_440)),
    }
}

/// The dialog.
#[component]
pub fn HandOffs(open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::leads::REPORT_TITLE width=Width::Wide><Figures/></Modal> }
}

#[component]
fn Figures() -> impl IntoView {
    let api = use_api();
    let days = RwSignal::new("90".to_owned());
    let found = RwSignal::new(None::<Result<(Report, Vec<HandOff>), String>>);
    let load = Callback::new(move |()| {
        let back = days.with_untracked(|days| days.parse::<i64>().unwrap_or(90));
        let to = today().plus(1);
        let period = format!("from={}&to={}", to.plus(-back).iso(), to.iso());
        spawn_local(async move {
            let figures = api
                .get(&format!("/leads/hand-offs/report?{period}"))
                .await
                .and_then(Reply::read::<Report>);
            let rows = api
                .get(&format!("/leads/hand-offs?limit=100&{period}"))
                .await
                .and_then(Reply::read::<Page>);
            let both = figures.and_then(|figures| Ok((figures, rows?.items)));
            let _ = found.try_set(Some(both.map_err(|error| error.text())));
        });
    });
    load.run(());
    let choices = Signal::derive(|| {
        [
            ("30", k::leads::DAYS_30),
            ("90", k::leads::DAYS_90),
            ("365", k::leads::DAYS_365),
        ]
        .map(|(days, label)| Choice::new(days, label.get()))
        .to_vec()
    });
    view! {
        <div class="stack">
            <Select label=k::leads::PERIOD value=days choices on_change=move |_: String| load.run(())/>
            {move || match found.get() {
                None => view! { <Skeleton lines=6/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
                Some(Ok((report, rows))) => view! { <Shown report rows/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Shown(report: Report, rows: Vec<HandOff>) -> impl IntoView {
    let time = |seconds: Option<i64>| {
        move || seconds.map_or_else(|| k::common::NONE.get().to_owned(), span)
    };
    #[expect(clippy::cast_precision_loss, reason = "a percentage")]
    let rate = move || {
        report.return_rate.map_or_else(
            || k::common::NONE.get().to_owned(),
            |rate| percent(rate as f64 / 10_000.0),
        )
    };
    let counted = move |n: i64| move || format!("n {}", number(n));
    view! {
        <div class="kpis">
            <Kpi label=k::leads::MEDIAN value=time(report.median_seconds) note=counted(report.accepted)/>
            <Kpi label=k::leads::P90 value=time(report.p90_seconds) note=counted(report.accepted)/>
            <Kpi label=k::leads::RETURN_RATE value=rate note=counted(report.handed_off)/>
            <Kpi label=k::leads::WAITING value=move || number(report.waiting)/>
        </div>
        <p class="hint">{move || k::leads::report_note(&number(report.accepted), &number(report.handed_off))}</p>
        <h3>{k::leads::ROWS}</h3>
        <Rows rows/>
    }
}

#[component]
fn Rows(rows: Vec<HandOff>) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="hint">{k::leads::ROWS_NONE}</p> }.into_any();
    }
    let people = use_people();
    let came = |row: &HandOff| match (&row.returned_at, row.seconds, &row.accepted_at) {
        (Some(_), ..) => k::leads::came_back(row.return_reason.as_deref().unwrap_or_default()),
        (None, Some(seconds), Some(_)) => k::leads::row_accepted(&span(seconds)),
        _ => k::leads::ROW_WAITING.get().to_owned(),
    };
    let row = move |row: HandOff| {
        let (href, shown) = (format!("/app/leads/{}", row.lead_id), row.clone());
        let by = row.by.clone();
        view! {
            <tr>
                <th scope="row"><a href=href>{row.title.unwrap_or_else(|| "…".to_owned())}</a></th>
                <td>{instant::shown(&row.at)}<br/><span class="secondary">{move || people.name(&by).map(|name| k::record::by(&name))}</span></td>
                <td>{move || came(&shown)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wide" tabindex="0" role="region" aria-label=k::leads::ROWS>
            <table class="plain-table">
                <thead><tr><th scope="col">{k::leads::TITLE}</th><th scope="col">{k::leads::WHEN}</th><th scope="col">{k::leads::WHAT_CAME}</th></tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
