//! What goes from a lead to the contact that it becomes, and back: activities, comments, files, consents.

use relasi_domain::{
    interaction::activity,
    people::{company, contact},
    record::{Document, Object},
    sales::{deal, lead},
};
use relasi_persistence::{Statement, store::text_of};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    interaction::email,
    records::Work,
    refusal::{Refusal, Result},
};

/// Records written in one conversion at most: others wait for its transaction.
const MOST: u32 = 5_000;

/// What a lead becomes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) lead: Uuid,
    pub(super) contact: Uuid,
    pub(super) company: Option<Uuid>,
    pub(super) deal: Option<Uuid>,
}

/// A record with the version that the conversion left it at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Made {
    pub(super) object: String,
    pub(super) id: Uuid,
    pub(super) version: i64,
}

/// A member of the contact that was there, before and after.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Filled {
    pub(super) field: String,
    pub(super) old: Value,
    pub(super) new: Value,
}

/// An activity, and the references that it got.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Led {
    pub(super) id: Uuid,
    pub(super) fields: Vec<String>,
}

/// All that has to be put back when a conversion is undone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Moved {
    pub(super) made: Vec<Made>,
    pub(super) filled: Vec<Filled>,
    pub(super) activities: Vec<Led>,
    pub(super) comments: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) consents: Vec<String>,
}

impl Way {
    /// The references that an activity of the lead gets.
    fn references(&self) -> impl Iterator<Item = (&'static str, Uuid)> + use<> {
        let all = [
            ("contact_id", Some(self.contact)),
            ("company_id", self.company),
            ("deal_id", self.deal),
        ];
        all.into_iter()
            .filter_map(|(name, id)| id.map(|id| (name, id)))
    }
}

/// Takes everything over to the contact.
pub(super) fn over(work: &mut Work<'_>, way: Way, moved: &mut Moved) -> Result<()> {
    moved.activities = activities(work, way)?;
    moved.comments = attached(work, "comments", (way.lead, way.contact))?;
    moved.files = attached(work, "files", (way.lead, way.contact))?;
    followers(work, way)?;
    moved.consents = consents(work, way)?;
    if email::follow(work.conn, work.access.workspace_id, way.lead, way.contact)? {
        crate::interaction::activity::in_touch(work, way.contact)?;
    }
    Ok(())
}

fn activities(work: &mut Work<'_>, way: Way) -> Result<Vec<Led>> {
    let mut ids = Statement::new("SELECT id FROM activities WHERE workspace_id = ");
    ids.bind(work.access.workspace_id)
        .push(" AND lead_id = ")
        .bind(way.lead)
        .push(" ORDER BY id")
        .limit(MOST + 1);
    let ids = work.conn.rows(&ids, |row| row.text(0))?;
    if ids.len() > MOST as usize {
        return Err(Refusal::Conflict("conversion_too_large"));
    }
    let mut led = Vec::with_capacity(ids.len());
    for ids in ids.chunks(500) {
        for document in work.store().find_all(&activity::OBJECT, ids)? {
            let lacking = way
                .references()
                .filter(|(name, _)| document.get(*name).is_none_or(Value::is_null));
            let patch: Document = lacking
                .map(|(name, id)| (name.to_owned(), json!(id)))
                .collect();
            let Some(id) = crate::records::member_id(&document, "id") else {
                continue;
            };
            let fields: Vec<String> = patch.keys().cloned().collect();
            if !fields.is_empty() {
                work.apply_always(&activity::OBJECT, document, patch, "updated")?;
                led.push(Led { id, fields });
            }
        }
    }
    Ok(led)
}

/// Comments or files go from one record to another; which.
fn attached(work: &mut Work<'_>, table: &str, (from, to): (Uuid, Uuid)) -> Result<Vec<String>> {
    let workspace = work.access.workspace_id;
    let mut ids = Statement::new(format!("SELECT id FROM {table} WHERE workspace_id = "));
    ids.bind(workspace).push(" AND record_id = ").bind(from);
    let ids = work.conn.rows(&ids, |row| row.text(0))?;
    carry(work, table, &ids, (&contact::OBJECT, to))?;
    Ok(ids)
}

