//! How much money flows through the pipelines in a day.

use std::collections::BTreeMap;

use relasi_domain::{
    insight::{
        quality::share,
        sales::{mean_of, velocity},
    },
    sales::deal,
};
use relasi_persistence::Statement;

use super::{Asked, Figure, Unit, count, grouped::Parts};
use crate::{records::Work, refusal::Result};

/// What was closed in the period in one currency.
#[derive(Default)]
struct Closed {
    won: i64,
    lost: i64,
    amount: i64,
    /// The seconds from creation to closing, added up.
    seconds: i64,
}

/// Velocity by currency: amounts of different currencies don't add up.
pub(super) fn of(work: &mut Work<'_>, asked: &Asked) -> Result<Parts> {
    let mut statement = Statement::new(
        "SELECT d.currency, d.status, count(*), CAST(sum(coalesce(d.amount, 0)) AS BIGINT), \
         CAST(sum((d.closed_at - d.created_at) / 1000000) AS BIGINT) FROM deals d WHERE d.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND d.status IN ('won', 'lost')");
    asked.push_period("d.closed_at", &mut statement);
    work.push_taken(&deal::OBJECT, &asked.list, "d", &mut statement)?;
    statement.push(" GROUP BY d.currency, d.status");
    let mut closed: BTreeMap<String, Closed> = BTreeMap::new();
    let found = work.conn.rows(&statement, |row| {
        let sums = (row.int(2)?, row.int(3)?, row.int(4)?);
        Ok((row.text(0)?, row.text(1)?, sums))
    })?;
    for (currency, status, (n, amount, seconds)) in found {
        let of = closed.entry(currency).or_default();
        if status == "won" {
            (of.won, of.amount, of.seconds) = (n, amount, seconds);
        } else {
            of.lost = n;
        }
    }
    let mut figures = Vec::new();
    for (currency, n) in open(work, asked)? {
        let of = closed.remove(&currency).unwrap_or_default();
        figures.extend(figures_of(asked, &currency, n, of));
    }
    for (currency, of) in closed {
        figures.extend(figures_of(asked, &currency, 0, of));
    }
    Ok(("currency".to_owned(), figures, Vec::new()))
}

/// Open deals by currency.
fn open(work: &mut Work<'_>, asked: &Asked) -> Result<Vec<(String, i64)>> {
    let mut statement =
        Statement::new("SELECT d.currency, count(*) FROM deals d WHERE d.workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND d.status = 'open'");
    work.push_taken(&deal::OBJECT, &asked.list, "d", &mut statement)?;
    statement.push(" GROUP BY d.currency ORDER BY d.currency");
    Ok(work
        .conn
        .rows(&statement, |row| Ok((row.text(0)?, row.int(1)?)))?)
}

fn figures_of(asked: &Asked, currency: &str, open: i64, of: Closed) -> Vec<Figure> {
    let within = |filter: &str| {
        Some(format!(
            "{} and currency = \"{currency}\"",
            asked.with(filter)
        ))
    };
    let currency = Some(currency.to_owned());
    let cycle = (of.won > 0).then(|| mean_of(of.seconds.into(), of.won.into()));
    let both = of.won + of.lost;
    let closed = format!("status != open and {}", asked.period.filter("closed_at"));
    let figure = |name, unit, value, n, filter| Figure {
        name,
        unit,
        currency: currency.clone(),
        value,
        n,
        filter,
    };
    let won = || within(&asked.closed("won"));
    let mut figures = vec![
        Figure {
            currency: currency.clone(),
            ..count("open", open, within("status = open"))
        },
        figure(
            "close_rate",
            Unit::Share,
            share(of.won, both),
            both,
            within(&closed),
        ),
        figure("cycle", Unit::Seconds, cycle, of.won, won()),
    ];
    if asked.amounts {
        let mean = (of.won > 0).then(|| of.amount / of.won.max(1));
        let flow = velocity(open, (of.won, both), of.amount, cycle.unwrap_or(0));
        figures.push(figure("mean_won", Unit::Money, mean, of.won, won()));
        figures.push(figure(
            "velocity",
            Unit::MoneyPerDay,
            flow,
            both,
            within(&closed),
        ));
    }
    figures
}
