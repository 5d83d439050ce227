//! Deals per stage and currency, kept with each write and read by boards.

use std::collections::BTreeMap;

use relasi_domain::{
    identity::access::{Access, Action, Shared},
    record::Document,
    sales::deal,
};
use relasi_persistence::{
    Conn,
    sql::Statement,
    store::{push_only_shared, push_owned, text_of},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
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
    /// Sum of their amounts in minor units; none for who may not see amounts.
    pub amount: Option<i64>,
    /// The same times the stage's probability, rounded down.
    pub weighted: Option<i64>,
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
        "SELECT d.stage_id, d.currency, CAST(sum(d.count) AS BIGINT), CAST(sum(d.amount) AS BIGINT), s.probability",
    );
    push_totals(access, Some(pipeline), &mut statement);
    statement.push(" GROUP BY d.stage_id, d.currency, s.probability HAVING sum(d.count) > 0 ORDER BY d.stage_id, d.currency");
    let shown = sees_amounts(access);
    let totals = conn.rows(&statement, |row| {
        let amount = row.int(3)?;
        Ok(StageTotal {
            stage_id: row.text(0)?,
            currency: row.text(1)?,
            count: row.int(2)?,
            amount: Some(amount).filter(|_| shown),
            weighted: Some(weighted(amount, row.int(4)?)).filter(|_| shown),
        })
    })?;
    Ok(totals)
}

/// Whether one may see what deals are worth.
pub(crate) fn sees_amounts(access: &Access) -> bool {
    !access.hides(&deal::OBJECT, "amount")
}

/// ` FROM …` the totals `d` of what the caller may see, with their stages `s`: those kept by owner and team, and each deal
/// that is shared besides.
pub(crate) fn push_totals(access: &Access, pipeline: Option<Uuid>, statement: &mut Statement) {
    let limit = access.limit(&deal::OBJECT, Action::See);
    let of_pipeline = |alias: &str, statement: &mut Statement| {
        if let Some(pipeline) = pipeline {
            statement
                .push(&format!(" AND {alias}.pipeline_id = "))
                .bind(pipeline);
        }
    };
    statement
        .push(" FROM (SELECT d.workspace_id, d.stage_id, d.currency, d.count, d.amount FROM deal_totals d WHERE d.workspace_id = ")
        .bind(access.workspace_id);
    of_pipeline("d", statement);
    push_owned(&limit, "d", statement);
    if limit.shared != Shared::Nothing {
        statement
            .push(
                " UNION ALL SELECT t.workspace_id, t.stage_id, t.currency, 1, coalesce(t.amount, 0) FROM deals t \
                 WHERE t.deleted_at IS NULL AND t.workspace_id = ",
            )
            .bind(access.workspace_id);
        of_pipeline("t", statement);
        push_only_shared(&limit, "t", statement);
    }
    statement.push(") d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id");
}

/// An amount times a chance in per cent, rounded down. The product may need more than 64 bits, the result does not.
pub(crate) fn weighted(amount: i64, probability: i64) -> i64 {
    let weighted = i128::from(amount) * i128::from(probability) / 100;
    i64::try_from(weighted).unwrap_or(i64::MAX)
}
