//! The leads behind the figures as a CSV file.

use relasi_domain::identity::access::Action;
use relasi_persistence::{StoreError, store::instant_text};

use super::report::{Asked, Line, period};
use crate::{
    platform::spreadsheet::{self, harmless},
    records::Work,
    refusal::Result,
};

/// The columns.
const HEADINGS: [&str; 8] = [
    "id",
    "name",
    "created_at",
    "owner",
    "source",
    "first_response_at",
    "wall_seconds",
    "business_seconds",
];

/// One line for each lead of a period; those that nobody answered have no times.
pub fn sheet(work: &mut Work<'_>, asked: Asked) -> Result<Vec<u8>> {
    let period = period(work, asked, Action::Export)?;
    let mut owners: Vec<String> = period
        .lines
        .iter()
        .filter_map(|line| Some(line.owner?.to_string()))
        .collect();
    owners.sort_unstable();
    owners.dedup();
    let names = work.store().user_names(&owners)?;
    let mut writer = spreadsheet::piece(&mut csv::WriterBuilder::new(), true);
    let failed = |error: csv::Error| StoreError::Other(error.to_string());
    writer.write_record(HEADINGS).map_err(failed)?;
    for line in &period.lines {
        let owner = line.owner.map(|owner| owner.to_string());
        let owner = owner.and_then(|id| names.iter().find(|name| name.id == id));
        let owner = owner.map(|name| name.title.as_str()).unwrap_or_default();
        writer.write_record(cells(line, owner)).map_err(failed)?;
    }
    let bytes = spreadsheet::bytes(writer);
    Ok(bytes.map_err(StoreError::from)?)
}

fn cells(line: &Line, owner: &str) -> [String; 8] {
    let at = |at: chrono::DateTime<chrono::Utc>| instant_text(at.timestamp_micros());
    let seconds = |seconds: i64| line.answered.map(|_| seconds.to_string());
    [
        line.id.to_string(),
        harmless(&line.name),
        at(line.made),
        harmless(owner),
        harmless(line.source.as_deref().unwrap_or_default()),
        line.answered.map(at).unwrap_or_default(),
        seconds(line.wall.seconds).unwrap_or_default(),
        seconds(line.business.seconds).unwrap_or_default(),
    ]
}
