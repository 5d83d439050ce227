//! What goes from one record to another: references of all objects, and the timeline.

use relasi_domain::{
    field::{FieldRef, Kind},
    record::Object,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::leads;
use crate::{
    interaction::email,
    records::{Referring, Work, referring},
    refusal::{Refusal, Result},
};

/// References moved in one merge at most: all of them are written in one transaction, for which others wait.
const MOST: u32 = 10_000;

/// Two records and the merge that makes them one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) merge: Uuid,
    pub(super) object: &'static Object,
    pub(super) survivor: Uuid,
    pub(super) loser: Uuid,
}

/// Makes whatever refers to the loser refer to the survivor, and notes what it referred to before.
pub(super) fn references(work: &mut Work<'_>, way: Way) -> Result<()> {
    let mut left = MOST;
    for by in referring(work.access, way.object) {
        let ids = work.referrers(&by, way.loser, left + 1)?;
        left = left
            .checked_sub(u32::try_from(ids.len()).unwrap_or(u32::MAX))
            .ok_or(Refusal::Conflict("merge_too_large"))?;
        for ids in ids.chunks(500) {
            for document in work.store().find_all(by.object, ids)? {
                let id = text_of(&document, "id");
                // The two records themselves are settled by the fields that were chosen.
                if by.object.name == way.object.name
                    && (id == way.survivor.to_string() || id == way.loser.to_string())
                {
                    continue;
                }
                let former = by.field.of(&document).clone();
                let value = replaced(&former, way.loser, way.survivor);
                match work.repoint(&by, document.clone(), value) {
                    Ok(_) => note(work, way.merge, &by, &id, &former)?,
                    // What the two were to each other, or both to a third, is not left over.
                    Err(Refusal::Invalid(_)) if SAID_ONCE.contains(&by.object.name) => {
                        work.put_away(by.object, document)?;
                        note(work, way.merge, &put_away(by.object), &id, &Value::Null)?;
                    }
                    Err(other) => return Err(other),
                }
            }
        }
    }
    Ok(())
}

/// What is said of somebody once: said of both, one of it goes with the merge.
const SAID_ONCE: [&str; 2] = ["relationship", "deal_contact"];

/// The field that says of a record that it went with the merge.
fn put_away(object: &'static Object) -> Referring {
    let field = object.field("deleted_at");
    let field = field.expect("every object has the common fields");
    Referring {
        object,
        field: FieldRef::Built(field),
    }
}

/// A reference, or a list of them, with one id for another; none twice.
pub(super) fn replaced(value: &Value, from: Uuid, to: Uuid) -> Value {
    let Some(ids) = value.as_array() else {
        return json!(to);
    };
    let mut all: Vec<Value> = Vec::with_capacity(ids.len());
    for id in ids {
        let id = if *id == json!(from) {
            json!(to)
        } else {
            id.clone()
        };
        if !all.contains(&id) {
            all.push(id);
        }
    }
    Value::Array(all)
}

fn note(work: &mut Work<'_>, merge: Uuid, by: &Referring, id: &str, former: &Value) -> Result<()> {
    let columns = [
        "workspace_id",
        "merge_id",
        "object",
        "record_id",
        "field",
        "former",
    ];
    let row = vec![
        work.access.workspace_id.into(),
        merge.into(),
        by.object.name.into(),
        id.into(),
        by.field.name.as_ref().into(),
        former.to_string().into(),
    ];
    work.store().insert_rows("merge_moves", &columns, &[row])?;
    Ok(())
}

/// A reference that was moved.
pub(super) struct Moved {
    pub(super) by: Referring,
    pub(super) record: Uuid,
    pub(super) former: Value,
}

impl Moved {
    /// Whether it was not moved, but went into the trash.
    pub(super) fn went(&self) -> bool {
        self.by.field.name == "deleted_at"
    }

    /// The value that it gets back, when it still refers to the survivor.
    pub(super) fn given_back(&self, now: &Value, way: Way) -> Option<Value> {
        let survivor = json!(way.survivor);
        if !matches!(self.by.field.kind, Kind::Many(_)) {
            return (*now == survivor).then(|| json!(way.loser));
        }
        let had_both = self.former.as_array()?.contains(&survivor);
        let ids = now.as_array()?;
        if !ids.contains(&survivor) {
            return None;
        }
        let kept = ids
            .iter()
            .filter(|id| had_both || **id != survivor)
            .cloned();
        Some(Value::Array(kept.chain([json!(way.loser)]).collect()))
    }
}

/// The references that a merge moved.
pub(super) fn moved(work: &mut Work<'_>, way: Way) -> Result<Vec<Moved>> {
    let mut statement = Statement::new(
        "SELECT object, record_id, field, former FROM merge_moves WHERE workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND merge_id = ")
        .bind(way.merge);
    let rows = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?))
    })?;
    let access = work.access;
    let known = |(object, record, field, former): (String, String, String, String)| {
        let object = relasi_domain::object(&object)?;
        let by = Referring {
            object,
            field: access.whole(object).field(&field)?,
        };
        Some(Moved {
            by,
            record: Uuid::try_parse(&record).ok()?,
            former: serde_json::from_str(&former).unwrap_or(Value::Null),
        })
    };
    let mut moved: Vec<Moved> = rows.into_iter().filter_map(known).collect();
    // What went comes back last, to people who are two again.
    moved.sort_by_key(Moved::went);
    Ok(moved)
}

