//! Figures of sales on one page; each opens the rows behind it.

mod asked;
mod board;
mod board_model;
mod card;
mod model;
mod period;
mod rows;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub use self::{
    board_model::{Board, BoardLine},
    model::{Figure, figure},
    period::{AHEAD, Period},
    rows::RowsPage,
};

use self::{
    asked::{Asked, BoardFound, Found, use_asked, use_report},
    board::BoardPart,
    card::{Drawn, ReportCard},
    model::Report,
    period::PERIODS,
};
use crate::api::use_api;
use crate::frame::PageBar;
use crate::i18n::{k, number};
use crate::records::store::{self, Query};
use crate::ui::feedback::Skeleton;
use crate::ui::kpi::Kpi;
use crate::ui::select::{Choice, Select};

/// `/app/analytics/sales`.
#[component]
pub fn SalesPage() -> impl IntoView {
    let (asked, board, change) = use_asked();
    let results = use_report(asked, "results", "closed_at:month");
    view! {
        <PageBar title=k::insight::SALES>
            <a class="btn quiet" href="/app/analytics/forecast"><span class="btn-label">{k::forecast::TITLE}</span></a>
        </PageBar>
        <div class="page-body insight">
            <Questions asked board change/>
            {move || match board.get() {
                None => view! { <Skeleton lines=6/> }.into_any(),
                Some((_, Ok(board))) => view! { <BoardPart board/> }.into_any(),
                Some((_, Err(text))) => view! { <p class="hint">{text}</p> }.into_any(),
            }}
            <Overall asked board results/>
            <div class="insight-cards">
                <ReportCard question=k::insight::Q_WON asked report="results" by="closed_at:month" drawn=Drawn::Columns("amount_won") found=results/>
                <ReportCard question=k::insight::Q_FUNNEL asked report="funnel" by="" drawn=Drawn::Bars("entered")/>
                <ReportCard question=k::insight::Q_STAGES asked report="stage_time" by="" drawn=Drawn::Spans/>
                <ReportCard question=k::insight::Q_CYCLE asked report="cycle" by="owner_id" drawn=Drawn::Spans/>
                <ReportCard question=k::insight::Q_RATE asked report="results" by="owner_id" drawn=Drawn::Bars("close_rate")/>
                <ReportCard question=k::insight::Q_LOST asked report="lost_reasons" by="" drawn=Drawn::Bars("lost")/>
                <ReportCard question=k::insight::Q_SOURCES asked report="cohort" by="source" drawn=Drawn::Bars("won_share")/>
                <ReportCard question=k::insight::Q_ACTIVITIES asked report="activities" by="owner_id" drawn=Drawn::Sum/>
                <ReportCard question=k::insight::Q_OUTCOMES asked report="outcomes" by="" drawn=Drawn::Sum/>
                <ReportCard question=k::forecast::Q_PIPELINE asked report="pipeline_at" by="" drawn=Drawn::Bars("deals")/>
                <ReportCard question=k::forecast::Q_LEAD_SOURCES asked report="sources" by="" drawn=Drawn::Bars("leads")/>
                <ReportCard question=k::forecast::Q_CAMPAIGNS asked report="campaigns" by="" drawn=Drawn::Bars("leads")/>
                <ReportCard question=k::forecast::Q_LEADS asked report="lead_people" by="" drawn=Drawn::Bars("received")/>
                <ReportCard question=k::forecast::Q_GROWTH asked report="growth" by="" drawn=Drawn::Bars("cross_sell")/>
            </div>
        </div>
    }
}

