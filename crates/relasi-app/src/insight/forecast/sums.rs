//! What deals of a period add up to, by whose they are: open ones by category and stage, won ones by the rates of their day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Offset, TimeZone};
use relasi_domain::{
    filter::start_of_day,
    insight::forecast::{CATEGORIES, CHANCE_SQL, Outcome, Part, category_sql},
    sales::deal,
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{Asked, By, Request, ask};
use crate::{
    platform::exchange_rate::{self, DatedRates, Rates},
    records::Work,
    refusal::Result,
};

const DAY: i64 = 86_400_000_000;

/// How many and how much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) n: i64,
    pub(crate) amount: i64,
}

impl Sum {
    pub(super) fn add(&mut self, other: Self) {
        self.n += other.n;
        self.amount = self.amount.saturating_add(other.amount);
    }
}

/// What somebody's deals add up to, in the currency of the workspace.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    pub(super) won: Sum,
    /// By category, in their order.
    pub(super) open: [Sum; 4],
    pub(super) weighted: i64,
    /// Open deals by their stage, but for those that are omitted.
    pub(super) stages: BTreeMap<Uuid, Part>,
    pub(super) quota: Option<i64>,
    pub(super) quota_count: Option<i64>,
    /// What somebody said will be won; of others it is not added up.
    pub(super) call: Option<i64>,
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) {
        self.won.add(other.won);
        for (own, other) in self.open.iter_mut().zip(&other.open) {
            own.add(*other);
        }
        self.weighted = self.weighted.saturating_add(other.weighted);
        for (stage, part) in &other.stages {
            let own = self.stages.entry(*stage).or_default();
            own.outcome = part.outcome;
            own.n += part.n;
            own.amount = own.amount.saturating_add(part.amount);
            own.squares += part.squares;
        }
        self.quota = added(self.quota, other.quota);
        self.quota_count = added(self.quota_count, other.quota_count);
    }

    /// Open deals that are not omitted.
    pub(super) fn counted(&self) -> Sum {
        let mut all = Sum::default();
        for sum in &self.open[..3] {
            all.add(*sum);
        }
        all
    }
}

fn added(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}

/// By owner or team, with the currencies that have no rate.
pub(super) struct Read {
    pub(super) by_key: BTreeMap<Option<Uuid>, Sums>,
    pub(super) lacking: BTreeSet<String>,
}

fn column(by: By) -> &'static str {
    match by {
        By::Person => "d.owner_id",
        By::Team => "d.team_id",
    }
}

