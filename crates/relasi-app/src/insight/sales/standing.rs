//! Where the deals of a pipeline stood at the end of the period, by their moves. Amounts and chances are those of now.

use std::collections::BTreeMap;

use relasi_domain::{filter::start_of_day, sales::deal};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::{Asked, Figure, Group, Unit, count, grouped::Parts, stages::steps};
use crate::{records::Work, refusal::Result};

/// What deals add up to in a currency.
#[derive(Default, Clone, Copy)]
struct Sum {
    n: i64,
    amount: i64,
    weighted: i64,
}

/// ` FROM … WHERE …` the deals `d` with the stages `s` in which they were.
pub(super) fn push(work: &mut Work<'_>, asked: &Asked, statement: &mut Statement) -> Result<()> {
    let zone = asked.list.zone.unwrap_or(chrono_tz::UTC);
    let end = start_of_day(zone, asked.period.to);
    // The last move of each until then, by the index of its moves.
    statement
        .push(
            " FROM deals d CROSS JOIN stages s WHERE s.workspace_id = d.workspace_id AND s.id = (SELECT c.to_stage_id FROM stage_changes c \
             WHERE c.workspace_id = d.workspace_id AND c.deal_id = d.id AND c.at < ",
        )
        .bind(end)
        .push(" ORDER BY c.at DESC, c.id DESC LIMIT 1) AND d.workspace_id = ")
        .bind(work.access.workspace_id);
    work.push_taken(&deal::OBJECT, &asked.list, "d", statement)
}

/// Count, amount and weighted amount by stage.
pub(super) fn at(work: &mut Work<'_>, asked: &Asked, pipeline: Uuid) -> Result<Parts> {
    let mut statement = Statement::new(
        "SELECT s.id, d.currency, count(*), CAST(sum(coalesce(d.amount, 0)) AS BIGINT), \
         CAST(sum(coalesce(d.amount, 0) * coalesce(CASE WHEN d.status = 'open' THEN d.probability END, s.probability) / 100) AS BIGINT)",
    );
    push(work, asked, &mut statement)?;
    statement.push(" AND s.pipeline_id = ").bind(pipeline);
    statement.push(" GROUP BY s.id, d.currency ORDER BY s.id, d.currency");
    let rows = work.conn.rows(&statement, |row| {
        let sum = Sum {
            n: row.int(2)?,
            amount: row.int(3)?,
            weighted: row.int(4)?,
        };
        Ok((row.text(0)?, row.text(1)?, sum))
    })?;
    let mut by_stage: BTreeMap<String, Vec<(String, Sum)>> = BTreeMap::new();
    let mut open: BTreeMap<String, Sum> = BTreeMap::new();
    let steps = steps(work, pipeline)?;
    for (stage, currency, sum) in rows {
        if steps
            .iter()
            .any(|step| step.id == stage && step.kind == "open")
        {
            let all = open.entry(currency.clone()).or_default();
            all.n += sum.n;
            all.amount = all.amount.saturating_add(sum.amount);
            all.weighted = all.weighted.saturating_add(sum.weighted);
        }
        by_stage.entry(stage).or_default().push((currency, sum));
    }
    let open: Vec<(String, Sum)> = open.into_iter().collect();
    let groups = steps.into_iter().map(|step| {
        let sums = by_stage.remove(&step.id).unwrap_or_default();
        Group {
            figures: figures(asked, &sums),
            value: json!(step.id),
            label: Some(step.name),
        }
    });
    let groups = groups.collect();
    Ok(("stage_id".to_owned(), figures(asked, &open), groups))
}

fn figures(asked: &Asked, sums: &[(String, Sum)]) -> Vec<Figure> {
    let mut figures = vec![count(
        "deals",
        sums.iter().map(|(_, sum)| sum.n).sum(),
        None,
    )];
    if !asked.amounts {
        return figures;
    }
    for (currency, sum) in sums {
        for (name, value) in [("amount", sum.amount), ("weighted", sum.weighted)] {
            figures.push(Figure {
                name,
                unit: Unit::Money,
                currency: Some(currency.clone()),
                value: Some(value),
                n: sum.n,
                filter: None,
            });
        }
    }
    figures
}
