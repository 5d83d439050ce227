//! Booking pages and bookings as rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use relasi_domain::marketing::booking::{Design, Host};
use relasi_persistence::{
    Conn, Row, Statement, StoreError,
    store::{instant_micros, instant_text},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::refusal::Result;

/// Pages of one workspace at most.
pub const MAX_PAGES: usize = 200;
/// The longest name.
pub const MAX_NAME: usize = 120;
/// How a booking can stand.
pub const STATES: [&str; 2] = ["booked", "cancelled"];

/// A booking page as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookingPage {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// What it is called by those who work with it.
    pub name: String,
    /// The end of its address, `/b/<slug>`.
    pub slug: String,
    /// All that it shows, asks and offers.
    pub design: Design,
    /// Who can be met there, as far as they are members still.
    pub hosts: Vec<Host>,
    /// Whether it takes bookings.
    pub active: bool,
    /// Whether nobody is left who can be met.
    pub nobody_left: bool,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: String,
    /// What its people are called.
    #[serde(skip)]
    pub names: BTreeMap<Uuid, String>,
    /// The workspace is told by the row, and not by the answer.
    #[serde(skip)]
    pub workspace_id: Uuid,
}

const COLUMNS: &str = "SELECT p.id, p.version, p.name, p.slug, p.design, p.active, p.created_at, p.created_by, p.updated_at, \
     p.workspace_id FROM booking_pages p WHERE ";

impl BookingPage {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            name: row.text(2)?,
            slug: row.text(3)?,
            design: row.json(4)?,
            hosts: Vec::new(),
            active: row.bool(5)?,
            nobody_left: true,
            created_at: instant_text(row.int(6)?),
            created_by: row.id(7)?,
            updated_at: instant_text(row.int(8)?),
            names: BTreeMap::new(),
            workspace_id: row.id(9)?,
        })
    }
}

/// The pages of a workspace, the newest first.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<BookingPage>> {
    let mut statement = Statement::new(COLUMNS);
    statement.push("p.workspace_id = ").bind(workspace);
    statement.push(" ORDER BY p.id DESC");
    let mut pages = conn.rows(&statement, BookingPage::read)?;
    with_hosts(conn, workspace, &mut pages, None)?;
    Ok(pages)
}

