//! How soon leads were answered in a period, by wall clock and by business hours, over all and by owner or source.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use relasi_domain::{
    fault::Fault,
    filter::start_of_day,
    identity::access::{Action, RecordScope},
    sales::{
        lead,
        speed::{Speeds, Wait, Within},
    },
};
use relasi_persistence::{
    Statement,
    store::{instant_text, push_visible},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    platform::business_hours::{Hours, zone_of},
    records::Work,
    refusal::{Refusal, Result},
    sales::routing,
};

/// Leads that one report can count.
const MOST: u32 = 200_000;

/// The days of a period when nothing is said.
const USUAL: i64 = 30;

/// Points of the curve in minutes, besides the limits.
const GRID: [i64; 14] = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 240, 480, 1_440, 2_880];

/// By what a report is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By who answers for the lead.
    #[default]
    Owner,
    /// By how it came.
    Source,
}

/// What is asked: a half-open period in days of the workspace.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// The first day; 30 days before the end when none.
    pub from: Option<NaiveDate>,
    /// The day after the last one; tomorrow when none.
    pub to: Option<NaiveDate>,
    /// By what it is split.
    pub by: By,
}

/// Leads of one owner or source.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// Who or which; none for leads without.
    pub key: Option<String>,
    /// Figures by wall clock.
    pub wall: Speeds,
    /// Figures in business hours.
    pub business: Speeds,
}

/// The share of leads answered by so many minutes.
#[derive(Debug, Clone, Serialize)]
pub struct Curve {
    /// By wall clock.
    pub wall: Vec<Within>,
    /// In business hours.
    pub business: Vec<Within>,
}

/// The figures. Times are in seconds, shares in ten-thousandths.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last one.
    pub to: NaiveDate,
    /// Where days begin.
    pub time_zone: String,
    /// The limits in minutes.
    pub limits: Vec<i64>,
    /// Figures by wall clock.
    pub wall: Speeds,
    /// Figures in business hours.
    pub business: Speeds,
    /// How many were answered by when.
    pub curve: Curve,
    /// By what it is split.
    pub by: By,
    /// The parts, the one with the most leads first.
    pub groups: Vec<Group>,
    /// The filter of the lead list that shows the rows behind it.
    pub filter: String,
}

/// A lead of the period.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) made: DateTime<Utc>,
    pub(super) answered: Option<DateTime<Utc>>,
    pub(super) owner: Option<Uuid>,
    pub(super) source: Option<String>,
    pub(super) wall: Wait,
    pub(super) business: Wait,
}

/// A period with its leads.
pub(super) struct Period {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) zone: chrono_tz::Tz,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
    pub(super) lines: Vec<Line>,
}

/// The leads of a period whose time was counted, as far as the caller may see them or take them out.
pub(super) fn period(work: &mut Work<'_>, asked: Asked, action: Action) -> Result<Period> {
    if work.access.scope(&lead::OBJECT, action) == RecordScope::None {
        return Err(Refusal::Forbidden);
    }
    // Figures tell of fields that a role may not see.
    let told = ["created_at", "first_response_at", "owner_id", "source"];
    if told
        .iter()
        .any(|name| work.access.hides(&lead::OBJECT, name))
    {
        return Err(Refusal::Forbidden);
    }
    let workspace = work.access.workspace_id;
    let zone = zone_of(work.conn, workspace)?;
    let today = work.now.with_timezone(&zone).date_naive();
    let to = asked.to.unwrap_or(today + TimeDelta::days(1));
    let from = asked.from.unwrap_or(to - TimeDelta::days(USUAL));
    if from >= to {
        return Err(Fault::at("?to", "before_start").into());
    }
    let (begin, end) = (start_of_day(zone, from), start_of_day(zone, to));
    let mut statement = Statement::new(
        "SELECT l.id, l.name, l.created_at, l.first_response_at, l.owner_id, l.team_id, l.source FROM leads l \
         WHERE l.deleted_at IS NULL AND l.response_due_at IS NOT NULL AND l.workspace_id = ",
    );
    statement.bind(workspace);
    statement.push(" AND l.created_at >= ").bind(begin);
    statement.push(" AND l.created_at < ").bind(end);
    push_visible(
        &work.access.limit(&lead::OBJECT, action),
        "l",
        &mut statement,
    );
    statement
        .push(" ORDER BY l.created_at, l.id")
        .limit(MOST + 1);
    let hours = Hours::load(work.conn, workspace)?;
    let now = work.now;
    let lines = work.conn.rows(&statement, |row| {
        let (made, answered) = (row.at(2)?, row.opt_at(3)?);
        let until = answered.unwrap_or(now).max(made);
        let calendar = hours.of(row.opt_id(5)?);
        let wait = |time: TimeDelta| Wait {
            seconds: time.num_seconds(),
            answered: answered.is_some(),
        };
        Ok(Line {
            id: row.id(0)?,
            name: row.text(1)?,
            made,
            answered,
            owner: row.opt_id(4)?,
            source: row.opt_text(6)?,
            wall: wait(until - made),
            business: wait(calendar.between(made, until)),
        })
    })?;
    if lines.len() > MOST as usize {
        return Err(Fault::at("?from", "too_many").with("max", MOST).into());
    }
    Ok(Period {
        from,
        to,
        zone,
        begin,
        end,
        lines,
    })
}

/// The figures of a period.
pub fn report(work: &mut Work<'_>, asked: Asked) -> Result<Report> {
    let period = period(work, asked, Action::See)?;
    let clocks = routing::clocks(work.conn, work.access.workspace_id)?;
    let limits: Vec<i64> = clocks.marks.iter().map(|mark| mark.minutes).collect();
    let mut grid: Vec<i64> = GRID.into_iter().chain(limits.iter().copied()).collect();
    grid.sort_unstable();
    grid.dedup();
    let lines: Vec<&Line> = period.lines.iter().collect();
    let (wall, business) = speeds(&lines, &limits);
    let (slow, busy) = speeds(&lines, &grid);
    let instant = |at: DateTime<Utc>| instant_text(at.timestamp_micros());
    Ok(Report {
        from: period.from,
        to: period.to,
        time_zone: period.zone.name().to_owned(),
        wall,
        business,
        curve: Curve {
            wall: slow.within,
            business: busy.within,
        },
        by: asked.by,
        groups: groups(&lines, asked.by, &limits),
        filter: format!(
            "created_at >= \"{}\" and created_at < \"{}\" and not response_due_at is empty",
            instant(period.begin),
            instant(period.end)
        ),
        limits,
    })
}

fn speeds(lines: &[&Line], limits: &[i64]) -> (Speeds, Speeds) {
    let of = |wait: fn(&Line) -> Wait| {
        let waits: Vec<Wait> = lines.iter().map(|line| wait(line)).collect();
        Speeds::of(&waits, limits)
    };
    (of(|line| line.wall), of(|line| line.business))
}

fn groups(lines: &[&Line], by: By, limits: &[i64]) -> Vec<Group> {
    let mut parts: BTreeMap<Option<String>, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        let key = match by {
            By::Owner => line.owner.map(|owner| owner.to_string()),
            By::Source => line.source.clone(),
        };
        parts.entry(key).or_default().push(line);
    }
    let mut groups: Vec<Group> = parts
        .into_iter()
        .map(|(key, lines)| {
            let (wall, business) = speeds(&lines, limits);
            Group {
                key,
                wall,
                business,
            }
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.wall.n));
    groups
}