/// Puts what stands on the loser's timeline on the survivor's. Activities are there already: they came with their
/// references.
pub(super) fn events(work: &mut Work<'_>, way: Way) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut kept = Statement::new(
        "INSERT INTO merge_events (workspace_id, merge_id, event_id, at) SELECT workspace_id, ",
    );
    kept.bind(way.merge)
        .push(", id, at FROM timeline_events WHERE workspace_id = ")
        .bind(workspace);
    kept.push(" AND subject_id = ").bind(way.loser);
    work.conn.execute(&kept)?;
    let mut moved = Statement::new("UPDATE timeline_events SET subject_id = ");
    moved
        .bind(way.survivor)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    moved.push(" AND subject_id = ").bind(way.loser);
    work.conn.execute(&moved)?;
    email::relink(work.conn, workspace, way.loser, way.survivor)
}

/// Puts the events of the loser's timeline back.
pub(super) fn events_back(work: &mut Work<'_>, way: Way) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut back = Statement::new("UPDATE timeline_events SET subject_id = ");
    back.bind(way.loser)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    back.push(" AND subject_id = ").bind(way.survivor);
    back.push(" AND id IN (SELECT event_id FROM merge_events WHERE workspace_id = ")
        .bind(workspace);
    back.push(" AND merge_id = ").bind(way.merge).push(")");
    work.conn.execute(&back)?;
    email::unlink(work.conn, workspace, way.survivor)
}

/// What is attached to records, as the table that holds it, its column and the name by which a merge notes it.
const ATTACHED: [(&str, &str, &str); 2] = [
    ("comments", "record_id", "comment"),
    ("files", "record_id", "file"),
];

fn attached(
    object: &Object,
) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> + use<> {
    ATTACHED
        .into_iter()
        .chain(leads::attached(object).iter().copied())
}

/// Comments and files of the loser go over to the survivor, and who followed the loser follows the survivor.
pub(super) fn attachments(work: &mut Work<'_>, way: Way) -> Result<()> {
    let workspace = work.access.workspace_id;
    for (table, column, kind) in attached(way.object) {
        let mut kept = Statement::new(
            "INSERT INTO merge_attachments (workspace_id, merge_id, kind, id) SELECT workspace_id, ",
        );
        kept.bind(way.merge).push(", ").bind(kind);
        kept.push(&format!(", id FROM {table} WHERE workspace_id = "))
            .bind(workspace);
        kept.push(&format!(" AND {column} = ")).bind(way.loser);
        work.conn.execute(&kept)?;
        let mut moved = Statement::new(format!("UPDATE {table} SET {column} = "));
        moved
            .bind(way.survivor)
            .push(" WHERE workspace_id = ")
            .bind(workspace);
        moved.push(&format!(" AND {column} = ")).bind(way.loser);
        work.conn.execute(&moved)?;
    }
    let mut followers = Statement::new(
        "INSERT INTO followers (workspace_id, record_id, user_id, object, since) SELECT workspace_id, ",
    );
    followers
        .bind(way.survivor)
        .push(", user_id, object, since FROM followers WHERE workspace_id = ")
        .bind(workspace);
    followers
        .push(" AND record_id = ")
        .bind(way.loser)
        .push(" ON CONFLICT DO NOTHING");
    work.conn.execute(&followers)?;
    for once in HELD_ONCE {
        held_once(work, way, once)?;
    }
    Ok(())
}

/// What of records each somebody, or each list, has once: its table, the name by which a merge notes it, and by what it is
/// one. Where both records have it, that of the survivor holds.
const HELD_ONCE: [(&str, &str, &str); 2] = [
    ("record_shares", "share", "to_id"),
    ("call_list_entries", "call_list_entry", "list_id"),
];

/// What the loser has goes over to the survivor, unless it has the same.
fn held_once(work: &mut Work<'_>, way: Way, (table, kind, by): (&str, &str, &str)) -> Result<()> {
    let workspace = work.access.workspace_id;
    let of_loser = |statement: &mut Statement| {
        statement
            .push(" WHERE workspace_id = ")
            .bind(workspace)
            .push(" AND record_id = ")
            .bind(way.loser)
            .push(&format!(
                " AND {by} NOT IN (SELECT o.{by} FROM {table} o WHERE o.workspace_id = "
            ))
            .bind(workspace)
            .push(" AND o.record_id = ")
            .bind(way.survivor)
            .push(")");
    };
    let mut kept = Statement::new(
        "INSERT INTO merge_attachments (workspace_id, merge_id, kind, id) SELECT workspace_id, ",
    );
    kept.bind(way.merge);
    kept.push(", ")
        .bind(kind)
        .push(&format!(", id FROM {table}"));
    of_loser(&mut kept);
    work.conn.execute(&kept)?;
    let mut moved = Statement::new(format!("UPDATE {table} SET record_id = "));
    moved.bind(way.survivor);
    of_loser(&mut moved);
    work.conn.execute(&moved)?;
    Ok(())
}

/// Gives comments and files back to the loser, its shares and its places in call lists. Followers stay with both.
pub(super) fn attachments_back(work: &mut Work<'_>, way: Way) -> Result<()> {
    let workspace = work.access.workspace_id;
    let once = HELD_ONCE.map(|(table, kind, _)| (table, "record_id", kind));
    for (table, column, kind) in attached(way.object).chain(once) {
        let mut back = Statement::new(format!("UPDATE {table} SET {column} = "));
        back.bind(way.loser)
            .push(" WHERE workspace_id = ")
            .bind(workspace);
        back.push(&format!(" AND {column} = ")).bind(way.survivor);
        back.push(" AND id IN (SELECT id FROM merge_attachments WHERE workspace_id = ")
            .bind(workspace);
        back.push(" AND merge_id = ").bind(way.merge);
        back.push(" AND kind = ").bind(kind).push(")");
        work.conn.execute(&back)?;
    }
    Ok(())
}
