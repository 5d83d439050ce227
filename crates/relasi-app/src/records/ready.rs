//! New records, made whole before the transaction that writes them.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action, RecordScope},
    record::{Document, Guard, Object},
};
use relasi_persistence::store::{Rows, instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Batch, check, custom, owned_by, rules};
use crate::refusal::{Refusal, Result};

/// A member of new documents whose owner nobody named: their rules find one.
pub(crate) const UNROUTED: &str = "unrouted";

/// Whole records with the rows that they become, made before the transaction that writes them.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(super) documents: Vec<Document>,
    pub(super) rows: Rows,
}

impl Ready {
    /// Of documents that [`ready`] made for the same access.
    pub(crate) fn of(access: &Access, object: &'static Object, documents: Vec<Document>) -> Self {
        let all: Vec<&Document> = documents.iter().collect();
        let workspace = access.workspace_id.to_string();
        let rows = Rows::of(&workspace, access.whole(object), &all);
        Self { documents, rows }
    }
}

/// The whole record that a body would make for this person at this time, checked by every rule that needs no other
/// record.
pub(crate) fn ready(
    access: &Access,
    now: DateTime<Utc>,
    object: &'static Object,
    mut body: Document,
    batch: Batch,
) -> Result<Document> {
    if access.scope(object, Action::Add) == RecordScope::None {
        return Err(Refusal::Forbidden);
    }
    check::tidy(object, &mut body);
    let mut faults = Faults::default();
    if !batch.historic {
        check::members(access, object, &mut body, true, &mut faults);
    }
    fill(access, now, object, &mut body, batch);
    custom::complete(access, object, &mut body, &mut faults);
    check::record(access.whole(object), &body, faults)?;
    if access.allows(object, Action::Add, &owned_by(object, &body)) {
        Ok(body)
    } else {
        Err(Fault::field("owner_id", "owner_out_of_reach").into())
    }
}

/// The members that every record has.
fn fill(
    access: &Access,
    now: DateTime<Utc>,
    object: &'static Object,
    body: &mut Document,
    batch: Batch,
) {
    let now = instant_text(now.timestamp_micros());
    let user = json!(access.user_id);
    let owned = matches!(object.guard, Guard::Records | Guard::Personal);
    let finds_owner = rules(object).finds_owner();
    let nobody = |body: &Document| body.get("owner_id").is_none_or(Value::is_null);
    if owned && (!body.contains_key("owner_id") || finds_owner && nobody(body)) {
        body.insert("owner_id".into(), user.clone());
        if finds_owner {
            body.insert(UNROUTED.into(), json!(true));
        }
        let team = access.team_ids.first();
        if let (Some(team), false) = (team, body.contains_key("team_id")) {
            body.insert("team_id".into(), json!(team));
        }
    }
    let fresh = [
        ("id", json!(Uuid::now_v7())),
        ("version", json!(1)),
        ("created_at", json!(now)),
        ("created_by", user.clone()),
        ("updated_at", json!(now)),
        ("updated_by", user),
    ];
    for (name, value) in fresh {
        if !batch.historic || !body.contains_key(name) {
            body.insert(name.into(), value);
        }
    }
    if let Some(import) = batch.import_id {
        body.insert("import_id".into(), json!(import));
    }
}
