//! A record as it stood: the present one, walked back along its audit entries.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Faults,
    field::{CUSTOM, Field, FieldRef, Write},
    platform::custom_field,
    record::{Document, Object},
};
use relasi_persistence::{
    sql::Statement,
    store::{instant_micros, instant_text, text_of},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Work, in_trash, member, set_member};
use crate::{
    audit,
    refusal::{Refusal, Result},
};

/// Members that follow from other records and change without an entry.
const FOLLOWING: [&str; 5] = [
    "next_step_at",
    "last_activity_at",
    "quiet_at",
    "contact_roles",
    "competitors",
];

/// Members that every write sets.
const EVERY_WRITE: [&str; 2] = ["updated_at", "updated_by"];

/// A place in the past of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// After everything that was written up to a time.
    At(DateTime<Utc>),
    /// Before the write that made this audit entry.
    Before(Uuid),
}

/// A record as it stood.
#[derive(Debug, Serialize)]
pub struct AsOf {
    /// The record; null for what is not known.
    pub record: Document,
    /// Since when it stood like that: the time of the last write before.
    pub since: Value,
    /// Whether it lay in the trash.
    pub in_trash: bool,
    /// Fields of which it is not known what they had. Nothing sets them back.
    pub unknown: BTreeSet<String>,
    /// Fields that have another value now.
    pub differences: Vec<Difference>,
}

/// A field that has another value now.
#[derive(Debug, Serialize)]
pub struct Difference {
    /// Its name.
    pub field: String,
    /// What it had.
    pub then: Value,
    /// What it has.
    pub now: Value,
    /// Whether it can be set back; verbs and the product alone write the others.
    pub restorable: bool,
}

/// What is noted of a record without a write of it.
const NO_WRITES: &str = " AND action NOT IN ('shared', 'unshared')";

/// An audit entry, as far as the walk back needs it.
struct Entry {
    id: String,
    at: i64,
    /// Whether the record was written, so that it got another version.
    writes: bool,
    changes: Vec<(String, Value)>,
}

