//! A submission becomes a lead, or adds to one.

use std::collections::BTreeSet;

use relasi_domain::{
    identity::{
        access::{Access, Action, RecordScope},
        role::Role,
    },
    marketing::form::Design,
    people::contact::LANGUAGES,
    record::Document,
    sales::lead,
    text::{email_key, phone_key},
};
use relasi_persistence::{Conn, Statement, store::text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::row::Form;
use crate::{
    identity::access_of,
    people::consent::{self, NewNote},
    records::{Work, in_trash, member_id},
    refusal::{Refusal, Result},
    sales::score,
    timeline,
};

/// What was sent, as it is kept.
#[derive(Debug, Clone)]
pub(in crate::marketing) struct Kept {
    /// Members of a lead.
    pub(in crate::marketing) answers: Document,
    /// `[{"purpose_id", "text", "language"}]`.
    pub(in crate::marketing) consents: Vec<Value>,
    /// The tag of the page's language.
    pub(in crate::marketing) language: String,
    /// The page that led to the form.
    pub(in crate::marketing) referrer: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub(in crate::marketing) struct Taken {
    /// `taken`, a new lead; `added`, one that was there.
    pub(in crate::marketing) state: &'static str,
    /// Which one.
    pub(in crate::marketing) lead: Uuid,
}

/// By whose rights leads are made: those of who made the form, or else of the oldest owner.
pub(super) fn access_for(conn: &mut Conn, form: &Form) -> Result<Option<Access>> {
    let workspace = form.workspace_id;
    let maker = access_of(conn, workspace, form.created_by)?;
    let adds = |access: &Access| access.scope(&lead::OBJECT, Action::Add) == RecordScope::All;
    if let Some(access) = maker.filter(adds) {
        return Ok(Some(access));
    }
    let mut statement = Statement::new("SELECT user_id FROM memberships WHERE role = ");
    statement
        .bind(Role::Owner.code())
        .push(" AND active = ")
        .bind(true);
    statement.push(" AND workspace_id = ").bind(workspace);
    statement.push(" ORDER BY created_at, id").limit(1);
    match conn.row(&statement, |row| row.id(0))? {
        Some(owner) => access_of(conn, workspace, owner),
        None => Ok(None),
    }
}

/// Makes a lead of it, or adds it to the one of the same person that is still open.
pub(super) fn take(work: &mut Work<'_>, form: &Form, kept: &Kept) -> Result<Taken> {
    let taken = lead_of(work, &form.design, kept)?;
    agree(work, (consent::LEAD, taken.lead), &form.name, kept)?;
    let event = timeline::Event {
        subject: ("lead", taken.lead),
        kind: "lead.form_sent",
        at: work.micros(),
        about: ("lead", taken.lead),
        data: json!({"form_id": form.id, "form": form.name, "state": taken.state}),
    };
    timeline::add(work, &[event])?;
    let leads = BTreeSet::from([taken.lead]);
    score::follow(work.conn, work.access.workspace_id, &leads, work.now)?;
    Ok(taken)
}

/// A new lead of it, or the one of the same person that is still open with what it did not say yet.
pub(in crate::marketing) fn lead_of(
    work: &mut Work<'_>,
    design: &Design,
    kept: &Kept,
) -> Result<Taken> {
    Ok(match known(work, &kept.answers)? {
        Some(lead) => Taken {
            state: "added",
            lead: add(work, &lead, &kept.answers)?,
        },
        None => Taken {
            state: "taken",
            lead: create(work, design, kept)?,
        },
    })
}

/// Notes what was agreed to, in the words that were shown. A purpose that has been retired meanwhile is asked for no more.
pub(in crate::marketing) fn agree(
    work: &mut Work<'_>,
    (subject, id): (consent::Subject, Uuid),
    name: &str,
    kept: &Kept,
) -> Result<()> {
    for consent in &kept.consents {
        let text = |name: &str| consent[name].as_str().map(str::to_owned);
        let new = NewNote {
            purpose_id: text("purpose_id").and_then(|id| Uuid::try_parse(&id).ok()),
            state: "given".to_owned(),
            source: Some("form".to_owned()),
            proof: text("text"),
            note: Some(format!("{name} ({})", kept.language)),
            ..NewNote::default()
        };
        match consent::note(work, subject, id, &new) {
            Ok(()) | Err(Refusal::Conflict("purpose_retired")) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// The values by which a field knows somebody again.
pub(in crate::marketing) fn keys(
    answers: &Document,
    field: &str,
    key: fn(&str) -> String,
) -> Vec<String> {
    let items = answers.get(field).and_then(Value::as_array);
    let values = items.into_iter().flatten();
    values
        .filter_map(|item| Some(key(item.get("value")?.as_str()?)))
        .filter(|key| !key.is_empty())
        .collect()
}

/// The newest open lead of the same address, or without an address of the same number.
fn known(work: &mut Work<'_>, answers: &Document) -> Result<Option<Document>> {
    let emails = keys(answers, "emails", email_key);
    let (field, keys) = if emails.is_empty() {
        ("phones", keys(answers, "phones", phone_key))
    } else {
        ("emails", emails)
    };
    if keys.is_empty() {
        return Ok(None);
    }
    let found = work.store().some_matches(&lead::OBJECT, field, &keys, 20)?;
    let mut ids: Vec<String> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    let open = |lead: &Document| {
        let status = text_of(lead, "status");
        !in_trash(lead) && !["unqualified", lead::CONVERTED].contains(&status.as_str())
    };
    let mut leads = work.store().find_all(&lead::OBJECT, &ids)?;
    leads.retain(open);
    leads.sort_by_key(|lead| text_of(lead, "created_at"));
    Ok(leads.pop())
}

/// Fills in what the lead does not say yet; what was asked comes below what stands there.
fn add(work: &mut Work<'_>, lead: &Document, answers: &Document) -> Result<Uuid> {
    let id = member_id(lead, "id").ok_or(Refusal::NotFound)?;
    let mut patch = Document::new();
    let empty = |value: Option<&Value>| match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    };
    for (name, value) in answers.iter().filter(|(name, _)| *name != "custom") {
        if empty(lead.get(name)) {
            patch.insert(name.clone(), value.clone());
        }
    }
    let (was, said) = (
        text_of(lead, "description"),
        text_of(answers, "description"),
    );
    if !was.is_empty() && !said.is_empty() && !was.contains(&said) {
        let both = format!("{was}\n\n{said}");
        if both.chars().count() <= 10_000 {
            patch.insert("description".into(), json!(both));
        }
    }
    let custom = answers.get("custom").and_then(Value::as_object);
    let fresh = custom.into_iter().flatten();
    let fresh =
        fresh.filter(|(name, _)| empty(lead.get("custom").and_then(|c| c.get(name.as_str()))));
    let fresh: Document = fresh
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if !fresh.is_empty() {
        patch.insert("custom".into(), Value::Object(fresh));
    }
    if !patch.is_empty() {
        let version = lead.get("version").and_then(Value::as_i64);
        work.revise(&lead::OBJECT, id, version, patch)?;
    }
    Ok(id)
}

fn create(work: &mut Work<'_>, design: &Design, kept: &Kept) -> Result<Uuid> {
    let mut body = kept.answers.clone();
    let told = [
        ("source", design.source.clone()),
        ("campaign", design.campaign.clone()),
        ("source_detail", kept.referrer.clone()),
    ];
    for (name, value) in told {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            body.insert(name.to_owned(), json!(value));
        }
    }
    let speaks = LANGUAGES.iter().any(|known| *known == kept.language);
    if speaks && !body.contains_key("language") {
        body.insert("language".into(), json!(kept.language));
    }
    let made = work.create_anyway(&lead::OBJECT, body)?;
    member_id(&made, "id").ok_or(Refusal::NotFound)
}
