//! How good forecasts were: what was foreseen at the beginning of a period and each week after, against what was won.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use relasi_domain::{
    fault::Fault,
    filter::start_of_day,
    identity::access::Action,
    insight::{quality::share, sales::Period},
    sales::deal,
};
use relasi_persistence::{Statement, store::push_owned};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Request, ask, callers,
    snapshot::is_kept,
    sums::{Sum, Won, read_won},
};
use crate::{
    platform::exchange_rate::{self, DatedRates},
    records::Work,
    refusal::Result,
};

/// Ways to foresee, each with what it counts besides what was won by then.
const METHODS: [&str; 4] = ["commit", "best_case", "weighted", "history"];

/// What a method foresaw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// `commit`, `best_case` (with what is committed), `weighted`, `history`.
    pub method: &'static str,
    /// What was won by then and what was foreseen; none where there was too little history.
    pub amount: Option<i64>,
    /// (foreseen − won) ÷ won in ten-thousandths; none when nothing was won.
    pub error: Option<i64>,
}

/// What was foreseen on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The day, at its beginning.
    pub day: String,
    /// Open deals that it is made of, those that were omitted left out.
    pub n: i64,
    /// What was won in the period before that day.
    pub won_before: i64,
    /// By method.
    pub guesses: Vec<Guess>,
}

/// How good what somebody said was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Caller {
    /// Who said it.
    pub id: Uuid,
    /// What they are called.
    pub label: String,
    /// Deals that they and those below them won in the period; everybody's where they spoke for everybody.
    pub n: i64,
    /// What these were worth.
    pub won: i64,
    /// What stood on each day of the points.
    pub points: Vec<Said>,
}

/// What somebody had said by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The day, at its beginning.
    pub day: String,
    /// What they said; none before they did.
    pub amount: Option<i64>,
    /// (said − won) ÷ won in ten-thousandths; none when nothing was won.
    pub error: Option<i64>,
}

/// How good forecasts of a period were.
#[derive(Debug, Clone, Serialize)]
pub struct Accuracy {
    /// The period, in whole months.
    #[serde(flatten)]
    pub period: Period,
    /// ISO 4217.
    pub currency: String,
    /// Currencies without a rate; their deals are left out.
    pub lacking: Vec<String>,
    /// What was won in it.
    pub won: i64,
    /// Deals won in it.
    pub n: i64,
    /// The period is over.
    pub is_over: bool,
    /// The first day that was noted in it, and those every seven days after.
    pub points: Vec<Point>,
    /// What those who lead others said themselves, as far as it is for the caller.
    pub callers: Vec<Caller>,
}

#[derive(Default, Clone, Copy)]
struct Sums {
    n: i64,
    amounts: [i64; 4],
    lacks: bool,
}

/// How good forecasts of a period were.
pub fn accuracy(work: &mut Work<'_>, request: &Request) -> Result<Accuracy> {
    let mut asked = ask(work, request)?;
    if !asked.is_of_months() {
        return Err(Fault::at("?from", "not_whole_months").into());
    }
    // What was noted knows no filters.
    asked.list.filter = None;
    let today = asked.today(work);
    let own = exchange_rate::of_day(work, today)?.own().to_owned();
    let mut lacking = BTreeSet::new();
    let won = read_won(work, &asked, &own, true, &mut lacking)?;
    let all: i64 = won.iter().map(|one| one.sum.amount).sum();
    let days = days(work, asked.period, today)?;
    let mut found = read(work, &asked, (&own, &days), &mut lacking)?;
    let callers = measured(work, &asked, &days, &won)?;
    let points = days.into_iter().map(|day| {
        let sums = found.remove(&day).unwrap_or_default();
        let before = won.iter().filter(|one| one.day < day);
        let won_before: i64 = before.map(|one| one.sum.amount).sum();
        let guess = |(method, open): (&'static str, i64)| {
            let known = method != "history" || !sums.lacks;
            let amount = known.then(|| won_before.saturating_add(open));
            Guess {
                method,
                error: amount.and_then(|amount| share(amount.saturating_sub(all), all)),
                amount,
            }
        };
        Point {
            day: day.to_string(),
            n: sums.n,
            won_before,
            guesses: METHODS.into_iter().zip(sums.amounts).map(guess).collect(),
        }
    });
    Ok(Accuracy {
        period: asked.period,
        currency: own,
        won: all,
        n: won.iter().map(|one| one.sum.n).sum(),
        is_over: asked.period.to <= today,
        points: points.collect(),
        callers,
        lacking: lacking.into_iter().collect(),
    })
}

