//! What somebody who sells, who leads others or who owns the business looks at: won against the quota, what is foreseen, what
//! needs attention and what was done, beside another period; of one, of a team or of everybody, by team and person.
//!
//! The figures are those of the forecast and of lists in groups. What one may not see counts in none.

mod counts;
mod whose;

use chrono::NaiveDate;
use chrono_tz::Tz;
use relasi_domain::insight::{quality::share, sales::Period};
use serde::Serialize;
use uuid::Uuid;

pub use self::whose::{Audience, Choice, Of};
pub(super) use self::whose::{Whose, choices};
use self::{
    counts::{Counts, Of as Whom, Sums},
    whose::Choices,
};
use super::{
    forecast::{self, By, Row},
    sales::{Figure, Unit},
};
use crate::{records::Work, refusal::Result};

/// What a client asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The day after the last one.
    pub to: Option<NaiveDate>,
    /// The first day of the period beside it, and the day after its last one; that before if not said.
    pub against: Option<(NaiveDate, NaiveDate)>,
    /// Whose; what suits the caller if not said.
    pub of: Option<Of>,
    /// The time zone of the workspace.
    pub zone: Tz,
}

/// The figures of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `workspace` (everything that the caller sees), `team` or `person`.
    pub kind: &'static str,
    /// The team or person; none for everything, and for deals of nobody.
    pub id: Option<Uuid>,
    /// What they are called.
    pub label: Option<String>,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// A board.
#[derive(Debug, Clone, Serialize)]
pub struct Board {
    /// For whom it is chosen when nobody says whose: who sells, who leads others, who owns the business.
    pub audience: Audience,
    /// Its period.
    #[serde(flatten)]
    pub period: Period,
    /// The period beside it.
    pub against: Period,
    /// The time zone in which these are meant.
    pub zone: String,
    /// In which all amounts are; ISO 4217.
    pub currency: String,
    /// Currencies of deals for which there is no rate; these are left out.
    pub lacking: Vec<String>,
    /// The filter that takes what it is about, for the reports about the same; empty for everything.
    pub filter: String,
    /// Teams that can be asked for.
    pub teams: Vec<Choice>,
    /// People who can be asked for.
    pub people: Vec<Choice>,
    /// What it is about.
    pub total: Line,
    /// By team, where it is about more than one.
    pub by_team: Vec<Line>,
    /// By person, where it is about more than one.
    pub by_person: Vec<Line>,
}

/// What is known before any figure.
struct Asked {
    period: Period,
    against: Period,
    whose: Whose,
    zone: Tz,
}

/// The board.
///
/// # Errors
/// Faults of the parameters; forbidden for who may not see what deals are worth and how they end.
pub fn board(work: &mut Work<'_>, request: &Request) -> Result<Board> {
    let today = work.now.with_timezone(&request.zone).date_naive();
    let period = Period::new(request.from, request.to, today)?;
    let against = match request.against {
        Some((from, to)) => Period::new(Some(from), Some(to), today)?,
        None => period.before(),
    };
    let choices = choices(work)?;
    let asked = Asked {
        period,
        against,
        whose: choices.whose(work, request.of)?,
        zone: request.zone,
    };
    let counts = Counts::read(work, &asked)?;
    let by_owner = lines(work, &asked, &counts, By::Person)?;
    let by_team = match asked.whose {
        Whose::Person { .. } => None,
        _ => Some(lines(work, &asked, &counts, By::Team)?),
    };
    Ok(shown(&asked, choices, by_owner, by_team))
}

/// Lines of the period, with what is foreseen in it.
struct Lines {
    currency: String,
    lacking: Vec<String>,
    total: Line,
    rows: Vec<(Row, Line)>,
}

fn lines(work: &mut Work<'_>, asked: &Asked, counts: &Counts<'_>, by: By) -> Result<Lines> {
    // A team is a row among teams, with its own quota; its people are those with deals there.
    let filter = match (&asked.whose, by) {
        (Whose::Team(_), By::Team) => String::new(),
        (whose, _) => whose.filter(),
    };
    let request = |period: Period| forecast::Request {
        from: Some(period.from),
        to: Some(period.to),
        by,
        filter: Some(filter.clone()).filter(|filter| !filter.is_empty()),
        zone: asked.zone,
    };
    let now = forecast::forecast(work, &request(asked.period))?;
    let won = forecast::won(work, &request(asked.against))?;
    let line = |row: &Row, whom: Whom| {
        let theirs = won.iter().filter(|(key, _)| whom.names(**key));
        let (mut n, mut amount) = (0, 0_i64);
        for (_, sum) in theirs {
            n += sum.n;
            amount = amount.saturating_add(sum.amount);
        }
        let before = Before {
            n,
            amount,
            filter: whom.within(&asked.whose, &counts::won(asked.against)),
        };
        self::line(row, before, counts.of(&whom))
    };
    let rows = now
        .rows
        .iter()
        .map(|row| (row.clone(), line(row, Whom::row(by, row))));
    Ok(Lines {
        rows: rows.collect(),
        total: line(&now.total, Whom::All),
        currency: now.currency,
        lacking: now.lacking,
    })
}

