//! Somebody books a time.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    fault::Faults,
    interaction::activity,
    marketing::{
        booking::Sharing,
        form::{self, Answers},
    },
    people::contact,
    record::Document,
    sales::lead,
    shape::Shape,
};
use relasi_persistence::{
    Conn, Statement,
    sql::Value as Sql,
    store::{instant_text, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    letters::{self, What},
    person,
    row::BookingPage,
    slots::{Open, slots},
    told,
};
use crate::{
    identity::{Secret, acting_for},
    marketing::form::{Kept, Page, Post, keep, keys, suspicion},
    platform::vault::{Row, Vault},
    records::{Work, member_id},
    refusal::{Refusal, Result},
};

/// The time that somebody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// When it begins.
    pub at: DateTime<Utc>,
    /// How many minutes it takes.
    pub minutes: u16,
    /// By whose clocks they chose.
    pub zone: Tz,
}

/// What becomes of it.
pub enum Outcome {
    /// It is booked; the secret of the link by which it is moved and cancelled.
    Booked(Secret),
    /// Something is missing or wrong.
    Faulty(Faults),
    /// The page is too old, or was never shown.
    Old,
    /// It looks like a machine's.
    Suspect,
    /// Somebody else was quicker, or it could never be booked.
    Gone,
}

/// What a booking is made of once its time is found.
pub(super) struct Place {
    pub(super) users: Vec<Uuid>,
    pub(super) chosen: Chosen,
}

fn place_of(page: &BookingPage) -> Row {
    Row {
        column: "booking_pages.page",
        id: page.id,
        workspace: page.workspace_id,
    }
}

/// The seal of a page that is shown now.
pub fn seal(vault: &Vault, page: &BookingPage, now: DateTime<Utc>) -> String {
    Page::new(now).seal_for(vault, place_of(page))
}

/// Books a time with what somebody answered.
pub fn book(
    conn: &mut Conn,
    vault: &Vault,
    open: &Open,
    (post, chosen): (&Post, Chosen),
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let page = &open.page;
    let asked = page.design.form();
    let shape = Shape::new(&lead::OBJECT, &open.customs);
    let answers: Answers = match form::read(&asked, shape, &post.sent) {
        Ok(answers) => answers,
        Err(faults) => return Ok(Outcome::Faulty(faults)),
    };
    let Some(sheet) = Page::read_for(vault, place_of(page), &post.page, now) else {
        return Ok(Outcome::Old);
    };
    if suspicion(post, sheet, now).is_some() {
        return Ok(Outcome::Suspect);
    }
    let users: Vec<Uuid> = page.hosts.iter().map(|host| host.user_id).collect();
    alone(conn, page.workspace_id, &users)?;
    if let Some(known) = sent_before(conn, page, sheet.id)? {
        // The page was sent before, perhaps a moment ago.
        return Ok(Outcome::Booked(link(conn, page.workspace_id, known)?));
    }
    let Some(place) = place(conn, page, chosen, now)? else {
        return Ok(Outcome::Gone);
    };
    let kept = keep(&asked, post, answers);
    let mark = vault.marks(page.workspace_id, "form_ip", &post.ip.to_string());
    let booked = make(conn, page, (&place, &kept), (sheet.id, mark.first()), now)?;
    Ok(match booked {
        Some(id) => Outcome::Booked(link(conn, page.workspace_id, id)?),
        None => Outcome::Gone,
    })
}

/// Others who book time of these people wait until this is done.
pub(super) fn alone(conn: &mut Conn, workspace: Uuid, users: &[Uuid]) -> Result<()> {
    // In one order, so that nobody waits for each other.
    let mut users = users.to_vec();
    users.sort_unstable();
    for user in users {
        let mut statement =
            Statement::new("INSERT INTO booking_desks (workspace_id, user_id, booked) VALUES (");
        statement.bind(workspace).push(", ").bind(user).push(
            ", 1) ON CONFLICT (workspace_id, user_id) DO UPDATE SET booked = booking_desks.booked + 1",
        );
        conn.execute(&statement)?;
    }
    Ok(())
}

