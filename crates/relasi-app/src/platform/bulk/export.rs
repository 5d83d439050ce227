//! Writes records into a file.

use std::collections::{HashMap, HashSet};

use relasi_domain::{
    fault::Fault,
    identity::access::Action,
    locale::{self, Language},
    record::{Document, Object},
};
use relasi_persistence::store::text_of;
use uuid::Uuid;

use super::{
    Counts, Format,
    files::{Ids, export_path, keep, rows_path},
    format::Writer,
    refused::{self, Refused},
    run::{Checkpoint, Setting},
    store,
    task::Export,
};
use crate::{
    platform::{
        growing::Growing,
        import::{Files, Rejected, disk, remove},
        jobs::{JobContext, JobError},
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
    let object = setting.operation.object;
    let writer = Writer::new(setting.access.shape(object), task, setting.zone);
    let path = export_path(files, workspace, id, task.format);
    let made_of_rows = task.format == Format::Xlsx;
    // A workbook is there whole or not at all: then nothing is left to do.
    if made_of_rows && path.exists() {
        return Ok(at.counts);
    }
    let rows = if made_of_rows {
        rows_path(files, workspace, id)
    } else {
        path.clone()
    };
    let mut file = Growing::open(&rows, at.exported)?;
    keep(&rows)?;
    if at.place == 0 {
        file.add(&writer.begin()?)?;
    }
    let source = context.rows_to_read();
    loop {
        let chunk = ids.read(at.place, CHUNK)?;
        if chunk.is_empty() {
            break;
        }
        let (bytes, count, kept) = source.read_blocking(|conn| {
            read(&mut setting.work(conn), setting, &writer, &chunk, at.place)
        })?;
        file.add(&bytes)?;
        refused::add(&mut refused, &kept)?;
        at.counts.done += count;
        at.counts.refused += kept.len() as u64;
        at.place += chunk.len() as u64;
        (at.exported, at.refused) = (file.length(), refused.length());
        at = context.chunk(move |conn| {
            store::count(conn, workspace, id, &at.counts)?;
            Ok(at.step(at))
        })?;
    }
    file.add(&writer.end())?;
    if made_of_rows {
        writer.finish(&rows, &path, object_label(object, task))?;
        keep(&path)?;
        remove(&rows);
    }
    Ok(at.counts)
}

/// What a sheet of such records is called.
fn object_label(object: &'static Object, task: &Export) -> &'static str {
    let language = task.language.as_deref().and_then(Language::from_tag);
    let key = format!("object.{}.many", object.name);
    locale::text(language.unwrap_or_default(), &key).unwrap_or(object.plural)
}

type Piece = (Vec<u8>, u64, Vec<Refused>);

/// These records in their order as a piece of the file, how many they are, and those that may not leave.
fn read(
    work: &mut Work<'_>,
    setting: &Setting,
    writer: &Writer,
    ids: &[Uuid],
    place: u64,
) -> Result<Piece> {
    let object = setting.operation.object;
    let texts: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let mut records = work.store().find_all(object, &texts)?;
    records.retain(|record| !in_trash(record));
    let records = work.reached(object, Action::See, records)?;
    let may = work.reached(object, Action::Export, records.clone())?;
    let may: HashSet<String> = may.iter().map(|record| text_of(record, "id")).collect();
    let mut by_id: HashMap<String, Document> = records
        .into_iter()
        .map(|record| (text_of(&record, "id"), record))
        .collect();
    let (mut taken, mut kept) = (Vec::with_capacity(ids.len()), Vec::new());
    for (place, (id, text)) in (place..).zip(ids.iter().zip(&texts)) {
        match by_id.remove(text) {
            Some(record) if may.contains(text) => taken.push(work.access.seen(object, record)),
            Some(record) => {
                let fault = Fault::at("", "forbidden").into();
                let title = text_of(&record, object.title);
                kept.push(Refused::new(place, *id, title, fault));
            }
            None => {
                let fault = Fault::at("", "gone").into();
                kept.push(Refused::new(place, *id, String::new(), fault));
            }
        }
    }
    let names = writer.names(work, &taken)?;
    let bytes = writer.records(&taken, &names).map_err(disk)?;
    Ok((bytes, taken.len() as u64, kept))
}
