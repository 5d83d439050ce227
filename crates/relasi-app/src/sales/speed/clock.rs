//! The clock of a lead: a job that wakes at each limit and tells those who should know, until somebody answers.
//!
//! What was told stands in the checkpoint of the job, which is committed with the notifications: nobody is told twice of
//! one limit, whenever a process ends.

use std::{collections::BTreeSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    identity::access::Action,
    record::Document,
    sales::{
        lead,
        speed::{Clocks, Mark},
    },
};
use relasi_persistence::{Conn, Statement, store::Store};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{instant, waits};
use crate::{
    identity::{access_of, send_notice},
    platform::{
        business_hours::Hours,
        jobs::{self, Handler, JobContext, JobError, NewJob, Registry, Step},
        mail::{Post, Purpose},
        notification,
    },
    records::{member_id, reaches},
    refusal::Result,
    sales::routing,
};

const KIND: &str = "leads.clock";

/// The queue of all clocks.
const QUEUE: &str = "leads";

/// Adds the handler of such jobs.
pub fn handlers(registry: Registry, post: &Post) -> Registry {
    registry.with(Clock(post.clone()))
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Payload {
    lead_id: Uuid,
}

/// The limits that were told of, in minutes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Told {
    minutes: BTreeSet<i64>,
}

/// Starts the clock of a lead.
pub(super) fn start(conn: &mut Conn, workspace: Uuid, lead: Uuid) -> Result<()> {
    let job = NewJob {
        dedupe_key: Some(lead.to_string()),
        run_at: next(conn, workspace, lead)?,
        ..NewJob::new(KIND, QUEUE, json!({"lead_id": lead}))
    };
    jobs::enqueue(conn, workspace, job)?;
    Ok(())
}

/// When the first limit passes.
fn next(conn: &mut Conn, workspace: Uuid, lead: Uuid) -> Result<Option<DateTime<Utc>>> {
    let Some(watch) = Watched::read(conn, workspace, lead)? else {
        return Ok(None);
    };
    let first = watch.limits().next();
    Ok(first.map(|(_, at)| at))
}

struct Clock(Post);

impl Handler for Clock {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let Payload { lead_id } = context.payload()?;
        let workspace = context.job().workspace_id;
        let told: Told = context.checkpoint()?.unwrap_or_default();
        let post = self.0.clone();
        let (told, wait) = context.chunk(move |conn| {
            let mut told = told.clone();
            let wait = look(conn, &post, (workspace, lead_id), &mut told)?;
            let done = i64::try_from(told.minutes.len()).unwrap_or_default();
            Ok(Step {
                checkpoint: json!(told),
                value: (told, wait),
                done,
                total: 0,
            })
        })?;
        match wait {
            Some(wait) => Err(JobError::Later(wait)),
            None => Ok(json!({"told": told.minutes})),
        }
    }
}

/// A lead that waits, and by what.
struct Watched {
    workspace: Uuid,
    lead: Document,
    made: DateTime<Utc>,
    clocks: Clocks,
    hours: Hours,
}

