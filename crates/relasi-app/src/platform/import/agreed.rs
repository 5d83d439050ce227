//! Columns that say who may be contacted.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Access,
    platform::import::Target,
    record::Object,
    shape::Shape,
};
use relasi_persistence::Conn;
use uuid::Uuid;

use super::{Import, now};
use crate::{
    people::consent::{self, Said},
    records::Work,
    refusal::Result,
};

/// The channels that columns are about.
fn channels(import: &Import, shape: Shape<'_>) -> Vec<(String, Option<&'static str>)> {
    let fields = import.columns.iter().filter_map(|one| one.field.as_deref());
    let meant = fields.filter_map(|field| match Target::find(shape, field)? {
        Target::Consent(channel) => Some((field.to_owned(), channel)),
        _ => None,
    });
    meant.collect()
}

/// Refuses a purpose that nobody is asked for, and channels that it does not use.
pub(super) fn check(
    conn: &mut Conn,
    access: &Access,
    import: &Import,
    object: &'static Object,
) -> Result<()> {
    let Some(id) = import.options.purpose_id else {
        return Ok(());
    };
    let mut work = Work {
        conn,
        access,
        now: now(),
        cause: None,
    };
    let purposes = consent::list(&mut work)?;
    let found = purposes.iter().find(|one| one.id == id && !one.retired);
    let purpose = found.ok_or_else(|| Fault::at("/options/purpose_id", "no_such_record"))?;
    let mut faults = Faults::default();
    for (field, channel) in channels(import, access.shape(object)) {
        let used = channel.is_none_or(|one| purpose.channels.iter().any(|known| known == one));
        faults.wrong(
            !used,
            || format!("/mapping/{field}"),
            "channel_not_of_purpose",
        );
    }
    Ok(faults.into_result()?)
}

/// Refuses to begin before it is known what was agreed to.
pub(super) fn is_known(import: &Import, shape: Shape<'_>) -> Result<()> {
    if import.options.purpose_id.is_none() && !channels(import, shape).is_empty() {
        return Err(Fault::at("/options/purpose_id", "required").into());
    }
    Ok(())
}

/// Notes what the rows of a chunk say.
pub(super) fn note(
    work: &mut Work<'_>,
    import: &Import,
    object: &'static Object,
    said: &[(Uuid, Said)],
) -> Result<()> {
    let Some(purpose) = import.options.purpose_id.filter(|_| !said.is_empty()) else {
        return Ok(());
    };
    let of = if object.name == consent::LEAD.object.name {
        consent::LEAD
    } else {
        consent::CONTACT
    };
    consent::note_all(work, of, (purpose, &import.file_name), said)
}
