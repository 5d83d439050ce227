//! Who is mentioned in a text, and that they hear of it.

use std::collections::BTreeSet;

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    interaction::mention::{added, mentions},
    record::{Document, Object},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    identity::access_of,
    platform::notification::{Topic, notify},
    records::{Work, reaches},
    refusal::Result,
};

/// The most people that a text may mention anew.
const MOST: usize = 50;

/// Who is mentioned anew in a text about a record.
///
/// # Errors
/// Faults at `/body`: `no_such_member`, `mentioned_may_not_see` for who may not see the record, `too_many_mentions`.
pub(crate) fn check(
    work: &mut Work<'_>,
    object: &'static Object,
    record: &Document,
    before: &str,
    after: &str,
) -> Result<BTreeSet<Uuid>> {
    let new = added(before, after);
    if new.len() > MOST {
        return Err(Fault::at("/body", "too_many_mentions")
            .with("max", MOST)
            .into());
    }
    let mut faults = Faults::default();
    for user in &new {
        let name = mentions(after).into_iter().find(|it| it.user == *user);
        let name = name.map(|it| it.name).unwrap_or_default();
        let fault = match access_of(work.conn, work.access.workspace_id, *user)? {
            None => "no_such_member",
            Some(access) if reaches(work.conn, &access, (object, Action::See), record)? => continue,
            Some(_) => "mentioned_may_not_see",
        };
        faults.push(Fault::at("/body", fault).with("name", name));
    }
    faults.into_result()?;
    Ok(new)
}

/// Tells people that they are mentioned, all but who wrote it. They follow the record from now on.
pub(crate) fn tell(
    work: &mut Work<'_>,
    users: &BTreeSet<Uuid>,
    about: (&'static str, Uuid),
    title: &str,
    text: &str,
) -> Result<()> {
    let data = json!({"title": title, "by": work.access.user_id, "text": excerpt(text)});
    for user in users {
        if *user != work.access.user_id {
            notify(
                work,
                *user,
                Topic::Mentions,
                "mentioned",
                Some(about),
                &data,
            )?;
        }
        super::follow::add(work, about, *user)?;
    }
    Ok(())
}

/// The beginning of a text, for a line that leads to it.
pub(crate) fn excerpt(text: &str) -> String {
    let plain = relasi_domain::interaction::mention::plain(text);
    let mut line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(140) {
        line.truncate(end);
        line.push('…');
    }
    line
}