impl Work<'_> {
    /// A record that the caller may see as it stood at a point in its past.
    ///
    /// # Errors
    /// [`Refusal::NotYet`] before it was made, [`Refusal::NotFound`] when the entry is not one of the record.
    pub fn as_of(&mut self, object: &'static Object, id: Uuid, point: Point) -> Result<AsOf> {
        let present = self.visible(object, id)?;
        let made = text_of(&present, "created_at");
        if let Point::At(at) = point
            && instant_micros(&made).is_some_and(|made| made > at.timestamp_micros())
        {
            return Err(Refusal::NotYet);
        }
        let undone = self.entries_from(id, point)?;
        if let Point::Before(entry) = point
            && self.last_before(id, &entry.to_string())?.is_none()
        {
            return Err(Refusal::NotYet);
        }
        let mut record = present.clone();
        for (field, old) in undone.iter().rev().flat_map(|entry| &entry.changes) {
            if self.access.whole(object).field(field).is_some() {
                put(&mut record, field, old.clone());
            }
        }
        let mut unknown = BTreeSet::new();
        if let Some(first) = undone.first() {
            let writes = undone.iter().filter(|entry| entry.writes).count();
            self.written_before(id, first, writes, &mut record)?;
        }
        let when = match point {
            Point::At(at) => at.timestamp_micros(),
            Point::Before(_) => undone.first().map_or(self.micros(), |entry| entry.at),
        };
        self.judge_customs(object, when, &mut record, &mut unknown)?;
        let following = FOLLOWING.into_iter();
        for name in following.filter(|name| object.field(name).is_some()) {
            record.insert(name.to_owned(), Value::Null);
            unknown.insert(name.to_owned());
        }
        let differences = self.differences(object, &record, &present, &unknown);
        self.access.mask(object, &mut record);
        unknown.retain(|name| !self.access.hides(object, name));
        Ok(AsOf {
            since: record.get("updated_at").cloned().unwrap_or_default(),
            in_trash: in_trash(&record),
            unknown,
            differences,
            record,
        })
    }

    /// What was written to a record from a point on, the earliest first. Of what was written at the same time by
    /// several, the order of the entries is that of the writes.
    fn entries_from(&mut self, record: Uuid, point: Point) -> Result<Vec<Entry>> {
        let first = match point {
            Point::At(at) => audit::first_id_before(at),
            Point::Before(entry) => entry,
        };
        let mut statement = Statement::new(
            "SELECT id, at, changes, action FROM audit_entries WHERE workspace_id = ",
        );
        statement
            .bind(self.access.workspace_id)
            .push(" AND record_id = ")
            .bind(record)
            .push(" AND id >= ")
            .bind(first)
            .push(" ORDER BY id");
        let mut entries = self.conn.rows(&statement, |row| {
            let changes = serde_json::from_str(&row.text(2)?).unwrap_or_default();
            Ok(Entry {
                id: row.text(0)?,
                at: row.int(1)?,
                writes: !matches!(row.text(3)?.as_str(), "shared" | "unshared"),
                changes: olds(changes),
            })
        })?;
        match point {
            Point::At(at) => {
                let at = at.timestamp_micros();
                let place = entries.iter().position(|entry| entry.at > at);
                Ok(entries.split_off(place.unwrap_or(entries.len())))
            }
            Point::Before(entry) => match entries.first() {
                Some(first) if first.id == entry.to_string() => Ok(entries),
                _ => Err(Refusal::NotFound),
            },
        }
    }

    /// The last entry of a record before another one: time and author.
    fn last_before(&mut self, record: Uuid, entry: &str) -> Result<Option<(i64, Option<String>)>> {
        let mut statement =
            Statement::new("SELECT at, actor_id FROM audit_entries WHERE workspace_id = ");
        statement
            .bind(self.access.workspace_id)
            .push(" AND record_id = ")
            .bind(record)
            .push(" AND id < ")
            .bind(entry)
            .push(NO_WRITES)
            .push(" ORDER BY id DESC")
            .limit(1);
        let last = self
            .conn
            .row(&statement, |row| Ok((row.int(0)?, row.opt_text(1)?)))?;
        Ok(last)
    }

    /// Members that every write sets, as the write before left them.
    fn written_before(
        &mut self,
        id: Uuid,
        first: &Entry,
        undone: usize,
        record: &mut Document,
    ) -> Result<()> {
        let (at, by) = if let Some((at, by)) = self.last_before(id, &first.id)? {
            (json!(instant_text(at)), json!(by))
        } else {
            // It came with a past of its own.
            let member = |name: &str| record.get(name).cloned().unwrap_or_default();
            (member("created_at"), member("created_by"))
        };
        record.insert("updated_at".into(), at);
        record.insert("updated_by".into(), by);
        let mut statement =
            Statement::new("SELECT count(*) FROM audit_entries WHERE workspace_id = ");
        statement
            .bind(self.access.workspace_id)
            .push(" AND record_id = ")
            .bind(id)
            .push(NO_WRITES);
        let all = self.conn.row(&statement, |row| row.int(0))?;
        let version = record.get("version").and_then(Value::as_i64);
        // Versions without an entry come from the product, when a field changes its type.
        let then = version
            .filter(|_| version == all)
            .and_then(|now| Some(now - i64::try_from(undone).ok()?));
        record.insert("version".into(), json!(then.filter(|then| *then > 0)));
        Ok(())
    }

    /// Custom fields that were not there yet, or of another type with values that do not fit, are not known.
    fn judge_customs(
        &mut self,
        object: &'static Object,
        at: i64,
        record: &mut Document,
        unknown: &mut BTreeSet<String>,
    ) -> Result<()> {
        let customs = self.access.customs.clone();
        if customs.of(object).is_empty() {
            return Ok(());
        }
        let definitions = self.definitions(object)?;
        for field in customs.of(object) {
            let Some((id, made)) = definitions.get(&field.name[CUSTOM.len()..]) else {
                continue;
            };
            if *made > at || (!fits(field, record) && self.changed_type(id, at)?) {
                put(record, &field.name, Value::Null);
                unknown.insert(field.name.to_string());
            }
        }
        Ok(())
    }

    /// The definitions of an object's fields by their names: id, and when it was made.
    fn definitions(&mut self, object: &'static Object) -> Result<BTreeMap<String, (String, i64)>> {
        let mut statement = Statement::new(format!(
            "SELECT name, id, created_at FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
            custom_field::OBJECT.table
        ));
        statement.bind(self.access.workspace_id);
        statement.push(" AND object = ").bind(object.name);
        let rows = self.conn.rows(&statement, |row| {
            Ok((row.text(0)?, (row.text(1)?, row.int(2)?)))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Whether a definition was given another type after this time.
    fn changed_type(&mut self, definition: &str, at: i64) -> Result<bool> {
        let mut statement = Statement::new("SELECT 1 FROM audit_entries WHERE workspace_id = ");
        statement
            .bind(self.access.workspace_id)
            .push(" AND record_id = ")
            .bind(definition)
            .push(" AND at > ")
            .bind(at)
            .push(" AND changes LIKE '%\"field\":\"storage_key\"%'")
            .limit(1);
        Ok(self.conn.row(&statement, |row| row.int(0))?.is_some())
    }

    fn differences(
        &self,
        object: &'static Object,
        then: &Document,
        now: &Document,
        unknown: &BTreeSet<String>,
    ) -> Vec<Difference> {
        let told = |field: &FieldRef| {
            let name = field.name.as_ref();
            !unknown.contains(name)
                && !EVERY_WRITE.contains(&name)
                && field.of(then) != field.of(now)
        };
        let fields = self.access.shape(object).fields().filter(told);
        let difference = |field: FieldRef| Difference {
            field: field.name.to_string(),
            then: field.of(then).clone(),
            now: field.of(now).clone(),
            restorable: field.write == Write::Always,
        };
        fields.map(difference).collect()
    }
}

/// The fields of an entry with what they had before.
fn olds(changes: Vec<Value>) -> Vec<(String, Value)> {
    let old = |mut change: Value| {
        let field = change["field"].as_str()?.to_owned();
        Some((field, change["old"].take()))
    };
    changes.into_iter().filter_map(old).collect()
}

/// Puts a member into a record; custom ones without a value are not there.
fn put(record: &mut Document, name: &str, value: Value) {
    if value.is_null()
        && let Some(custom) = name.strip_prefix(CUSTOM)
    {
        let members = record.get_mut("custom").and_then(Value::as_object_mut);
        if let Some(members) = members {
            members.remove(custom);
        }
        return;
    }
    set_member(record, name, value);
}

/// Whether a field has a value, and one of its type.
fn fits(field: &Field, record: &Document) -> bool {
    let value = member(record, &field.name).unwrap_or(&Value::Null);
    let mut faults = Faults::default();
    field.check(value, &mut faults);
    !value.is_null() && faults.0.is_empty()
}