/// What those who lead others had said by each day, against what their people won.
fn measured(
    work: &mut Work<'_>,
    asked: &super::Asked,
    days: &[NaiveDate],
    won: &[Won],
) -> Result<Vec<Caller>> {
    let zone = asked.list.zone.unwrap_or(chrono_tz::UTC);
    let moments: Vec<_> = days.iter().map(|day| start_of_day(zone, *day)).collect();
    let found = callers::callers(work, asked, &moments)?;
    let all = found.into_iter().map(|caller| {
        let theirs = |one: &&Won| {
            let leads = caller.leads.as_ref();
            leads.is_none_or(|leads| one.key.is_some_and(|owner| leads.contains(&owner)))
        };
        let mut sum = Sum::default();
        for one in won.iter().filter(theirs) {
            sum.add(one.sum);
        }
        let said = |(day, amount): (&NaiveDate, Option<i64>)| Said {
            day: day.to_string(),
            error: amount.and_then(|amount| share(amount.saturating_sub(sum.amount), sum.amount)),
            amount,
        };
        Caller {
            points: days.iter().zip(caller.stood).map(said).collect(),
            id: caller.id,
            label: caller.label,
            n: sum.n,
            won: sum.amount,
        }
    });
    Ok(all.collect())
}

/// The first day of which sums are kept, and the next one each time that seven days have passed.
fn days(work: &mut Work<'_>, period: Period, today: NaiveDate) -> Result<Vec<NaiveDate>> {
    let mut statement = Statement::new("SELECT day FROM forecast_days WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND day >= ").bind(period.from);
    statement
        .push(" AND day < ")
        .bind(period.to)
        .push(" ORDER BY day");
    let noted = work.conn.rows(&statement, |row| row.text(0))?;
    let mut days: Vec<NaiveDate> = Vec::new();
    let noted = noted.iter().filter_map(|day| day.parse::<NaiveDate>().ok());
    for day in noted.filter(|day| is_kept(*day, today)) {
        let due = days
            .last()
            .and_then(|last| last.checked_add_days(Days::new(7)));
        if due.is_none_or(|due| day >= due) {
            days.push(day);
        }
    }
    Ok(days)
}

fn read(
    work: &mut Work<'_>,
    asked: &super::Asked,
    (own, days): (&str, &[NaiveDate]),
    lacking: &mut BTreeSet<String>,
) -> Result<BTreeMap<NaiveDate, Sums>> {
    let mut found: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
    if days.is_empty() {
        return Ok(found);
    }
    let mut statement = Statement::new(
        "SELECT x.day, x.category, x.currency, CAST(sum(x.deals) AS BIGINT), CAST(sum(x.amount) AS BIGINT), \
         CAST(sum(x.weighted) AS BIGINT), CAST(coalesce(sum(x.by_history), 0) AS BIGINT), \
         CAST(sum(CASE WHEN x.by_history IS NULL THEN 1 ELSE 0 END) AS BIGINT) FROM forecast_snapshots x \
         WHERE x.category <> 'omitted' AND x.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND x.day IN (");
    statement.bind_all(days.iter().copied()).push(")");
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    statement
        .push(" AND x.close_month >= ")
        .bind(month(asked.period.from));
    statement
        .push(" AND x.close_month < ")
        .bind(month(asked.period.to));
    push_owned(
        &work.access.limit(&deal::OBJECT, Action::See),
        "x",
        &mut statement,
    );
    statement
        .push(" GROUP BY x.day, x.category, x.currency")
        .uncached();
    let rows = work.conn.rows(&statement, |row| {
        let sums = [row.int(4)?, row.int(5)?, row.int(6)?];
        Ok((
            row.text(0)?,
            row.text(1)?,
            row.text(2)?,
            row.int(3)?,
            sums,
            row.int(7)? > 0,
        ))
    })?;
    let foreign = rows.iter().map(|(_, _, currency, ..)| currency.as_str());
    let foreign = foreign.filter(|currency| *currency != own).collect();
    let until = asked.period.to;
    let rates = DatedRates::of(work.conn, work.access.workspace_id, own, &foreign, until)?;
    for (day, category, currency, n, amounts, lacks) in &rows {
        let Ok(day) = day.parse::<NaiveDate>() else {
            continue;
        };
        let [amount, weighted, history] =
            amounts.map(|amount| rates.own_amount(amount, currency, day));
        let Some(((amount, weighted), history)) = amount.zip(weighted).zip(history) else {
            lacking.insert(currency.clone());
            continue;
        };
        let sums = found.entry(day).or_default();
        sums.n += n;
        sums.lacks |= lacks;
        let commit = if category == "commit" { amount } else { 0 };
        let best = if category == "pipeline" { 0 } else { amount };
        for (sum, more) in sums
            .amounts
            .iter_mut()
            .zip([commit, best, weighted, history])
        {
            *sum = sum.saturating_add(more);
        }
    }
    Ok(found)
}
