//! Writes records into a CSV file.

use std::{collections::HashMap, io};

use relasi_domain::{fault::Fault, identity::access::Action, locale::Language, record::Document};
use relasi_persistence::store::text_of;
use uuid::Uuid;

use super::{
    Counts,
    files::{Ids, export_path, keep},
    refused::{self, Refused},
    run::{Checkpoint, Setting},
    store,
    table::Table,
    task::Export,
};
use crate::{
    platform::{
        growing::Growing,
        import::{Files, Rejected},
        jobs::{JobContext, JobError},
        spreadsheet,
    },
    records::{Work, in_trash},
    refusal::Result,
};

/// Records read and written in one go.
const CHUNK: usize = 1_000;

type Done<T> = std::result::Result<T, JobError>;

/// Goes through the records in their order. What was written after the last checkpoint is written anew.
pub(super) fn run(
    context: &mut JobContext,
    setting: &Setting,
    task: &Export,
    files: &Files,
    (mut ids, mut refused): (Ids, Rejected),
    mut at: Checkpoint,
) -> Done<Counts> {
    let (workspace, id) = (setting.workspace, setting.operation.id);
    let shape = setting.access.shape(setting.operation.object);
    let language = task.language.as_deref().and_then(Language::from_tag);
    let table = Table::new(
        shape,
        &task.columns,
        language.unwrap_or_default(),
        setting.zone,
    );
    let path = export_path(files, workspace, id);
    let mut file = Growing::open(&path, at.exported)?;
    keep(&path)?;
    if at.place == 0 {
        file.add(&lines(&[table.headings()], true)?)?;
    }
    loop {
        let chunk = ids.read(at.place, CHUNK)?;
        if chunk.is_empty() {
            return Ok(at.counts);
        }
        let (rows, kept) = context.database().read_blocking(|conn| {
            read(&mut setting.work(conn), setting, &table, &chunk, at.place)
        })?;
        file.add(&lines(&rows, false)?)?;
        refused::add(&mut refused, &kept)?;
        at.counts.done += rows.len() as u64;
        at.counts.refused += kept.len() as u64;
        at.place += chunk.len() as u64;
        (at.exported, at.refused) = (file.length(), refused.length());
        at = context.chunk(move |conn| {
            store::count(conn, workspace, id, &at.counts)?;
            Ok(at.step(at))
        })?;
    }
}

type Rows = (Vec<Vec<String>>, Vec<Refused>);

/// The rows of these records in their order, and those that may not leave.
fn read(
    work: &mut Work<'_>,
    setting: &Setting,
    table: &Table,
    ids: &[Uuid],
    place: u64,
) -> Result<Rows> {
    let object = setting.operation.object;
    let texts: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let records = work.store().find_all(object, &texts)?;
    let names = table.names(work, &records)?;
    let by_id: HashMap<String, Document> = records
        .into_iter()
        .map(|record| (text_of(&record, "id"), record))
        .collect();
    let (mut rows, mut kept) = (Vec::with_capacity(ids.len()), Vec::new());
    for (place, (id, text)) in (place..).zip(ids.iter().zip(&texts)) {
        let record = by_id
            .get(text)
            .filter(|record| work.may(object, Action::See, record) && !in_trash(record));
        match record {
            Some(record) if work.may(object, Action::Export, record) => {
                rows.push(table.row(record, &names));
            }
            Some(record) => {
                let fault = Fault::at("", "forbidden").into();
                let title = text_of(record, object.title);
                kept.push(Refused::new(place, *id, title, fault));
            }
            None => {
                let fault = Fault::at("", "gone").into();
                kept.push(Refused::new(place, *id, String::new(), fault));
            }
        }
    }
    Ok((rows, kept))
}

/// Rows as the file has them.
fn lines(rows: &[Vec<String>], is_first: bool) -> io::Result<Vec<u8>> {
    let mut writer = spreadsheet::piece(&mut csv::WriterBuilder::new(), is_first);
    for row in rows {
        writer.write_record(row)?;
    }
    spreadsheet::bytes(writer)
}
