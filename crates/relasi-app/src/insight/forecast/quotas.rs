//! Quotas: what people, teams and the workspace should win in each month. A sheet is a year of one measure.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    insight::forecast::{MEASURES, SUBJECTS, months_of, parts},
    sales::deal,
};
use relasi_persistence::Statement;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::people::{seen, teams};
use crate::{
    audit,
    platform::exchange_rate,
    records::Work,
    refusal::{Refusal, Result},
    versioned::same_version,
};

/// Cells of one change at most.
pub const MAX_CELLS: usize = 2_000;
/// The most that can be asked of anybody in a month: as much as a deal can be worth.
pub(super) const MAX_VALUE: i64 = deal::MAX_AMOUNT * 100;

/// Whose: `person`, `team` or `workspace`, and the id; that of the workspace is the workspace's.
pub(super) type Subject = (String, Uuid);

/// The quotas of somebody in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `person`, `team` or `workspace`.
    pub kind: String,
    /// Which one.
    pub id: Uuid,
    /// What they are called.
    pub label: String,
    /// Each month from January on; none where there is no quota.
    pub months: Vec<Option<i64>>,
}

/// A year of one measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The year.
    pub year: i32,
    /// `won_amount` in minor units, or `won_count`.
    pub measure: String,
    /// Counts up with each cell that is changed.
    pub version: i64,
    /// That of the workspace; ISO 4217.
    pub currency: String,
    /// Whether the caller may change them.
    pub writable: bool,
    /// Everybody whose quotas the caller may see.
    pub lines: Vec<Line>,
}

/// A quota of a month, quarter or year; the latter two are spread over their months.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// `person`, `team` or `workspace`.
    pub kind: String,
    /// Which one; not needed for the workspace.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// `2026-11`, `2026-Q4` or `2026`.
    pub period: String,
    /// How much; none takes the quota back.
    pub value: Option<i64>,
}

/// What changes quotas.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// The year that all of them are of.
    pub year: i32,
    /// The measure of all of them.
    pub measure: String,
    /// The cells; the others stay.
    pub cells: Vec<Cell>,
}

fn may_look(work: &Work<'_>, measure: &str) -> Result<()> {
    let field = if measure == "won_count" {
        "status"
    } else {
        "amount"
    };
    if work.access.hides(&deal::OBJECT, field) {
        return Err(Refusal::Forbidden);
    }
    Ok(())
}

fn check_sheet(year: i32, measure: &str, at: fn(&str) -> String) -> Result<()> {
    if !MEASURES.contains(&measure) {
        let fault = Fault::at(at("measure"), "not_a_choice");
        return Err(fault.with("choices", MEASURES.join(", ")).into());
    }
    if !(1900..=9998).contains(&year) {
        return Err(Fault::at(at("year"), "out_of_range").into());
    }
    Ok(())
}

/// The quotas of a year.
pub fn sheet(work: &mut Work<'_>, year: i32, measure: &str) -> Result<Sheet> {
    check_sheet(year, measure, |name| format!("?{name}"))?;
    may_look(work, measure)?;
    let first = |month| NaiveDate::from_ymd_opt(year, month, 1);
    let months: Vec<NaiveDate> = (1..=12).filter_map(first).collect();
    let found = read(work, measure, &months)?;
    let mut version = Statement::new(
        "SELECT CAST(coalesce(sum(q.version), 0) AS BIGINT) FROM quotas q WHERE q.workspace_id = ",
    );
    version
        .bind(work.access.workspace_id)
        .push(" AND q.measure = ")
        .bind(measure);
    push_months(&months, &mut version);
    let version = work.conn.row(&version, |row| row.int(0))?;
    let rates = exchange_rate::of_day(work, work.now.date_naive())?;
    let line = |kind: &str, id: Uuid, label: String| Line {
        months: months
            .iter()
            .map(|month| found.get(&((kind.to_owned(), id), *month)).copied())
            .collect(),
        kind: kind.to_owned(),
        id,
        label,
    };
    let mut lines = Vec::new();
    if work.access.sees_everything() {
        lines.push(line("workspace", work.access.workspace_id, String::new()));
    }
    let by_name = |(one, other): (&String, &String)| one.cmp(other);
    let mut all: Vec<(Uuid, String)> = teams(work)?.into_iter().collect();
    all.sort_by(|one, other| by_name((&one.1, &other.1)));
    lines.extend(all.into_iter().map(|(id, name)| line("team", id, name)));
    let mut people: Vec<_> = seen(work)?.into_values().collect();
    people.sort_by(|one, other| by_name((&one.name, &other.name)));
    for person in people {
        let line = line("person", person.id, person.name);
        if person.active || line.months.iter().any(Option::is_some) {
            lines.push(line);
        }
    }
    Ok(Sheet {
        year,
        measure: measure.to_owned(),
        version: version.unwrap_or_default(),
        currency: rates.own().to_owned(),
        writable: work.access.may(Action::Settings),
        lines,
    })
}

