//! What a rule reaches now.

use chrono::{DateTime, Months, Utc};
use relasi_domain::{
    interaction::activity,
    people::contact,
    record::Object,
    sales::lead::{self, CONVERTED},
};
use relasi_persistence::{Statement, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use super::{Rule, held, rule};
use crate::{
    records::{ListRequest, Work},
    refusal::Result,
};

/// What a rule reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// How many records.
    pub count: usize,
    /// There are more than were counted.
    pub more: bool,
    /// How many of them are left out because of a hold, of the first ones at least.
    pub held: usize,
}

/// Before which instant something must have lived last.
pub(super) fn before(rule: &Rule, now: DateTime<Utc>) -> DateTime<Utc> {
    let months = u32::try_from(rule.months).unwrap_or(u32::MAX);
    now.checked_sub_months(Months::new(months))
        .unwrap_or(DateTime::UNIX_EPOCH)
}

/// The list that a rule works through; none for files, which have none.
pub(super) fn request(rule: &Rule, now: DateTime<Utc>) -> Option<(&'static Object, ListRequest)> {
    let at = instant_text(before(rule, now).timestamp_micros());
    let (object, age) = match rule.object.as_str() {
        "contact" => {
            // Somebody with whom nothing was ever done lives from the last change on.
            let age = format!(
                "last_activity_at < \"{at}\" or (last_activity_at is empty and updated_at < \"{at}\")"
            );
            (&contact::OBJECT, age)
        }
        "lead" => {
            // Who became a contact is one, and goes by the rules for contacts.
            let age = format!(
                "status != {CONVERTED} and (last_activity_at < \"{at}\" or (last_activity_at is empty and updated_at < \"{at}\"))"
            );
            (&lead::OBJECT, age)
        }
        "activity" => (&activity::OBJECT, format!("done_at < \"{at}\"")),
        _ => return None,
    };
    let filter = if rule.filter.is_empty() {
        age
    } else {
        format!("({}) and ({age})", rule.filter)
    };
    let request = ListRequest {
        filter: Some(filter),
        sort: Some("created_at".to_owned()),
        ..ListRequest::default()
    };
    Some((object, request))
}

/// Some of what a rule reaches.
pub(super) fn some(work: &mut Work<'_>, rule: &Rule, limit: usize) -> Result<Vec<Uuid>> {
    if let Some((object, request)) = request(rule, work.now) {
        let (ids, _) = work.ids(object, &request, None, limit)?;
        return Ok(ids);
    }
    let mut files =
        Statement::new("SELECT id FROM files WHERE deleted_at IS NULL AND workspace_id = ");
    files
        .bind(work.access.workspace_id)
        .push(" AND created_at < ")
        .bind(before(rule, work.now));
    files
        .push(" ORDER BY id")
        .limit(u32::try_from(limit).unwrap_or(u32::MAX));
    Ok(work.conn.rows(&files, |row| row.id(0))?)
}

/// How much a rule would reach if it ran now.
pub fn reach(work: &mut Work<'_>, id: Uuid) -> Result<Reach> {
    let rule = rule::find(work, id)?;
    rule::may(work)?;
    let (count, more) = if let Some((object, request)) = request(&rule, work.now) {
        work.count(object, &request)?
    } else {
        let mut files = Statement::new(
            "SELECT count(*) FROM files WHERE deleted_at IS NULL AND workspace_id = ",
        );
        files
            .bind(work.access.workspace_id)
            .push(" AND created_at < ")
            .bind(before(&rule, work.now));
        let count = work.conn.row(&files, |row| row.int(0))?.unwrap_or(0);
        (usize::try_from(count).unwrap_or(0), false)
    };
    let first = some(work, &rule, 500)?;
    let of = people_of(work, &rule, &first)?;
    let on_hold = held(work.conn, work.access.workspace_id, &persons(&of))?;
    let is_held = |people: &[String]| people.iter().any(|person| on_hold.contains(person));
    let held = of.iter().filter(|(_, people)| is_held(people)).count();
    Ok(Reach { count, more, held })
}

/// A record and the people whose it is.
pub(super) type Of = (Uuid, Vec<String>);

/// All people of some records.
pub(super) fn persons(of: &[Of]) -> Vec<String> {
    let all = of.iter().flat_map(|(_, people)| people.iter().cloned());
    all.collect()
}

/// Whose each of some records is.
pub(super) fn people_of(work: &mut Work<'_>, rule: &Rule, ids: &[Uuid]) -> Result<Vec<Of>> {
    let select = match rule.object.as_str() {
        "contact" | "lead" => {
            return Ok(ids.iter().map(|id| (*id, vec![id.to_string()])).collect());
        }
        "activity" => "SELECT id, contact_id, lead_id FROM activities WHERE workspace_id = ",
        _ => "SELECT id, record_id, NULL FROM files WHERE workspace_id = ",
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new(select);
    statement
        .bind(work.access.workspace_id)
        .push(" AND id IN (")
        .bind_all(ids.iter().copied());
    statement.push(")").uncached();
    Ok(work.conn.rows(&statement, |row| {
        let people = [row.opt_text(1)?, row.opt_text(2)?];
        Ok((row.id(0)?, people.into_iter().flatten().collect()))
    })?)
}
