//! Suggestions that somebody does not want, or not yet.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    people::{company, contact},
    record::Object,
    sales::deal,
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// The longest time that something is put off.
const MOST_DAYS: i64 = 365;

/// What is put off.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    /// `deal`, `contact` or `company`.
    pub object: String,
    /// Which one.
    pub record_id: Uuid,
    /// A product that was suggested for it, for everybody; without one it is about the caller's own list.
    #[serde(default)]
    pub product_id: Option<Uuid>,
    /// For so many days; 0 brings it back, for good when left out.
    #[serde(default)]
    pub days: Option<i64>,
}

fn object_of(name: &str) -> Option<&'static Object> {
    [&deal::OBJECT, &contact::OBJECT, &company::OBJECT]
        .into_iter()
        .find(|object| object.name == name)
}

/// Puts a suggestion off. A product is turned down for everybody, by those who may change the record.
pub fn put_off(work: &mut Work<'_>, rest: &Rest) -> Result<()> {
    let mut faults = Faults::default();
    let object = object_of(&rest.object);
    if object.is_none() {
        let choices = "deal, contact, company";
        faults.push(Fault::field("object", "not_a_choice").with("choices", choices));
    }
    if rest
        .days
        .is_some_and(|days| !(0..=MOST_DAYS).contains(&days))
    {
        faults.push(Fault::field("days", "out_of_range").with("max", MOST_DAYS));
    }
    let bare = rest.product_id.is_none() && rest.object == company::OBJECT.name;
    faults.check(bare, "product_id", "required");
    faults.into_result()?;
    let record = work.visible(object.ok_or(Refusal::NotFound)?, rest.record_id)?;
    let object = object.ok_or(Refusal::NotFound)?;
    let product = rest.product_id.map(|id| id.to_string());
    let mine = product.is_none();
    if !mine && !work.may(object, Action::Edit, &record)? {
        return Err(Refusal::Forbidden);
    }
    let user = if mine {
        work.access.user_id.to_string()
    } else {
        String::new()
    };
    let key: [(&str, Sql); 5] = [
        ("workspace_id", work.access.workspace_id.into()),
        ("kind", object.name.into()),
        ("record_id", rest.record_id.into()),
        ("about_id", product.unwrap_or_default().into()),
        ("user_id", user.into()),
    ];
    let mut gone = Statement::new("DELETE FROM suggestion_rests WHERE ");
    for (place, (name, value)) in key.iter().enumerate() {
        gone.push(if place == 0 { "" } else { " AND " });
        gone.push(name).push(" = ").bind(value);
    }
    work.conn.execute(&gone)?;
    if rest.days == Some(0) {
        return Ok(());
    }
    let until = rest.days.map(|days| work.now + TimeDelta::days(days));
    let more: [(&str, Sql); 2] = [("until", until.into()), ("made_at", work.now.into())];
    let (columns, row): (Vec<&str>, Vec<Sql>) = key.into_iter().chain(more).unzip();
    Ok(work
        .store()
        .insert_rows("suggestion_rests", &columns, &[row])?)
}

/// What the caller has put off of an object.
pub(super) fn mine(work: &mut Work<'_>, object: &'static Object) -> Result<BTreeSet<String>> {
    let user = work.access.user_id.to_string();
    let mut statement = Statement::new("SELECT record_id FROM suggestion_rests WHERE kind = ");
    statement
        .bind(object.name)
        .push(" AND about_id = '' AND user_id = ")
        .bind(user);
    statement
        .push(" AND workspace_id = ")
        .bind(work.access.workspace_id);
    statement
        .push(" AND (until IS NULL OR until > ")
        .bind(work.now)
        .push(")");
    let found = work.conn.rows(&statement, |row| row.text(0))?;
    Ok(found.into_iter().collect())
}

/// Products that were turned down for a record.
pub(super) fn products(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
) -> Result<BTreeSet<String>> {
    let mut statement = Statement::new("SELECT about_id FROM suggestion_rests WHERE kind = ");
    statement.bind(object.name);
    statement
        .push(" AND user_id = '' AND record_id = ")
        .bind(id);
    statement
        .push(" AND workspace_id = ")
        .bind(work.access.workspace_id);
    statement
        .push(" AND (until IS NULL OR until > ")
        .bind(work.now)
        .push(")");
    let found = work.conn.rows(&statement, |row| row.text(0))?;
    Ok(found.into_iter().collect())
}