fn push_months(months: &[NaiveDate], statement: &mut Statement) {
    if let (Some(first), Some(last)) = (months.first(), months.last()) {
        statement.push(" AND q.month >= ").bind(*first);
        statement.push(" AND q.month <= ").bind(*last);
    }
}

/// Quotas of months that follow each other.
pub(super) fn read(
    work: &mut Work<'_>,
    measure: &str,
    months: &[NaiveDate],
) -> Result<BTreeMap<(Subject, NaiveDate), i64>> {
    if months.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut statement = Statement::new(
        "SELECT q.kind, q.subject_id, q.month, q.value FROM quotas q WHERE q.value IS NOT NULL AND q.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND q.measure = ")
        .bind(measure);
    push_months(months, &mut statement);
    let found = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.id(1)?, row.text(2)?, row.int(3)?))
    })?;
    Ok(found
        .into_iter()
        .filter_map(|(kind, id, month, value)| Some((((kind, id), month.parse().ok()?), value)))
        .collect())
}

/// Sets quotas; for those who may change settings. All or none.
pub fn set(work: &mut Work<'_>, version: Option<i64>, new: &Cells) -> Result<Sheet> {
    check_sheet(new.year, &new.measure, |name| format!("/{name}"))?;
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    let before = sheet(work, new.year, &new.measure)?;
    same_version(version, before.version, &before)?;
    if new.cells.len() > MAX_CELLS {
        return Err(Fault::field("cells", "too_many")
            .with("max", MAX_CELLS)
            .into());
    }
    let mut wanted: BTreeMap<(Subject, NaiveDate), Option<i64>> = BTreeMap::new();
    let mut faults = Faults::default();
    for (place, cell) in new.cells.iter().enumerate() {
        match months(work, new.year, cell, &before) {
            Ok((subject, months)) => {
                let values = cell.value.map(|value| parts(value, months.len()));
                for (at, month) in months.into_iter().enumerate() {
                    let value = values.as_ref().and_then(|values| values.get(at).copied());
                    if wanted.insert((subject.clone(), month), value).is_some() {
                        faults.push(Fault::at(format!("/cells/{place}/period"), "named_twice"));
                    }
                }
            }
            Err((member, code)) => {
                let fault = Fault::at(format!("/cells/{place}/{member}"), code);
                faults.push(fault.with("choices", SUBJECTS.join(", ")));
            }
        }
    }
    faults.into_result()?;
    let mut changes = Vec::new();
    for ((subject, month), value) in wanted {
        let line = before
            .lines
            .iter()
            .find(|line| (&line.kind, line.id) == (&subject.0, subject.1));
        let old = line.and_then(|line| *line.months.get(month.month0() as usize)?);
        if old == value {
            continue;
        }
        put(work, &new.measure, &subject, month, value)?;
        let label = line.map_or("", |line| line.label.as_str());
        let field = format!("{label} {}", month.format("%Y-%m"));
        changes.push(json!({"field": field.trim(), "old": old, "new": value}));
    }
    if !changes.is_empty() {
        let workspace = work.access.workspace_id;
        audit::note(work, "updated", "quotas", workspace, json!(changes))?;
    }
    sheet(work, new.year, &new.measure)
}

/// Whose a cell is and which months it is about.
fn months(
    work: &Work<'_>,
    year: i32,
    cell: &Cell,
    sheet: &Sheet,
) -> std::result::Result<(Subject, Vec<NaiveDate>), (&'static str, &'static str)> {
    if !SUBJECTS.contains(&cell.kind.as_str()) {
        return Err(("kind", "not_a_choice"));
    }
    let own = (cell.kind == "workspace").then_some(work.access.workspace_id);
    let id = own.or(cell.id).ok_or(("id", "required"))?;
    let known = sheet
        .lines
        .iter()
        .any(|line| line.kind == cell.kind && line.id == id);
    if !known {
        return Err(("id", "no_such_record"));
    }
    let months =
        months_of(&cell.period).filter(|months| months.iter().all(|month| month.year() == year));
    let months = months.ok_or(("period", "not_a_period"))?;
    if cell
        .value
        .is_some_and(|value| !(0..=MAX_VALUE).contains(&value))
    {
        return Err(("value", "out_of_range"));
    }
    Ok(((cell.kind.clone(), id), months))
}

fn put(
    work: &mut Work<'_>,
    measure: &str,
    (kind, id): &Subject,
    month: NaiveDate,
    value: Option<i64>,
) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO quotas (workspace_id, kind, subject_id, measure, month, value, version, updated_at, updated_by) VALUES (",
    );
    statement.bind(work.access.workspace_id);
    statement.push(", ").bind(kind.as_str());
    statement.push(", ").bind(*id);
    statement.push(", ").bind(measure);
    statement.push(", ").bind(month);
    statement.push(", ").bind(value);
    statement.push(", 1, ").bind(work.now);
    statement.push(", ").bind(work.access.user_id);
    statement.push(
        ") ON CONFLICT (workspace_id, measure, month, kind, subject_id) DO UPDATE SET value = excluded.value, \
         version = quotas.version + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    );
    work.conn.execute(&statement)?;
    Ok(())
}
