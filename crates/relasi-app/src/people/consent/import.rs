//! What files say about who may be contacted.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{
    NewNote, Purpose, Subject,
    note::{insert, tell},
    purpose,
};
use crate::{records::Work, refusal::Result};

/// What a row says about whether somebody may be contacted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// By which channels one may or not; no channel means all of the purpose.
    channels: Vec<(Option<&'static str>, bool)>,
    /// When they said so, if that is known.
    pub(crate) at: Option<DateTime<Utc>>,
}

impl Said {
    /// As it was read.
    pub(crate) fn new(channels: Vec<(Option<&'static str>, bool)>, at: Option<String>) -> Self {
        let at = at.and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
        Self {
            channels,
            at: at.map(|at| at.with_timezone(&Utc)),
        }
    }

    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    /// What it says of each channel; a column for one channel is more exact than that for all.
    fn of(&self, purpose: &Purpose) -> Vec<(String, bool)> {
        let used = purpose.channels.iter().filter_map(|channel| {
            let one = self.channels.iter();
            let named = one.clone().find(|(name, _)| *name == Some(channel));
            let (_, given) = named.or_else(|| one.clone().find(|(name, _)| name.is_none()))?;
            Some((channel.clone(), *given))
        });
        used.collect()
    }
}

/// The newest notes of people, by person and channel: state and time.
type Latest = BTreeMap<(Uuid, String), (String, DateTime<Utc>)>;

/// Notes what the rows of a file say, for those who may write the records. What is noted already is not noted again, and
/// a yes of which nobody knows when it was said does not undo that somebody took it back.
pub(crate) fn note_all(
    work: &mut Work<'_>,
    of: Subject,
    (purpose, file): (Uuid, &str),
    said: &[(Uuid, Said)],
) -> Result<()> {
    let purpose = purpose::find(work, purpose)?;
    let people: Vec<Uuid> = said.iter().map(|(id, _)| *id).collect();
    let mut latest = latest(work, of, &purpose, people)?;
    for (id, said) in said {
        let mut noted: [Vec<String>; 2] = [Vec::new(), Vec::new()];
        for (channel, given) in said.of(&purpose) {
            let state = if given { "given" } else { "withdrawn" };
            let key = (*id, channel.clone());
            let known = match (latest.get(&key), said.at) {
                (Some((before, at)), Some(said)) => before == state || *at >= said,
                (Some((before, _)), None) => before == state || given,
                (None, _) => false,
            };
            if known || (given && purpose.retired) {
                continue;
            }
            let new = NewNote {
                state: state.to_owned(),
                at: said.at,
                source: Some("import".to_owned()),
                note: Some(file.to_owned()),
                unseen: true,
                ..NewNote::default()
            };
            insert(work, (of, *id), (&purpose, &channel), &new)?;
            latest.insert(key, (state.to_owned(), said.at.unwrap_or(work.now)));
            noted[usize::from(given)].push(channel);
        }
        for (given, channels) in [false, true].into_iter().zip(&noted) {
            if !channels.is_empty() {
                tell(work, (of, *id), (&purpose, given), channels)?;
            }
        }
    }
    Ok(())
}

fn latest(
    work: &mut Work<'_>,
    of: Subject,
    purpose: &Purpose,
    people: Vec<Uuid>,
) -> Result<Latest> {
    let mut statement = Statement::new(format!(
        "SELECT {}, channel, state, at FROM {} WHERE workspace_id = ",
        of.column, of.table
    ));
    statement.bind(work.access.workspace_id);
    statement.push(" AND purpose_id = ").bind(purpose.id);
    statement.push(&format!(" AND {} IN (", of.column));
    statement.bind_all(people);
    statement.push(") ORDER BY at, id").uncached();
    let rows = work.conn.rows(&statement, |row| {
        Ok(((row.id(0)?, row.text(1)?), (row.text(2)?, row.at(3)?)))
    })?;
    // The later ones replace those before.
    Ok(rows.into_iter().collect())
}
