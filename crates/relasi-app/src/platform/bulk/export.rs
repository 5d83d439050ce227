//! Writes records into a CSV file.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

use relasi_domain::{fault::Fault, identity::access::Action, locale::Language, record::Document};
use relasi_persistence::store::text_of;
use serde_json::Value;
use std::collections::HashMap;
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
        import::{Files, Rejected},
        jobs::{JobContext, JobError},
    },
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
    let mut file = Output::open(&path, at.exported)?;
    keep(&path)?;
    if at.place == 0 {
        file.add(&[table.headings()], true)?;
    }
    loop {
        let chunk = ids.read(at.place, CHUNK)?;
        if chunk.is_empty() {
            return Ok(at.counts);
        }
        let (rows, kept) = context.database().read_blocking(|conn| {
            read(&mut setting.work(conn), setting, &table, &chunk, at.place)
        })?;
        file.add(&rows, false)?;
        refused::add(&mut refused, &kept)?;
        at.counts.done += rows.len() as u64;
        at.counts.refused += kept.len() as u64;
        at.place += chunk.len() as u64;
        (at.exported, at.refused) = (file.length, refused.length());
        at = context.chunk(move |conn| {
            store::count(conn, workspace, id, &at.counts)?;
            Ok(at.step(at))
        })?;
    }
}

type Rows = (Vec<Vec<String>>, Vec<Refused>);

/// The rows of these records in their order, and those that may not leave.
fn read(
    work: &mut crate::records::Work<'_>,
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
        let record = by_id.get(text).filter(|record| {
            work.may(object, Action::See, record)
                && record.get("deleted_at").is_none_or(Value::is_null)
        });
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

/// The file while it is written.
struct Output {
    file: File,
    length: u64,
}

impl Output {
    /// Opens the file at `length` bytes; what was written after that belongs to a chunk that does not count.
    fn open(path: &Path, length: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        Ok(Self { file, length })
    }

    /// Adds rows; they are on disk afterwards, so that a checkpoint may count on them.
    fn add(&mut self, rows: &[Vec<String>], first: bool) -> io::Result<()> {
        // The mark by which spreadsheets know UTF-8 comes first.
        let begin = if first { "\u{feff}" } else { "" };
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(begin.as_bytes().to_vec());
        for row in rows {
            writer.write_record(row)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))?;
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}
