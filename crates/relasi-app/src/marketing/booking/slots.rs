//! What can be booked on a page.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    locale::Language,
    marketing::booking::{Busy, Sharing, Wanted, free},
    shape::Customs,
};
use relasi_persistence::{Conn, Statement};
use serde::Serialize;
use uuid::Uuid;

use super::{
    change::find,
    row::{Booking, BookingPage, by_slug},
};
use crate::{
    marketing::form::{is_slug, language_of},
    platform::{business_hours::zone_of, custom_field::of_workspace},
    records::Work,
    refusal::Result,
};

/// Days that are looked at in one go at most.
pub const MAX_DAYS: u16 = 45;

/// No meeting takes longer: what began before may reach into the time that is looked at.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// A meeting that does not say how long it takes.
const UNSAID: i64 = 30;

/// A time at which somebody can be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// When it begins.
    pub start_at: DateTime<Utc>,
    /// Who can be met then.
    pub user_ids: Vec<Uuid>,
}

/// A page as somebody sees it who does not belong to the workspace.
#[derive(Debug, Clone)]
pub struct Open {
    /// The page.
    pub page: BookingPage,
    /// The fields that its workspace added.
    pub customs: Customs,
    /// The language of its workspace.
    pub language: Language,
    /// By whose clocks it is, when nobody chooses others.
    pub zone: Tz,
}

/// The page of an address; none when there is none, it is switched off or nobody is left.
pub fn open(conn: &mut Conn, slug: &str) -> Result<Option<Open>> {
    if !is_slug(slug) {
        return Ok(None);
    }
    let Some(page) = by_slug(conn, slug)?.filter(|page| page.active && !page.nobody_left) else {
        return Ok(None);
    };
    shown(conn, page).map(Some)
}

pub(super) fn shown(conn: &mut Conn, page: BookingPage) -> Result<Open> {
    let workspace = page.workspace_id;
    Ok(Open {
        customs: of_workspace(conn, workspace)?,
        language: language_of(conn, workspace)?,
        zone: zone(conn, &page)?,
        page,
    })
}

/// By whose clocks a page is.
pub(super) fn zone(conn: &mut Conn, page: &BookingPage) -> Result<Tz> {
    let own = page.design.time_zone.as_deref();
    match own.and_then(|zone| zone.parse().ok()) {
        Some(zone) => Ok(zone),
        None => zone_of(conn, page.workspace_id),
    }
}

