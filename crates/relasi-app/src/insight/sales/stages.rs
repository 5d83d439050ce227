//! Reports that read when deals came and went: cycle, time in each stage, funnel.

use std::collections::BTreeMap;

use chrono::{DateTime, Weekday};
use relasi_domain::{
    fault::Fault,
    field::{FieldRef, Kind},
    filter::start_of_day,
    grouping::Grouping,
    record::Object,
    sales::{
        deal, stage,
        way::{SECOND, stays},
    },
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::json;
use uuid::Uuid;

use super::{Asked, Group, grouped::Parts, spread};
use crate::{
    records::Work,
    refusal::Result,
    sales::weeks::{self, Stood},
};

/// `FROM` the deals `d` of a status that were closed in the period, as far as the caller may see them.
fn push_closed(
    work: &mut Work<'_>,
    asked: &Asked,
    status: &str,
    statement: &mut Statement,
) -> Result<()> {
    statement
        .push(" FROM deals d WHERE d.workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND d.status = ")
        .bind(status);
    asked.push_period("d.closed_at", statement);
    work.push_taken(&deal::OBJECT, &asked.list, "d", statement)
}

impl Asked {
    /// `AND …` for points in time within the period.
    pub(super) fn push_period(&self, column: &str, statement: &mut Statement) {
        let (from, to) = self.edges();
        statement
            .push(&format!(" AND {column} >= "))
            .bind(from)
            .push(&format!(" AND {column} < "))
            .bind(to);
    }

    /// Where the period begins and ends.
    pub(super) fn edges(&self) -> (i64, i64) {
        let zone = self.list.zone.unwrap_or(chrono_tz::UTC);
        let edge = |day| start_of_day(zone, day).timestamp_micros();
        (edge(self.period.from), edge(self.period.to))
    }
}

/// From the creation of deals to the day on which they were won.
pub(super) fn cycle(work: &mut Work<'_>, asked: &Asked, by: &str) -> Result<Parts> {
    let shape = work.access.shape(&deal::OBJECT);
    let grouping = Grouping::parse(by, shape).map_err(|fault| Fault {
        pointer: "?by".to_owned(),
        ..fault
    })?;
    let column = column_of(&grouping.field)
        .ok_or_else(|| Fault::at("?by", "not_groupable").with("field", by))?;
    let mut statement = Statement::new(format!("SELECT {column}, d.closed_at - d.created_at"));
    push_closed(work, asked, "won", &mut statement)?;
    let zone = asked.list.zone.unwrap_or(chrono_tz::UTC);
    let found = work.conn.rows(&statement, |row| {
        let key = match grouping.unit {
            None => row.opt_text(0)?,
            Some(unit) => row
                .opt_int(0)?
                .and_then(DateTime::from_timestamp_micros)
                .map(|at| {
                    unit.first(at.with_timezone(&zone).date_naive(), Weekday::Mon)
                        .to_string()
                }),
        };
        Ok((key, row.int(1)? / SECOND))
    })?;
    let mut all: Vec<i64> = found.iter().map(|(_, seconds)| *seconds).collect();
    let mut by_key: BTreeMap<Option<String>, Vec<i64>> = BTreeMap::new();
    for (key, seconds) in found {
        by_key
            .entry(key.filter(|key| !key.is_empty()))
            .or_default()
            .push(seconds);
    }
    let won = asked.with(&asked.closed("won"));
    let names = names(work, &grouping.field, by_key.keys().flatten())?;
    let mut groups: Vec<Group> = by_key
        .into_iter()
        .map(|(key, mut seconds)| {
            let filter =
                grouping.filter(key.as_deref().map(|key| operand(&grouping, key)).as_ref());
            Group {
                label: key.as_ref().and_then(|key| names.get(key).cloned()),
                value: json!(key),
                figures: spread(&mut seconds, Some(&format!("{won} and {filter}"))),
            }
        })
        .collect();
    if grouping.unit.is_none() {
        groups.sort_by_key(|group| {
            (
                group.value.is_null(),
                -group.figures.first().map_or(0, |one| one.n),
            )
        });
    }
    Ok((grouping.to_string(), spread(&mut all, Some(&won)), groups))
}

/// The column of a field that deals have of themselves, as values of a group compare.
fn column_of(field: &FieldRef) -> Option<String> {
    let fits = matches!(
        field.kind,
        Kind::Reference(_) | Kind::Person | Kind::Choice(_) | Kind::Instant | Kind::Text { .. }
    );
    (fits && field.custom.is_none()).then(|| format!("d.{}", field.name))
}

pub(super) fn operand(grouping: &Grouping, key: &str) -> relasi_domain::filter::Value {
    use relasi_domain::filter::Value as Operand;
    let id = || Uuid::try_parse(key).ok().map(Operand::Id);
    let day = || key.parse().ok().map(Operand::Date);
    let found = match grouping.field.kind {
        Kind::Reference(_) | Kind::Person => id(),
        Kind::Instant => day(),
        _ => None,
    };
    found.unwrap_or_else(|| Operand::Text(key.to_owned()))
}

/// What records and people are called, by their ids; texts are their own names.
pub(super) fn names<'k>(
    work: &mut Work<'_>,
    field: &FieldRef,
    keys: impl Iterator<Item = &'k String>,
) -> Result<BTreeMap<String, String>> {
    let keys: Vec<String> = keys.cloned().collect();
    let Some(target) = field.target() else {
        let own = matches!(field.kind, Kind::Text { .. });
        return Ok(keys
            .into_iter()
            .filter(|_| own)
            .map(|key| (key.clone(), key))
            .collect());
    };
    let named = work.store().named(target, &keys)?;
    let named = named.map(|(_, names)| names).unwrap_or_default();
    Ok(named.into_iter().map(|one| (one.id, one.title)).collect())
}