pub(super) fn by_id(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<BookingPage>> {
    let mut statement = Statement::new(COLUMNS);
    statement.push("p.workspace_id = ").bind(workspace);
    statement.push(" AND p.id = ").bind(id);
    one(conn, &statement)
}

/// The page of an address, of whichever workspace.
pub(super) fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<BookingPage>> {
    let mut statement = Statement::new(COLUMNS);
    statement.push("p.slug = ").bind(slug);
    one(conn, &statement)
}

fn one(conn: &mut Conn, statement: &Statement) -> Result<Option<BookingPage>> {
    let mut found: Vec<BookingPage> = conn.rows(statement, BookingPage::read)?;
    if let Some((workspace, id)) = found.first().map(|page| (page.workspace_id, page.id)) {
        with_hosts(conn, workspace, &mut found, Some(id))?;
    }
    Ok(found.pop())
}

/// Adds the people who are members still: whoever left is offered no more, and back again with them.
fn with_hosts(
    conn: &mut Conn,
    workspace: Uuid,
    pages: &mut [BookingPage],
    only: Option<Uuid>,
) -> Result<()> {
    let mut statement = Statement::new(
        "SELECT h.page_id, h.user_id, h.time_zone, h.week, u.full_name FROM booking_page_hosts h \
         JOIN memberships m ON m.workspace_id = h.workspace_id AND m.user_id = h.user_id \
         JOIN users u ON u.id = h.user_id WHERE h.workspace_id = ",
    );
    statement.bind(workspace);
    statement.push(" AND m.active = ").bind(true);
    if let Some(id) = only {
        statement.push(" AND h.page_id = ").bind(id);
    }
    statement.push(" ORDER BY h.page_id, h.place");
    let rows = conn.rows(&statement, |row| {
        let host = Host {
            user_id: row.id(1)?,
            time_zone: row.opt_text(2)?,
            week: row.opt_json(3)?,
        };
        Ok((row.id(0)?, host, row.text(4)?))
    })?;
    for (page, host, name) in rows {
        if let Some(page) = pages.iter_mut().find(|one| one.id == page) {
            page.nobody_left = false;
            page.names.insert(host.user_id, name);
            page.hosts.push(host);
        }
    }
    Ok(())
}

/// A booking as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Booking {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// The page that it was made on.
    pub page_id: Uuid,
    /// `booked` or `cancelled`.
    pub state: String,
    /// When it begins.
    pub start_at: String,
    /// When it ends.
    pub end_at: String,
    /// Who booked it.
    pub name: String,
    /// Their address.
    pub email: String,
    /// All that they answered: members of a lead.
    pub answers: Value,
    /// The language of the page.
    pub language: String,
    /// By whose clocks they chose.
    pub time_zone: String,
    /// Whose time it is.
    pub user_ids: Vec<Uuid>,
    /// The contact, when they were known.
    pub contact_id: Option<Uuid>,
    /// The lead, when they were not.
    pub lead_id: Option<Uuid>,
    /// The meeting in the calendar.
    pub activity_id: Option<Uuid>,
    /// How often it was moved.
    pub moves: i64,
    /// `visitor` or `member`.
    pub cancelled_by: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

pub(super) const BOOKING: &str = "SELECT b.id, b.version, b.page_id, b.state, b.start_at, b.end_at, b.name, b.email, b.answers, \
     b.language, b.time_zone, b.contact_id, b.lead_id, b.activity_id, b.moves, b.cancelled_by, b.created_at, b.updated_at \
     FROM bookings b WHERE b.workspace_id = ";

impl Booking {
    pub(super) fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            page_id: row.id(2)?,
            state: row.text(3)?,
            start_at: instant_text(row.int(4)?),
            end_at: instant_text(row.int(5)?),
            name: row.text(6)?,
            email: row.text(7)?,
            answers: row.json(8)?,
            language: row.text(9)?,
            time_zone: row.text(10)?,
            user_ids: Vec::new(),
            contact_id: row.opt_id(11)?,
            lead_id: row.opt_id(12)?,
            activity_id: row.opt_id(13)?,
            moves: row.int(14)?,
            cancelled_by: row.opt_text(15)?,
            created_at: instant_text(row.int(16)?),
            updated_at: instant_text(row.int(17)?),
        })
    }

    /// When it begins.
    pub fn start(&self) -> DateTime<Utc> {
        at(&self.start_at)
    }

    /// When it ends.
    pub fn end(&self) -> DateTime<Utc> {
        at(&self.end_at)
    }

    /// Whether it stands.
    pub fn is_booked(&self) -> bool {
        self.state == "booked"
    }

    /// How long it takes, in minutes.
    pub fn minutes(&self) -> i64 {
        (self.end() - self.start()).num_minutes()
    }
}

fn at(text: &str) -> DateTime<Utc> {
    let micros = instant_micros(text).unwrap_or_default();
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// Adds whose time they are.
pub(super) fn with_people(
    conn: &mut Conn,
    workspace: Uuid,
    bookings: &mut [Booking],
) -> Result<()> {
    if bookings.is_empty() {
        return Ok(());
    }
    let mut statement =
        Statement::new("SELECT booking_id, user_id FROM booking_hosts WHERE workspace_id = ");
    statement.bind(workspace).push(" AND booking_id IN (");
    statement.bind_all(bookings.iter().map(|one| one.id));
    statement.push(") ORDER BY place").uncached();
    for (id, user) in conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))? {
        if let Some(booking) = bookings.iter_mut().find(|one| one.id == id) {
            booking.user_ids.push(user);
        }
    }
    Ok(())
}

/// One booking.
pub(super) fn booking(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Booking>> {
    let mut statement = Statement::new(BOOKING);
    statement.bind(workspace).push(" AND b.id = ").bind(id);
    let mut found: Vec<Booking> = conn.rows(&statement, Booking::read)?;
    with_people(conn, workspace, &mut found)?;
    Ok(found.pop())
}
