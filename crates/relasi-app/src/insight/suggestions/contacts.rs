//! Contacts with whom something goes on, and nobody has planned what comes next.

use chrono::TimeDelta;
use relasi_domain::{people::contact, sales::deal};
use relasi_persistence::{Row, Statement, StoreError, store::instant_text};
use serde::Serialize;

use super::{super::home::push_reach, MOST, rests};
use crate::{records::Work, refusal::Result};

/// How long ago the last contact may be.
const RECENT: TimeDelta = TimeDelta::days(30);
/// Contacts looked at by each of the two ways.
const LOOKED_AT: u32 = 300;

/// A contact without a next step.
#[derive(Debug, Clone, Serialize)]
pub struct Loose {
    /// Which one.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Where they work.
    pub company_id: Option<String>,
    /// When something was last done.
    pub last_activity_at: Option<String>,
    /// Whether an open deal is with them.
    pub open_deal: bool,
}

fn loose(row: &Row<'_>, open_deal: bool) -> std::result::Result<Loose, StoreError> {
    Ok(Loose {
        id: row.text(0)?,
        name: row.text(1)?,
        company_id: row.opt_text(2)?,
        last_activity_at: row.opt_int(3)?.map(instant_text),
        open_deal,
    })
}

const COLUMNS: &str = "c.id, c.full_name, c.company_id, c.last_activity_at";

/// The caller's contacts without a next step: first those with an open deal of theirs, then those with whom there was contact
/// of late; the latest first.
pub fn contacts(work: &mut Work<'_>) -> Result<Vec<Loose>> {
    let hidden = ["full_name", "next_step_at", "last_activity_at"];
    let hides = |name: &&str| work.access.hides(&contact::OBJECT, name);
    if hidden.iter().any(hides) {
        return Ok(Vec::new());
    }
    let (workspace, me) = (work.access.workspace_id, work.access.user_id);
    let mut dealing = Statement::new(format!(
        "SELECT DISTINCT {COLUMNS} FROM deals d JOIN contacts c ON c.workspace_id = d.workspace_id AND c.id = d.contact_id \
         WHERE d.status = 'open' AND d.deleted_at IS NULL AND c.deleted_at IS NULL AND c.next_step_at IS NULL \
         AND d.workspace_id = "
    ));
    dealing.bind(workspace).push(" AND d.owner_id = ").bind(me);
    push_reach(work.access, &contact::OBJECT, "c", &mut dealing);
    push_reach(work.access, &deal::OBJECT, "d", &mut dealing);
    dealing.push(" ORDER BY c.id").limit(LOOKED_AT);
    let mut all = work.conn.rows(&dealing, |row| loose(row, true))?;
    all.sort_by(|one, other| other.last_activity_at.cmp(&one.last_activity_at));
    let mut lately = Statement::new(format!(
        "SELECT {COLUMNS} FROM contacts c WHERE c.deleted_at IS NULL AND c.next_step_at IS NULL AND c.workspace_id = "
    ));
    lately.bind(workspace).push(" AND c.owner_id = ").bind(me);
    lately
        .push(" AND c.last_activity_at >= ")
        .bind(work.now - RECENT);
    push_reach(work.access, &contact::OBJECT, "c", &mut lately);
    lately
        .push(" ORDER BY c.last_activity_at DESC, c.id")
        .limit(LOOKED_AT);
    let lately = work.conn.rows(&lately, |row| loose(row, false))?;
    for one in lately {
        if all.iter().all(|known| known.id != one.id) {
            all.push(one);
        }
    }
    let resting = rests::mine(work, &contact::OBJECT)?;
    all.retain(|one| !resting.contains(&one.id));
    all.truncate(MOST);
    if work.access.hides(&contact::OBJECT, "company_id") {
        for one in &mut all {
            one.company_id = None;
        }
    }
    Ok(all)
}
