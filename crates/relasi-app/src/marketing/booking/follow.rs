//! What a member does to a meeting in the app happens to its booking as well.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Statement, store::instant_micros};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    book::put_hosts,
    letters::{self, What},
    manage::set,
    row::{BOOKING, Booking, with_people},
};
use crate::{
    audit,
    records::{Change, Work, member_id},
    refusal::Result,
};

/// Members of a meeting that its booking is about.
const WATCHED: [&str; 6] = [
    "due_at",
    "duration_minutes",
    "outcome",
    "owner_id",
    "deleted_at",
    "kind",
];

/// Brings bookings that are still to come in step with their meetings, and has the visitors told.
pub(crate) fn follow(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let meant = |kind: &Value| matches!(kind.as_str(), Some("meeting" | "call"));
    let watched: Vec<&Change<'_>> = changes
        .iter()
        .filter(|change| change.before.is_some() && meant(change.is("kind")))
        .filter(|change| WATCHED.iter().any(|name| change.touched(name)))
        .collect();
    for some in watched.chunks(200) {
        let mut statement = Statement::new(BOOKING);
        statement.bind(work.access.workspace_id);
        statement.push(" AND b.state = 'booked' AND b.start_at > ");
        statement.bind(work.now).push(" AND b.activity_id IN (");
        statement.bind_all(some.iter().map(|change| change.id));
        statement.push(")").uncached();
        let mut found: Vec<Booking> = work.conn.rows(&statement, Booking::read)?;
        with_people(work.conn, work.access.workspace_id, &mut found)?;
        for booking in found {
            let of = |change: &&&Change<'_>| booking.activity_id == Some(change.id);
            if let Some(change) = some.iter().find(of) {
                one(work, &booking, change)?;
            }
        }
    }
    Ok(())
}

fn one(work: &mut Work<'_>, booking: &Booking, change: &Change<'_>) -> Result<()> {
    let begins = instant(change.is("due_at"));
    let off = change.is("outcome").as_str() == Some("cancelled");
    let Some(begins) = begins.filter(|_| change.is("deleted_at").is_null() && !off) else {
        return cancelled(work, booking);
    };
    let minutes = change.is("duration_minutes").as_i64();
    let minutes = minutes.filter(|minutes| *minutes > 0);
    let length = TimeDelta::minutes(minutes.unwrap_or_else(|| booking.minutes()));
    let ends = begins + length;
    if begins != booking.start() || ends != booking.end() {
        let values = [
            ("start_at", begins.into()),
            ("end_at", ends.into()),
            ("moves", (booking.moves + 1).into()),
        ];
        set(work, booking.id, &values)?;
        let said =
            json!([{"field": "start_at", "old": booking.start_at, "new": change.is("due_at")}]);
        audit::note(work, "rescheduled", "booking", booking.id, said)?;
        letters::enqueue(work.conn, work.access.workspace_id, booking.id, What::Moved)?;
    }
    let owner = member_id(&change.after, "owner_id");
    match owner.filter(|owner| booking.user_ids.first() != Some(owner)) {
        Some(owner) => handed_on(work, booking, owner),
        None => Ok(()),
    }
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let micros = value.as_str().and_then(instant_micros)?;
    DateTime::from_timestamp_micros(micros)
}

fn cancelled(work: &mut Work<'_>, booking: &Booking) -> Result<()> {
    let values = [
        ("state", "cancelled".into()),
        ("cancelled_by", "member".into()),
    ];
    set(work, booking.id, &values)?;
    let said = json!([{"field": "state", "old": "booked", "new": "cancelled"}]);
    audit::note(work, "cancelled", "booking", booking.id, said)?;
    let workspace = work.access.workspace_id;
    letters::enqueue(work.conn, workspace, booking.id, What::Cancelled)
}

/// Somebody else comes in place of the first.
fn handed_on(work: &mut Work<'_>, booking: &Booking, owner: Uuid) -> Result<()> {
    let others = booking
        .user_ids
        .iter()
        .skip(1)
        .filter(|user| **user != owner);
    let users: Vec<Uuid> = [owner].into_iter().chain(others.copied()).collect();
    put_hosts(work, booking.id, &users)?;
    let said = json!([{"field": "user_ids", "old": booking.user_ids, "new": users}]);
    audit::note(work, "updated", "booking", booking.id, said)
}
