//! Reports that begin with the lead: what sources and campaigns brought, and what people made of the leads that came to them.

use std::collections::BTreeMap;

use relasi_domain::{
    fault::Fault,
    grouping::Grouping,
    identity::access::Action,
    insight::sales::Spread,
    sales::{deal, lead, way::SECOND},
};
use relasi_persistence::{Statement, store::push_visible};
use serde_json::json;

use super::{
    Asked, Figure, Group, Unit, count,
    grouped::{Parts, amount_of, share_of},
    stages::{names, operand},
};
use crate::{records::Work, refusal::Result};

/// Leads of a source, and what became of them.
#[derive(Default, Clone)]
struct Brought {
    leads: i64,
    qualified: i64,
    deals: i64,
    won: i64,
    amounts: BTreeMap<String, (i64, i64)>,
}

impl Brought {
    fn add(&mut self, other: &Self) {
        self.leads += other.leads;
        self.qualified += other.qualified;
        self.deals += other.deals;
        self.won += other.won;
        for (currency, (n, amount)) in &other.amounts {
            let sum = self.amounts.entry(currency.clone()).or_default();
            sum.0 += n;
            sum.1 = sum.1.saturating_add(*amount);
        }
    }

    fn figures(&self, asked: &Asked, filter: &str) -> Vec<Figure> {
        let within = |more: &str| Some(format!("{filter}{more}"));
        let won = " and deal.status = won";
        let mut figures = vec![
            count("leads", self.leads, within("")),
            count(
                "qualified",
                self.qualified,
                within(" and sql_at is not empty"),
            ),
            count("deals", self.deals, within(" and deal.status is not empty")),
            count("won", self.won, within(won)),
            share_of("won_share", self.won, self.leads, filter.to_owned()),
        ];
        if asked.amounts {
            figures.extend(self.amounts.iter().map(|(currency, (n, amount))| {
                let filter = format!("{filter}{won} and deal.currency = \"{currency}\"");
                amount_of("amount_won", (currency, *amount), *n, filter)
            }));
        }
        figures
    }
}

fn grouping(work: &Work<'_>, by: &str) -> Result<Grouping> {
    let found = Grouping::parse(by, work.access.shape(&lead::OBJECT));
    Ok(found.map_err(|fault| Fault {
        pointer: "?by".to_owned(),
        ..fault
    })?)
}

/// The filter of a group of leads.
fn of_group(grouping: &Grouping, key: Option<&str>, filter: &str) -> String {
    let own = grouping.filter(key.map(|key| operand(grouping, key)).as_ref());
    format!("{filter} and {own}")
}

/// Leads that came in the period by source or campaign: how many were qualified, became deals, and were won, by now.
pub(super) fn brought(work: &mut Work<'_>, asked: &Asked, by: &str) -> Result<Parts> {
    let grouping = grouping(work, by)?;
    let mut statement = Statement::new(format!(
        "SELECT l.{by}, d.currency, count(*), count(l.sql_at), count(d.id), count(CASE WHEN d.status = 'won' THEN 1 END), \
         CAST(coalesce(sum(CASE WHEN d.status = 'won' THEN d.amount END), 0) AS BIGINT) FROM leads l \
         LEFT JOIN deals d ON d.workspace_id = l.workspace_id AND d.id = l.deal_id AND d.deleted_at IS NULL"
    ));
    push_visible(
        &work.access.limit(&deal::OBJECT, Action::See),
        "d",
        &mut statement,
    );
    statement
        .push(" WHERE l.workspace_id = ")
        .bind(work.access.workspace_id);
    asked.push_period("l.created_at", &mut statement);
    work.push_taken(&lead::OBJECT, &asked.list, "l", &mut statement)?;
    statement.push(" GROUP BY 1, 2");
    let rows = work.conn.rows(&statement, |row| {
        let (currency, won, amount) = (row.opt_text(1)?, row.int(5)?, row.int(6)?);
        let found = Brought {
            leads: row.int(2)?,
            qualified: row.int(3)?,
            deals: row.int(4)?,
            won,
            amounts: currency
                .filter(|_| won > 0)
                .map(|currency| (currency, (won, amount)))
                .into_iter()
                .collect(),
        };
        Ok((row.opt_text(0)?, found))
    })?;
    let mut all = Brought::default();
    let mut by_key: BTreeMap<Option<String>, Brought> = BTreeMap::new();
    for (key, found) in rows {
        all.add(&found);
        by_key
            .entry(key.filter(|key| !key.is_empty()))
            .or_default()
            .add(&found);
    }
    let came = asked.with(&asked.period.filter("created_at"));
    let mut groups: Vec<(Option<String>, Brought)> = by_key.into_iter().collect();
    groups.sort_by_key(|(key, found)| (key.is_none(), std::cmp::Reverse(found.leads)));
    let groups = groups.into_iter().map(|(key, found)| Group {
        figures: found.figures(asked, &of_group(&grouping, key.as_deref(), &came)),
        label: key.clone(),
        value: json!(key),
    });
    let groups = groups.collect();
    Ok((by.to_owned(), all.figures(asked, &came), groups))
}

