//! Two records become one.

use std::collections::BTreeMap;

use relasi_domain::{
    fault::Fault,
    identity::access::{Access, Action},
    record::{Document, Object},
};
use relasi_persistence::Statement;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    choice::{self, Choice},
    leads,
    merges::{Merge, find},
    moves::{self, Way},
    rows,
};
use crate::{
    records::{Change, Draft, Work, member, referring, set_member},
    refusal::{Refusal, Result},
};

/// What is to be merged into a record, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The record that goes into the trash.
    pub loser_id: Uuid,
    /// Its version as the caller knows it.
    pub loser_version: i64,
    /// Whose value each field gets; see [`Choice`].
    #[serde(default)]
    pub fields: BTreeMap<String, Choice>,
}

/// Merges a record into another one: for those who may change the one and delete the other. Everything that referred to
/// the loser refers to the survivor afterwards, its timeline goes over, and it lies in the trash.
pub fn merge(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    version: Option<i64>,
    order: &Order,
) -> Result<(Merge, Document)> {
    if id == order.loser_id {
        return Err(Fault::at("/loser_id", "same_record").into());
    }
    let way = Way {
        merge: Uuid::now_v7(),
        object,
        survivor: id,
        loser: order.loser_id,
    };
    for id in [id.min(order.loser_id), id.max(order.loser_id)] {
        work.store().lock(object, id)?;
    }
    let survivor = work.open(object, id, version, Action::Edit)?;
    let loser = work.open(
        object,
        order.loser_id,
        Some(order.loser_version),
        Action::Delete,
    )?;
    leads::refuse_converted(object, [&survivor, &loser])?;
    let shapes = (work.access.shape(object), work.access.whole(object));
    let mut patch = choice::patch(shapes, &survivor, &loser, &order.fields)?;
    settle_own(work.access, way, &survivor, &loser, &mut patch);
    let cause = work.cause.replace(format!("merge:{}", way.merge));
    // What no two records may have is free for the survivor.
    work.give_back(object, &loser)?;
    let after = work.apply_always(object, survivor.clone(), patch, "merged")?;
    keep(work, way, &changes(way.survivor, survivor, after))?;
    moves::references(work, way)?;
    moves::events(work, way)?;
    moves::attachments(work, way)?;
    rows::follow(work, way)?;
    leads::over(work, way)?;
    work.trash(object, order.loser_id, Some(order.loser_version))?;
    settle_pairs(work, way, "merged")?;
    work.cause = cause;
    let record = work.store().find(object, id)?.ok_or(Refusal::NotFound)?;
    Ok((find(work, way.merge)?, work.access.seen(object, record)))
}

/// A survivor that stood below the loser, or would stand below itself, takes the loser's place.
fn settle_own(
    access: &Access,
    way: Way,
    survivor: &Document,
    loser: &Document,
    patch: &mut Document,
) {
    for by in referring(access, way.object) {
        let name = by.field.name.as_ref();
        if by.object.name != way.object.name || by.field.write == relasi_domain::field::Write::Never
        {
            continue;
        }
        let own = json!(way.survivor);
        let chosen = member(patch, name).or_else(|| member(survivor, name));
        let chosen = chosen.cloned().unwrap_or(Value::Null);
        if chosen == json!(way.loser) || chosen == own {
            let above =
                member(loser, name).filter(|above| **above != own && **above != json!(way.loser));
            set_member(patch, name, above.cloned().unwrap_or(Value::Null));
        }
    }
}

/// Members before and after, but for those that every write changes.
fn changes(id: Uuid, before: Document, after: Document) -> Value {
    let change = Change {
        id,
        before: Some(before),
        after: Draft::Owned(after),
    };
    let silent = |name: &String| matches!(name.as_str(), "version" | "updated_at" | "updated_by");
    let names = change.touched_names().into_iter();
    names
        .filter(|name| !silent(name))
        .map(|name| json!({"old": change.was(&name), "new": change.is(&name), "field": name}))
        .collect()
}

fn keep(work: &mut Work<'_>, way: Way, changes: &Value) -> Result<()> {
    let columns = [
        "workspace_id",
        "id",
        "object",
        "survivor_id",
        "loser_id",
        "changes",
        "merged_at",
        "merged_by",
    ];
    let row = vec![
        work.access.workspace_id.into(),
        way.merge.into(),
        way.object.name.into(),
        way.survivor.into(),
        way.loser.into(),
        changes.to_string().into(),
        work.now.into(),
        work.access.user_id.into(),
    ];
    work.store().insert_rows("merges", &columns, &[row])?;
    Ok(())
}

/// The pair of the two records, if it was found, is over, or open again.
pub(super) fn settle_pairs(work: &mut Work<'_>, way: Way, state: &str) -> Result<()> {
    let over = state != "open";
    let mut statement = Statement::new("UPDATE duplicate_pairs SET state = ");
    statement
        .bind(state)
        .push(", decided_at = ")
        .bind(over.then_some(work.now));
    statement
        .push(", decided_by = ")
        .bind(over.then_some(work.access.user_id));
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND object = ")
        .bind(way.object.name);
    statement
        .push(" AND left_id = ")
        .bind(way.survivor.min(way.loser));
    statement
        .push(" AND right_id = ")
        .bind(way.survivor.max(way.loser));
    work.conn.execute(&statement)?;
    Ok(())
}
