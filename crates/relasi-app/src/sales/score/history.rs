//! What has happened to leads, and what became of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use relasi_domain::{
    record::Document,
    sales::score::{
        Happening,
        facts::{Facts, Known, WINDOW, facts},
    },
};
use relasi_persistence::{Conn, Statement, store::instant_micros};
use serde_json::Value;
use uuid::Uuid;

use crate::refusal::Result;

/// What happened to a lead.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    last: BTreeMap<Happening, DateTime<Utc>>,
    touches: i64,
}

impl Past {
    /// When something last happened.
    pub(super) fn last(&self, happening: Happening) -> Option<DateTime<Utc>> {
        self.last.get(&happening).copied()
    }
}

/// The same of several leads, by their ids; of those to which nothing happened there is nothing.
pub(super) fn past(
    conn: &mut Conn,
    workspace: Uuid,
    ids: &[String],
) -> Result<BTreeMap<String, Past>> {
    let mut all: BTreeMap<String, Past> = BTreeMap::new();
    for ids in ids.chunks(500) {
        done(conn, workspace, ids, &mut all)?;
        told(conn, workspace, ids, &mut all)?;
    }
    Ok(all)
}

/// Calls, meetings, and how much was done in the first days.
fn done(
    conn: &mut Conn,
    workspace: Uuid,
    ids: &[String],
    all: &mut BTreeMap<String, Past>,
) -> Result<()> {
    let mut statement = Statement::new(
        "SELECT a.lead_id, a.kind, max(a.done_at), count(CASE WHEN a.done_at >= l.created_at AND a.done_at < l.created_at + ",
    );
    statement.bind(window());
    statement.push(
        " THEN 1 END) FROM activities a JOIN leads l ON l.workspace_id = a.workspace_id AND l.id = a.lead_id \
         WHERE a.deleted_at IS NULL AND a.done_at IS NOT NULL AND a.workspace_id = ",
    );
    statement.bind(workspace).push(" AND a.lead_id IN (");
    statement.bind_all(ids).push(") GROUP BY a.lead_id, a.kind");
    conn.for_each(statement.uncached(), |row| {
        let past = all.entry(row.text(0)?).or_default();
        let happening = match row.text(1)?.as_str() {
            "call" => Some(Happening::CallHeld),
            "meeting" => Some(Happening::MeetingHeld),
            _ => None,
        };
        if let Some((happening, at)) = happening.zip(row.opt_at(2)?) {
            past.last.insert(happening, at);
        }
        past.touches += row.int(3)?;
        Ok(())
    })?;
    Ok(())
}

/// Forms that it filled in, and messages that it wrote.
fn told(
    conn: &mut Conn,
    workspace: Uuid,
    ids: &[String],
    all: &mut BTreeMap<String, Past>,
) -> Result<()> {
    let mut statement = Statement::new(
        "SELECT e.subject_id, e.kind, max(e.at) FROM timeline_events e \
         LEFT JOIN email_messages m ON m.workspace_id = e.workspace_id AND m.id = e.record_id AND m.direction = 'inbound' \
         WHERE (e.kind = 'lead.form_sent' OR (e.kind = 'email' AND m.id IS NOT NULL)) AND e.workspace_id = ",
    );
    statement.bind(workspace).push(" AND e.subject_id IN (");
    statement
        .bind_all(ids)
        .push(") GROUP BY e.subject_id, e.kind");
    conn.for_each(statement.uncached(), |row| {
        let happening = match row.text(1)?.as_str() {
            "email" => Happening::EmailReceived,
            _ => Happening::FormSent,
        };
        if let Some(at) = row.opt_at(2)? {
            let past = all.entry(row.text(0)?).or_default();
            past.last.insert(happening, at);
        }
        Ok(())
    })?;
    Ok(())
}

fn window() -> i64 {
    WINDOW.num_microseconds().unwrap_or(i64::MAX)
}

