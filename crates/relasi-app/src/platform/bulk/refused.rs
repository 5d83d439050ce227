//! The records that refused, each with its reasons.

use std::{io, path::Path};

use relasi_domain::{
    fault::{Fault, Faults},
    locale::{self, Language},
    record::Object,
};

use crate::{
    platform::import::{Column, Rejected, RejectedCsv, Row, Wording},
    refusal::{Refusal, Result},
};

/// A record that stays as it is.
#[derive(Debug)]
pub(super) struct Refused {
    /// Its place among all, the id, and what it is called.
    row: Row,
    faults: Faults,
}

impl Refused {
    pub(super) fn new(place: u64, id: uuid::Uuid, title: String, faults: Faults) -> Self {
        Self {
            row: Row {
                number: place + 1,
                cells: vec![id.to_string(), title],
            },
            faults,
        }
    }
}

/// Adds records to the file.
pub(super) fn add(file: &mut Rejected, refused: &[Refused]) -> io::Result<()> {
    file.add(refused.iter().map(|one| (&one.row, &one.faults)))
}

/// What a refusal says of its record; faults of the store and the like say something of the whole work.
pub(super) fn reasons(refusal: Refusal) -> Result<Faults> {
    match refusal {
        Refusal::Invalid(faults) => Ok(faults),
        Refusal::NotFound => Ok(Fault::at("", "gone").into()),
        Refusal::Forbidden => Ok(Fault::at("", "forbidden").into()),
        Refusal::Stale(_) => Ok(Fault::at("", "stale_version").into()),
        Refusal::Conflict(code) => Ok(Fault::at("", code).into()),
        other => Err(other),
    }
}

/// The file as people read it; none when there is none.
pub(super) fn csv(
    path: &Path,
    object: &'static Object,
    language: Language,
    wording: Box<dyn Wording>,
) -> io::Result<Option<RejectedCsv>> {
    let columns = ["id", object.title].into_iter().enumerate();
    let columns = columns.map(|(index, field)| Column {
        index,
        heading: locale::field_label(language, object.name, field)
            .unwrap_or(field)
            .to_owned(),
        sample: Vec::new(),
        field: Some(field.to_owned()),
        confidence: String::new(),
    });
    RejectedCsv::open(path, columns.collect(), wording)
}
