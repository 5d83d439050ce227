//! Telling of what is due.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    identity::access::Action,
    interaction::activity::{OBJECT, lasts},
    record::Document,
};
use relasi_persistence::{
    Conn, Database, Statement,
    store::{Store, instant_micros, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::due_of;
use crate::{
    identity::{access_of, send_notice},
    platform::{
        jobs::{self, Handler, JobContext, JobError, NewJob, Registry, Step},
        mail::{Post, Purpose},
        notification,
    },
    records::{member_id, reaches},
    refusal::{Refusal, Result},
};

const KIND: &str = "activities.remind";

/// Reminders of one transaction.
const MOST: u32 = 100;

/// For how long after an activity was due its reminder still says something: the server may have stood still.
const STALE: TimeDelta = TimeDelta::hours(12);

/// Adds the handler of such jobs.
pub fn handlers(registry: Registry, post: &Post) -> Registry {
    registry.with(Reminding(post.clone()))
}

/// Puts in the jobs of workspaces in which somebody is to be reminded; how many.
pub fn due(database: &Database, now: DateTime<Utc>) -> Result<usize> {
    const WORKSPACES: u32 = 500;
    let waiting: Vec<Uuid> = database.across().read_blocking(|conn| {
        let mut statement = Statement::new(
            "SELECT DISTINCT workspace_id FROM activity_reminders WHERE remind_at <= ",
        );
        statement.bind(now).limit(WORKSPACES);
        Ok::<_, Refusal>(conn.rows(&statement, |row| row.id(0))?)
    })?;
    for &workspace in &waiting {
        let job = || NewJob {
            dedupe_key: Some("all".to_owned()),
            ..NewJob::new(KIND, "reminders", json!({}))
        };
        database.within(workspace).write_blocking(move |conn| {
            Ok::<_, Refusal>(jobs::enqueue(conn, workspace, job()).map(drop)?)
        })?;
    }
    Ok(waiting.len())
}

struct Reminding(Post);

impl Handler for Reminding {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let mut told = 0;
        loop {
            let (before, post) = (told, self.0.clone());
            let taken = context.chunk(move |conn| {
                let now = DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default();
                let some = remind(conn, &post, workspace, now)?;
                Ok(Step {
                    value: some,
                    checkpoint: json!({}),
                    done: before + some,
                    total: 0,
                })
            })?;
            told += taken;
            if taken < i64::from(MOST) {
                return Ok(json!({"told": told}));
            }
        }
    }
}

/// A reminder that was taken.
struct Taken {
    activity: Uuid,
    user: Uuid,
    minutes: i64,
    by_mail: bool,
}

/// Takes what is due and tells of it; how many were taken.
fn remind(conn: &mut Conn, post: &Post, workspace: Uuid, now: DateTime<Utc>) -> Result<i64> {
    let mut due = Statement::new(
        "SELECT activity_id, user_id, minutes, by_mail FROM activity_reminders WHERE workspace_id = ",
    );
    due.bind(workspace)
        .push(" AND remind_at <= ")
        .bind(now)
        .push(" ORDER BY remind_at")
        .limit(MOST);
    let due = conn.rows(&due, |row| {
        Ok(Taken {
            activity: row.id(0)?,
            user: row.id(1)?,
            minutes: row.int(2)?,
            by_mail: row.bool(3)?,
        })
    })?;
    let found = i64::try_from(due.len()).unwrap_or_default();
    for one in due {
        // Somebody else may have taken it meanwhile, or moved the activity.
        if take(conn, workspace, &one, now)? {
            tell(conn, post, workspace, &one, now)?;
        }
    }
    Ok(found)
}

fn take(conn: &mut Conn, workspace: Uuid, one: &Taken, now: DateTime<Utc>) -> Result<bool> {
    let mut statement =
        Statement::new("UPDATE activity_reminders SET remind_at = NULL, sent_at = ");
    statement
        .bind(now)
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND activity_id = ")
        .bind(one.activity)
        .push(" AND user_id = ")
        .bind(one.user)
        .push(" AND minutes = ")
        .bind(one.minutes)
        .push(" AND remind_at <= ")
        .bind(now);
    Ok(conn.execute(&statement)? == 1)
}

/// Tells somebody who may still see it of an activity that is still to do.
fn tell(
    conn: &mut Conn,
    post: &Post,
    workspace: Uuid,
    one: &Taken,
    now: DateTime<Utc>,
) -> Result<()> {
    let found = Store::of_workspace(conn, workspace).find(&OBJECT, one.activity)?;
    let Some(activity) = found.filter(|activity| {
        let due = due_of(activity);
        due.is_some_and(|due| due > (now - STALE).timestamp_micros())
    }) else {
        return Ok(());
    };
    let Some(access) = access_of(conn, workspace, one.user)? else {
        return Ok(());
    };
    let takes_part = super::people(&activity).contains(&one.user);
    if !takes_part && !reaches(conn, &access, (&OBJECT, Action::See), &activity)? {
        return Ok(());
    }
    let kind = text_of(&activity, "kind");
    let data = json!({
        "title": activity.get("subject"), "kind": kind, "due_at": activity.get("due_at"), "minutes": one.minutes,
        "location": activity.get("location").filter(|_| lasts(&kind)),
    });
    let about = Some((OBJECT.name, one.activity));
    let to = (workspace, one.user);
    notification::tell(conn, to, "activity_due", about, &data, now.into())?;
    if one.by_mail {
        by_mail(conn, post, to, &activity, now)?;
    }
    Ok(())
}

fn by_mail(
    conn: &mut Conn,
    post: &Post,
    to: (Uuid, Uuid),
    activity: &Document,
    now: DateTime<Utc>,
) -> Result<()> {
    let zone = crate::platform::business_hours::zone_of(conn, to.0)?;
    let due = activity.get("due_at").and_then(Value::as_str);
    let due = due
        .and_then(instant_micros)
        .and_then(DateTime::from_timestamp_micros);
    let when = due.unwrap_or(now).with_timezone(&zone);
    let path = match member_id(activity, "contact_id") {
        Some(contact) => format!("/app/contacts/{contact}"),
        None => format!("/app/calendar?day={}", when.format("%Y-%m-%d")),
    };
    let values = json!({
        "activity": activity.get("subject"), "day": when.format("%Y-%m-%d").to_string(),
        "time": when.format("%H:%M").to_string(), "zone": zone.name(), "link": post.link(&path),
    });
    send_notice(conn, post, to, Purpose::ActivityDue, values, now)
}
