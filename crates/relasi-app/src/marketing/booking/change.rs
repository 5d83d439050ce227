//! Making, changing and removing booking pages.

use relasi_domain::{
    fault::Faults,
    marketing::booking::{Design, Host, check_hosts},
    sales::lead,
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::row::{BookingPage, MAX_NAME, MAX_PAGES, all, by_id};
use crate::{
    audit,
    marketing::form::{address, check_purposes},
    platform::business_hours::may,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version, update},
};

/// What makes a booking page; it takes nothing before it is switched on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewBookingPage {
    /// What it is called by those who work with it; its address is made of it.
    pub name: String,
    /// All that it shows, asks and offers; a usual one when nothing is said.
    pub design: Design,
    /// Who can be met there.
    pub hosts: Vec<Host>,
    /// Whether it takes bookings.
    pub active: bool,
}

/// What changes a booking page; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BookingPagePatch {
    /// What it is called. The address stays.
    pub name: Option<String>,
    /// All that it shows, asks and offers.
    pub design: Option<Design>,
    /// Who can be met there.
    pub hosts: Option<Vec<Host>>,
    /// Whether it takes bookings.
    pub active: Option<bool>,
}

/// The booking pages of the workspace, the newest first, for all members.
pub fn list(work: &mut Work<'_>) -> Result<Vec<BookingPage>> {
    all(work.conn, work.access.workspace_id)
}

/// One of them.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<BookingPage> {
    by_id(work.conn, work.access.workspace_id, id)?.ok_or(Refusal::NotFound)
}

fn check(work: &mut Work<'_>, new: &NewBookingPage) -> Result<()> {
    let mut faults = Faults::default();
    faults.check_name(&new.name, MAX_NAME);
    check_hosts(&new.hosts, "/hosts", &mut faults);
    let ids: Vec<String> = new.hosts.iter().map(|h| h.user_id.to_string()).collect();
    let members = work.store().members(&ids)?;
    for (place, id) in ids.iter().enumerate() {
        let at = || format!("/hosts/{place}/user_id");
        faults.wrong(!members.contains(id), at, "no_such_record");
    }
    let mut found = Faults::default();
    new.design
        .check(work.access.shape(&lead::OBJECT), &mut found);
    check_purposes(work, &new.design.consents, &mut found)?;
    let found = found.pointing(|at| format!("/design{at}"));
    faults.0.extend(found.0);
    Ok(faults.into_result()?)
}

/// Makes a booking page.
pub fn create(work: &mut Work<'_>, new: &NewBookingPage) -> Result<BookingPage> {
    create_as(work, Uuid::now_v7(), new)
}

/// The same under an id that is known before.
pub(crate) fn create_as(
    work: &mut Work<'_>,
    id: Uuid,
    new: &NewBookingPage,
) -> Result<BookingPage> {
    may(work)?;
    check(work, new)?;
    let workspace = work.access.workspace_id;
    if all(work.conn, workspace)?.len() >= MAX_PAGES {
        return Err(Refusal::Conflict("too_many_booking_pages"));
    }
    let members: [(&str, Sql); 10] = [
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("name", new.name.trim().into()),
        ("slug", address(&new.name).into()),
        ("design", json!(new.design).to_string().into()),
        ("active", new.active.into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store()
        .insert_rows("booking_pages", &columns, &[row])?;
    put_hosts(work, id, &new.hosts)?;
    let named = json!([{"field": "name", "old": null, "new": new.name.trim()}]);
    audit::note(work, "created", "booking_page", id, named)?;
    find(work, id)
}

fn put_hosts(work: &mut Work<'_>, page: Uuid, hosts: &[Host]) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut gone = Statement::new("DELETE FROM booking_page_hosts WHERE workspace_id = ");
    gone.bind(workspace).push(" AND page_id = ").bind(page);
    work.conn.execute(&gone)?;
    let row = |(place, host): (usize, &Host)| -> Vec<Sql> {
        let week = host.week.as_ref().map(|week| json!(week).to_string());
        vec![
            workspace.into(),
            page.into(),
            host.user_id.into(),
            i64::try_from(place).unwrap_or_default().into(),
            host.time_zone.as_deref().into(),
            week.into(),
        ]
    };
    let rows: Vec<Vec<Sql>> = hosts.iter().enumerate().map(row).collect();
    let columns = [
        "workspace_id",
        "page_id",
        "user_id",
        "place",
        "time_zone",
        "week",
    ];
    Ok(work
        .store()
        .insert_rows("booking_page_hosts", &columns, &rows)?)
}

/// Changes a booking page. What is booked stays as it is.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &BookingPagePatch,
) -> Result<BookingPage> {
    may(work)?;
    let before = find(work, id)?;
    same_version(version, before.version, &before)?;
    let new = NewBookingPage {
        name: patch.name.clone().unwrap_or_else(|| before.name.clone()),
        design: patch
            .design
            .clone()
            .unwrap_or_else(|| before.design.clone()),
        hosts: patch.hosts.clone().unwrap_or_else(|| before.hosts.clone()),
        active: patch.active.unwrap_or(before.active),
    };
    // One that nobody is left on can still be switched off.
    let only_switched = patch.name.is_none() && patch.design.is_none() && patch.hosts.is_none();
    if !only_switched || new.active {
        check(work, &new)?;
    }
    let values: [(&str, Sql); 4] = [
        ("name", new.name.trim().into()),
        ("design", json!(new.design).to_string().into()),
        ("active", new.active.into()),
        ("updated_at", work.now.into()),
    ];
    update(work, "booking_pages", (id, before.version), &values)?;
    if patch.hosts.is_some() {
        put_hosts(work, id, &new.hosts)?;
    }
    let after = find(work, id)?;
    let named = ["name", "design", "hosts", "active"];
    let changes = differences_in(named, &json!(before), &json!(after));
    audit::note(work, "updated", "booking_page", id, json!(changes))?;
    Ok(after)
}

/// Removes a booking page with what was booked on it, once nothing is to come; the meetings stay.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    may(work)?;
    let before = find(work, id)?;
    same_version(version, before.version, &before)?;
    let workspace = work.access.workspace_id;
    let mut coming =
        Statement::new("SELECT 1 FROM bookings WHERE state = 'booked' AND workspace_id = ");
    coming.bind(workspace).push(" AND page_id = ").bind(id);
    coming.push(" AND start_at > ").bind(work.now).limit(1);
    if work.conn.row(&coming, |row| row.int(0))?.is_some() {
        return Err(Refusal::Conflict("booking_page_in_use"));
    }
    let mut statement = Statement::new("DELETE FROM booking_pages WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let was = json!([{"field": "name", "old": before.name, "new": null}]);
    audit::note(work, "deleted", "booking_page", id, was)
}
