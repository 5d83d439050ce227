//! Who wants to know what happens to a record.

use std::collections::BTreeSet;

use relasi_domain::{
    identity::access::Action,
    interaction::{activity, discussed, is_discussed, mention::added},
    record::Object,
};
use relasi_persistence::Statement;
use serde_json::{Value, json};
use uuid::Uuid;

use super::living;
use crate::{
    identity::access_of,
    platform::{
        bulk, import,
        notification::{Topic, notify, take_back},
    },
    records::{Change, Work, member_id, reaches},
    refusal::Result,
};

/// People told of one change at most; who followed first is told.
const MOST: u32 = 200;

/// The caller follows a record that they may see.
pub fn follow(work: &mut Work<'_>, object: &'static Object, id: Uuid) -> Result<()> {
    living(work, object, id)?;
    add(work, (object.name, id), work.access.user_id)
}

/// The caller follows a record no longer.
pub fn unfollow(work: &mut Work<'_>, object: &'static Object, id: Uuid) -> Result<()> {
    work.visible(object, id)?;
    let mut statement = Statement::new("DELETE FROM followers WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND record_id = ")
        .bind(id);
    statement.push(" AND user_id = ").bind(work.access.user_id);
    work.conn.execute(&statement)?;
    Ok(())
}

/// Who follows a record, by the time since when.
pub fn followers(work: &mut Work<'_>, object: &'static Object, id: Uuid) -> Result<Vec<Uuid>> {
    work.visible(object, id)?;
    of(work, id)
}

fn of(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new("SELECT user_id FROM followers WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND record_id = ")
        .bind(id);
    statement.push(" ORDER BY since, user_id").limit(MOST);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

/// Somebody follows a record from now on, if not before.
pub(crate) fn add(work: &mut Work<'_>, about: (&'static str, Uuid), user: Uuid) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO followers (workspace_id, record_id, user_id, object, since) VALUES (",
    );
    statement
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(about.1)
        .push(", ")
        .bind(user);
    statement
        .push(", ")
        .bind(about.0)
        .push(", ")
        .bind(work.now)
        .push(") ON CONFLICT DO NOTHING");
    work.conn.execute(&statement)?;
    Ok(())
}

/// Followers and the owner of a record who may still see it, without the caller.
pub(crate) fn audience(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    with_owner: bool,
) -> Result<BTreeSet<Uuid>> {
    let mut users: BTreeSet<Uuid> = of(work, id)?.into_iter().collect();
    users.remove(&work.access.user_id);
    if users.is_empty() && !with_owner {
        return Ok(users);
    }
    let Some(document) = work.store().find(object, id)? else {
        return Ok(BTreeSet::new());
    };
    if with_owner {
        let owner = member_id(&document, "owner_id");
        users.extend(owner.filter(|owner| *owner != work.access.user_id));
    }
    let mut seeing = BTreeSet::new();
    for user in users {
        let Some(access) = access_of(work.conn, work.access.workspace_id, user)? else {
            continue;
        };
        if reaches(work.conn, &access, (object, Action::See), &document)? {
            seeing.insert(user);
        }
    }
    Ok(seeing)
}

/// Tells followers what somebody did with a record that they follow. Changes of many records at once are not told one
/// by one.
pub(crate) fn tell(
    work: &mut Work<'_>,
    object: &'static Object,
    verb: &str,
    change: &Change<'_>,
) -> Result<()> {
    let cause = work.cause.as_deref();
    if !is_discussed(object) || bulk::is_cause(cause) || import::is_cause(cause) {
        return Ok(());
    }
    if change.before.is_some() {
        return changed(work, object, verb, change);
    }
    if object.name != activity::OBJECT.name {
        return Ok(());
    }
    for (name, member) in [
        ("lead", "lead_id"),
        ("deal", "deal_id"),
        ("contact", "contact_id"),
        ("company", "company_id"),
    ] {
        let subject = member_id(&change.after, member).zip(discussed(name));
        let Some((id, subject)) = subject else {
            continue;
        };
        let data = json!({"kind": change.is("kind"), "text": change.is("subject"), "by": work.access.user_id});
        // Who is mentioned in it is told that.
        let text = change.is("body").as_str().unwrap_or_default();
        told(work, subject, id, "logged", &data, &added("", text))?;
    }
    Ok(())
}

fn changed(
    work: &mut Work<'_>,
    object: &'static Object,
    verb: &str,
    change: &Change<'_>,
) -> Result<()> {
    let names = change.touched_names().into_iter();
    let fields: Vec<String> = names
        .filter(|name| !matches!(name.as_str(), "version" | "updated_at" | "updated_by"))
        .collect();
    let data = json!({"verb": verb, "fields": fields, "by": work.access.user_id});
    told(work, object, change.id, "changed", &data, &BTreeSet::new())
}

fn told(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    kind: &str,
    data: &Value,
    others: &BTreeSet<Uuid>,
) -> Result<()> {
    let mut audience = audience(work, object, id, false)?;
    audience.retain(|user| !others.contains(user));
    if audience.is_empty() {
        return Ok(());
    }
    let titles = work.store().titles(object, &[id.to_string()])?;
    let title = titles.into_iter().next().map(|found| found.title);
    for user in audience {
        let mut data = data.clone();
        data["title"] = json!(title);
        // Many small changes make one line for who has not looked yet.
        if kind == "changed" {
            merge_fields(&mut data, take_back(work, user, kind, id)?.as_ref());
        }
        notify(
            work,
            user,
            Topic::Following,
            kind,
            Some((object.name, id)),
            &data,
        )?;
    }
    Ok(())
}

fn merge_fields(data: &mut Value, before: Option<&Value>) {
    let Some(before) = before.and_then(|data| data["fields"].as_array()) else {
        return;
    };
    if let Some(fields) = data["fields"].as_array_mut() {
        let new = before.iter().filter(|name| !fields.contains(name));
        let new: Vec<Value> = new.cloned().collect();
        fields.extend(new);
    }
}