/// A stage of the pipeline that a report is about.
pub(super) struct Step {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) probability: i64,
}

pub(super) fn steps(work: &mut Work<'_>, pipeline: Uuid) -> Result<Vec<Step>> {
    let mut statement =
        Statement::new("SELECT id, name, kind, probability FROM stages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(pipeline)
        .push(" AND deleted_at IS NULL ORDER BY position, id");
    Ok(work.conn.rows(&statement, |row| {
        Ok(Step {
            id: row.text(0)?,
            name: row.text(1)?,
            kind: row.text(2)?,
            probability: row.int(3)?,
        })
    })?)
}

/// How long won deals stood in each stage.
pub(super) fn time(work: &mut Work<'_>, asked: &Asked, pipeline: Uuid) -> Result<Parts> {
    let steps = steps(work, pipeline)?;
    let among = asked.among(work)?;
    let dialect = work.conn.dialect();
    let one_by_one = if among.by_weeks() {
        among.shared(dialect)
    } else {
        Some(among.all(dialect))
    };
    let mut stood = match one_by_one {
        Some(deals) => stood_each(work, asked, (pipeline, &deals))?,
        None => Stood::default(),
    };
    if among.by_weeks() {
        let kept = weeks::stood(work.conn, (&among, pipeline), asked.edges())?;
        for (stage, seconds) in kept.by_stage {
            stood.by_stage.entry(stage).or_default().extend(seconds);
        }
        stood.whole.extend(kept.whole);
    }
    let groups = steps
        .into_iter()
        .filter(|step| step.kind == "open")
        .map(|step| Group {
            figures: spread(
                stood
                    .by_stage
                    .get_mut(&step.id)
                    .map_or(&mut [], Vec::as_mut_slice),
                None,
            ),
            value: json!(step.id),
            label: Some(step.name),
        });
    let groups = groups.collect();
    let won = format!("pipeline_id = {pipeline} and {}", asked.closed("won"));
    Ok((
        "stage_id".to_owned(),
        spread(&mut stood.whole, Some(&asked.with(&won))),
        groups,
    ))
}

/// By stage and altogether, by the moves of the deals `d` of which `AND …` holds.
fn stood_each(
    work: &mut Work<'_>,
    asked: &Asked,
    (pipeline, deals): (Uuid, &Statement),
) -> Result<Stood> {
    let mut statement = Statement::new(
        "SELECT c.deal_id, c.from_stage_id, c.at FROM (SELECT d.workspace_id, d.id FROM deals d WHERE d.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND d.status = 'won'");
    asked.push_period("d.closed_at", &mut statement);
    statement
        .append(deals)
        .push(" AND d.pipeline_id = ")
        .bind(pipeline)
        .push(
            ") d JOIN stage_changes c ON c.workspace_id = d.workspace_id AND c.deal_id = d.id ORDER BY c.deal_id, c.at, c.id",
        );
    let moves = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.opt_text(1)?, row.int(2)?))
    })?;
    let mut stood = Stood::default();
    for of_deal in moves.chunk_by(|one, other| one.0 == other.0) {
        let of_deal: Vec<(Option<&str>, i64)> = of_deal
            .iter()
            .map(|(_, left, at)| (left.as_deref(), *at))
            .collect();
        let (of_stages, whole) = stays(&of_deal);
        for (stage, seconds) in of_stages {
            let all = stood.by_stage.entry(stage.to_owned()).or_default();
            all.push(seconds);
        }
        stood.whole.extend(whole);
    }
    Ok(stood)
}

/// Deals that entered a stage of a pipeline in the period: ` FROM … WHERE …`, with the changes `c` and the deals `d`.
pub(super) fn push_entered(
    work: &mut Work<'_>,
    asked: &Asked,
    stage: &str,
    statement: &mut Statement,
) -> Result<()> {
    statement
        .push(
            " FROM stage_changes c JOIN deals d ON d.workspace_id = c.workspace_id AND d.id = c.deal_id \
             WHERE c.workspace_id = ",
        )
        .bind(work.access.workspace_id)
        .push(" AND c.to_stage_id = ")
        .bind(stage);
    asked.push_period("c.at", statement);
    work.push_taken(&deal::OBJECT, &asked.list, "d", statement)
}

/// Deals won in the period that left a stage once: ` FROM … WHERE …`, with the deals `d`.
pub(super) fn push_stood(
    work: &mut Work<'_>,
    asked: &Asked,
    stage: &str,
    statement: &mut Statement,
) -> Result<()> {
    push_closed(work, asked, "won", statement)?;
    statement
        .push(" AND EXISTS (SELECT 1 FROM stage_changes c WHERE c.workspace_id = d.workspace_id AND c.deal_id = d.id AND c.from_stage_id = ")
        .bind(stage)
        .push(")");
    Ok(())
}

/// Whether a stage is there.
pub(super) fn known_stage(work: &mut Work<'_>, id: Uuid) -> Result<String> {
    let object: &'static Object = &stage::OBJECT;
    let found = work.store().find(object, id)?;
    let found = found
        .ok_or_else(|| Fault::at("?stage_id", "no_such_record").with("object", object.name))?;
    Ok(text_of(&found, "id"))
}
