//! What else somebody may want to buy who has bought, or is about to buy, some products.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    commerce::{
        association::{Pair, Rule},
        product,
    },
    identity::access::Action,
    people::company,
    sales::deal,
};
use relasi_persistence::Statement;
use serde::Serialize;
use uuid::Uuid;

use super::{super::home::push_reach, rests};
use crate::{records::Work, refusal::Result};

/// Products that are suggested at a time.
const SHOWN: usize = 5;
/// Products of a record that are looked at.
const OWNED: u32 = 100;

/// A product that goes with one that is there.
#[derive(Debug, Clone, Serialize)]
pub struct Suggested {
    /// The product.
    pub product_id: String,
    /// What it is called.
    pub name: String,
    /// The product that it goes with.
    pub because_id: String,
    /// What that is called.
    pub because: String,
    /// How they go together.
    #[serde(flatten)]
    pub rule: Rule,
}

/// Products that go with those of a deal; with what its company bought, while it has none.
pub fn of_deal(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Suggested>> {
    let deal = work.visible(&deal::OBJECT, id)?;
    let mut lines = Statement::new(
        "SELECT DISTINCT product_id FROM line_items WHERE product_id IS NOT NULL AND workspace_id = ",
    );
    lines
        .bind(work.access.workspace_id)
        .push(" AND deal_id = ")
        .bind(id)
        .limit(OWNED);
    let own: Vec<String> = work.conn.rows(&lines, |row| row.text(0))?;
    let gone = rests::products(work, &deal::OBJECT, id)?;
    let company = crate::records::member_id(&deal, "company_id");
    let own = match company {
        Some(company) if own.is_empty() => bought(work, company)?,
        _ => own,
    };
    going_with(work, &own, &gone)
}

/// Products that go with what a company bought.
pub fn of_company(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Suggested>> {
    work.visible(&company::OBJECT, id)?;
    let own = bought(work, id)?;
    let gone = rests::products(work, &company::OBJECT, id)?;
    going_with(work, &own, &gone)
}

/// What a company bought, as far as the caller sees the deals.
fn bought(work: &mut Work<'_>, company: Uuid) -> Result<Vec<String>> {
    let mut lines = Statement::new(
        "SELECT DISTINCT i.product_id FROM deals d JOIN line_items i ON i.workspace_id = d.workspace_id AND i.deal_id = d.id \
         WHERE i.product_id IS NOT NULL AND d.status = 'won' AND d.deleted_at IS NULL AND d.workspace_id = ",
    );
    lines
        .bind(work.access.workspace_id)
        .push(" AND d.company_id = ")
        .bind(company);
    push_reach(work.access, &deal::OBJECT, "d", &mut lines);
    lines.limit(OWNED);
    Ok(work.conn.rows(&lines, |row| row.text(0))?)
}

fn going_with(
    work: &mut Work<'_>,
    own: &[String],
    gone: &BTreeSet<String>,
) -> Result<Vec<Suggested>> {
    if own.is_empty() || !work.access.allows_some(&product::OBJECT, Action::See) {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new(
        "SELECT p.product_id, p.other_id, p.together, p.with_product, p.with_other, p.purchases, a.name, b.name \
         FROM product_pairs p JOIN products a ON a.workspace_id = p.workspace_id AND a.id = p.product_id \
         JOIN products b ON b.workspace_id = p.workspace_id AND b.id = p.other_id \
         WHERE b.deleted_at IS NULL AND b.discontinued = ",
    );
    statement
        .bind(false)
        .push(" AND p.workspace_id = ")
        .bind(work.access.workspace_id);
    statement
        .push(" AND p.product_id IN (")
        .bind_all(own)
        .push(")");
    let found = work.conn.rows(statement.uncached(), |row| {
        let pair = Pair {
            together: row.int(2)?,
            with_product: row.int(3)?,
            with_other: row.int(4)?,
            purchases: row.int(5)?,
        };
        let names = (row.text(6)?, row.text(7)?);
        Ok((row.text(0)?, row.text(1)?, pair, names))
    })?;
    let mut best: BTreeMap<String, Suggested> = BTreeMap::new();
    for (because_id, product_id, pair, (because, name)) in found {
        let Some(rule) = pair.rule() else { continue };
        if own.contains(&product_id) || gone.contains(&product_id) {
            continue;
        }
        let known = best.get(&product_id);
        if known.is_none_or(|known| rank(&known.rule) < rank(&rule)) {
            let suggested = Suggested {
                product_id: product_id.clone(),
                name,
                because_id,
                because,
                rule,
            };
            best.insert(product_id, suggested);
        }
    }
    let mut all: Vec<Suggested> = best.into_values().collect();
    all.sort_by_key(|one| std::cmp::Reverse(rank(&one.rule)));
    all.truncate(SHOWN);
    Ok(all)
}

/// What is sure goes first; of what is as sure, what goes together more closely.
fn rank(rule: &Rule) -> (i64, i64) {
    (rule.confidence, rule.lift)
}
