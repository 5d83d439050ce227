//! The page behind a booking's link: looked at, moved, cancelled by whoever has the link.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    identity::access::Access, interaction::activity, marketing::booking::Sharing, people::contact,
    record::Document, sales::lead,
};
use relasi_persistence::{Conn, Statement, sql::Value as Sql, store::instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    book::{alone, in_turn, put_hosts},
    letters::{self, What},
    row::{Booking, booking, by_id},
    slots::{Open, Slot, shown, slots},
    told::on_timeline,
};
use crate::{
    audit,
    identity::{Secret, acting_for},
    platform::notification::{Topic, notify},
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// A booking as its link shows it.
#[derive(Debug, Clone)]
pub struct Managed {
    /// The booking.
    pub booking: Booking,
    /// The page that it was made on.
    pub open: Open,
    /// Whether it can still be moved and cancelled.
    pub can_change: bool,
}

impl Managed {
    /// What those who are met are called.
    pub fn hosts(&self) -> Vec<&str> {
        let names = &self.open.page.names;
        let users = self.booking.user_ids.iter();
        users
            .filter_map(|user| names.get(user).map(String::as_str))
            .collect()
    }
}

/// What came of moving.
#[derive(Debug, Clone)]
pub enum Moved {
    /// It begins at the other time now, or can't be changed any more.
    Done(Managed),
    /// The time was taken.
    Gone(Managed),
}

/// A booking by its link; [`Refusal::NotFound`] when it leads nowhere.
pub fn read(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Managed> {
    let workspace = token.workspace_id();
    let mut statement =
        Statement::new("SELECT booking_id FROM booking_links WHERE workspace_id = ");
    statement.bind(workspace);
    statement.push(" AND token_hash = ").bind(token.hash());
    let id = conn.row(&statement, |row| row.id(0))?;
    let id = id.ok_or(Refusal::NotFound)?;
    let found = booking(conn, workspace, id)?.ok_or(Refusal::NotFound)?;
    let page = by_id(conn, workspace, found.page_id)?.ok_or(Refusal::NotFound)?;
    Ok(Managed {
        can_change: found.is_booked() && found.start() > now,
        open: shown(conn, page)?,
        booking: found,
    })
}

impl Managed {
    /// The times that it can be moved to, within `from..until`: with the same people, as long as they can be met there.
    pub fn times(
        &self,
        conn: &mut Conn,
        range: (DateTime<Utc>, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Result<Vec<Slot>> {
        if !self.can_change || !self.open.page.active {
            return Ok(Vec::new());
        }
        let mut page = self.open.page.clone();
        let mine = |user: &Uuid| self.booking.user_ids.contains(user);
        let some = page.hosts.iter().filter(|host| mine(&host.user_id)).count();
        let whole = match page.design.sharing {
            Sharing::RoundRobin => some > 0,
            Sharing::Together => false,
        };
        if whole {
            page.hosts.retain(|host| mine(&host.user_id));
        }
        let minutes = u16::try_from(self.booking.minutes()).unwrap_or(30);
        slots(conn, &page, (minutes, Some(&self.booking)), range, now)
    }

    fn person(&self) -> Option<(&'static str, Uuid)> {
        let contact = self.booking.contact_id.map(|id| (contact::OBJECT.name, id));
        contact.or_else(|| self.booking.lead_id.map(|id| (lead::OBJECT.name, id)))
    }
}

/// The same while others who book time of its people wait: two clicks at once are one change.
fn alone_with(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Managed> {
    let found = read(conn, token, now)?;
    let mut users = found.booking.user_ids.clone();
    users.extend(found.open.page.hosts.iter().map(|host| host.user_id));
    users.sort_unstable();
    users.dedup();
    alone(conn, token.workspace_id(), &users)?;
    read(conn, token, now)
}

/// Cancels a booking; once it is, or has begun, nothing changes.
pub fn cancel(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Managed> {
    let found = alone_with(conn, token, now)?;
    if !found.can_change {
        return Ok(found);
    }
    let access = acting(conn, &found)?;
    let mut work = behind(conn, &access, now);
    let values = [
        ("state", "cancelled".into()),
        ("cancelled_by", "visitor".into()),
    ];
    set(&mut work, found.booking.id, &values)?;
    settle(&mut work, &found, "completed", &|work| {
        let mut members = Document::new();
        members.insert("done_at".into(), json!(instant_text(work.micros())));
        members.insert("outcome".into(), json!("cancelled"));
        members
    })?;
    let said = json!([{"field": "state", "old": "booked", "new": "cancelled"}]);
    tell(
        &mut work,
        &found,
        ("cancelled", said),
        What::Cancelled,
        &found.booking.start_at,
    )?;
    read(conn, token, now)
}

/// Moves a booking to another time.
pub fn move_to(
    conn: &mut Conn,
    token: &Secret,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Moved> {
    let found = alone_with(conn, token, now)?;
    if !found.can_change || found.booking.start() == at {
        return Ok(Moved::Done(found));
    }
    let times = found.times(conn, (at, at + TimeDelta::seconds(1)), now)?;
    let Some(slot) = times.into_iter().find(|slot| slot.start_at == at) else {
        return Ok(Moved::Gone(found));
    };
    let users = match found.open.page.design.sharing {
        Sharing::Together => slot.user_ids,
        Sharing::RoundRobin => vec![in_turn(conn, &found.open.page, &slot.user_ids, now)?],
    };
    let access = acting(conn, &found)?;
    let mut work = behind(conn, &access, now);
    let end = at + TimeDelta::minutes(found.booking.minutes());
    let values = [
        ("start_at", at.into()),
        ("end_at", end.into()),
        ("moves", (found.booking.moves + 1).into()),
    ];
    set(&mut work, found.booking.id, &values)?;
    if users != found.booking.user_ids {
        put_hosts(&mut work, found.booking.id, &users)?;
    }
    let begins = instant_text(at.timestamp_micros());
    let owner = users.first().copied();
    settle(&mut work, &found, "updated", &|_| {
        let mut members = Document::new();
        members.insert("due_at".into(), json!(begins));
        if let Some(owner) = owner.filter(|_| users != found.booking.user_ids) {
            members.insert("owner_id".into(), json!(owner));
        }
        members
    })?;
    let said = json!([{"field": "start_at", "old": found.booking.start_at, "new": begins}]);
    let again = Managed {
        booking: Booking {
            user_ids: users,
            ..found.booking.clone()
        },
        ..found
    };
    tell(
        &mut work,
        &again,
        ("rescheduled", said),
        What::Moved,
        &begins,
    )?;
    Ok(Moved::Done(read(conn, token, now)?))
}

fn acting(conn: &mut Conn, found: &Managed) -> Result<Access> {
    let first = found.booking.user_ids.first().copied();
    let access = acting_for(conn, found.open.page.workspace_id, first)?;
    access.ok_or(Refusal::NotFound)
}

fn behind<'a>(conn: &'a mut Conn, access: &'a Access, now: DateTime<Utc>) -> Work<'a> {
    Work {
        conn,
        access,
        now,
        cause: Some("booking_link".to_owned()),
    }
}

pub(super) fn set(work: &mut Work<'_>, id: Uuid, values: &[(&str, Sql)]) -> Result<()> {
    let mut statement = Statement::new("UPDATE bookings SET version = version + 1, updated_at = ");
    statement.bind(work.now);
    for (name, value) in values {
        statement.push(", ").push(name).push(" = ").bind(value);
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}

/// Changes the meeting along with its booking, unless it is gone.
fn settle(
    work: &mut Work<'_>,
    found: &Managed,
    verb: &'static str,
    members: &dyn Fn(&Work<'_>) -> Document,
) -> Result<()> {
    let Some(id) = found.booking.activity_id else {
        return Ok(());
    };
    let meeting = work.store().find(&activity::OBJECT, id)?;
    let Some(meeting) = meeting.filter(|meeting| !in_trash(meeting)) else {
        return Ok(());
    };
    let version = meeting.get("version").and_then(Value::as_i64);
    work.change(&activity::OBJECT, id, version, verb, |work, _| {
        Ok(members(work))
    })?;
    Ok(())
}

/// The log, the timeline, whoever is met, and the visitor.
fn tell(
    work: &mut Work<'_>,
    found: &Managed,
    (action, said): (&str, Value),
    what: What,
    at: &str,
) -> Result<()> {
    let id = found.booking.id;
    audit::note(work, action, "booking", id, said)?;
    let page = &found.open.page.name;
    let kind = format!("booking.{action}");
    on_timeline(
        work,
        found.person(),
        &kind,
        &json!({"page": page, "at": at}),
    )?;
    let data = json!({"title": found.booking.name, "page": page, "at": at});
    let about = found
        .booking
        .activity_id
        .map(|id| (activity::OBJECT.name, id));
    for user in &found.booking.user_ids {
        let kind = format!("booking_{action}");
        notify(work, *user, Topic::You, &kind, about, &data)?;
    }
    letters::enqueue(work.conn, work.access.workspace_id, id, what)
}