fn sent_before(conn: &mut Conn, page: &BookingPage, sheet: Uuid) -> Result<Option<Uuid>> {
    let mut statement = Statement::new("SELECT id FROM bookings WHERE workspace_id = ");
    statement.bind(page.workspace_id);
    statement.push(" AND page_id = ").bind(page.id);
    statement.push(" AND page = ").bind(sheet);
    Ok(conn.row(&statement, |row| row.id(0))?)
}

/// Whose time it is; none when nobody has it.
fn place(
    conn: &mut Conn,
    page: &BookingPage,
    chosen: Chosen,
    now: DateTime<Utc>,
) -> Result<Option<Place>> {
    if !page.design.lengths.contains(&chosen.minutes) {
        return Ok(None);
    }
    let range = (chosen.at, chosen.at + TimeDelta::seconds(1));
    let found = slots(conn, page, (chosen.minutes, None), range, now)?;
    let Some(slot) = found.into_iter().find(|slot| slot.start_at == chosen.at) else {
        return Ok(None);
    };
    let users = match page.design.sharing {
        Sharing::Together => slot.user_ids,
        Sharing::RoundRobin => vec![in_turn(conn, page, &slot.user_ids, now)?],
    };
    Ok(Some(Place { users, chosen }))
}

/// Who has least to come on the page; of those who got something longest ago; of those the first.
pub(super) fn in_turn(
    conn: &mut Conn,
    page: &BookingPage,
    users: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let mut statement = Statement::new("SELECT h.user_id, count(CASE WHEN b.start_at > ");
    statement.bind(now).push(
        " THEN 1 END), max(b.created_at) FROM bookings b \
         JOIN booking_hosts h ON h.workspace_id = b.workspace_id AND h.booking_id = b.id \
         WHERE b.state = 'booked' AND b.workspace_id = ",
    );
    statement.bind(page.workspace_id);
    statement.push(" AND b.page_id = ").bind(page.id);
    statement.push(" GROUP BY h.user_id");
    let loads = conn.rows(&statement, |row| {
        Ok((row.id(0)?, (row.int(1)?, row.int(2)?)))
    })?;
    let loads: BTreeMap<Uuid, (i64, i64)> = loads.into_iter().collect();
    let load = |user: &&Uuid| loads.get(*user).copied().unwrap_or_default();
    users
        .iter()
        .min_by_key(load)
        .copied()
        .ok_or(Refusal::NotFound)
}

