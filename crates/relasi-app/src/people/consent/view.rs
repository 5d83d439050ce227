//! What a person agreed to, as it stands and as it came about.

use std::collections::BTreeMap;

use relasi_persistence::{Row, Statement, StoreError, store::instant_text};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{Purpose, Subject, purpose};
use crate::{
    people::duplicate,
    platform::{privacy, vault::Vault},
    records::Work,
    refusal::Result,
};

/// Notes shown at most.
const MOST: u32 = 500;

/// Something that was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Its id.
    pub id: Uuid,
    /// For what.
    pub purpose_id: Uuid,
    /// By which channel.
    pub channel: String,
    /// `given` or `withdrawn`.
    pub state: String,
    /// When it was said.
    pub at: String,
    /// How.
    pub source: String,
    /// The text that was shown.
    pub proof: Option<String>,
    /// Which version of the purpose's wording that was.
    pub proof_version: Option<i64>,
    /// What else there is to say.
    pub note: Option<String>,
    /// From which network address.
    pub ip: Option<String>,
    /// A file that proves it.
    pub file_id: Option<Uuid>,
    /// When it was noted.
    pub recorded_at: String,
    /// By whom.
    pub recorded_by: Uuid,
}

/// How a purpose and channel stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Current {
    /// The purpose.
    pub purpose_id: Uuid,
    /// The channel.
    pub channel: String,
    /// `given`, `withdrawn`, `never_asked`.
    pub state: String,
    /// Since when; never when nobody was asked.
    pub since: Option<String>,
    /// Whether the person may be contacted.
    pub allowed: bool,
}

/// Everything about the consent of a person.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// The purposes, retired ones too where something was noted.
    pub purposes: Vec<Purpose>,
    /// How each purpose and channel stands.
    pub current: Vec<Current>,
    /// What was noted, the newest first.
    pub history: Vec<Note>,
    /// An address or number is that of somebody who asked to be erased.
    pub asked_to_be_erased: bool,
}

const COLUMNS: &str = "id, purpose_id, channel, state, at, source, proof, proof_version, note, ip, file_id, recorded_at, recorded_by";

impl Note {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            purpose_id: row.id(1)?,
            channel: row.text(2)?,
            state: row.text(3)?,
            at: instant_text(row.int(4)?),
            source: row.text(5)?,
            proof: row.opt_text(6)?,
            proof_version: row.opt_int(7)?,
            note: row.opt_text(8)?,
            ip: row.opt_text(9)?,
            file_id: row.opt_id(10)?,
            recorded_at: instant_text(row.int(11)?),
            recorded_by: row.id(12)?,
        })
    }
}

/// What was noted of a person and of those who were merged into them, the newest first: what was said later counts, and
/// of what was said at once what was noted later.
pub(super) fn notes(work: &mut Work<'_>, of: Subject, id: Uuid) -> Result<Vec<Note>> {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM {} WHERE workspace_id = ",
        of.table
    ));
    statement
        .bind(work.access.workspace_id)
        .push(&format!(" AND {} IN (", of.column));
    statement.bind_all(duplicate::absorbed(work, id)?);
    statement
        .push(") ORDER BY at DESC, id DESC")
        .limit(MOST)
        .uncached();
    Ok(work.conn.rows(&statement, Note::read)?)
}

/// Whether somebody may be contacted by how it stands: consent has to be there where all rests on it, and an objection
/// counts in any case.
pub(super) fn allowed(purpose: &Purpose, state: Option<&str>) -> bool {
    match state {
        _ if purpose.retired => false,
        Some("given") => true,
        Some(_) => false,
        None => purpose.legal_basis != "consent",
    }
}

/// How everything stands, for those who see the person.
pub fn view(work: &mut Work<'_>, vault: &Vault, of: Subject, id: Uuid) -> Result<View> {
    let record = work.visible(of.object, id)?;
    let history = notes(work, of, id)?;
    let mut latest: BTreeMap<(Uuid, &str), &Note> = BTreeMap::new();
    for note in &history {
        latest
            .entry((note.purpose_id, &note.channel))
            .or_insert(note);
    }
    let mut purposes = purpose::list(work)?;
    purposes.retain(|purpose| {
        !purpose.retired || history.iter().any(|note| note.purpose_id == purpose.id)
    });
    let mut current = Vec::new();
    for purpose in &purposes {
        // A channel that was given up counts as long as something was said about it.
        let spoken = latest.keys().filter(|(id, channel)| {
            *id == purpose.id && !purpose.channels.iter().any(|one| one == channel)
        });
        let channels = purpose
            .channels
            .iter()
            .map(String::as_str)
            .chain(spoken.map(|(_, channel)| *channel));
        for channel in channels {
            let note = latest.get(&(purpose.id, channel));
            let used = purpose.channels.iter().any(|one| one == channel);
            current.push(Current {
                purpose_id: purpose.id,
                channel: channel.to_owned(),
                state: note
                    .map_or("never_asked", |note| note.state.as_str())
                    .to_owned(),
                since: note.map(|note| note.at.clone()),
                allowed: used && allowed(purpose, note.map(|note| note.state.as_str())),
            });
        }
    }
    let workspace = work.access.workspace_id;
    let asked_to_be_erased = privacy::is_marked(work.conn, vault, workspace, &json!(record))?;
    Ok(View {
        purposes,
        current,
        history,
        asked_to_be_erased,
    })
}
