//! How soon leads of the sample were answered: some at once, some within the hour, some too late or never.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    platform::business_hours::{Calendar as Hours, TimeOfDay, Week},
    sales::lead,
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{Setting, adopt::of_sample, calendar::Calendar};
use crate::{platform::business_hours, records::Work, refusal::Result, sales::routing};

/// Seconds of work until the answer, one lead after the other.
const WAITS: [i64; 10] = [40, 200, 1_500, 55, 270, 9_400, 150, 2_700, 48, 21_000];

/// The hours of the sample firm.
pub(super) fn week() -> Week {
    let time = |hours| TimeOfDay::new(hours, 0).unwrap_or(TimeOfDay::MIDNIGHT);
    Week::working_days(time(9), time(17))
}

/// When the lead of a place was answered that came at a moment; before today.
pub(super) fn answered(
    setting: &Setting<'_>,
    calendar: &Calendar,
    made: DateTime<Utc>,
    place: usize,
) -> DateTime<Utc> {
    let hours = Hours::new(setting.zone, week(), &[]);
    let wait = TimeDelta::seconds(WAITS[place % WAITS.len()]);
    let at = hours.after(made, wait).unwrap_or(made);
    at.min(calendar.start).max(made)
}

/// Until when each lead should have been answered, by the hours and limits of the workspace. Not with the lead itself:
/// nobody is to be alarmed of leads that are made up.
pub(super) fn furnish(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    let Some(minutes) = routing::clocks(work.conn, workspace)?.last() else {
        return Ok(());
    };
    let hours = business_hours::Hours::load(work.conn, workspace)?;
    let mut leads =
        Statement::new("SELECT id, created_at, team_id FROM leads WHERE workspace_id = ");
    leads.bind(workspace);
    of_sample(&mut leads);
    let leads: Vec<(Uuid, DateTime<Utc>, Option<Uuid>)> = work
        .conn
        .rows(&leads, |row| Ok((row.id(0)?, row.at(1)?, row.opt_id(2)?)))?;
    for (id, made, team) in leads {
        let due = hours.of(team).after(made, TimeDelta::minutes(minutes));
        if let Some(due) = due {
            let values = [("response_due_at", due.into())];
            work.store().maintain(&lead::OBJECT, id, &values)?;
        }
    }
    Ok(())
}