/// Figures of the forecast that a board shows.
const FORESEEN: [&str; 12] = [
    "quota",
    "won",
    "attainment",
    "gap",
    "commit",
    "best_case",
    "pipeline",
    "weighted",
    "call",
    "coverage",
    "won_count",
    "open_count",
];

/// What was won in the period beside it.
struct Before {
    n: i64,
    amount: i64,
    filter: String,
}

fn line(now: &Row, before: Before, of: Sums) -> Line {
    let find = |name: &str| now.figures.iter().find(|one| one.name == name).cloned();
    let mut figures: Vec<Figure> = FORESEEN.iter().filter_map(|name| find(name)).collect();
    if let Some(won) = find("won") {
        figures.push(Figure {
            name: "won_before",
            value: Some(before.amount),
            n: before.n,
            filter: Some(before.filter),
            ..won
        });
    }
    let rates = [
        ("close_rate", of.closed),
        ("close_rate_before", of.closed_before),
    ];
    for (name, found) in rates {
        let Some((won, n, filter)) = found else {
            continue;
        };
        figures.push(Figure {
            name,
            unit: Unit::Share,
            currency: None,
            value: share(won, n),
            n,
            filter: Some(filter),
        });
    }
    let counted = [
        ("activities", of.done),
        ("activities_before", of.done_before),
        ("attention", of.needy),
    ];
    for (name, found) in counted {
        let Some((n, filter)) = found else { continue };
        figures.push(Figure {
            name,
            unit: Unit::Count,
            currency: None,
            value: Some(n),
            n,
            filter: Some(filter),
        });
    }
    Line {
        kind: match now.kind {
            "team" => "team",
            "total" => "workspace",
            _ => "person",
        },
        id: now.id,
        label: now.label.clone(),
        figures,
    }
}

/// Who has something to show: deals, a quota, something done.
fn says_something(line: &Line) -> bool {
    let mut figures = line.figures.iter();
    figures.any(|one| one.n > 0 && one.name != "close_rate_before")
}

fn shown(asked: &Asked, choices: Choices, by_owner: Lines, by_team: Option<Lines>) -> Board {
    let (currency, lacking) = (by_owner.currency, by_owner.lacking);
    let person = |id: Uuid| {
        let group = |kind| {
            let same = |(row, _): &&(Row, Line)| row.kind == kind && row.id == Some(id);
            by_owner
                .rows
                .iter()
                .find(same)
                .map(|(_, line)| line.clone())
        };
        group("group").or_else(|| group("person"))
    };
    let total = match &asked.whose {
        Whose::Everything => Some(by_owner.total.clone()),
        Whose::Team(id) => by_team.as_ref().and_then(|teams| {
            let same = |(row, _): &&(Row, Line)| row.id == Some(*id);
            teams.rows.iter().find(same).map(|(_, line)| line.clone())
        }),
        Whose::Person { id, .. } => person(*id),
    };
    let mut total = total.unwrap_or_else(|| Line {
        figures: Vec::new(),
        ..by_owner.total.clone()
    });
    (total.kind, total.id, total.label) = choices.name(&asked.whose);
    let alone = matches!(&asked.whose, Whose::Person { below, .. } if below.is_empty());
    let people = by_owner.rows.into_iter().filter(|(row, line)| {
        let member = match &asked.whose {
            Whose::Team(team) => row.id.is_some_and(|id| choices.is_in(id, *team)),
            // A quota of somebody else says nothing here, whatever they did for these people.
            Whose::Person { id, below, .. } => {
                row.id.is_some_and(|one| one == *id || below.contains(&one))
            }
            Whose::Everything => true,
        };
        row.kind == "person" && (member || works(line)) && says_something(line)
    });
    let by_person = if alone {
        Vec::new()
    } else {
        people.map(|(_, line)| line).collect()
    };
    let teams = by_team.filter(|_| matches!(asked.whose, Whose::Everything));
    let teams = teams.map(|found| found.rows).unwrap_or_default();
    let by_team: Vec<Line> = teams
        .into_iter()
        .filter(|(_, line)| says_something(line))
        .map(|(_, line)| line)
        .collect();
    Board {
        audience: choices.audience,
        period: asked.period,
        against: asked.against,
        zone: asked.zone.name().to_owned(),
        currency,
        lacking,
        filter: asked.whose.filter(),
        teams: choices.teams,
        people: choices.people,
        total,
        by_team: if by_team.len() > 1 {
            by_team
        } else {
            Vec::new()
        },
        by_person,
    }
}

/// Whether somebody has deals here, whatever their quota.
fn works(line: &Line) -> bool {
    let counts = ["won", "won_before", "open_count", "activities"];
    let mut figures = line.figures.iter();
    figures.any(|one| counts.contains(&one.name) && one.n > 0)
}

/// A board with what each figure means.
pub fn shown_in(board: &Board, language: relasi_domain::locale::Language) -> serde_json::Value {
    let mut body = serde_json::json!(board);
    body["formulas"] = serde_json::json!(counts::formulas(language));
    body
}
