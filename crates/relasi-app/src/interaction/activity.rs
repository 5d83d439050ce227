//! Rules and verbs of activities: timelines, next steps, last contacts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    interaction::{activity, mention::added, outcome::Outcome},
    people::{company, contact},
    record::{Document, Object},
    sales::{deal, lead},
};
use relasi_persistence::{
    sql::{Statement, Value as Sql},
    store::{instant_micros, instant_text, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    interaction::{email, mention, reminder, series},
    marketing::booking,
    records::{Change, Draft, Rules, Work, member_id, validate_as},
    refusal::{Refusal, Result},
    sales::{deal::follow_quiet, lead::response, score},
    timeline,
};

/// What an activity may concern: the object and the member that names the record.
static SUBJECTS: [(&Object, &str); 4] = [
    (&lead::OBJECT, "lead_id"),
    (&deal::OBJECT, "deal_id"),
    (&contact::OBJECT, "contact_id"),
    (&company::OBJECT, "company_id"),
];

/// What is special to activities.
pub struct ActivityRules;

impl Rules for ActivityRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<activity::Activity>(document, faults);
    }

    /// A new activity takes over the contact, company and deal of its lead, deal or contact; without a due time it is done.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        check_mentions(work, draft, before)?;
        check_outcome(work, draft, before)?;
        if before.is_some() {
            return Ok(());
        }
        // The first of a series gives it its id.
        if !open("recurrence", draft) && open("series_id", draft) {
            let id = draft.get("id").cloned().unwrap_or_default();
            draft.to_mut().insert("series_id".into(), id);
        }
        if open("due_at", draft) && open("done_at", draft) && text_of(draft, "kind") != "task" {
            draft
                .to_mut()
                .insert("done_at".into(), json!(instant_text(work.micros())));
        }
        inherit(
            work,
            draft,
            &lead::OBJECT,
            "lead_id",
            &["contact_id", "company_id", "deal_id"],
        )?;
        inherit(
            work,
            draft,
            &deal::OBJECT,
            "deal_id",
            &["contact_id", "company_id"],
        )?;
        inherit(work, draft, &contact::OBJECT, "contact_id", &["company_id"])
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        place_on_timelines(work, changes)?;
        booking::follow(work, changes)?;
        if let [change] = changes {
            tell_mentioned(work, change)?;
        }
        let mut concerned: BTreeSet<(usize, Uuid)> = BTreeSet::new();
        for change in changes {
            for (index, (_, member)) in SUBJECTS.iter().enumerate() {
                let before = change
                    .before
                    .as_ref()
                    .and_then(|before| member_id(before, member));
                concerned.extend(before.map(|id| (index, id)));
                concerned.extend(member_id(&change.after, member).map(|id| (index, id)));
            }
        }
        let mut leads = BTreeSet::new();
        for (index, id) in concerned {
            let (object, member) = SUBJECTS[index];
            follow_steps(work, object, member, id)?;
            if object.name == lead::OBJECT.name {
                response::follow(work.conn, work.access.workspace_id, id)?;
                leads.insert(id);
            }
        }
        score::follow(work.conn, work.access.workspace_id, &leads, work.now)?;
        reminder::follow(work, changes)?;
        series::follow(work, changes)
    }
}

/// Whether a member has no value.
fn open(name: &str, draft: &Document) -> bool {
    draft.get(name).is_none_or(Value::is_null)
}

/// An outcome that is no longer offered stays where it is and is given to nothing else.
fn check_outcome(work: &Work<'_>, draft: &Document, before: Option<&Document>) -> Result<()> {
    let code = text_of(draft, "outcome");
    let kept = before.is_some_and(|before| text_of(before, "outcome") == code);
    let outcomes = work.access.customs.outcomes();
    if code.is_empty() || kept || outcomes.takes(&code) {
        return Ok(());
    }
    let offered = outcomes.0.iter().filter(|one| !one.retired);
    let offered: Vec<&str> = offered.map(Outcome::code).collect();
    let fault = Fault::field("outcome", "not_a_choice");
    Err(fault.with("choices", offered.join(", ")).into())
}

/// Who is mentioned anew in the text must be able to read it.
fn check_mentions(work: &mut Work<'_>, draft: &Document, before: Option<&Document>) -> Result<()> {
    let former = before
        .map(|before| text_of(before, "body"))
        .unwrap_or_default();
    let text = text_of(draft, "body");
    mention::check(work, &activity::OBJECT, draft, &former, &text).map(drop)
}

