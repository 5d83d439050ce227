//! The sales board: what was won against the quota, what is foreseen, what needs attention; beside another period, by team
//! and person.

use leptos::prelude::*;

use super::board_model::{Board, BoardLine, rows_of, title};
use super::card;
use super::model::Figure;
use crate::i18n::{Day, Key, date_short, k, number};
use crate::ui::banner::Banner;
use crate::ui::chart::{ChartFrame, Line, Part, StackedBar, StackedBars};
use crate::ui::kpi::Kpi;
use crate::ui::tag::Tone;

/// The figures on top, each with that of the other period where there is one.
const FIGURES: [(&str, &str); 9] = [
    ("won", "won_before"),
    ("won_count", ""),
    ("attainment", ""),
    ("commit", ""),
    ("weighted", ""),
    ("call", ""),
    ("close_rate", "close_rate_before"),
    ("activities", "activities_before"),
    ("attention", ""),
];

/// The parts of what is foreseen, the surest first.
const PARTS: [&str; 4] = ["won", "commit", "best_case", "pipeline"];

/// The columns of the tables.
const COLUMNS: [&str; 12] = [
    "quota",
    "won",
    "won_before",
    "attainment",
    "commit",
    "best_case",
    "pipeline",
    "weighted",
    "gap",
    "close_rate",
    "activities",
    "attention",
];

/// Fewer say little about a share.
const FEW: i64 = 10;

/// The whole board.
#[component]
pub fn BoardPart(board: Board) -> impl IntoView {
    let lacking = board.lacking.join(", ");
    let lacks = !lacking.is_empty();
    let kpis = FIGURES
        .into_iter()
        .filter_map(|(name, before)| kpi(&board.total, name, before))
        .collect_view();
    let against = {
        let days = (board.against.from.clone(), board.against.to.clone());
        move || {
            let (from, to) = (shown(&days.0, 0), shown(&days.1, -1));
            k::insight::against_days(&from, &to)
        }
    };
    let total = vec![board.total.clone()];
    let (teams, people) = (board.by_team.clone(), board.by_person.clone());
    let board = StoredValue::new(board);
    view! {
        <Show when=move || lacks><Banner text=k::forecast::lacking(&lacking) tone=Tone::Warn/></Show>
        <section class="kpis" aria-label=k::insight::FIGURES>{kpis}</section>
        <p class="hint">{against}</p>
        <div class="insight-cards board-cards">
            <Foreseen question=k::insight::Q_TARGET lines=total board/>
            {(!teams.is_empty()).then(|| view! { <Foreseen question=k::insight::Q_TEAMS lines=teams board/> })}
            {(people.len() > 1).then(|| view! { <Foreseen question=k::insight::Q_PEOPLE lines=people board/> })}
        </div>
    }
}

fn shown(day: &str, back: i64) -> String {
    Day::parse_iso(day).map_or_else(String::new, |day| date_short(day.plus(back)))
}

fn kpi(total: &BoardLine, name: &'static str, before: &'static str) -> Option<AnyView> {
    let figure = total.get(name).cloned()?;
    // A number of one's own is there for who has said one.
    if name == "call" && figure.value.is_none() {
        return None;
    }
    let href = card::rows(rows_of(name), &figure).filter(|_| figure.n > 0);
    let then = total.get(before).cloned();
    let change = total
        .change(name, before)
        .filter(|_| figure.unit != "share");
    let (quota, n) = (total.get("quota").cloned(), figure.n);
    let note = move || match (&then, &quota) {
        (Some(then), _) => match &change {
            Some(change) => k::insight::before_changed(&then.short(), change),
            None => k::insight::before(&then.short()),
        },
        (None, Some(quota)) if name == "attainment" => k::insight::of_quota(&quota.short()),
        _ => k::insight::n(&number(n)),
    };
    let tone = if name == "attention" && n > 0 {
        Tone::Warn
    } else {
        Tone::Neutral
    };
    let (short, full) = (figure.clone(), figure);
    let (value, exact) = (move || short.short(), move || full.full());
    let label = move || title(name);
    let tone = Signal::stored(tone);
    Some(match href {
        Some(href) => {
            view! { <Kpi label=label value=value exact=exact note=note tone=tone href=href/> }
                .into_any()
        }
        None => view! { <Kpi label=label value=value exact=exact note=note tone=tone/> }.into_any(),
    })
}

