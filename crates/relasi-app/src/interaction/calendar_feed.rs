//! What somebody has to do, under a secret address that calendars read again and again.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    identity::access::Action,
    interaction::activity,
    locale::{self, Language},
    record::Document,
};
use relasi_persistence::{Conn, Statement, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audit,
    identity::{Secret, access_of},
    marketing::booking,
    platform::bulk,
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// How far it reaches back.
const BACK: TimeDelta = TimeDelta::days(90);
/// How far it reaches ahead.
const AHEAD: TimeDelta = TimeDelta::days(365);
/// Entries at most, the next ones first.
const MOST: u32 = 2_000;

/// Members of an activity that tell nothing but when somebody is busy.
const PLAIN: [&str; 7] = [
    "id",
    "kind",
    "version",
    "created_at",
    "updated_at",
    "due_at",
    "duration_minutes",
];

/// The feed of the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FeedView {
    /// Whether there is one.
    pub on: bool,
    /// Whether it tells when somebody is busy, and nothing of with whom.
    pub busy_only: bool,
    /// Since when its address is good.
    pub created_at: Option<String>,
    /// The address, in the answer that makes it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// How the caller wants their feed.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewFeed {
    /// Whether there is one.
    pub on: bool,
    /// Whether it tells when somebody is busy, and nothing of with whom.
    pub busy_only: bool,
}

/// The feed of the caller.
pub fn get(work: &mut Work<'_>) -> Result<FeedView> {
    let mut statement =
        Statement::new("SELECT busy_only, created_at FROM calendar_feeds WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND user_id = ").bind(work.access.user_id);
    let found = work.conn.row(&statement, |row| {
        Ok(FeedView {
            on: true,
            busy_only: row.bool(0)?,
            created_at: Some(instant_text(row.int(1)?)),
            path: None,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Switches the feed on or off, or changes what it tells; its address stays.
pub fn set(work: &mut Work<'_>, new: NewFeed) -> Result<FeedView> {
    let before = get(work)?;
    match (before.on, new.on) {
        (false, true) => make(work, new.busy_only),
        (true, false) => {
            remove(work)?;
            let said = json!([{"field": "on", "old": true, "new": false}]);
            audit::note(work, "deleted", "calendar_feed", work.access.user_id, said)?;
            get(work)
        }
        (true, true) if before.busy_only != new.busy_only => {
            let mut statement = Statement::new("UPDATE calendar_feeds SET busy_only = ");
            statement.bind(new.busy_only).push(" WHERE workspace_id = ");
            statement.bind(work.access.workspace_id);
            statement.push(" AND user_id = ").bind(work.access.user_id);
            work.conn.execute(&statement)?;
            let said =
                json!([{"field": "busy_only", "old": before.busy_only, "new": new.busy_only}]);
            audit::note(work, "updated", "calendar_feed", work.access.user_id, said)?;
            get(work)
        }
        _ => Ok(before),
    }
}

/// Gives the feed another address; the former one is good no more.
pub fn renew(work: &mut Work<'_>) -> Result<FeedView> {
    let before = get(work)?;
    if !before.on {
        return Err(Refusal::Conflict("calendar_feed_off"));
    }
    remove(work)?;
    make(work, before.busy_only)
}

fn make(work: &mut Work<'_>, busy_only: bool) -> Result<FeedView> {
    let secret = Secret::new(work.access.workspace_id);
    let mut statement = Statement::new(
        "INSERT INTO calendar_feeds (workspace_id, user_id, token_hash, busy_only, created_at) VALUES (",
    );
    statement.bind(work.access.workspace_id).push(", ");
    statement.bind(work.access.user_id).push(", ");
    statement.bind(secret.hash()).push(", ").bind(busy_only);
    statement.push(", ").bind(work.now).push(")");
    work.conn.execute(&statement)?;
    let said = json!([{"field": "busy_only", "old": null, "new": busy_only}]);
    audit::note(work, "created", "calendar_feed", work.access.user_id, said)?;
    Ok(FeedView {
        path: Some(format!("/calendar/{}.ics", secret.reveal())),
        ..get(work)?
    })
}

fn remove(work: &mut Work<'_>) -> Result<()> {
    let mut statement = Statement::new("DELETE FROM calendar_feeds WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND user_id = ").bind(work.access.user_id);
    work.conn.execute(&statement)?;
    Ok(())
}

/// The calendar behind a secret; [`Refusal::NotFound`] when it leads nowhere, or its person has left.
pub fn read(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let workspace = token.workspace_id();
    let mut statement = Statement::new(
        "SELECT f.user_id, f.busy_only, u.language FROM calendar_feeds f JOIN users u ON u.id = f.user_id \
         WHERE f.workspace_id = ",
    );
    statement.bind(workspace);
    statement.push(" AND f.token_hash = ").bind(token.hash());
    let found = conn.row(&statement, |row| {
        Ok((row.id(0)?, row.bool(1)?, row.text(2)?))
    })?;
    let (user, busy_only, language) = found.ok_or(Refusal::NotFound)?;
    let access = access_of(conn, workspace, user)?.ok_or(Refusal::NotFound)?;
    let language = Language::from_tag(&language).unwrap_or_default();
    let mut work = Work {
        conn,
        access: &access,
        now,
        cause: None,
    };
    let mut records = entries(&mut work, busy_only)?;
    if busy_only {
        let busy = locale::text(language, "calendar_feed.busy").unwrap_or_default();
        records = records.into_iter().map(|one| plain(one, busy)).collect();
    }
    bulk::feed(&mut work, &records, language)
}

/// What is theirs and they may see.
fn entries(work: &mut Work<'_>, busy_only: bool) -> Result<Vec<Document>> {
    let (workspace, user) = (work.access.workspace_id, work.access.user_id);
    let shared = booking::hosted_by(work.conn, workspace, user)?;
    let mut statement = Statement::new(
        "SELECT id FROM activities WHERE deleted_at IS NULL AND due_at IS NOT NULL AND workspace_id = ",
    );
    statement.bind(workspace);
    if busy_only {
        statement.push(" AND kind IN ('meeting', 'call')");
    } else {
        statement.push(" AND kind IN ('meeting', 'call', 'task')");
    }
    statement.push(" AND due_at >= ").bind(work.now - BACK);
    statement.push(" AND due_at < ").bind(work.now + AHEAD);
    statement.push(" AND (owner_id = ").bind(user);
    if !shared.is_empty() {
        statement.push(" OR id IN (").bind_all(shared).push(")");
        statement.uncached();
    }
    statement.push(") ORDER BY due_at DESC, id").limit(MOST);
    let ids = work.conn.rows(&statement, |row| row.text(0))?;
    let found = work.store().find_all(&activity::OBJECT, &ids)?;
    let found = work.reached(&activity::OBJECT, Action::See, found)?;
    let mut living: Vec<Document> = found.into_iter().filter(|one| !in_trash(one)).collect();
    living.sort_by_cached_key(|one| ids.iter().position(|id| one["id"] == json!(id)));
    let seen = living.into_iter();
    Ok(seen
        .map(|one| work.access.seen(&activity::OBJECT, one))
        .collect())
}

/// Only when somebody is busy.
fn plain(mut record: Document, busy: &str) -> Document {
    // What is called off keeps nobody busy.
    let off = record
        .get("outcome")
        .is_some_and(|outcome| outcome == "cancelled");
    record.retain(|name, _| PLAIN.contains(&name.as_str()));
    record.insert("subject".to_owned(), json!(busy));
    if off {
        record.insert("outcome".to_owned(), json!("cancelled"));
    }
    record
}
