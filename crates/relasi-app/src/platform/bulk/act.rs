//! What an operation does to one record.

use relasi_domain::{
    fault::{Fault, Faults},
    record::Document,
    sales::stage,
};
use relasi_persistence::{Conn, store::text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Task,
    refused::reasons,
    run::Setting,
    task::{Stage, Tags},
};
use crate::{
    interaction::call_list,
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// What became of a record.
#[derive(Debug)]
pub(super) enum Fate {
    /// It was changed.
    Done,
    /// It was as wanted already.
    Unchanged,
    /// It stays as it is: what it is called, and why.
    Refused(String, Faults),
}

/// So often a record is tried again because somebody else was faster.
const TRIES: u32 = 3;

/// Does the task to a record, or nothing at all.
pub(super) fn act(conn: &mut Conn, setting: &Setting, id: Uuid) -> Result<Fate> {
    let mut title = String::new();
    for _ in 0..TRIES {
        let tried = conn.transaction(|conn| one(&mut setting.work(conn), setting, id, &mut title));
        match tried {
            Ok(true) => return Ok(Fate::Done),
            Ok(false) => return Ok(Fate::Unchanged),
            Err(Refusal::Stale(_)) => {}
            Err(refusal) => return Ok(Fate::Refused(title, reasons(refusal)?)),
        }
    }
    Ok(Fate::Refused(title, Fault::at("", "stale_version").into()))
}

/// Whether the record was changed.
fn one(work: &mut Work<'_>, setting: &Setting, id: Uuid, title: &mut String) -> Result<bool> {
    let object = setting.operation.object;
    let before = work.visible(object, id)?;
    *title = text_of(&before, object.title);
    let version = before.get("version").and_then(Value::as_i64);
    let lies = in_trash(&before);
    let after = match &setting.operation.task {
        Task::Restore if !lies => return Ok(false),
        Task::Restore => work.restore(object, id)?,
        _ if lies => return Err(Refusal::NotFound),
        Task::Delete => work.trash(object, id, version)?,
        Task::Edit(edit) => work.alter(object, before, edit.changes.clone(), "updated")?,
        Task::Owner(owner) => {
            let patch = members([("owner_id", json!(owner.owner_id))]);
            work.alter(object, before, patch, "updated")?
        }
        Task::Tag(tags) => {
            let patch = members([("tags", tagged(&before, tags))]);
            work.alter(object, before, patch, "updated")?
        }
        Task::Stage(stage) => {
            let verb = setting.verb;
            // The role may have changed since the operation was asked for.
            let closed = work.closed_to_role(object, "lost_reason");
            if let Some(code) = closed.filter(|_| verb == "lost") {
                return Err(Fault::field("lost_reason", code).into());
            }
            work.alter(object, before, moved(stage, verb), verb)?
        }
        Task::Reason(reason) => {
            let Some((name, reason)) = reason.of(&text_of(&before, "status")) else {
                return Ok(false);
            };
            if let Some(code) = work.closed_to_role(object, name) {
                return Err(Fault::field(name, code).into());
            }
            work.alter(object, before, members([(name, json!(reason))]), "updated")?
        }
        Task::CallList(task) => return call_list::add(work, task.list_id, id),
        // Goes a way of its own, since it writes no record.
        Task::Export(_) => return Ok(false),
    };
    Ok(after.get("version").and_then(Value::as_i64) != version)
}

pub(super) fn members<const N: usize>(members: [(&str, Value); N]) -> Document {
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A record's tags afterwards, in their order.
fn tagged(record: &Document, tags: &Tags) -> Value {
    let now = record.get("tags").and_then(Value::as_array);
    let mut all: Vec<Value> = now.cloned().unwrap_or_default();
    let gone: Vec<Value> = tags.remove.iter().map(|id| json!(id)).collect();
    all.retain(|tag| !gone.contains(tag));
    for tag in tags.add.iter().map(|id| json!(id)) {
        if !all.contains(&tag) && !gone.contains(&tag) {
            all.push(tag);
        }
    }
    Value::Array(all)
}

fn moved(stage: &Stage, verb: &str) -> Document {
    let mut members = members([("stage_id", json!(stage.stage_id))]);
    if verb == "lost" {
        let reason = stage.lost_reason.as_deref().map(str::trim);
        members.insert("lost_reason".into(), json!(reason));
    } else if let (Some(reason), "won") = (&stage.won_reason, verb) {
        members.insert("won_reason".into(), json!(reason.trim()));
    }
    members
}

/// What a move to a stage is called in the log and in events.
pub(super) fn verb(work: &mut Work<'_>, task: &Task) -> Result<&'static str> {
    let Task::Stage(task) = task else {
        return Ok("updated");
    };
    let stage = work.store().find(&stage::OBJECT, task.stage_id)?;
    let kind = stage.map(|stage| text_of(&stage, "kind"));
    Ok(match kind.as_deref() {
        Some("won") => "won",
        Some("lost") => "lost",
        _ => "moved",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_keep_their_order_and_come_once() {
        let id = Uuid::from_u128;
        let record = members([("tags", json!([id(1), id(2), id(3)]))]);
        let after = |add: &[u128], remove: &[u128]| {
            let ids = |all: &[u128]| all.iter().map(|n| id(*n)).collect();
            let tags = Tags {
                add: ids(add),
                remove: ids(remove),
            };
            tagged(&record, &tags)
        };
        assert_eq!(after(&[2, 4, 4], &[]), json!([id(1), id(2), id(3), id(4)]));
        assert_eq!(after(&[], &[1, 9]), json!([id(2), id(3)]));
        assert_eq!(after(&[5], &[3, 5]), json!([id(1), id(2)]));
        let none = tagged(&Document::new(), &Tags::default());
        assert_eq!(none, json!([]));
    }
}
