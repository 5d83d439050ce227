//! What somebody sends: read, judged, kept, and made into a lead.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    fault::Faults,
    locale::Language,
    marketing::form::{self, Answers, Design, Sent},
    sales::lead,
    shape::Shape,
};
use relasi_persistence::{Conn, Statement, sql::Value as Sql};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    page::{Page, Shown},
    take::{Kept, access_for, take},
};
use crate::{
    platform::vault::Vault,
    records::Work,
    refusal::{Refusal, Result},
};

/// The longest body in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// Nobody fills in a form faster.
const FASTEST: TimeDelta = TimeDelta::seconds(3);

/// Whoever asks something names no more addresses on the web than this.
const MAX_LINKS: usize = 3;

/// What came.
#[derive(Debug, Clone)]
pub struct Post {
    /// The answers by their names.
    pub sent: Sent,
    /// The seal of the page.
    pub page: String,
    /// What stands in the field that people do not see.
    pub trap: String,
    /// The language of the page.
    pub language: Language,
    /// The page that led to the form.
    pub referrer: Option<String>,
    /// From where.
    pub ip: IpAddr,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is kept, whatever was made of it.
    Taken,
    /// Something is missing or wrong.
    Faulty(Faults),
    /// The page is too old, or was never shown.
    Old,
}

/// Takes what was sent to a form.
pub fn submit(
    conn: &mut Conn,
    vault: &Vault,
    shown: &Shown,
    post: &Post,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let form = &shown.form;
    let shape = Shape::new(&lead::OBJECT, &shown.customs);
    let answers = match form::read(&form.design, shape, &post.sent) {
        Ok(answers) => answers,
        Err(faults) => return Ok(Outcome::Faulty(faults)),
    };
    let Some(page) = Page::read(vault, form, &post.page, now) else {
        return Ok(Outcome::Old);
    };
    let workspace = form.workspace_id;
    let kept = keep(&form.design, post, answers);
    let id = Uuid::now_v7();
    let reason = suspicion(post, page, now);
    if !insert(conn, vault, shown, post, (id, page.id), &kept, now)? {
        // The page was sent before, perhaps a moment ago.
        return Ok(Outcome::Taken);
    }
    let fate = match reason {
        Some(reason) => Fate::held(reason),
        None => make(conn, shown, &kept, now)?,
    };
    settle(conn, (workspace, form.id, id), &fate)?;
    Ok(Outcome::Taken)
}

/// Where a submission stands.
#[derive(Debug)]
pub(super) struct Fate {
    pub(super) state: &'static str,
    pub(super) reason: Option<&'static str>,
    pub(super) lead: Option<Uuid>,
}

impl Fate {
    const fn held(reason: &'static str) -> Self {
        Self {
            state: "held",
            reason: Some(reason),
            lead: None,
        }
    }
}

/// Makes a lead of it; what the workspace's rules refuse is held rather than lost.
fn make(conn: &mut Conn, shown: &Shown, kept: &Kept, now: DateTime<Utc>) -> Result<Fate> {
    let form = &shown.form;
    let Some(access) = access_for(conn, form)? else {
        return Ok(Fate::held("nobody_here"));
    };
    let made = conn.transaction(|conn| {
        let mut work = Work {
            conn,
            access: &access,
            now,
            cause: Some(format!("form:{}", form.id)),
        };
        take(&mut work, form, kept)
    });
    match made {
        Ok(taken) => Ok(Fate {
            state: taken.state,
            reason: None,
            lead: Some(taken.lead),
        }),
        Err(Refusal::Invalid(_) | Refusal::Conflict(_) | Refusal::Forbidden) => {
            Ok(Fate::held("refused"))
        }
        Err(other) => Err(other),
    }
}

/// What speaks for a machine.
pub(in crate::marketing) fn suspicion(
    post: &Post,
    page: Page,
    now: DateTime<Utc>,
) -> Option<&'static str> {
    let links = post.sent.values().map(|text| {
        let text = text.to_ascii_lowercase();
        text.matches("http://").count() + text.matches("https://").count()
    });
    if !post.trap.is_empty() {
        Some("trap")
    } else if now - page.at < FASTEST {
        Some("too_fast")
    } else if links.sum::<usize>() > MAX_LINKS {
        Some("links")
    } else {
        None
    }
}

/// The answers with what was agreed to, in the words that were shown.
pub(in crate::marketing) fn keep(design: &Design, post: &Post, answers: Answers) -> Kept {
    let asked = design.consents.iter();
    let agreed = asked.filter(|asked| answers.agreed.contains(&asked.purpose_id));
    let consents = agreed.map(|asked| {
        json!({
            "purpose_id": asked.purpose_id,
            "text": asked.text.of(post.language),
            "language": post.language.tag(),
        })
    });
    Kept {
        consents: consents.collect(),
        answers: answers.lead,
        language: post.language.tag().to_owned(),
        referrer: post.referrer.clone(),
    }
}

/// Whether it is the first that comes of its page.
fn insert(
    conn: &mut Conn,
    vault: &Vault,
    shown: &Shown,
    post: &Post,
    (id, page): (Uuid, Uuid),
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<bool> {
    let workspace = shown.form.workspace_id;
    let mark = vault.marks(workspace, "form_ip", &post.ip.to_string());
    let members: [(&str, Sql); 12] = [
        ("workspace_id", workspace.into()),
        ("form_id", shown.form.id.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("received_at", now.into()),
        ("page", page.into()),
        ("state", "held".into()),
        (
            "answers",
            Value::Object(kept.answers.clone()).to_string().into(),
        ),
        ("consents", json!(kept.consents).to_string().into()),
        ("language", kept.language.as_str().into()),
        ("referrer", kept.referrer.as_deref().into()),
        ("ip_hash", mark.first().map(String::as_str).into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    let columns = columns.join(", ");
    let mut statement =
        Statement::new(format!("INSERT INTO form_submissions ({columns}) VALUES ("));
    statement.bind_all(row).push(") ON CONFLICT DO NOTHING");
    Ok(conn.execute(&statement)? == 1)
}

/// Writes what became of it.
pub(super) fn settle(
    conn: &mut Conn,
    (workspace, form, id): (Uuid, Uuid, Uuid),
    fate: &Fate,
) -> Result<()> {
    let mut statement = Statement::new("UPDATE form_submissions SET state = ");
    statement.bind(fate.state);
    statement.push(", reason = ").bind(fate.reason);
    statement.push(", lead_id = ").bind(fate.lead);
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND form_id = ").bind(form);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement)?;
    Ok(())
}
