//! Deals per stage and currency, kept with each write and read by boards.

use std::collections::BTreeMap;

use relasi_domain::{identity::access::Access, record::Document, sales::deal};
use relasi_persistence::{Conn, sql::Statement, store::text_of};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    insight::home::push_reach,
    records::{Change, Work, in_trash},
    refusal::Result,
};

/// What a stage holds in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageTotal {
    /// The stage.
    pub stage_id: String,
    /// ISO 4217.
    pub currency: String,
    /// Living deals in it.
    pub count: i64,
    /// Sum of their amounts in minor units.
    pub amount: i64,
    /// The same times the stage's probability, rounded down.
    pub weighted: i64,
}

/// The place where a deal counts.
type Place = [String; 5];

/// Adds what changed to the totals.
pub(crate) fn follow(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let mut differences: BTreeMap<Place, (i64, i64)> = BTreeMap::new();
    for change in changes {
        if let Some(before) = &change.before {
            count(&mut differences, before, -1);
        }
        count(&mut differences, &change.after, 1);
    }
    for (place, (count, amount)) in differences {
        if count != 0 || amount != 0 {
            add(work, &place, count, amount)?;
        }
    }
    Ok(())
}

fn count(differences: &mut BTreeMap<Place, (i64, i64)>, deal: &Document, sign: i64) {
    if in_trash(deal) {
        return;
    }
    let place = ["pipeline_id", "stage_id", "currency", "owner_id", "team_id"]
        .map(|name| text_of(deal, name));
    let entry = differences.entry(place).or_default();
    entry.0 += sign;
    entry.1 += sign * deal.get("amount").and_then(Value::as_i64).unwrap_or(0);
}

fn add(work: &mut Work<'_>, place: &Place, count: i64, amount: i64) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO deal_totals (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id, count, amount) VALUES (",
    );
    statement.bind(work.access.workspace_id);
    for part in place {
        statement.push(", ").bind(part);
    }
    statement.push(", ").bind(count).push(", ").bind(amount);
    statement.push(
        ") ON CONFLICT (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id) DO UPDATE SET count = deal_totals.count + excluded.count, amount = deal_totals.amount + excluded.amount",
    );
    work.conn.execute(&statement)?;
    Ok(())
}

/// The totals of a pipeline's stages over the deals that the caller may see.
pub fn of_pipeline(conn: &mut Conn, access: &Access, pipeline: Uuid) -> Result<Vec<StageTotal>> {
    let mut statement = Statement::new(
        "SELECT d.stage_id, d.currency, CAST(sum(d.count) AS BIGINT), CAST(sum(d.amount) AS BIGINT), s.probability FROM deal_totals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id WHERE d.workspace_id = ",
    );
    statement
        .bind(access.workspace_id)
        .push(" AND d.pipeline_id = ")
        .bind(pipeline);
    push_reach(access, &deal::OBJECT, "d", &mut statement);
    statement.push(" GROUP BY d.stage_id, d.currency, s.probability HAVING sum(d.count) > 0 ORDER BY d.stage_id, d.currency");
    let totals = conn.rows(&statement, |row| {
        let amount = row.int(3)?;
        Ok(StageTotal {
            stage_id: row.text(0)?,
            currency: row.text(1)?,
            count: row.int(2)?,
            amount,
            weighted: weighted(amount, row.int(4)?),
        })
    })?;
    Ok(totals)
}

/// An amount times a chance in per cent, rounded down. The product may need more than 64 bits, the result does not.
pub(crate) fn weighted(amount: i64, probability: i64) -> i64 {
    let weighted = i128::from(amount) * i128::from(probability) / 100;
    i64::try_from(weighted).unwrap_or(i64::MAX)
}