fn carry(
    work: &mut Work<'_>,
    table: &str,
    ids: &[String],
    (object, to): (&'static Object, Uuid),
) -> Result<()> {
    for ids in ids.chunks(500) {
        let mut update = Statement::new(format!("UPDATE {table} SET record_id = "));
        update
            .bind(to)
            .push(", object = ")
            .bind(object.name)
            .push(" WHERE workspace_id = ")
            .bind(work.access.workspace_id)
            .push(" AND id IN (")
            .bind_all(ids)
            .push(")")
            .uncached();
        work.conn.execute(&update)?;
    }
    Ok(())
}

/// Who followed the lead follows the contact as well.
fn followers(work: &mut Work<'_>, way: Way) -> Result<()> {
    let mut copy = Statement::new(
        "INSERT INTO followers (workspace_id, record_id, user_id, object, since) SELECT workspace_id, ",
    );
    copy.bind(way.contact)
        .push(", user_id, 'contact', since FROM followers WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND record_id = ")
        .bind(way.lead)
        .push(" ON CONFLICT DO NOTHING");
    work.conn.execute(&copy)?;
    Ok(())
}

/// What the lead agreed to is noted with the contact, with the same proof of the same time; the ids of the notes.
fn consents(work: &mut Work<'_>, way: Way) -> Result<Vec<String>> {
    const SAME: &str = "purpose_id, channel, state, at, source, proof, proof_version, note, ip, file_id, recorded_at, recorded_by";
    let workspace = work.access.workspace_id;
    let mut ids = Statement::new("SELECT id FROM lead_consents WHERE workspace_id = ");
    ids.bind(workspace).push(" AND lead_id = ").bind(way.lead);
    let ids = work.conn.rows(&ids, |row| row.text(0))?;
    let mut copy = Statement::new(format!(
        "INSERT INTO consents (workspace_id, contact_id, id, {SAME}) SELECT workspace_id, "
    ));
    copy.bind(way.contact)
        .push(&format!(
            ", id, {SAME} FROM lead_consents WHERE workspace_id = "
        ))
        .bind(workspace)
        .push(" AND lead_id = ")
        .bind(way.lead);
    work.conn.execute(&copy)?;
    Ok(ids)
}

/// Gives everything back to the lead that is still where the conversion brought it.
pub(super) fn back(work: &mut Work<'_>, way: Way, moved: &Moved) -> Result<()> {
    email::unfollow(work.conn, work.access.workspace_id, way.lead, way.contact)?;
    for led in &moved.activities {
        let found = work.store().find(&activity::OBJECT, led.id)?;
        let Some(document) = found else { continue };
        let given = way.references().filter(|(name, id)| {
            led.fields.iter().any(|field| field == name) && document.get(*name) == Some(&json!(id))
        });
        let patch: Document = given
            .map(|(name, _)| (name.to_owned(), Value::Null))
            .collect();
        if !patch.is_empty() {
            work.apply_always(&activity::OBJECT, document, patch, "updated")?;
        }
    }
    for (table, ids) in [("comments", &moved.comments), ("files", &moved.files)] {
        carry(work, table, ids, (&lead::OBJECT, way.lead))?;
    }
    for ids in moved.consents.chunks(500) {
        let mut delete = Statement::new("DELETE FROM consents WHERE workspace_id = ");
        delete
            .bind(work.access.workspace_id)
            .push(" AND contact_id = ")
            .bind(way.contact)
            .push(" AND id IN (")
            .bind_all(ids)
            .push(")")
            .uncached();
        work.conn.execute(&delete)?;
    }
    Ok(())
}

/// The objects that a conversion makes records of, in the order in which they can go.
pub(super) const MADE: [&Object; 3] = [&deal::OBJECT, &contact::OBJECT, &company::OBJECT];

/// The version of a record as it is stored.
pub(super) fn version_of(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
) -> Result<Option<(i64, Document)>> {
    let found = work.store().find(object, id)?;
    Ok(found.map(|document| {
        let version = document.get("version").and_then(Value::as_i64);
        (version.unwrap_or_default(), document)
    }))
}

/// What a record is called.
pub(super) fn title(object: &'static Object, document: &Document) -> String {
    text_of(document, object.title)
}
