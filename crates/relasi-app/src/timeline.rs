//! What happened to a contact, company, lead or deal, as people read it.

use chrono::DateTime;
use relasi_domain::{
    OBJECTS,
    identity::access::Action,
    people::contact,
    record::{Document, Object},
    sales::lead,
};
use relasi_persistence::{
    sql::{Statement, Value as Sql},
    store::{instant_micros, instant_text, push_visible},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    audit,
    interaction::email,
    people::duplicate,
    records::{Change, Entries, Work, member_id, parsed},
    refusal::Result,
};

/// Leads whose past is told with the contact that they became.
const MOST_LEADS: u32 = 10;

/// Objects that have a timeline of their own.
const SUBJECTS: [&str; 4] = ["contact", "company", "lead", "deal"];

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

/// Tells the timelines of others what is new with them. A subject's own making and changes are not written here: its
/// audit entries tell them.
pub(crate) fn record(
    work: &mut Work<'_>,
    object: &'static Object,
    changes: &[Change<'_>],
) -> Result<()> {
    if object.name != "deal" {
        return Ok(());
    }
    let mut events = Vec::new();
    for change in changes.iter().filter(|change| change.before.is_none()) {
        for subject in ["company", "contact"] {
            events.extend(
                member_id(&change.after, &format!("{subject}_id")).map(|id| Event {
                    subject: (subject, id),
                    kind: "deal.created",
                    at: made_at(&change.after).unwrap_or_else(|| work.micros()),
                    about: (object.name, change.id),
                    data: json!({}),
                }),
            );
        }
    }
    add(work, &events)
}

/// Records that bring their own past stand where they belong in it.
fn made_at(document: &Document) -> Option<i64> {
    document
        .get("created_at")
        .and_then(Value::as_str)
        .and_then(instant_micros)
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
                work.actor().into(),
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
        .insert_rows("timeline_events", &columns, &rows)?;
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

/// An event as it is read, with its place in time.
type Told = (i64, String, Value);

impl Work<'_> {
    /// What happened to a record, newest first; `before` is where the last page ended.
    ///
    /// Its own making and changes come from the record and its audit entries, the rest from events.
    pub fn timeline(
        &mut self,
        object: &'static Object,
        id: Uuid,
        before: Option<(i64, String)>,
        limit: u32,
    ) -> Result<Entries> {
        let found = self.get(object, id)?;
        let mut told = self.events_of(id, before.as_ref(), limit)?;
        if object.name == contact::OBJECT.name {
            told.extend(self.past_as_lead(id, before.as_ref(), limit)?);
        }
        if SUBJECTS.contains(&object.name) {
            told.extend(self.changes_of(object, id, before.as_ref(), limit)?);
            let document: Document = serde_json::from_slice(&found.json).unwrap_or_default();
            let making = making(object, id, &document);
            told.extend(making.filter(|told| is_before(told, before.as_ref())));
        }
        told.sort_by(|a, b| (b.0, &b.1).cmp(&(a.0, &a.1)));
        let mut entries = Entries::of(told, limit);
        self.attach_records(object, &mut entries.items)?;
        email::attach(self, &mut entries.items)?;
        Ok(entries)
    }

    /// What happened to a contact while they were a lead, as far as the caller may see that lead. What stands on the contact's
    /// own timeline as well, such as activities, is told there.
    fn past_as_lead(
        &mut self,
        contact: Uuid,
        before: Option<&(i64, String)>,
        limit: u32,
    ) -> Result<Vec<Told>> {
        let mut leads = Statement::new("SELECT t.id FROM leads t WHERE t.workspace_id = ");
        leads
            .bind(self.access.workspace_id)
            .push(" AND t.contact_id = ")
            .bind(contact)
            .push(" AND t.deleted_at IS NULL");
        let limits = self.access.limit(&lead::OBJECT, Action::See);
        push_visible(&limits, "t", &mut leads);
        leads
            .push(" ORDER BY t.created_at DESC, t.id")
            .limit(MOST_LEADS);
        let leads = self.conn.rows(&leads, |row| row.id(0))?;
        let mut told = Vec::new();
        for id in leads {
            told.extend(self.events_but(id, Some(contact), before, limit)?);
            told.extend(self.changes_of(&lead::OBJECT, id, before, limit)?);
            let document = self.store().find(&lead::OBJECT, id)?.unwrap_or_default();
            let making = making(&lead::OBJECT, id, &document);
            told.extend(making.filter(|told| is_before(told, before)));
        }
        Ok(told)
    }

    fn events_of(
        &mut self,
        id: Uuid,
        before: Option<&(i64, String)>,
        limit: u32,
    ) -> Result<Vec<Told>> {
        self.events_but(id, None, before, limit)
    }

    /// Events of a subject, but for those about what stands on another one's timeline too.
    fn events_but(
        &mut self,
        id: Uuid,
        other: Option<Uuid>,
        before: Option<&(i64, String)>,
        limit: u32,
    ) -> Result<Vec<Told>> {
        let mut statement = Statement::new(
            "SELECT at, id, kind, actor_id, object, record_id, data FROM timeline_events WHERE workspace_id = ",
        );
        statement
            .bind(self.access.workspace_id)
            .push(" AND subject_id = ")
            .bind(id);
        if let Some(other) = other {
            statement
                .push(
                    " AND NOT EXISTS (SELECT 1 FROM timeline_events o WHERE o.workspace_id = timeline_events.workspace_id \
                     AND o.record_id = timeline_events.record_id AND o.record_id <> o.subject_id AND o.subject_id = ",
                )
                .bind(other)
                .push(")");
        }
        push_before(&mut statement, before);
        statement
            .push(" ORDER BY at DESC, id DESC")
            .limit(limit + 1);
        let rows = self.conn.rows(&statement, |row| {
            let item = json!({
                "id": row.text(1)?,
                "kind": row.text(2)?,
                "at": instant_text(row.int(0)?),
                "actor_id": row.opt_text(3)?,
                "object": row.text(4)?,
                "record_id": row.text(5)?,
                "data": parsed(&row.text(6)?),
            });
            Ok((row.int(0)?, row.text(1)?, item))
        })?;
        Ok(rows)
    }

    /// Changes of the record itself, and all of those that were merged into it. The ids of one record's entries are as old as their times, and the index has them
    /// in order.
    fn changes_of(
        &mut self,
        object: &'static Object,
        id: Uuid,
        before: Option<&(i64, String)>,
        limit: u32,
    ) -> Result<Vec<Told>> {
        let mut statement = Statement::new(
            "SELECT at, id, action, actor_id, changes, record_id FROM audit_entries WHERE workspace_id = ",
        );
        statement
            .bind(self.access.workspace_id)
            .push(" AND record_id IN (")
            .bind_all(duplicate::absorbed(self, id)?)
            .push(") AND object = ")
            .bind(object.name)
            // Each has one beginning here, and a merge is told once.
            .push(" AND action <> CASE record_id WHEN ")
            .bind(id)
            .push(" THEN 'created' ELSE 'trashed' END")
            .uncached();
        push_before(&mut statement, before);
        if let Some((at, _)) = before {
            let at = DateTime::from_timestamp_micros(*at).unwrap_or(self.now);
            statement.push(" AND id < ").bind(audit::first_id_after(at));
        }
        statement.push(" ORDER BY id DESC").limit(limit + 1);
        let access = self.access;
        let rows = self.conn.rows(&statement, |row| {
            let fields = changed_fields(&parsed(&row.text(4)?), |name| access.hides(object, name));
            let item = json!({
                "id": row.text(1)?,
                "kind": format!("{}.{}", object.name, row.text(2)?),
                "at": instant_text(row.int(0)?),
                "actor_id": row.opt_text(3)?,
                "object": object.name,
                "record_id": row.text(5)?,
                "data": {"fields": fields},
            });
            Ok((row.int(0)?, row.text(1)?, item))
        })?;
        Ok(rows)
    }

    /// Puts the record that an event is about into the event, where the caller may see it.
    fn attach_records(&mut self, of: &'static Object, items: &mut [Value]) -> Result<()> {
        for object in OBJECTS.iter().filter(|object| object.name != of.name) {
            let about = |item: &Value| {
                (item["object"] == object.name)
                    .then(|| item["record_id"].as_str().map(str::to_owned))
            };
            let mut ids: Vec<String> = items
                .iter()
                .filter_map(|item| about(item).flatten())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.is_empty() {
                continue;
            }
            let found = self.store().find_all(object, &ids)?;
            let found = self.reached(object, Action::See, found)?;
            for item in items
                .iter_mut()
                .filter(|item| item["object"] == object.name)
            {
                let record = found
                    .iter()
                    .find(|document| document.get("id") == item.get("record_id"));
                let record = record.map(|record| self.access.seen(object, record.clone()));
                item["record"] = record.map_or(Value::Null, Value::Object);
            }
        }
        Ok(())
    }
}

/// Whether an event belongs to the page that ends where the last one began.
fn is_before((at, id, _): &Told, before: Option<&(i64, String)>) -> bool {
    before.is_none_or(|before| (*at, id.as_str()) < (before.0, before.1.as_str()))
}

/// The event of a record's making.
fn making(object: &'static Object, id: Uuid, document: &Document) -> Option<Told> {
    let at = made_at(document)?;
    let item = json!({
        "id": id,
        "kind": format!("{}.created", object.name),
        "at": instant_text(at),
        "actor_id": document.get("created_by"),
        "object": object.name,
        "record_id": id,
        "data": {},
    });
    Some((at, id.to_string(), item))
}

fn changed_fields(changes: &Value, hidden: impl Fn(&str) -> bool) -> Vec<String> {
    let changes = changes.as_array().into_iter().flatten();
    changes
        .filter_map(|change| change["field"].as_str())
        .filter(|field| *field != "deleted_at" && !hidden(field))
        .map(str::to_owned)
        .collect()
}

fn push_before(statement: &mut Statement, before: Option<&(i64, String)>) {
    if let Some((at, id)) = before {
        statement
            .push(" AND at <= ")
            .bind(*at)
            .push(" AND (at < ")
            .bind(*at);
        statement.push(" OR id < ").bind(id.as_str()).push(")");
    }
}