/// Tells who is mentioned anew, with the way to the record that the activity concerns.
fn tell_mentioned(work: &mut Work<'_>, change: &Change<'_>) -> Result<()> {
    let former = change.was("body").as_str().unwrap_or_default();
    let text = change.is("body").as_str().unwrap_or_default();
    let users = added(former, text);
    if users.is_empty() || !change.is("deleted_at").is_null() {
        return Ok(());
    }
    let concerned = SUBJECTS.iter().find_map(|(object, member)| {
        let id = member_id(&change.after, member)?;
        Some((object.name, id))
    });
    let about = concerned.unwrap_or((activity::OBJECT.name, change.id));
    let subject = change.is("subject").as_str().unwrap_or_default();
    mention::tell(work, &users, about, subject, text)
}

fn inherit(
    work: &mut Work<'_>,
    draft: &mut Draft<'_>,
    object: &'static Object,
    from: &str,
    members: &[&str],
) -> Result<()> {
    let missing = members
        .iter()
        .any(|name| draft.get(*name).is_none_or(Value::is_null));
    let Some(id) = member_id(draft, from).filter(|_| missing) else {
        return Ok(());
    };
    if let Some(source) = work.store().find(object, id)? {
        for name in members {
            if draft.get(*name).is_none_or(Value::is_null) {
                draft.to_mut().insert(
                    (*name).to_owned(),
                    source.get(*name).cloned().unwrap_or(Value::Null),
                );
            }
        }
    }
    Ok(())
}

/// Done activities stand on the timelines of all they concern, at the time they were done.
fn place_on_timelines(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let mut events = Vec::new();
    for change in changes {
        if change.before.is_some() {
            timeline::remove_about(work, change.id)?;
        }
        let done = change.is("done_at").as_str().and_then(instant_micros);
        let Some(at) = done.filter(|_| change.is("deleted_at").is_null()) else {
            continue;
        };
        for (object, member) in SUBJECTS {
            if let Some(id) = member_id(&change.after, member) {
                let data = json!({"kind": change.is("kind")});
                let about = ("activity", change.id);
                events.push(timeline::Event {
                    subject: (object.name, id),
                    kind: "activity",
                    at,
                    about,
                    data,
                });
            }
        }
    }
    timeline::add(work, &events)
}

/// Notes that there was contact with somebody other than by an activity.
pub(crate) fn in_touch(work: &mut Work<'_>, contact: Uuid) -> Result<()> {
    follow_steps(work, &contact::OBJECT, "contact_id", contact)
}

/// The same with a lead.
pub(crate) fn in_touch_with_lead(work: &mut Work<'_>, lead: Uuid) -> Result<()> {
    follow_steps(work, &lead::OBJECT, "lead_id", lead)
}

/// Keeps the earliest open step and the latest finished contact of a record.
fn follow_steps(
    work: &mut Work<'_>,
    object: &'static Object,
    member: &str,
    id: Uuid,
) -> Result<()> {
    // Two that work on steps of the same record must see each other's.
    work.store().lock(object, id)?;
    let mut statement = Statement::new(
        "SELECT min(CASE WHEN done_at IS NULL THEN due_at END), max(done_at) FROM activities WHERE workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND ")
        .push(member)
        .push(" = ")
        .bind(id);
    statement.push(" AND deleted_at IS NULL");
    let times = work
        .conn
        .row(&statement, |row| Ok((row.opt_int(0)?, row.opt_int(1)?)))?;
    let (next, last) = times.unwrap_or_default();
    let workspace = work.access.workspace_id;
    let last = match object.name {
        "contact" => last.max(email::latest(work.conn, workspace, id)?),
        "lead" => last.max(email::latest_of_lead(work.conn, workspace, id)?),
        _ => last,
    };
    let values = [
        ("next_step_at", Sql::from(next)),
        ("last_activity_at", Sql::from(last)),
    ];
    work.store().maintain(object, id, &values)?;
    if object.name == "deal" {
        follow_quiet(work, "id", id)?;
    }
    Ok(())
}

/// Marks an activity as done.
pub fn complete(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    outcome: Option<String>,
    duration: Option<i64>,
    done_at: Option<DateTime<Utc>>,
) -> Result<Document> {
    let at = done_at.unwrap_or(work.now).timestamp_micros();
    work.change(&activity::OBJECT, id, version, "completed", |_, before| {
        if !before.get("done_at").is_none_or(Value::is_null) {
            return Err(Refusal::Conflict("activity_is_done"));
        }
        let mut members = Document::new();
        members.insert("done_at".into(), json!(instant_text(at)));
        if let Some(outcome) = outcome {
            members.insert("outcome".into(), json!(outcome));
        }
        if let Some(minutes) = duration {
            members.insert("duration_minutes".into(), json!(minutes));
        }
        Ok(members)
    })
}

/// Makes a done activity a step that is still to do.
pub fn reopen(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Document> {
    work.change(&activity::OBJECT, id, version, "reopened", |_, _| {
        Ok([("done_at".to_owned(), Value::Null)].into_iter().collect())
    })
}
