//! One record becomes two again.

use relasi_domain::{
    field::CUSTOM,
    identity::access::Action,
    record::{Document, Object},
};
use relasi_persistence::{Statement, store::text_of};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    leads,
    merge::settle_pairs,
    merges::{Merge, UNDOABLE, find},
    moves::{self, Moved, Way},
    rows,
};
use crate::{
    records::{Work, in_trash, member, set_member},
    refusal::{Refusal, Result},
};

/// Something that an undo left as it is, because somebody changed it since.
#[derive(Debug, Clone, Serialize)]
pub struct Left {
    /// Its object.
    pub object: String,
    /// The record.
    pub id: Uuid,
    /// What the record is called.
    pub title: String,
    /// The field that kept its value.
    pub field: String,
}

/// What came of undoing a merge.
#[derive(Debug, Serialize)]
pub struct Undone {
    /// The merge.
    pub merge: Merge,
    /// The record that had stayed.
    pub record: Document,
    /// What stays as it is.
    pub left: Vec<Left>,
}

/// Takes a merge back, for those who could have made it: the loser comes out of the trash, references and fields get back
/// what they had, unless somebody changed them since.
pub fn undo(work: &mut Work<'_>, id: Uuid) -> Result<Undone> {
    let merge = find(work, id)?;
    let object = merge.object()?;
    let way = Way {
        merge: id,
        object,
        survivor: merge.survivor_id,
        loser: merge.loser_id,
    };
    for id in [way.survivor.min(way.loser), way.survivor.max(way.loser)] {
        work.store().lock(object, id)?;
    }
    if merge.undone_at.is_some() || merge.at <= (work.now - UNDOABLE).timestamp_micros() {
        return Err(Refusal::Conflict("merge_not_undoable"));
    }
    let survivor = still(work, object, way.survivor, false, Action::Edit)?;
    let loser = still(work, object, way.loser, true, Action::Delete)?;
    leads::refuse_converted(object, [&survivor, &loser])?;
    let cause = work.cause.replace(format!("undo:merge:{id}"));
    close(work, id)?;
    let (patch, kept) = own_fields(work, &merge, object, &survivor);
    work.give_back(object, &only_custom(&survivor, &patch))?;
    work.restore(object, way.loser)?;
    moves::events_back(work, way)?;
    moves::attachments_back(work, way)?;
    rows::back(work, way)?;
    let mut left = Vec::new();
    for moved in moves::moved(work, way)? {
        left.extend(give_back(work, &moved, way)?);
    }
    left.extend(kept);
    // The references may have given it other maintained values by now.
    let survivor = work
        .store()
        .find(object, way.survivor)?
        .ok_or(Refusal::NotFound)?;
    work.apply_always(object, survivor, patch, "unmerged")?;
    leads::back(work, way)?;
    settle_pairs(work, way, "open")?;
    work.cause = cause;
    let record = work
        .store()
        .find(object, way.survivor)?
        .ok_or(Refusal::NotFound)?;
    let access = work.access;
    left.retain(|left| {
        let object = relasi_domain::object(&left.object);
        object.is_none_or(|object| !access.hides(object, &left.field))
    });
    Ok(Undone {
        merge: find(work, id)?,
        record: access.seen(object, record),
        left,
    })
}

/// One of the two records, where the merge left it.
fn still(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    trashed: bool,
    action: Action,
) -> Result<Document> {
    let document = work
        .store()
        .find(object, id)?
        .ok_or(Refusal::Conflict("merge_not_undoable"))?;
    if !work.may(object, action, &document)? {
        return Err(Refusal::Forbidden);
    }
    if in_trash(&document) == trashed {
        Ok(document)
    } else {
        Err(Refusal::Conflict("merge_not_undoable"))
    }
}

fn close(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let mut statement = Statement::new("UPDATE merges SET undone_at = ");
    statement
        .bind(work.now)
        .push(", undone_by = ")
        .bind(work.access.user_id);
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    statement.push(" AND undone_at IS NULL");
    match work.conn.execute(&statement)? {
        0 => Err(Refusal::Conflict("merge_not_undoable")),
        _ => Ok(()),
    }
}

/// Makes a record refer to the loser again; what stays as it is, when it refers to something else by now.
fn give_back(work: &mut Work<'_>, moved: &Moved, way: Way) -> Result<Option<Left>> {
    let object = moved.by.object;
    let Some(document) = work.store().find(object, moved.record)? else {
        return Ok(None);
    };
    let field = &moved.by.field;
    let left = left(object, moved.record, &document, &field.name);
    if moved.went() {
        return came_back(work, object, document, left);
    }
    let now = field.of(&document);
    let Some(value) = moved.given_back(now, way) else {
        return Ok(Some(left));
    };
    match work.repoint(&moved.by, document, value) {
        Ok(_) => Ok(None),
        // A rule that holds by now, such as that of companies below each other.
        Err(Refusal::Invalid(_)) => Ok(Some(left)),
        Err(other) => Err(other),
    }
}

/// Takes out of the trash what went into it with the merge.
fn came_back(
    work: &mut Work<'_>,
    object: &'static Object,
    document: Document,
    left: Left,
) -> Result<Option<Left>> {
    if !in_trash(&document) {
        return Ok(None);
    }
    match work.take_back(object, document) {
        Ok(_) => Ok(None),
        Err(Refusal::Invalid(_)) => Ok(Some(left)),
        Err(other) => Err(other),
    }
}

fn left(object: &'static Object, id: Uuid, document: &Document, field: &str) -> Left {
    Left {
        object: object.name.to_owned(),
        id,
        title: text_of(document, object.title),
        field: field.to_owned(),
    }
}

/// A record with nothing but the custom values that a patch changes: those that are unique are free for the loser again.
fn only_custom(document: &Document, patch: &Document) -> Document {
    let mut only = document.clone();
    let changed = patch.get("custom").and_then(Value::as_object);
    if let Some(custom) = only.get_mut("custom").and_then(Value::as_object_mut) {
        custom.retain(|name, _| changed.is_some_and(|changed| changed.contains_key(name)));
    }
    only
}

/// Former values of the survivor's fields that still have what the merge gave them, and those that have not.
fn own_fields(
    work: &Work<'_>,
    merge: &Merge,
    object: &'static Object,
    survivor: &Document,
) -> (Document, Vec<Left>) {
    let shape = work.access.whole(object);
    let mut patch = Document::new();
    let mut kept = Vec::new();
    for change in merge.changes.as_array().into_iter().flatten() {
        let field = change["field"].as_str().unwrap_or_default();
        let is_known = !field.starts_with(CUSTOM) || shape.field(field).is_some();
        if is_known && member(survivor, field).unwrap_or(&Value::Null) == &change["new"] {
            set_member(&mut patch, field, change["old"].clone());
        } else {
            kept.push(left(object, merge.survivor_id, survivor, field));
        }
    }
    // What the product maintains follows from the references.
    patch.retain(|name, _| {
        object
            .field(name)
            .is_none_or(|field| field.write != relasi_domain::field::Write::Never)
    });
    kept.retain(|left| {
        object
            .field(&left.field)
            .is_none_or(|field| field.write != relasi_domain::field::Write::Never)
    });
    (patch, kept)
}
