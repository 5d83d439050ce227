//! Rules of relationships between people.

use chrono::NaiveDate;
use relasi_domain::{
    fault::{Fault, Faults},
    people::relationship::{self, REPORTS_TO, Relationship, is_mutual, overlap},
    record::Document,
};
use relasi_persistence::{
    Statement,
    store::{instant_micros, text_of},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    records::{Change, Draft, Rules, Work, in_trash, member_id, typed, validate_as},
    refusal::Result,
    timeline,
};

/// People above somebody who are looked at when a loop is looked for.
const MOST_ABOVE: u32 = 1_000;

/// What is special to relationships.
pub struct RelationshipRules;

impl Rules for RelationshipRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Relationship>(document, faults);
    }

    /// Nobody is related to somebody in the same way twice at a time, or reports to those who report to them.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let own = relationship::OBJECT.fields.iter().map(|field| &*field.name);
        let mut own = own.filter(|name| *name != "note");
        let same = before.is_some_and(|before| own.all(|name| before.get(name) == draft.get(name)));
        if same || in_trash(draft) {
            return Ok(());
        }
        fits(work, draft)
    }

    fn before_restore(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        let mut faults = Faults::default();
        self.validate(document, &mut faults);
        faults.into_result()?;
        fits(work, document)
    }

    /// Tells the timelines of both that it began and that it ended.
    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        let mut events = Vec::new();
        for change in changes {
            let kind = match change.before {
                None => "relationship.created",
                Some(_) if change.touched("to_date") && !change.is("to_date").is_null() => {
                    "relationship.ended"
                }
                Some(_) => continue,
            };
            let made = change.is("created_at").as_str().and_then(instant_micros);
            let at = made.filter(|_| change.before.is_none());
            for side in ["from_contact_id", "to_contact_id"] {
                events.extend(member_id(&change.after, side).map(|id| timeline::Event {
                    subject: ("contact", id),
                    kind,
                    at: at.unwrap_or_else(|| work.micros()),
                    about: ("relationship", change.id),
                    data: json!({}),
                }));
            }
        }
        timeline::add(work, &events)
    }
}

/// Refuses what is there already, and loops.
fn fits(work: &mut Work<'_>, draft: &Document) -> Result<()> {
    let new: Relationship = typed(draft)?;
    // A fault of its own says so.
    if new.from_contact_id == new.to_contact_id {
        return Err(Fault::field("to_contact_id", "related_to_itself").into());
    }
    if is_there(work, &text_of(draft, "id"), &new)? {
        return Err(Fault::field("to_contact_id", "related_already").into());
    }
    if new.kind == REPORTS_TO && above(work, &new)?.contains(&new.from_contact_id) {
        return Err(Fault::field("to_contact_id", "reports_loop").into());
    }
    Ok(())
}

/// Whether the same is said already of a time that both share.
fn is_there(work: &mut Work<'_>, own: &str, new: &Relationship) -> Result<bool> {
    let mut statement =
        Statement::new("SELECT from_date, to_date FROM relationships WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND deleted_at IS NULL AND kind = ")
        .bind(&new.kind)
        .push(" AND id <> ")
        .bind(own);
    let mut ways = vec![(new.from_contact_id, new.to_contact_id)];
    if is_mutual(&new.kind) {
        ways.push((new.to_contact_id, new.from_contact_id));
    }
    for (index, (from, to)) in ways.into_iter().enumerate() {
        statement
            .push([" AND ((from_contact_id = ", " OR (from_contact_id = "][index])
            .bind(from)
            .push(" AND to_contact_id = ")
            .bind(to)
            .push(")");
    }
    statement.push(")");
    let day = |text: Option<String>| text.and_then(|text| text.parse::<NaiveDate>().ok());
    let spans = work.conn.rows(&statement, |row| {
        Ok((day(row.opt_text(0)?), day(row.opt_text(1)?)))
    })?;
    let span = (new.from_date, new.to_date);
    Ok(spans.into_iter().any(|other| overlap(span, other)))
}

/// Those to whom the second person reports, and so on upwards, within the time of the new relationship.
fn above(work: &mut Work<'_>, new: &Relationship) -> Result<Vec<Uuid>> {
    let workspace = work.access.workspace_id;
    let reporting = |statement: &mut Statement| {
        statement
            .push(" AND r.deleted_at IS NULL AND r.kind = ")
            .bind(REPORTS_TO);
        if let Some(to) = new.to_date {
            statement
                .push(" AND (r.from_date IS NULL OR r.from_date <= ")
                .bind(to)
                .push(")");
        }
        if let Some(from) = new.from_date {
            statement
                .push(" AND (r.to_date IS NULL OR r.to_date >= ")
                .bind(from)
                .push(")");
        }
    };
    let mut statement = Statement::new(
        "WITH RECURSIVE above (id) AS (SELECT r.to_contact_id FROM relationships r WHERE r.workspace_id = ",
    );
    statement
        .bind(workspace)
        .push(" AND r.from_contact_id = ")
        .bind(new.to_contact_id);
    reporting(&mut statement);
    statement
        .push(
            " UNION SELECT r.to_contact_id FROM above a JOIN relationships r ON r.workspace_id = ",
        )
        .bind(workspace)
        .push(" AND r.from_contact_id = a.id");
    reporting(&mut statement);
    statement.push(") SELECT id FROM above").limit(MOST_ABOVE);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}