/// What somebody did with leads.
#[derive(Default, Clone)]
struct Done {
    received: i64,
    converted: i64,
    answers: Vec<i64>,
    handed: i64,
    accepted: i64,
    returned: i64,
}

impl Done {
    fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.converted += other.converted;
        self.answers.extend(&other.answers);
        self.handed += other.handed;
        self.accepted += other.accepted;
        self.returned += other.returned;
    }

    fn figures(&mut self, filter: &str) -> Vec<Figure> {
        let spread = Spread::of(&mut self.answers);
        let answered = format!("{filter} and first_response_at is not empty");
        let converted = format!("{filter} and status = converted");
        vec![
            count("received", self.received, Some(filter.to_owned())),
            count("handed_off", self.handed, None),
            count("accepted", self.accepted, None),
            count("returned", self.returned, None),
            count("converted", self.converted, Some(converted)),
            share_of(
                "converted_share",
                self.converted,
                self.received,
                filter.to_owned(),
            ),
            Figure {
                name: "first_response",
                unit: Unit::Seconds,
                currency: None,
                value: spread.median,
                n: spread.n,
                filter: Some(answered),
            },
        ]
    }
}

/// By who answers for the leads that came in the period, and by whom those that were handed off in it went to.
pub(super) fn people(work: &mut Work<'_>, asked: &Asked) -> Result<Parts> {
    let grouping = grouping(work, "owner_id")?;
    let mut by_key: BTreeMap<Option<String>, Done> = BTreeMap::new();
    let mut statement = Statement::new(
        "SELECT l.owner_id, l.status, l.first_response_at - l.created_at FROM leads l WHERE l.workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    asked.push_period("l.created_at", &mut statement);
    work.push_taken(&lead::OBJECT, &asked.list, "l", &mut statement)?;
    let rows = work.conn.rows(&statement, |row| {
        Ok((row.opt_text(0)?, row.text(1)?, row.opt_int(2)?))
    })?;
    for (owner, status, answer) in rows {
        let done = by_key.entry(owner).or_default();
        done.received += 1;
        done.converted += i64::from(status == "converted");
        done.answers
            .extend(answer.map(|micros| (micros / SECOND).max(0)));
    }
    let mut handed = Statement::new(
        "SELECT coalesce(h.accepted_by, h.to_owner_id, h.returned_by), count(*), count(h.accepted_at), count(h.returned_at) \
         FROM lead_hand_offs h JOIN leads l ON l.workspace_id = h.workspace_id AND l.id = h.lead_id \
         WHERE h.replaced_at IS NULL AND h.workspace_id = ",
    );
    handed.bind(work.access.workspace_id);
    asked.push_period("h.at", &mut handed);
    work.push_taken(&lead::OBJECT, &asked.list, "l", &mut handed)?;
    handed.push(" GROUP BY 1");
    let rows = work.conn.rows(&handed, |row| {
        Ok((row.opt_text(0)?, row.int(1)?, row.int(2)?, row.int(3)?))
    })?;
    for (owner, all, accepted, returned) in rows {
        let done = by_key.entry(owner).or_default();
        done.handed += all;
        done.accepted += accepted;
        done.returned += returned;
    }
    let came = asked.with(&asked.period.filter("created_at"));
    let mut all = Done::default();
    for done in by_key.values() {
        all.add(done);
    }
    let names = names(work, &grouping.field, by_key.keys().flatten())?;
    let mut found: Vec<(Option<String>, Done)> = by_key.into_iter().collect();
    found.sort_by_key(|(key, done)| (key.is_none(), std::cmp::Reverse(done.received)));
    let group = |(key, mut done): (Option<String>, Done)| Group {
        figures: done.figures(&of_group(&grouping, key.as_deref(), &came)),
        label: key.as_ref().and_then(|key| names.get(key).cloned()),
        value: json!(key),
    };
    let groups = found.into_iter().map(group).collect();
    Ok(("owner_id".to_owned(), all.figures(&came), groups))
}
