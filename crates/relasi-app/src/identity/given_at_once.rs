//! What goes over at once when a member leaves: views that others are shown, price books, quotes that wait for them, and
//! call lists that others go on with.

use relasi_domain::{
    commerce::price_book,
    field::FieldRef,
    identity::{access::Access, role::Role},
    platform::saved_view,
    record::Object,
};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use crate::{
    commerce,
    interaction::call_list,
    records::{Referring, Work},
    refusal::Result,
};

/// Quotes whose discount waits for somebody's approval, as they are named in a hand-over.
const APPROVALS: &str = "quote_approval";
/// Call lists, likewise.
const CALL_LISTS: &str = "call_list";

/// What goes over at once, by the names of a hand-over.
pub(super) const KINDS: [&str; 4] = ["saved_view", "price_book", APPROVALS, CALL_LISTS];

/// The most of each that go over together.
const MOST: u32 = 500;

/// How many of a kind belong to somebody.
pub(super) fn count(work: &mut Work<'_>, kind: &str, user: Uuid) -> Result<i64> {
    let found = match kind {
        APPROVALS => commerce::waiting_for(work, user)?,
        CALL_LISTS => call_list::owned_by(work, user)?,
        _ => owned(work, kind, user)?,
    };
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// Gives all of a kind to somebody else.
///
/// Who manages members gives them away as who changes the settings does: what they show and say is left as it is.
pub(super) fn give(work: &mut Work<'_>, kind: &str, from: Uuid, to: Uuid) -> Result<()> {
    let own = work.access;
    let access = Access::new(
        own.workspace_id,
        own.user_id,
        own.membership_id,
        own.team_ids.clone(),
        Role::Owner,
    );
    let access = access.with_customs(own.customs.clone());
    let mut work = Work {
        conn: work.conn,
        access: &access,
        now: work.now,
        cause: work.cause.clone(),
    };
    let work = &mut work;
    if kind == APPROVALS {
        return commerce::ask_instead(work, from, to);
    }
    if kind == CALL_LISTS {
        return call_list::give(work, from, to);
    }
    let object = object(kind);
    let field = object.field("owner_id");
    let by = Referring {
        object,
        field: FieldRef::Built(field.expect("every object has the common fields")),
    };
    for id in owned(work, kind, from)? {
        if let Some(record) = work.store().find(object, id)? {
            work.repoint(&by, record, json!(to))?;
        }
    }
    Ok(())
}

fn object(kind: &str) -> &'static Object {
    if kind == price_book::OBJECT.name {
        &price_book::OBJECT
    } else {
        &saved_view::OBJECT
    }
}

/// Those of somebody; of views those that others are shown.
fn owned(work: &mut Work<'_>, kind: &str, user: Uuid) -> Result<Vec<Uuid>> {
    let object = object(kind);
    let shown = if object.name == saved_view::OBJECT.name {
        "visibility <> 'private' AND "
    } else {
        ""
    };
    let mut statement = Statement::new(format!(
        "SELECT id FROM {} WHERE {shown}deleted_at IS NULL AND workspace_id = ",
        object.table
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND owner_id = ")
        .bind(user)
        .push(" ORDER BY id")
        .limit(MOST);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

#[cfg(test)]
mod tests;
