//! What becomes of leads that marketing hands to sales: how long it takes until somebody takes one on, and how many come
//! back.
//!
//! Counted are hand-offs in the period, from its first moment until before its end, of leads that the caller sees; one that
//! was handed on before anybody decided is not. The time to accept is that of those which were accepted; the return rate is
//! returned ones by all. Without any there is no figure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use relasi_domain::{fault::Fault, filter::start_of_day, identity::access::Action, sales::lead};
use relasi_persistence::{Row, Statement, StoreError, store::push_visible};
use serde::Serialize;
use uuid::Uuid;

use crate::{records::Work, refusal::Result};

/// A stretch of time, without its end.
pub type Period = (DateTime<Utc>, DateTime<Utc>);

/// How many days there are when nobody names a first one.
const USUAL: i64 = 90;

/// From the first moment of a day until before the first one of another, by a workspace's clock; the last ninety days with
/// today when none are named.
///
/// # Errors
/// A fault at `?to` when it is not after the first day.
pub fn period(
    now: DateTime<Utc>,
    zone: Tz,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<Period> {
    let tomorrow = now.with_timezone(&zone).date_naive() + TimeDelta::days(1);
    let to = to.unwrap_or(tomorrow);
    let from = from.unwrap_or_else(|| {
        to.checked_sub_signed(TimeDelta::days(USUAL))
            .unwrap_or(NaiveDate::MIN)
    });
    if from >= to {
        return Err(Fault::at("?to", "out_of_range").into());
    }
    Ok((start_of_day(zone, from), start_of_day(zone, to)))
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until before when.
    pub to: DateTime<Utc>,
    /// Hand-offs.
    pub handed_off: i64,
    /// Those that were accepted.
    pub accepted: i64,
    /// Those that came back, before or after they were accepted.
    pub returned: i64,
    /// Those that nobody has decided on.
    pub waiting: i64,
    /// Seconds from hand-off to acceptance that half of the accepted ones took at most.
    pub median_seconds: Option<i64>,
    /// The same of nine tenths.
    pub p90_seconds: Option<i64>,
    /// Returned by all, in ten-thousandths.
    pub return_rate: Option<i64>,
}

/// A hand-off behind the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandedOff {
    /// Its id.
    pub id: Uuid,
    /// The lead.
    pub lead_id: Uuid,
    /// What the lead is called; none for who may not see names.
    pub title: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Uuid,
    /// To whom.
    pub to_owner_id: Option<Uuid>,
    /// To which team.
    pub to_team_id: Option<Uuid>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// By whom.
    pub accepted_by: Option<Uuid>,
    /// When it came back.
    pub returned_at: Option<DateTime<Utc>>,
    /// Why.
    pub return_reason: Option<String>,
    /// Seconds from hand-off to acceptance.
    pub seconds: Option<i64>,
}

/// ` FROM …` the hand-offs `h` of a period, with their leads `t`.
fn push_period(work: &Work<'_>, (from, to): Period, statement: &mut Statement) {
    statement
        .push(
            " FROM lead_hand_offs h JOIN leads t ON t.workspace_id = h.workspace_id AND t.id = h.lead_id \
             WHERE h.replaced_at IS NULL AND t.deleted_at IS NULL AND h.workspace_id = ",
        )
        .bind(work.access.workspace_id)
        .push(" AND h.at >= ")
        .bind(from)
        .push(" AND h.at < ")
        .bind(to);
    push_visible(
        &work.access.limit(&lead::OBJECT, Action::See),
        "t",
        statement,
    );
}

/// The figures of a period.
pub fn of_period(work: &mut Work<'_>, (from, to): Period) -> Result<Report> {
    let mut counts = Statement::new(
        "SELECT count(*), count(h.accepted_at), count(h.returned_at), \
         count(CASE WHEN h.accepted_at IS NULL AND h.returned_at IS NULL THEN 1 END)",
    );
    push_period(work, (from, to), &mut counts);
    let counts = work.conn.row(&counts, |row| {
        Ok((row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?))
    })?;
    let (handed_off, accepted, returned, waiting) = counts.unwrap_or_default();
    let place = |share: i64| (accepted * share + 99) / 100;
    Ok(Report {
        from,
        to,
        handed_off,
        accepted,
        returned,
        waiting,
        median_seconds: nth(work, (from, to), place(50))?,
        p90_seconds: nth(work, (from, to), place(90))?,
        return_rate: relasi_domain::insight::quality::share(returned, handed_off),
    })
}

/// The time to accept at a place among those of the period, the shortest being the first; none at place 0.
fn nth(work: &mut Work<'_>, period: Period, place: i64) -> Result<Option<i64>> {
    if place == 0 {
        return Ok(None);
    }
    let mut statement = Statement::new("SELECT h.accepted_at - h.at");
    push_period(work, period, &mut statement);
    statement
        .push(" AND h.accepted_at IS NOT NULL ORDER BY h.accepted_at - h.at")
        .push(&format!(" LIMIT 1 OFFSET {}", place - 1))
        .uncached();
    let micros = work.conn.row(&statement, |row| row.int(0))?;
    Ok(micros.map(|micros| micros / 1_000_000))
}

/// The hand-offs of a period, the newest first, from the one before `before` on.
pub fn rows(
    work: &mut Work<'_>,
    period: Period,
    before: Option<(i64, String)>,
    limit: u32,
) -> Result<Vec<HandedOff>> {
    let mut statement = Statement::new(
        "SELECT h.id, h.lead_id, t.name, h.at, h.by_id, h.to_owner_id, h.to_team_id, h.accepted_at, h.accepted_by, \
         h.returned_at, h.return_reason",
    );
    push_period(work, period, &mut statement);
    if let Some((at, id)) = before {
        statement
            .push(" AND (h.at, h.id) < (")
            .bind(at)
            .push(", ")
            .bind(id)
            .push(")");
    }
    statement
        .push(" ORDER BY h.at DESC, h.id DESC")
        .limit(limit);
    let mut rows = work.conn.rows(&statement, read)?;
    let hidden = ["name", "return_reason"].map(|name| work.access.hides(&lead::OBJECT, name));
    for row in &mut rows {
        if hidden[0] {
            row.title = None;
        }
        if hidden[1] {
            row.return_reason = None;
        }
    }
    Ok(rows)
}

fn read(row: &Row<'_>) -> std::result::Result<HandedOff, StoreError> {
    let (at, accepted_at) = (row.at(3)?, row.opt_at(7)?);
    Ok(HandedOff {
        id: row.id(0)?,
        lead_id: row.id(1)?,
        title: row.opt_text(2)?,
        at,
        by: row.id(4)?,
        to_owner_id: row.opt_id(5)?,
        to_team_id: row.opt_id(6)?,
        accepted_at,
        accepted_by: row.opt_id(8)?,
        returned_at: row.opt_at(9)?,
        return_reason: row.opt_text(10)?,
        seconds: accepted_at.map(|accepted| (accepted - at).num_seconds()),
    })
}