/// What was won and is foreseen of each line, up to the quota and beyond; as a table with all figures.
#[component]
fn Foreseen(question: Key, lines: Vec<BoardLine>, board: StoredValue<Board>) -> impl IntoView {
    let all = StoredValue::new(lines);
    let headings = move || COLUMNS.map(title).to_vec();
    let table = move || all.with_value(|all| all.iter().map(table_line).collect::<Vec<_>>());
    let bars =
        Signal::derive(move || all.with_value(|all| all.iter().map(bar).collect::<Vec<_>>()));
    let legend = Signal::derive(move || {
        let mut all: Vec<(&'static str, String)> = PARTS.map(|name| (name, title(name))).to_vec();
        all.push(("quota", title("quota")));
        all
    });
    let note = move || {
        let n: i64 = all.with_value(|all| {
            let of = |line: &BoardLine| line.value("open_count") + line.value("won_count");
            all.iter().map(of).sum()
        });
        board.with_value(|board| {
            let (from, to) = (shown(&board.from, 0), shown(&board.to, -1));
            k::insight::note(&from, &number(n), &to, &board.zone)
        })
    };
    let formula = move || {
        let names = [
            "attainment",
            "commit",
            "best_case",
            "pipeline",
            "weighted",
            "close_rate",
            "attention",
        ];
        board.with_value(|board| {
            let said = |name: &&str| {
                let words = board.formulas.get(*name)?;
                Some(format!("{}: {words}", title(name)))
            };
            let all: Vec<String> = names.iter().filter_map(said).collect();
            all.join(" ")
        })
    };
    view! {
        <ChartFrame title=question headings=Signal::derive(headings) lines=Signal::derive(table) note=note formula=formula>
            <StackedBars bars legend/>
        </ChartFrame>
    }
}

/// Who a line is about; tracked.
fn name_of(line: &BoardLine) -> String {
    match (line.kind.as_str(), &line.label) {
        (_, Some(label)) => label.clone(),
        ("workspace", None) => k::insight::EVERYBODY.get().to_owned(),
        ("team", None) => k::settings::NO_TEAM.get().to_owned(),
        _ => k::insight::NONE.get().to_owned(),
    }
}

/// The deals that a line is made of.
fn link_of(line: &BoardLine) -> Option<String> {
    let of = |name: &str| line.get(name).filter(|one| one.n > 0);
    let figure: &Figure = of("won").or_else(|| of("open_count"))?;
    card::rows("deals", figure)
}

fn table_line(line: &BoardLine) -> Line {
    let cell = |name: &&str| line.get(name).map_or_else(|| "–".to_owned(), Figure::short);
    Line {
        label: name_of(line),
        cells: COLUMNS.iter().map(cell).collect(),
        href: link_of(line),
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths of marks")]
fn bar(line: &BoardLine) -> StackedBar {
    let part = |name: &'static str| Part {
        class: name,
        value: line.value(name) as f64,
        shown: {
            let value = line.get(name).map(Figure::short).unwrap_or_default();
            format!("{} {value}", title(name))
        },
    };
    let quota = line.get("quota").and_then(|one| one.value);
    let text = |name: &str| line.get(name).map_or_else(|| "–".to_owned(), Figure::short);
    let shown = if quota.is_some() {
        k::insight::won_of_quota(&text("quota"), &text("attainment"), &text("won"))
    } else {
        text("won")
    };
    let n = line.value("open_count") + line.value("won_count");
    StackedBar {
        label: name_of(line),
        parts: PARTS.map(part).to_vec(),
        mark: quota.map(|quota| quota as f64),
        shown,
        href: link_of(line),
        few: n < FEW,
    }
}
