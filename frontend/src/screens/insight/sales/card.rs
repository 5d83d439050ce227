//! A report as a card: chart, table, file, and what must be known to read it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::asked::{Asked, Found, has_stages, use_report};
use super::model::{Figure, Group, Report, figure};
use crate::api::use_api;
use crate::download::save_csv;
use crate::i18n::{Day, Key, date_short, k, number};
use crate::records::store::encode;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::chart::{ChartFrame, Column, Columns, Line, SpanBar, SpanBars};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::kpi::{Bar, BarList};
use crate::ui::toast::use_toasts;

/// Fewer than these say little.
const FEW: i64 = 10;

/// How the groups of a report are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// Columns over time of this figure.
    Columns(&'static str),
    /// Bars of this figure, each with its n.
    Bars(&'static str),
    /// Bars of the sum of all figures.
    Sum,
    /// From the median to the 90th percentile.
    Spans,
}

/// A card.
#[component]
pub fn ReportCard(
    /// The question that it answers.
    question: Key,
    /// What is asked of all.
    asked: Memo<Asked>,
    /// Which report.
    report: &'static str,
    /// What it is grouped by; empty where it has groups of its own.
    by: &'static str,
    /// How it is drawn.
    drawn: Drawn,
    /// The report, where another part of the page asks for it as well.
    #[prop(optional)]
    found: Option<Found>,
) -> impl IntoView {
    let found = found.unwrap_or_else(|| use_report(asked, report, by));
    view! {
        {move || match found.get() {
            None => view! { <div class="panel"><Skeleton lines=6/></div> }.into_any(),
            Some(Err(text)) => view! { <div class="panel"><h2>{question}</h2><ErrorState text=text/></div> }.into_any(),
            Some(Ok(report)) => view! { <Shown question asked report by drawn/> }.into_any(),
        }}
    }
}

#[component]
fn Shown(
    question: Key,
    asked: Memo<Asked>,
    report: Report,
    by: &'static str,
    drawn: Drawn,
) -> impl IntoView {
    let report = StoredValue::new(report);
    let now = asked.get_untracked();
    let links = StoredValue::new(now);
    let headings = move || {
        report.with_value(|report| {
            names(report)
                .iter()
                .map(|(_, figure)| figure.title())
                .collect::<Vec<_>>()
        })
    };
    let lines = move || {
        report.with_value(|report| {
            let names = names(report);
            let line = |group: &Group| Line {
                label: group.title(&report.by),
                cells: names.iter().map(|(key, _)| cell(group, key)).collect(),
                href: links.with_value(|asked| link(report, group, drawn, asked)),
            };
            report.groups.iter().map(line).collect::<Vec<_>>()
        })
    };
    let note = move || report.with_value(note);
    let marks = ViewFn::from(move || {
        let empty = report.with_value(|report| {
            report
                .groups
                .iter()
                .all(|group| group.figures.iter().all(|one| one.n == 0))
        });
        if empty {
            return view! { <EmptyState text=k::insight::EMPTY icon=icon::CHART_COLUMN/> }
                .into_any();
        }
        report.with_value(|report| links.with_value(|asked| draw(report, drawn, asked)))
    });
    let code = report.with_value(|report| report.code.clone());
    let actions = ViewFn::from(move || view! { <Save code=code.clone() by asked/> });
    view! {
        <ChartFrame title=question headings=Signal::derive(headings) lines=Signal::derive(lines)
            note=note formula=move || report.with_value(|report| report.formula.clone()) actions>
            {marks.run()}
        </ChartFrame>
    }
}

/// The figures of all groups by name and currency, in the order in which they come.
fn names(report: &Report) -> Vec<((String, Option<String>), Figure)> {
    let mut found: Vec<((String, Option<String>), Figure)> = Vec::new();
    for one in report.groups.iter().flat_map(|group| &group.figures) {
        let key = (one.name.clone(), one.currency.clone());
        if !found.iter().any(|(known, _)| *known == key) {
            found.push((key, one.clone()));
        }
    }
    found
}

fn cell(group: &Group, (name, currency): &(String, Option<String>)) -> String {
    let of = group
        .figures
        .iter()
        .find(|one| one.name == *name && one.currency == *currency);
    of.map_or_else(|| "–".to_owned(), Figure::full)
}

/// n, period and time zone.
fn note(report: &Report) -> String {
    let all = report.figures.iter().map(|one| one.n);
    let n = match report.code.as_str() {
        // Each kind counts others; elsewhere the widest figure is made of all.
        "activities" => all.sum(),
        _ => all.max().unwrap_or(0),
    };
    let day = |text: &str, back: i64| {
        Day::parse_iso(text).map_or_else(String::new, |day| date_short(day.plus(back)))
    };
    k::insight::note(
        &day(&report.from, 0),
        &number(n),
        &day(&report.to, -1),
        &report.zone,
    )
}

/// Where the rows behind a group are.
fn link(report: &Report, group: &Group, drawn: Drawn, asked: &Asked) -> Option<String> {
    if has_stages(&report.code) {
        let stage = group.value.as_str()?;
        let which = match report.code.as_str() {
            "funnel" => "entered",
            "pipeline_at" => "standing",
            _ => "stood",
        };
        let code = &report.code;
        return Some(format!(
            "/app/analytics/sales/rows?report={code}&which={which}&stage={stage}&{}",
            asked.query_of_rows()
        ));
    }
    let of = match drawn {
        Drawn::Columns(name) | Drawn::Bars(name) => figure(&group.figures, name),
        Drawn::Spans => group.figures.first(),
        Drawn::Sum => {
            let parts = group.figures.iter().filter(|one| one.n > 0);
            let parts: Vec<&str> = parts.filter_map(|one| one.filter.as_deref()).collect();
            let all = (!parts.is_empty()).then(|| format!("({})", parts.join(") or (")))?;
            return Some(list(&report.rows_of, &all));
        }
    };
    rows(&report.rows_of, of?)
}

fn list(rows_of: &str, filter: &str) -> String {
    format!("/app/{rows_of}?layout=table&f={}", encode(filter))
}

/// Where the rows behind a figure are.
pub fn rows(rows_of: &str, figure: &Figure) -> Option<String> {
    Some(list(rows_of, figure.filter.as_deref()?))
}

#[expect(clippy::cast_precision_loss, reason = "lengths of marks")]
fn draw(report: &Report, drawn: Drawn, asked: &Asked) -> AnyView {
    let running = |group: &Group| {
        let first = group.value.as_str().and_then(Day::parse_iso);
        first.is_some_and(|first| first.plus_months(1).number() > crate::i18n::today().number())
    };
    match drawn {
        Drawn::Columns(name) => {
            let column = |group: &Group, currency: Option<&str>| {
                let mut figures = group.figures.iter();
                let of =
                    figures.find(|one| one.name == name && one.currency.as_deref() == currency);
                Column {
                    label: group.title(&report.by),
                    value: of.and_then(|one| one.value).unwrap_or(0) as f64,
                    shown: of.map_or_else(|| number(0), Figure::short),
                    running: running(group),
                    // A goal in the currency of the columns.
                    goal: figure(&group.figures, "goal")
                        .filter(|goal| of.is_none_or(|one| one.currency == goal.currency))
                        .and_then(|goal| goal.value)
                        .map(|goal| goal as f64),
                    href: of.and_then(|one| rows(&report.rows_of, one)),
                }
            };
            let columns = |currency: Option<&str>| {
                let groups = report.groups.iter();
                let columns: Vec<Column> = groups.map(|group| column(group, currency)).collect();
                view! { <Columns columns=Signal::stored(columns)/> }
            };
            // Amounts of several currencies have no height in common.
            match currencies(report, name).as_slice() {
                [] => columns(None).into_any(),
                [only] => columns(Some(only)).into_any(),
                several => several
                    .iter()
                    .map(|currency| view! { <h3>{currency.clone()}</h3>{columns(Some(currency))} })
                    .collect_view()
                    .into_any(),
            }
        }
        Drawn::Bars(name) => {
            let bar = |group: &Group| {
                let of = figure(&group.figures, name)?;
                Some(Bar {
                    label: group.title(&report.by),
                    value: of.value.unwrap_or(0) as f64,
                    shown: shown(report, group, of),
                    href: link(report, group, drawn, asked),
                    few: of.n < FEW && of.unit == "share",
                })
            };
            plain(report.groups.iter().filter_map(bar).collect())
        }
        Drawn::Sum => {
            let bar = |group: &Group| {
                let sum: i64 = group.figures.iter().filter_map(|one| one.value).sum();
                let parts = group.figures.iter().filter(|one| one.n > 0);
                let parts: Vec<String> = parts
                    .map(|one| format!("{} {}", one.title(), one.short()))
                    .collect();
                Bar {
                    label: group.title(&report.by),
                    value: sum as f64,
                    shown: format!("{} · {}", number(sum), parts.join(", ")),
                    href: link(report, group, drawn, asked),
                    few: false,
                }
            };
            plain(report.groups.iter().map(bar).collect())
        }
        Drawn::Spans => {
            let bar = |group: &Group| {
                let value = |name: &str| figure(&group.figures, name).and_then(|one| one.value);
                let text = |name: &str| {
                    figure(&group.figures, name).map_or_else(String::new, Figure::short)
                };
                let n = group.figures.first().map_or(0, |one| one.n);
                SpanBar {
                    label: group.title(&report.by),
                    median: value("median").map(|value| value as f64),
                    p90: value("p90").map(|value| value as f64),
                    shown: k::insight::span(&text("median"), &number(n), &text("p90")),
                    few: n < FEW,
                    href: link(report, group, drawn, asked),
                }
            };
            let bars: Vec<SpanBar> = report.groups.iter().map(bar).collect();
            view! { <SpanBars bars=Signal::stored(bars)/> }.into_any()
        }
    }
}

/// The currencies of a figure, that of most deals first.
fn currencies(report: &Report, name: &str) -> Vec<String> {
    let all = report.figures.iter().filter(|one| one.name == name);
    let mut all: Vec<(i64, String)> = all
        .filter_map(|one| Some((one.n, one.currency.clone()?)))
        .collect();
    all.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    all.into_iter().map(|(_, currency)| currency).collect()
}

/// The figure, and what it is made of.
fn shown(report: &Report, group: &Group, of: &Figure) -> String {
    if report.code == "funnel" {
        return match figure(&group.figures, "conversion") {
            Some(conversion) => k::insight::funnel(&number(of.n), &conversion.short()),
            None => number(of.n),
        };
    }
    let beside = match report.code.as_str() {
        "pipeline_at" => Some("amount"),
        "sources" | "campaigns" => Some("won_share"),
        "lead_people" => Some("first_response"),
        "growth" => Some("up_sell"),
        _ => None,
    };
    let beside = beside.into_iter().flat_map(|name| {
        let figures = group.figures.iter();
        figures.filter(move |one| one.name == name)
    });
    let beside: Vec<&Figure> = beside.collect();
    if let Some(first) = beside.first() {
        let all: Vec<String> = beside.iter().map(|one| one.short()).collect();
        return format!("{} · {} {}", of.short(), first.title(), all.join(" + "));
    }
    match of.unit.as_str() {
        "count" => of.short(),
        _ => k::insight::of_n(&number(of.n), &of.short()),
    }
}

fn plain(bars: Vec<Bar>) -> AnyView {
    view! { <BarList bars=Signal::stored(bars)/> }.into_any()
}

/// Saves the report as a file.
#[component]
fn Save(code: String, by: &'static str, asked: Memo<Asked>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let busy = RwSignal::new(false);
    let save = move |()| {
        let path = format!(
            "/insight/sales/{code}/csv{}",
            asked.get_untracked().parameters(&code, by)
        );
        let name = format!("{code}.csv");
        busy.set(true);
        spawn_local(async move {
            match api.get(&path).await {
                // A browser that refuses says so itself.
                Ok(reply) => drop(save_csv(&name, reply.body.as_str().unwrap_or_default())),
                Err(error) => toasts.bad(error.text()),
            }
            _ = busy.try_set(false);
        });
    };
    view! { <Button label=k::insight::CSV icon=icon::DOWNLOAD size=Size::Small variant=Variant::Quiet busy on_press=save/> }
}
