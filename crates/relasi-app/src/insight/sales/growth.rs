//! Cross-sell and up-sell: what customers who bought before bought for the first time, or more of than the time before. By
//! the lines of won deals, in the currency of the workspace by the rates of the day on which each was won.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use relasi_domain::{
    filter::start_of_day,
    insight::growth::{Bought, Growth, growth},
    sales::deal,
};
use relasi_persistence::Statement;
use serde_json::json;

use super::{Asked, Figure, Group, Unit, count, grouped::Parts};
use crate::{
    platform::exchange_rate::{self, DatedRates},
    records::{ListRequest, Work},
    refusal::{Refusal, Result},
};

/// Deals that one filter names at most.
const NAMED: usize = 50;

struct Sold {
    customer: String,
    deal: String,
    at: DateTime<Utc>,
    currency: String,
    line: Option<String>,
    label: Option<String>,
    net: i64,
}

/// What grew in a line of goods.
#[derive(Default)]
struct Grown {
    label: Option<String>,
    cross: (BTreeSet<String>, i64),
    up: (BTreeSet<String>, i64),
}

/// What grew, by line of goods: the category of a product, or the product where it has none.
pub(super) fn of(work: &mut Work<'_>, asked: &Asked) -> Result<Parts> {
    if !asked.amounts {
        return Err(Refusal::Forbidden);
    }
    let zone = asked.list.zone.unwrap_or(chrono_tz::UTC);
    let (from, to) = (asked.period.from, asked.period.to);
    let today = work.now.with_timezone(&zone).date_naive();
    let own = exchange_rate::of_day(work, today)?.own().to_owned();
    let counted = counted(work, asked)?;
    let mut lines = lines(work, asked)?;
    let foreign = lines.iter().map(|line| line.currency.as_str());
    let foreign = foreign.filter(|currency| *currency != own).collect();
    let rates = DatedRates::of(work.conn, work.access.workspace_id, &own, &foreign, to)?;
    // Without a rate it is not known whether it grew.
    lines.retain_mut(|line| {
        let day = line.at.with_timezone(&zone).date_naive();
        let net = rates.own_amount(line.net, &line.currency, day);
        line.net = net.unwrap_or_default();
        net.is_some()
    });
    let bought: Vec<Bought<'_>> = lines
        .iter()
        .map(|line| Bought {
            customer: &line.customer,
            deal: &line.deal,
            line: line.line.as_deref(),
            net: line.net,
        })
        .collect();
    let within = start_of_day(zone, from);
    let mut all = Grown::default();
    let mut by_line: BTreeMap<&str, Grown> = BTreeMap::new();
    for (line, what) in lines.iter().zip(growth(&bought)) {
        let counts = line.at >= within && counted.contains(&line.deal);
        let Some(key) = line.line.as_deref().filter(|_| counts) else {
            continue;
        };
        for grown in [&mut all, by_line.entry(key).or_default()] {
            grown.label.clone_from(&line.label);
            let (sum, more) = match what {
                Growth::Cross(more) => (&mut grown.cross, more),
                Growth::Up(more) => (&mut grown.up, more),
                Growth::First | Growth::Same => continue,
            };
            sum.0.insert(line.deal.clone());
            sum.1 = sum.1.saturating_add(more);
        }
    }
    let mut found: Vec<(&str, Grown)> = by_line.into_iter().collect();
    found.retain(|(_, grown)| !(grown.cross.0.is_empty() && grown.up.0.is_empty()));
    found.sort_by_key(|(_, grown)| std::cmp::Reverse(grown.cross.1.saturating_add(grown.up.1)));
    let groups = found.into_iter().map(|(key, grown)| Group {
        value: json!(key),
        figures: figures(&own, &grown),
        label: grown.label,
    });
    let groups = groups.collect();
    Ok(("product_line".to_owned(), figures(&own, &all), groups))
}

fn figures(own: &str, grown: &Grown) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (deals, amount, (ids, sum)) in [
        ("cross_deals", "cross_sell", &grown.cross),
        ("up_deals", "up_sell", &grown.up),
    ] {
        let n = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let few = (1..=NAMED).contains(&ids.len());
        let filter = few.then(|| format!("id in ({})", ids.join(", ")));
        figures.push(count(deals, n, filter.clone()));
        figures.push(Figure {
            name: amount,
            unit: Unit::Money,
            currency: Some(own.to_owned()),
            value: Some(*sum),
            n,
            filter,
        });
    }
    figures
}

/// The deals of the period that are asked for. What their customers bought before is asked of nobody else: the filter is
/// about these, and the first purchase may have been anybody's.
fn counted(work: &mut Work<'_>, asked: &Asked) -> Result<BTreeSet<String>> {
    let mut statement =
        Statement::new("SELECT d.id FROM deals d WHERE d.status = 'won' AND d.workspace_id = ");
    statement.bind(work.access.workspace_id);
    asked.push_period("d.closed_at", &mut statement);
    work.push_taken(&deal::OBJECT, &asked.list, "d", &mut statement)?;
    let found = work.conn.rows(&statement, |row| row.text(0))?;
    Ok(found.into_iter().collect())
}

/// Everything that those bought who bought in the period, up to its end, by customer and time.
fn lines(work: &mut Work<'_>, asked: &Asked) -> Result<Vec<Sold>> {
    let zone = asked.list.zone.unwrap_or(chrono_tz::UTC);
    let who = |alias: &str| format!("coalesce({alias}.company_id, {alias}.contact_id)");
    let line = "coalesce(nullif(p.category_key, ''), p.id, l.name)";
    let label = "coalesce(nullif(p.category, ''), p.name, l.name)";
    let mut statement = Statement::new(format!(
        "SELECT {}, d.id, d.closed_at, d.currency, {line}, min({label}), CAST(coalesce(sum(l.net), 0) AS BIGINT) FROM deals d \
         LEFT JOIN line_items l ON l.workspace_id = d.workspace_id AND l.deal_id = d.id \
         LEFT JOIN products p ON p.workspace_id = l.workspace_id AND p.id = l.product_id \
         WHERE d.status = 'won' AND d.workspace_id = ",
        who("d")
    ));
    statement.bind(work.access.workspace_id);
    statement
        .push(" AND d.closed_at < ")
        .bind(start_of_day(zone, asked.period.to))
        .push(&format!(
            " AND {} IN (SELECT {} FROM deals w WHERE w.status = 'won' AND w.deleted_at IS NULL AND w.workspace_id = ",
            who("d"),
            who("w")
        ))
        .bind(work.access.workspace_id);
    asked.push_period("w.closed_at", &mut statement);
    statement.push(")");
    let all = ListRequest {
        zone: asked.list.zone,
        ..ListRequest::default()
    };
    work.push_taken(&deal::OBJECT, &all, "d", &mut statement)?;
    statement.push(" GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 2, 5");
    Ok(work.conn.rows(&statement, |row| {
        Ok(Sold {
            customer: row.text(0)?,
            deal: row.text(1)?,
            at: row.at(2)?,
            currency: row.text(3)?,
            line: row.opt_text(4)?,
            label: row.opt_text(5)?,
            net: row.int(6)?,
        })
    })?)
}
