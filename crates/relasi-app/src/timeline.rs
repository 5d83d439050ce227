//! What happened to a contact, company or deal, as people read it.

use relasi_domain::record::Object;
use relasi_persistence::sql::{Statement, Value as Sql};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    records::{Change, Work, member_id},
    refusal::Result,
};

/// Objects that have a timeline of their own.
const SUBJECTS: [&str; 3] = ["contact", "company", "deal"];

/// An event on the timeline of a subject.
#[derive(Debug)]
pub struct Event<'e> {
    /// Whose timeline: object and id.
    pub subject: (&'static str, Uuid),
    /// For example `deal.created` or `activity`.
    pub kind: &'e str,
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// The record that it is about.
    pub about: (&'static str, Uuid),
    /// What its text needs.
    pub data: Value,
}

/// Writes what a record write means for timelines.
pub(crate) fn record(
    work: &mut Work<'_>,
    object: &'static Object,
    verb: &'static str,
    changes: &[Change<'_>],
) -> Result<()> {
    let kind = format!("{}.{verb}", object.name);
    let mut events = Vec::new();
    for change in changes {
        let at = event_time(work, change);
        let about = (object.name, change.id);
        if SUBJECTS.contains(&object.name) {
            let data = if change.before.is_some() {
                json!({"fields": touched(change)})
            } else {
                json!({})
            };
            events.push(Event {
                subject: about,
                kind: &kind,
                at,
                about,
                data,
            });
        }
        // Others learn of what is new with them; their own timeline tells the rest.
        if change.before.is_none() && object.name == "deal" {
            for subject in ["company", "contact"] {
                if let Some(id) = member_id(&change.after, &format!("{subject}_id")) {
                    events.push(Event {
                        subject: (subject, id),
                        kind: &kind,
                        at,
                        about,
                        data: json!({}),
                    });
                }
            }
        }
    }
    add(work, &events)
}

/// New records that bring their own past stand where they belong in it.
fn event_time(work: &Work<'_>, change: &Change<'_>) -> i64 {
    let own = change
        .is("created_at")
        .as_str()
        .and_then(relasi_persistence::store::instant_micros);
    own.filter(|_| change.before.is_none())
        .unwrap_or_else(|| work.micros())
}

fn touched<'c>(change: &'c Change<'_>) -> Vec<&'c String> {
    let silent =
        |name: &str| matches!(name, "version" | "updated_at" | "updated_by" | "deleted_at");
    change
        .after
        .keys()
        .filter(|name| !silent(name) && change.touched(name))
        .collect()
}

/// Writes events.
pub fn add(work: &mut Work<'_>, events: &[Event<'_>]) -> Result<()> {
    let rows: Vec<Vec<Sql>> = events
        .iter()
        .map(|event| {
            vec![
                work.access.workspace_id.into(),
                Uuid::now_v7().into(),
                event.subject.1.into(),
                event.subject.0.into(),
                event.kind.into(),
                event.at.into(),
                work.access.user_id.into(),
                event.about.0.into(),
                event.about.1.into(),
                event.data.to_string().into(),
            ]
        })
        .collect();
    let columns = [
        "workspace_id",
        "id",
        "subject_id",
        "subject_object",
        "kind",
        "at",
        "actor_id",
        "object",
        "record_id",
        "data",
    ];
    work.store()
        .insert_rows("timeline_events", &columns.map(str::to_owned), rows)?;
    Ok(())
}

/// Takes all events about a record off the timelines of others, before they are written anew.
pub fn remove_about(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let mut statement = Statement::new("DELETE FROM timeline_events WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND record_id = ")
        .bind(id)
        .push(" AND record_id <> subject_id");
    work.conn.execute(&statement)?;
    Ok(())
}