/// Makes all that belongs to a booking; none when whoever is met has left meanwhile.
fn make(
    conn: &mut Conn,
    page: &BookingPage,
    (place, kept): (&Place, &Kept),
    (sheet, mark): (Uuid, Option<&String>),
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let workspace = page.workspace_id;
    let Some(access) = acting_for(conn, workspace, place.users.first().copied())? else {
        return Ok(None);
    };
    let mut work = Work {
        conn,
        access: &access,
        now,
        cause: Some(format!("booking:{}", page.id)),
    };
    let person = person::of(&mut work, page, kept)?;
    let meeting = meeting(&mut work, page, (place, kept), person)?;
    let id = Uuid::now_v7();
    let of = |object: &str| person.filter(|(name, _)| *name == object).map(|(_, id)| id);
    let email = keys(&kept.answers, "emails", str::to_owned);
    let members: [(&str, Sql); 23] = [
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("page_id", page.id.into()),
        ("page", sheet.into()),
        ("state", "booked".into()),
        ("start_at", place.chosen.at.into()),
        ("end_at", end(place.chosen).into()),
        ("room_before", i64::from(page.design.room_before).into()),
        ("room_after", i64::from(page.design.room_after).into()),
        ("name", text_of(&kept.answers, "name").into()),
        ("email", email.first().cloned().unwrap_or_default().into()),
        (
            "answers",
            Value::Object(kept.answers.clone()).to_string().into(),
        ),
        ("language", kept.language.as_str().into()),
        ("time_zone", place.chosen.zone.name().into()),
        ("ip_hash", mark.map(String::as_str).into()),
        ("contact_id", of(contact::OBJECT.name).into()),
        ("lead_id", of(lead::OBJECT.name).into()),
        ("activity_id", meeting.into()),
        ("moves", 0_i64.into()),
        ("cancelled_by", None::<&str>.into()),
        ("created_at", now.into()),
        ("updated_at", now.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store().insert_rows("bookings", &columns, &[row])?;
    put_hosts(&mut work, id, &place.users)?;
    told::made(&mut work, page, (id, meeting, person), (place, kept))?;
    letters::enqueue(work.conn, workspace, id, What::Made)?;
    Ok(Some(id))
}

fn end(chosen: Chosen) -> DateTime<Utc> {
    chosen.at + TimeDelta::minutes(i64::from(chosen.minutes))
}

/// Whose time it is from now on.
pub(super) fn put_hosts(work: &mut Work<'_>, booking: Uuid, users: &[Uuid]) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut gone = Statement::new("DELETE FROM booking_hosts WHERE workspace_id = ");
    gone.bind(workspace)
        .push(" AND booking_id = ")
        .bind(booking);
    work.conn.execute(&gone)?;
    let row = |(place, user): (usize, &Uuid)| -> Vec<Sql> {
        let place = i64::try_from(place).unwrap_or_default();
        vec![
            workspace.into(),
            booking.into(),
            (*user).into(),
            place.into(),
        ]
    };
    let rows: Vec<Vec<Sql>> = users.iter().enumerate().map(row).collect();
    let columns = ["workspace_id", "booking_id", "user_id", "place"];
    Ok(work.store().insert_rows("booking_hosts", &columns, &rows)?)
}

/// The meeting in the calendar of the first who is met.
fn meeting(
    work: &mut Work<'_>,
    page: &BookingPage,
    (place, kept): (&Place, &Kept),
    person: Option<(&'static str, Uuid)>,
) -> Result<Uuid> {
    let name = text_of(&kept.answers, "name");
    let subject: String = format!("{}: {name}", page.name).chars().take(250).collect();
    let mut body = Document::new();
    let phones = keys(&kept.answers, "phones", str::to_owned);
    let said = [phones.join(", "), text_of(&kept.answers, "description")];
    let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
    for (member, value) in [
        ("kind", json!(page.design.makes.kind())),
        ("subject", json!(subject)),
        (
            "due_at",
            json!(instant_text(place.chosen.at.timestamp_micros())),
        ),
        ("duration_minutes", json!(place.chosen.minutes)),
        ("owner_id", json!(work.access.user_id)),
    ] {
        body.insert(member.to_owned(), value);
    }
    if !said.is_empty() {
        body.insert("body".to_owned(), json!(said.join("\n\n")));
    }
    if let Some(location) = page.design.place.as_deref().filter(|text| !text.is_empty()) {
        body.insert("location".to_owned(), json!(location));
    }
    if let Some((object, id)) = person {
        body.insert(format!("{object}_id"), json!(id));
    }
    let made = work.create_anyway(&activity::OBJECT, body)?;
    member_id(&made, "id").ok_or(Refusal::NotFound)
}

/// A new secret by which a booking is moved and cancelled.
pub(super) fn link(conn: &mut Conn, workspace: Uuid, booking: Uuid) -> Result<Secret> {
    let secret = Secret::new(workspace);
    let mut statement =
        Statement::new("INSERT INTO booking_links (workspace_id, token_hash, booking_id) VALUES (");
    statement.bind(workspace).push(", ").bind(secret.hash());
    statement.push(", ").bind(booking).push(")");
    conn.execute(&statement)?;
    Ok(secret)
}