/// Open deals that should close in the period, in the currency of the workspace by the rates of today.
pub(super) fn read_open(
    work: &mut Work<'_>,
    asked: &Asked,
    rates: &Rates,
    outcomes: &BTreeMap<Uuid, Outcome>,
    read: &mut Read,
) -> Result<()> {
    let mut statement = Statement::new(format!(
        "SELECT {}, d.stage_id, d.currency, {}, count(*), CAST(sum(coalesce(d.amount, 0)) AS BIGINT), \
         CAST(sum(coalesce(d.amount, 0) * {CHANCE_SQL} / 100) AS BIGINT), \
         CAST(sum(1.0 * coalesce(d.amount, 0) * coalesce(d.amount, 0)) AS TEXT) \
         FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id WHERE d.workspace_id = ",
        column(asked.by),
        category_sql(),
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND d.status = 'open' AND d.close_date >= ")
        .bind(asked.period.from)
        .push(" AND d.close_date < ")
        .bind(asked.period.to);
    work.push_taken(&deal::OBJECT, &asked.list, "d", &mut statement)?;
    statement.push(" GROUP BY 1, 2, 3, 4");
    let rows = work.conn.rows(&statement, |row| {
        let sums = (row.int(4)?, row.int(5)?, row.int(6)?, row.text(7)?);
        Ok((row.opt_id(0)?, row.id(1)?, row.text(2)?, row.text(3)?, sums))
    })?;
    for (key, stage, currency, category, (n, amount, weighted, squares)) in rows {
        let converted = rates
            .own_amount(amount, &currency)
            .zip(rates.own_amount(weighted, &currency));
        let Some((own, own_weighted)) = converted else {
            read.lacking.insert(currency);
            continue;
        };
        let sums = read.by_key.entry(key).or_default();
        let place = CATEGORIES.iter().position(|code| *code == category);
        sums.open[place.unwrap_or(2)].add(Sum { n, amount: own });
        if category == "omitted" {
            continue;
        }
        sums.weighted = sums.weighted.saturating_add(own_weighted);
        let part = sums.stages.entry(stage).or_default();
        part.outcome = outcomes.get(&stage).copied().unwrap_or_default();
        part.n += n;
        part.amount = part.amount.saturating_add(own);
        part.squares += squares.parse().unwrap_or(0.0) * ratio(own, amount).powi(2);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a forecast is a guess")]
fn ratio(own: i64, amount: i64) -> f64 {
    if amount == 0 {
        0.0
    } else {
        own as f64 / amount as f64
    }
}

/// What was won in a period by whose it is, in the currency of the workspace; without what has no rate.
pub(crate) fn won(work: &mut Work<'_>, request: &Request) -> Result<BTreeMap<Option<Uuid>, Sum>> {
    let asked = ask(work, request)?;
    let own = exchange_rate::of_day(work, asked.today(work))?;
    let mut all: BTreeMap<Option<Uuid>, Sum> = BTreeMap::new();
    for won in read_won(work, &asked, own.own(), false, &mut BTreeSet::new())? {
        all.entry(won.key).or_default().add(won.sum);
    }
    Ok(all)
}

/// What was won, by whose it is and the day.
pub(super) struct Won {
    pub(super) key: Option<Uuid>,
    pub(super) day: NaiveDate,
    pub(super) sum: Sum,
}

/// Deals won in the period, in the currency of the workspace by the rates of the day on which each was won.
pub(super) fn read_won(
    work: &mut Work<'_>,
    asked: &Asked,
    own: &str,
    daily: bool,
    lacking: &mut BTreeSet<String>,
) -> Result<Vec<Won>> {
    let zone = asked.list.zone.unwrap_or(chrono_tz::UTC);
    let (from, to) = (asked.period.from, asked.period.to);
    let offset = zone.offset_from_utc_date(&from).fix().local_minus_utc();
    let day = format!("(d.closed_at + {}) / {DAY}", i64::from(offset) * 1_000_000);
    let mut statement = Statement::new(format!("SELECT {}, d.currency, ", column(asked.by)));
    if daily {
        statement.push(&day);
    } else {
        // Amounts of the workspace's own currency need no day.
        statement
            .push("CASE WHEN d.currency = ")
            .bind(own)
            .push(&format!(" THEN 0 ELSE {day} END"));
    }
    statement.push(
        ", count(*), CAST(sum(coalesce(d.amount, 0)) AS BIGINT) FROM deals d WHERE d.status = 'won' AND d.workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    statement
        .push(" AND d.closed_at >= ")
        .bind(start_of_day(zone, from))
        .push(" AND d.closed_at < ")
        .bind(start_of_day(zone, to));
    work.push_taken(&deal::OBJECT, &asked.list, "d", &mut statement)?;
    statement.push(" GROUP BY 1, 2, 3");
    let rows = work.conn.rows(&statement, |row| {
        let sum = Sum {
            n: row.int(3)?,
            amount: row.int(4)?,
        };
        Ok((row.opt_id(0)?, row.text(1)?, row.int(2)?, sum))
    })?;
    let foreign: BTreeSet<&str> = rows
        .iter()
        .map(|(_, currency, ..)| currency.as_str())
        .filter(|currency| *currency != own)
        .collect();
    let rates = DatedRates::of(work.conn, work.access.workspace_id, own, &foreign, to)?;
    let mut won = Vec::new();
    for (key, currency, day, sum) in &rows {
        let day = DateTime::from_timestamp_micros(day.saturating_mul(DAY));
        let day = day.map_or(from, |at| at.date_naive());
        match rates.own_amount(sum.amount, currency, day) {
            Some(amount) => won.push(Won {
                key: *key,
                day,
                sum: Sum { amount, ..*sum },
            }),
            None => {
                lacking.insert(currency.clone());
            }
        }
    }
    Ok(won)
}
