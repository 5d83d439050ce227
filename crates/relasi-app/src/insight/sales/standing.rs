//! Where the deals of a pipeline stood at the end of the period, by their moves. Amounts and chances are those of now.

use std::collections::BTreeMap;

use relasi_domain::sales::deal;
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::{Asked, Figure, Group, Unit, count, grouped::Parts, stages::steps};
use crate::{
    records::Work,
    refusal::Result,
    sales::weeks::{push_standing, standing},
};

/// What deals add up to in a currency.
#[derive(Default, Clone, Copy)]
struct Sum {
    n: i64,
    amount: i64,
    weighted: i64,
}

/// ` FROM … WHERE …` the deals `d` with the stages `s` in which they were.
pub(super) fn push(work: &mut Work<'_>, asked: &Asked, statement: &mut Statement) -> Result<()> {
    push_standing(work.access, asked.edges().1, statement);
    work.push_taken(&deal::OBJECT, &asked.list, "d", statement)
}

/// Count, amount and weighted amount by stage.
pub(super) fn at(work: &mut Work<'_>, asked: &Asked, pipeline: Uuid) -> Result<Parts> {
    let among = asked.among(work)?;
    let found = standing(work.conn, (&among, pipeline), asked.edges().1)?;
    let mut by_stage: BTreeMap<String, Vec<(String, Sum)>> = BTreeMap::new();
    let mut open: BTreeMap<String, Sum> = BTreeMap::new();
    let steps = steps(work, pipeline)?;
    for ((stage, currency), parts) in found {
        let Some(step) = steps.iter().find(|step| step.id == stage) else {
            continue;
        };
        let sum = Sum {
            n: parts.count,
            amount: parts.amount,
            weighted: parts.weighted(step.probability),
        };
        if step.kind == "open" {
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
