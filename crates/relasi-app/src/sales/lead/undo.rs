//! A contact becomes a lead again.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use relasi_domain::{
    field::Write,
    identity::access::Action,
    people::contact,
    record::{Document, Object},
    sales::lead::{self, CONVERTED},
};
use relasi_persistence::{Statement, store::text_of};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    convert::tell,
    moves::{self, MADE, Made, Moved, Way, title, version_of},
};
use crate::{
    records::{Work, in_trash, member_id, referring},
    refusal::{Refusal, Result},
};

/// How long a conversion can be undone.
const UNDOABLE: TimeDelta = TimeDelta::days(30);

/// Something that stays as it is, because somebody changed it since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Its object.
    pub object: String,
    /// The record.
    pub id: Uuid,
    /// What the record is called.
    pub title: String,
    /// The field that kept its value; none when the record as a whole stays.
    pub field: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Undone {
    /// The lead as it was before.
    pub lead: Document,
    /// What stays.
    pub left: Vec<Left>,
}

/// A conversion as it was kept.
struct Kept {
    id: Uuid,
    by: Uuid,
    at: i64,
    former: Document,
    moved: Moved,
}

fn last(work: &mut Work<'_>, lead: Uuid) -> Result<Option<Kept>> {
    let mut statement = Statement::new(
        "SELECT id, by_id, at, former, moved FROM lead_conversions WHERE undone_at IS NULL AND workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND lead_id = ")
        .bind(lead)
        .push(" ORDER BY at DESC, id DESC")
        .limit(1);
    Ok(work.conn.row(&statement, |row| {
        Ok(Kept {
            id: row.id(0)?,
            by: row.id(1)?,
            at: row.int(2)?,
            former: row.json(3)?,
            moved: row.json(4)?,
        })
    })?)
}

/// Takes a conversion back, within thirty days: the lead is as it was, and what the conversion made goes into the trash
/// unless somebody changed it since.
pub fn undo(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Undone> {
    let mut kept = None;
    let mut way = None;
    let lead = work.change(
        &lead::OBJECT,
        id,
        version,
        "conversion_undone",
        |work, lead| {
            if text_of(lead, "status") != CONVERTED {
                return Err(Refusal::Conflict("lead_not_converted"));
            }
            let found = last(work, id)?.ok_or(Refusal::Conflict("conversion_not_undoable"))?;
            if found.at <= (work.now - UNDOABLE).timestamp_micros() {
                return Err(Refusal::Conflict("conversion_not_undoable"));
            }
            // Who was merged into somebody since is found there.
            let contact = member_id(lead, "contact_id");
            way = contact.map(|contact| Way {
                lead: id,
                contact,
                company: member_id(lead, "company_id"),
                deal: member_id(lead, "deal_id"),
            });
            let former = found.former.clone();
            kept = Some(found);
            Ok(former)
        },
    )?;
    let (kept, way) = kept
        .zip(way)
        .ok_or(Refusal::Conflict("conversion_not_undoable"))?;
    close(work, kept.id)?;
    moves::back(work, way, &kept.moved)?;
    let mut left = fields_back(work, way, &kept.moved)?;
    left.extend(put_away(work, way, &kept)?);
    tell(work, way, "lead.conversion_undone")?;
    let lead = work.access.seen(&lead::OBJECT, lead);
    Ok(Undone { lead, left })
}

fn close(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let mut update = Statement::new("UPDATE lead_conversions SET undone_at = ");
    update
        .bind(work.now)
        .push(", undone_by = ")
        .bind(work.access.user_id)
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&update)?;
    Ok(())
}

/// Gives a contact that was there before the values back that the conversion changed, as far as they still stand.
fn fields_back(work: &mut Work<'_>, way: Way, moved: &Moved) -> Result<Vec<Left>> {
    let mut left = Vec::new();
    if moved.filled.is_empty() {
        return Ok(left);
    }
    let Some(now) = work.store().find(&contact::OBJECT, way.contact)? else {
        return Ok(left);
    };
    let mut patch = Document::new();
    for filled in &moved.filled {
        let is = now.get(&filled.field).unwrap_or(&Value::Null);
        if *is == filled.new {
            patch.insert(filled.field.clone(), filled.old.clone());
        } else {
            left.push(Left {
                object: contact::OBJECT.name.to_owned(),
                id: way.contact,
                title: title(&contact::OBJECT, &now),
                field: Some(filled.field.clone()),
            });
        }
    }
    patch.retain(|name, _| {
        contact::OBJECT
            .field(name)
            .is_some_and(|field| field.write != Write::Never)
    });
    if !patch.is_empty() && !in_trash(&now) {
        work.apply_always(&contact::OBJECT, now, patch, "updated")?;
    }
    left.retain(|left| {
        let field = left.field.as_deref().unwrap_or_default();
        !work.access.hides(&contact::OBJECT, field)
    });
    Ok(left)
}

/// Puts away what the conversion made, who refers before who is referred to; what has to stay.
fn put_away(work: &mut Work<'_>, way: Way, kept: &Kept) -> Result<Vec<Left>> {
    let mut left = Vec::new();
    let mut gone: BTreeSet<String> = BTreeSet::from([way.lead.to_string()]);
    for object in MADE {
        let made = kept.moved.made.iter();
        for made in made.filter(|made| made.object == object.name) {
            let Some((version, document)) = version_of(work, object, made.id)? else {
                continue;
            };
            if in_trash(&document) {
                gone.insert(made.id.to_string());
                continue;
            }
            let may =
                kept.by == work.access.user_id || work.may(object, Action::Delete, &document)?;
            if may && version == made.version && !is_used(work, object, made, &gone)? {
                work.put_away(object, document)?;
                gone.insert(made.id.to_string());
            } else {
                left.push(Left {
                    object: object.name.to_owned(),
                    id: made.id,
                    title: title(object, &document),
                    field: None,
                });
            }
        }
    }
    Ok(left)
}

/// Whether something belongs to a record that did not come with the conversion.
fn is_used(
    work: &mut Work<'_>,
    object: &'static Object,
    made: &Made,
    gone: &BTreeSet<String>,
) -> Result<bool> {
    for by in referring(work.access, object) {
        let ids = work.referrers(&by, made.id, 20)?;
        if ids.iter().any(|id| !gone.contains(id)) {
            return Ok(true);
        }
    }
    let mut tables = vec![("comments", "record_id"), ("files", "record_id")];
    if object.name == contact::OBJECT.name {
        tables.extend([("consents", "contact_id"), ("email_links", "contact_id")]);
    }
    for (table, column) in tables {
        let mut some = Statement::new(format!("SELECT 1 FROM {table} WHERE workspace_id = "));
        some.bind(work.access.workspace_id)
            .push(&format!(" AND {column} = "))
            .bind(made.id)
            .limit(1);
        if work.conn.row(&some, |_| Ok(()))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