/// Period, what it is compared with, whose, and pipeline.
#[component]
fn Questions(asked: Memo<Asked>, board: BoardFound, change: Callback<Asked>) -> impl IntoView {
    let api = use_api();
    let pipelines = RwSignal::new(Vec::<Choice>::new());
    spawn_local(async move {
        let query = Query {
            sort: "position".to_owned(),
            limit: 200,
            ..Query::default()
        };
        let object = &relasi_domain::sales::pipeline::OBJECT;
        // The choice is an extra: without it all pipelines count.
        if let Ok(page) = store::list(api, object, &query).await {
            let choice = |one: &crate::records::Record| Choice::new(one.id(), one.title(object));
            _ = pipelines.try_set(page.items.iter().map(choice).collect());
        }
    });
    let period = RwSignal::new(String::new());
    let (against, whose) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let pipeline = RwSignal::new(String::new());
    // Back and forward change the address alone.
    Effect::new(move |_| {
        let now = asked.get();
        period.set(if now.name.is_empty() {
            "quarter".to_owned()
        } else {
            now.name
        });
        against.set(now.against);
        whose.set(now.whose);
        pipeline.set(now.pipeline);
    });
    let go = Callback::new(move |_: String| {
        change.run(Asked {
            name: period.get_untracked(),
            against: against.get_untracked(),
            whose: whose.get_untracked(),
            pipeline: pipeline.get_untracked(),
            ..asked.get_untracked()
        });
    });
    let periods = || {
        PERIODS
            .iter()
            .map(|(_, name, words)| Choice::new(*name, words.get()))
            .collect::<Vec<_>>()
    };
    let others = || {
        vec![
            Choice::new("", k::insight::AGAINST_BEFORE.get()),
            Choice::new("year", k::insight::AGAINST_YEAR.get()),
        ]
    };
    let people = move || {
        let board = board.get().and_then(|(_, board)| board.ok());
        board.map_or_else(Vec::new, |board| whom(&board))
    };
    let ways = move || {
        let mut all = vec![Choice::new("", k::insight::ALL_PIPELINES.get())];
        all.extend(pipelines.get());
        all
    };
    view! {
        <div class="insight-questions">
            <Select label=k::insight::PERIOD value=period choices=Signal::derive(periods) on_change=go/>
            <Select label=k::insight::AGAINST value=against choices=Signal::derive(others) on_change=go/>
            <Select label=k::insight::WHOSE value=whose choices=Signal::derive(people) on_change=go/>
            <Select label=k::insight::PIPELINE value=pipeline choices=Signal::derive(ways) on_change=go/>
        </div>
    }
}

/// What suits the reader, then whomever else they may ask for; tracked.
fn whom(board: &Board) -> Vec<Choice> {
    let own = match board.audience.as_str() {
        "owner" => k::insight::EVERYBODY,
        "lead" => k::insight::MY_TEAM,
        _ => k::insight::ME,
    };
    let mut all = vec![Choice::new("", own.get())];
    if board.audience != "owner" {
        all.push(Choice::new("all", k::insight::EVERYBODY.get()));
    }
    if board.audience != "seller" {
        all.push(Choice::new("me", k::insight::ME.get()));
    }
    let teams = board.teams.iter();
    all.extend(
        teams.map(|team| Choice::new(format!("team:{}", team.id), k::forecast::team(&team.label))),
    );
    let people = board.people.iter();
    all.extend(people.map(|one| Choice::new(format!("person:{}", one.id), one.label.clone())));
    all
}

/// The figures over everything.
#[component]
fn Overall(asked: Memo<Asked>, board: BoardFound, results: Found) -> impl IntoView {
    let flow = use_report(asked, "velocity", "");
    let shown = move || {
        let mut kpis = Vec::new();
        let mut all = vec![(flow, ["cycle", "mean_won", "velocity"])];
        // Where there is no board, what it begins with is told here.
        if board.with(|board| matches!(board, Some((_, Err(_))))) {
            all.insert(0, (results, ["amount_won", "won", "close_rate"]));
        }
        for (found, names) in all {
            let Some(report) = found.get().and_then(Result::ok) else {
                continue;
            };
            for name in names {
                kpis.extend(
                    of_name(&report, name)
                        .into_iter()
                        .map(|figure| kpi(&report, figure)),
                );
            }
        }
        kpis.collect_view()
    };
    view! { <section class="kpis" aria-label=k::insight::FLOW>{shown}</section> }
}

/// The figures of a name, one for each currency that anything was found in; the first one when nothing was.
fn of_name<'r>(report: &'r Report, name: &str) -> Vec<&'r Figure> {
    let of_name = report.figures.iter().filter(|one| one.name == name);
    let some: Vec<&Figure> = of_name.clone().filter(|one| one.n > 0).collect();
    if some.is_empty() {
        of_name.take(1).collect()
    } else {
        some
    }
}

fn kpi(report: &Report, figure: &Figure) -> AnyView {
    let (href, n) = (card::rows(&report.rows_of, figure), figure.n);
    let (title, short, full) = (figure.clone(), figure.clone(), figure.clone());
    let currency = figure.currency.clone();
    let label = move || match &currency {
        Some(code) if title.unit != "money" => format!("{} ({code})", title.title()),
        _ => title.title(),
    };
    let (value, exact, note) = (
        move || short.short(),
        move || full.full(),
        move || k::insight::n(&number(n)),
    );
    match href {
        Some(href) => {
            view! { <Kpi label=label value=value exact=exact note=note href=href/> }.into_any()
        }
        None => view! { <Kpi label=label value=value exact=exact note=note/> }.into_any(),
    }
}