/// What of a page can be booked, for members.
pub fn slots_of(
    work: &mut Work<'_>,
    id: Uuid,
    minutes: Option<u16>,
    days: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Slot>> {
    let page = find(work, id)?;
    let first = page.design.lengths.first().copied();
    let minutes = minutes.or(first).unwrap_or(30);
    slots(work.conn, &page, (minutes, None), days, work.now)
}

/// What of a page can be booked, for visitors.
pub fn public_slots(
    conn: &mut Conn,
    page: &BookingPage,
    minutes: u16,
    range: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Vec<Slot>> {
    slots(conn, page, (minutes, None), range, now)
}

/// What of a page can be booked within `from..until`, by the beginning. A booking that is to be moved does not stand in its
/// own way.
pub(super) fn slots(
    conn: &mut Conn,
    page: &BookingPage,
    (minutes, moved): (u16, Option<&Booking>),
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Vec<Slot>> {
    let design = &page.design;
    let usual = zone_of(conn, page.workspace_id)?;
    let last = now.with_timezone(&zone(conn, page)?).date_naive();
    let last = last.checked_add_days(chrono::Days::new(u64::from(design.days_ahead)));
    let minute = |count: u16| TimeDelta::minutes(i64::from(count));
    let wanted = Wanted {
        length: minute(minutes),
        before: minute(design.room_before),
        after: minute(design.room_after),
        step: minute(design.step),
        earliest: now + TimeDelta::minutes(i64::from(design.notice)),
        last_day: last.unwrap_or(chrono::NaiveDate::MAX),
        per_day: design.per_day.map(usize::from),
    };
    let calendars = Calendars::load(conn, page, moved, (from, until))?;
    let none = (Vec::new(), Vec::new());
    let mut found: BTreeMap<DateTime<Utc>, Vec<Uuid>> = BTreeMap::new();
    for host in &page.hosts {
        let (busy, booked) = calendars.0.get(&host.user_id).unwrap_or(&none);
        let hours = design.hours(host, usual);
        for at in free(&hours, &wanted, busy, booked, (from, until)) {
            found.entry(at).or_default().push(host.user_id);
        }
    }
    if design.sharing == Sharing::Together {
        found.retain(|_, users| users.len() == page.hosts.len());
    }
    let slot = |(start_at, user_ids)| Slot { start_at, user_ids };
    Ok(found.into_iter().map(slot).collect())
}

/// What each of the people does already, and the beginnings of what was booked with them on the page.
struct Calendars(BTreeMap<Uuid, (Vec<Busy>, Vec<DateTime<Utc>>)>);

impl Calendars {
    fn load(
        conn: &mut Conn,
        page: &BookingPage,
        moved: Option<&Booking>,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Self> {
        let mut all = Self(BTreeMap::new());
        let users: Vec<Uuid> = page.hosts.iter().map(|host| host.user_id).collect();
        if users.is_empty() {
            return Ok(all);
        }
        let wide = TimeDelta::days(2);
        let range = (from - LONGEST, until + wide);
        all.activities(conn, page.workspace_id, &users, moved, range)?;
        all.bookings(conn, page, &users, moved, range)?;
        Ok(all)
    }

    fn activities(
        &mut self,
        conn: &mut Conn,
        workspace: Uuid,
        users: &[Uuid],
        moved: Option<&Booking>,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<()> {
        let mut statement = Statement::new(
            "SELECT owner_id, due_at, duration_minutes, id FROM activities WHERE deleted_at IS NULL AND due_at IS NOT NULL \
             AND kind IN ('meeting', 'call') AND (outcome IS NULL OR outcome <> 'cancelled') AND workspace_id = ",
        );
        statement.bind(workspace).push(" AND owner_id IN (");
        statement
            .bind_all(users)
            .push(") AND due_at >= ")
            .bind(from);
        statement.push(" AND due_at < ").bind(until).uncached();
        let own = moved.and_then(|moved| moved.activity_id);
        let rows = conn.rows(&statement, |row| {
            Ok((row.id(0)?, row.at(1)?, row.opt_int(2)?, row.id(3)?))
        })?;
        for (user, begin, minutes, id) in rows {
            if own == Some(id) {
                continue;
            }
            let minutes = minutes.filter(|minutes| *minutes > 0).unwrap_or(UNSAID);
            self.0.entry(user).or_default().0.push(Busy {
                from: begin,
                to: begin + TimeDelta::minutes(minutes),
                before: TimeDelta::zero(),
                after: TimeDelta::zero(),
            });
        }
        Ok(())
    }

    /// What was booked, with the room that its page wanted: that of several people stands in the calendar of the first alone.
    fn bookings(
        &mut self,
        conn: &mut Conn,
        page: &BookingPage,
        users: &[Uuid],
        moved: Option<&Booking>,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<()> {
        let mut statement = Statement::new(
            "SELECT h.user_id, b.start_at, b.end_at, b.room_before, b.room_after, b.page_id, b.id FROM bookings b \
             JOIN booking_hosts h ON h.workspace_id = b.workspace_id AND h.booking_id = b.id \
             WHERE b.state = 'booked' AND b.workspace_id = ",
        );
        statement.bind(page.workspace_id);
        statement.push(" AND b.start_at >= ").bind(from);
        statement.push(" AND b.start_at < ").bind(until);
        statement.push(" AND h.user_id IN (").bind_all(users);
        statement.push(")").uncached();
        let rows = conn.rows(&statement, |row| {
            let busy = Busy {
                from: row.at(1)?,
                to: row.at(2)?,
                before: TimeDelta::minutes(row.int(3)?),
                after: TimeDelta::minutes(row.int(4)?),
            };
            Ok((row.id(0)?, busy, row.id(5)?, row.id(6)?))
        })?;
        for (user, busy, of_page, id) in rows {
            if moved.is_some_and(|moved| moved.id == id) {
                continue;
            }
            let (all, booked) = self.0.entry(user).or_default();
            if of_page == page.id {
                booked.push(busy.from);
            }
            all.push(busy);
        }
        Ok(())
    }
}