impl Watched {
    /// None when it waits no more, or nobody is to be told.
    fn read(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Self>> {
        let clocks = routing::clocks(conn, workspace)?;
        let found = Store::of_workspace(conn, workspace).find(&lead::OBJECT, id)?;
        let Some(lead) = found.filter(|lead| clocks.on && waits(lead)) else {
            return Ok(None);
        };
        let Some(made) = instant(&lead, "created_at") else {
            return Ok(None);
        };
        let hours = Hours::load(conn, workspace)?;
        Ok(Some(Self {
            workspace,
            lead,
            made,
            clocks,
            hours,
        }))
    }

    /// Its limits with the moments at which they pass.
    fn limits(&self) -> impl Iterator<Item = (&Mark, DateTime<Utc>)> {
        let calendar = self.hours.of(member_id(&self.lead, "team_id"));
        self.clocks.marks.iter().filter_map(|mark| {
            let at = calendar.after(self.made, TimeDelta::minutes(mark.minutes))?;
            Some((mark, at))
        })
    }
}

/// Tells of the limits that have passed, and says how long it is until the next one.
fn look(
    conn: &mut Conn,
    post: &Post,
    (workspace, id): (Uuid, Uuid),
    told: &mut Told,
) -> Result<Option<Duration>> {
    let Some(watched) = Watched::read(conn, workspace, id)? else {
        return Ok(None);
    };
    let now = DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default();
    let mut last = None;
    let mut wait = None;
    let mut end = None;
    for (mark, at) in watched.limits() {
        end = Some(at);
        if at > now {
            wait = wait.or((at - now).to_std().ok());
        } else if told.minutes.insert(mark.minutes) {
            last = Some(mark);
        }
    }
    // Where several passed while nobody looked, the last one says it all.
    if let Some(mark) = last {
        tell(conn, post, &watched, mark, now)?;
    }
    keep_due(conn, workspace, &watched, end)?;
    Ok(wait)
}

/// Hours, days off and limits may have been changed since the lead came.
fn keep_due(
    conn: &mut Conn,
    workspace: Uuid,
    watched: &Watched,
    due: Option<DateTime<Utc>>,
) -> Result<()> {
    let (Some(due), Some(id)) = (due, member_id(&watched.lead, "id")) else {
        return Ok(());
    };
    if instant(&watched.lead, "response_due_at") == Some(due) {
        return Ok(());
    }
    let mut store = Store::of_workspace(conn, workspace);
    Ok(store.maintain(&lead::OBJECT, id, &[("response_due_at", due.into())])?)
}

/// Tells everybody whom a limit names, each once, and puts it on the timeline.
fn tell(
    conn: &mut Conn,
    post: &Post,
    watched: &Watched,
    mark: &Mark,
    now: DateTime<Utc>,
) -> Result<()> {
    let (lead, workspace) = (&watched.lead, watched.workspace);
    let Some(id) = member_id(lead, "id") else {
        return Ok(());
    };
    let owner = member_id(lead, "owner_id");
    let mut people: BTreeSet<Uuid> = BTreeSet::new();
    people.extend(owner.filter(|_| mark.owner));
    if let Some(owner) = owner.filter(|_| mark.manager) {
        people.extend(manager(conn, workspace, owner)?);
    }
    if let Some(team) = mark.team_id {
        people.extend(team_of(conn, workspace, team)?);
    }
    let data = json!({
        "title": lead.get("name"), "minutes": mark.minutes, "owner_id": owner,
    });
    for user in people.clone() {
        // Nobody is told of what they may not see, and nobody who has left.
        if !sees(conn, workspace, user, lead)? {
            people.remove(&user);
            continue;
        }
        let kind = if Some(user) == owner {
            "lead_waits"
        } else {
            "lead_escalated"
        };
        let about = Some((lead::OBJECT.name, id));
        notification::tell(conn, (workspace, user), kind, about, &data, now.into())?;
        by_mail(conn, post, (workspace, user), (id, &data), now)?;
    }
    let data = json!({"minutes": mark.minutes, "told": people});
    on_timeline(conn, workspace, id, &data, now)
}

fn sees(conn: &mut Conn, workspace: Uuid, user: Uuid, lead: &Document) -> Result<bool> {
    match access_of(conn, workspace, user)? {
        Some(access) => reaches(conn, &access, (&lead::OBJECT, Action::See), lead),
        None => Ok(false),
    }
}

/// Writes to those who wish for that.
fn by_mail(
    conn: &mut Conn,
    post: &Post,
    (workspace, user): (Uuid, Uuid),
    (lead, data): (Uuid, &Value),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut statement =
        Statement::new("SELECT alerts_by_mail FROM work_profiles WHERE workspace_id = ");
    statement.bind(workspace).push(" AND user_id = ").bind(user);
    if conn.row(&statement, |row| row.bool(0))? != Some(true) {
        return Ok(());
    }
    let link = post.link(&format!("/app/leads/{lead}"));
    let values = json!({"lead": data["title"], "minutes": data["minutes"], "link": link});
    let to = (workspace, user);
    send_notice(conn, post, to, Purpose::LeadWaits, values, now)
}

fn on_timeline(
    conn: &mut Conn,
    workspace: Uuid,
    lead: Uuid,
    data: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO timeline_events (workspace_id, id, subject_id, subject_object, kind, at, actor_id, object, record_id, \
         data) VALUES (",
    );
    statement.bind(workspace).push(", ").bind(Uuid::now_v7());
    statement
        .push(", ")
        .bind(lead)
        .push(", 'lead', 'lead.waited', ");
    statement.bind(now).push(", ").bind(None::<Uuid>);
    statement.push(", 'lead', ").bind(lead);
    statement.push(", ").bind(data.to_string()).push(")");
    conn.execute(&statement)?;
    Ok(())
}

/// Whom a member reports to, if they are still here.
fn manager(conn: &mut Conn, workspace: Uuid, user: Uuid) -> Result<Option<Uuid>> {
    let mut statement = Statement::new(
        "SELECT b.user_id FROM memberships m JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
         JOIN memberships b ON b.workspace_id = p.workspace_id AND b.id = p.manager_id WHERE b.active = ",
    );
    statement
        .bind(true)
        .push(" AND m.workspace_id = ")
        .bind(workspace);
    statement.push(" AND m.user_id = ").bind(user);
    Ok(conn.row(&statement, |row| row.id(0))?)
}

/// The active members of a team.
fn team_of(conn: &mut Conn, workspace: Uuid, team: Uuid) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new("SELECT m.user_id FROM memberships m WHERE m.active = ");
    statement
        .bind(true)
        .push(" AND m.workspace_id = ")
        .bind(workspace);
    statement.push(" AND (m.team_id = ").bind(team);
    statement.push(
        " OR EXISTS (SELECT 1 FROM member_teams t WHERE t.workspace_id = m.workspace_id AND t.membership_id = m.id \
         AND t.team_id = ",
    );
    statement.bind(team).push("))");
    Ok(conn.rows(&statement, |row| row.id(0))?)
}
