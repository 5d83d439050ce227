//! One record as a file.

use relasi_domain::{identity::access::Action, locale::Language, record::Object};
use uuid::Uuid;

use super::{Format, format::Writer, task::Export};
use crate::{
    platform::import::{customs, disk},
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// The file of one record, in a form that grows as it is written.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not there or lies in the trash, [`Refusal::Forbidden`] for what may not leave.
pub fn single(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    format: Format,
    language: Language,
) -> Result<Vec<u8>> {
    let found = work.store().find_all(object, &[id.to_string()])?;
    let found = work.reached(object, Action::See, found)?;
    let living = |record: &_| !in_trash(record);
    let record = found.into_iter().find(living).ok_or(Refusal::NotFound)?;
    if !work.may(object, Action::Export, &record)? {
        return Err(Refusal::Forbidden);
    }
    let (zone, _) = customs(work.conn, work.access.workspace_id)?;
    let task = Export {
        language: Some(language.tag().to_owned()),
        format,
        ..Export::default()
    };
    let writer = Writer::new(work.access.shape(object), &task, zone);
    let records = [work.access.seen(object, record)];
    let names = writer.names(work, &records)?;
    let mut bytes = writer.begin().map_err(disk)?;
    bytes.extend(writer.records(&records, &names).map_err(disk)?);
    bytes.extend(writer.end());
    Ok(bytes)
}