/// What of an open lead is counted.
pub(super) fn facts_of(lead: &Document, past: &Past, now: DateTime<Utc>) -> Facts {
    let text = |name: &str| lead.get(name).and_then(Value::as_str);
    let at = |name: &str| DateTime::from_timestamp_micros(instant_micros(text(name)?)?);
    facts(&Known {
        source: text("source"),
        campaign: text("campaign"),
        country: text("country"),
        language: text("language"),
        job_title: text("job_title"),
        email: first(lead.get("emails")),
        has_phone: first(lead.get("phones")).is_some(),
        company: text("company_name"),
        website: text("website"),
        made: at("created_at").unwrap_or(now),
        answered: at("first_response_at"),
        touches: past.touches,
        until: now,
    })
}

fn first(points: Option<&Value>) -> Option<&str> {
    points?.get(0)?.get("value")?.as_str()
}

/// A lead whose outcome is known.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    pub(super) made: DateTime<Utc>,
    pub(super) id: String,
    pub(super) facts: Facts,
    pub(super) won: bool,
}

/// Won: it became a contact with a deal that was won. Lost: that deal was lost, or it was never qualified.
const DECIDED: &str = " FROM leads l LEFT JOIN deals d ON d.workspace_id = l.workspace_id AND d.id = l.deal_id \
     WHERE l.deleted_at IS NULL AND (l.status = 'unqualified' OR (l.status = 'converted' AND d.status IN ('won', 'lost'))) \
     AND l.workspace_id = ";

/// How many there are, won and in all.
pub(super) fn decided(conn: &mut Conn, workspace: Uuid) -> Result<(i64, i64)> {
    let mut statement = Statement::new(format!(
        "SELECT count(CASE WHEN d.status = 'won' AND l.status = 'converted' THEN 1 END), count(*){DECIDED}"
    ));
    statement.bind(workspace);
    let found = conn.row(&statement, |row| Ok((row.int(0)?, row.int(1)?)))?;
    Ok(found.unwrap_or_default())
}

/// Leads read with one statement.
pub(super) const PAGE: u32 = 500;

/// The next of them after a moment and an id, by when they were made.
pub(super) fn decided_after(
    conn: &mut Conn,
    workspace: Uuid,
    (made, id): &(DateTime<Utc>, String),
) -> Result<Vec<Decided>> {
    let mut statement = Statement::new(
        "SELECT l.created_at, l.id, l.source, l.campaign, l.country, l.language, l.job_title, l.emails, l.phones, \
         l.company_name, l.website, l.first_response_at, coalesce(l.converted_at, l.updated_at), \
         CASE WHEN l.status = 'converted' AND d.status = 'won' THEN 1 ELSE 0 END, \
         (SELECT count(*) FROM activities a WHERE a.workspace_id = l.workspace_id AND a.lead_id = l.id \
         AND a.deleted_at IS NULL AND a.done_at >= l.created_at AND a.done_at < l.created_at + ",
    );
    statement.bind(window()).push(")").push(DECIDED);
    statement.bind(workspace);
    statement
        .push(" AND (l.created_at, l.id) > (")
        .bind(*made)
        .push(", ")
        .bind(id);
    statement.push(") ORDER BY l.created_at, l.id").limit(PAGE);
    Ok(conn.rows(&statement, |row| {
        let texts = (2..7).map(|index| row.opt_text(index));
        let texts: Vec<Option<String>> = texts.collect::<std::result::Result<_, _>>()?;
        let (emails, phones): (Value, Value) = (row.json(7)?, row.json(8)?);
        let (company, website) = (row.opt_text(9)?, row.opt_text(10)?);
        let made = row.at(0)?;
        let known = Known {
            source: texts[0].as_deref(),
            campaign: texts[1].as_deref(),
            country: texts[2].as_deref(),
            language: texts[3].as_deref(),
            job_title: texts[4].as_deref(),
            email: first(Some(&emails)),
            has_phone: first(Some(&phones)).is_some(),
            company: company.as_deref(),
            website: website.as_deref(),
            made,
            answered: row.opt_at(11)?,
            touches: row.int(14)?,
            until: row.at(12)?,
        };
        Ok(Decided {
            made,
            id: row.text(1)?,
            facts: facts(&known),
            won: row.int(13)? == 1,
        })
    })?)
}
