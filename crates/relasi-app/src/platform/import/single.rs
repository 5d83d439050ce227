//! One row that comes by itself: what another program sends becomes a record as a row of a file would.

use relasi_domain::{
    fault::Faults,
    identity::access::Access,
    people::{company, tag},
    record::{Document, Object},
};
use uuid::Uuid;

use super::{
    Column, Options, Row,
    candidate::Maker,
    catalogue,
    describe::blank,
    planner::Planner,
    run::{converter, customs},
};
use crate::{
    platform::vault::Vault,
    records::{Ready, Work, member_id},
    refusal::Result,
};

/// A row, and how it is to be read.
#[derive(Debug, Clone)]
pub struct Single {
    /// What it becomes.
    pub object: &'static Object,
    /// Where its cells go.
    pub columns: Vec<Column>,
    /// How it is read and matched.
    pub options: Options,
    /// Its values.
    pub cells: Vec<String>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A new record.
    Created {
        /// Which one.
        id: Uuid,
        /// With these members.
        record: Document,
    },
    /// It was written into one that was there.
    Updated {
        /// Which one; none when it had all of it.
        id: Option<Uuid>,
        /// What was changed.
        changes: Document,
    },
    /// It matched one and was left out, as wished.
    Skipped,
    /// It can't be taken.
    Rejected(Faults),
}

/// Makes a record of a row; `dry` only finds out which.
pub fn take_single(
    work: &mut Work<'_>,
    (access, vault): (&Access, &Vault),
    row: Single,
    dry: bool,
) -> Result<Outcome> {
    let object = row.object;
    // It belongs to no import.
    let mut import = blank(access, Uuid::nil(), object);
    import.columns = row.columns;
    import.options = row.options;
    let (zone, currency) = customs(work.conn, access.workspace_id)?;
    let books = catalogue::books(work.conn, access.workspace_id, object)?;
    let converter = converter(access.shape(object), &import, zone, (&currency, books))?;
    let maker = Maker::new(object, converter, &import, access);
    let candidate = maker.candidate(Row {
        number: 1,
        cells: row.cells,
    });
    let mut planner = Planner::new(object, &import, (access, vault), dry);
    let mut plan = planner.plan(work.conn, &[candidate])?;
    if let Some((_, faults)) = plan.rejected.pop() {
        return Ok(Outcome::Rejected(faults));
    }
    let outcome = match (plan.creates.last(), plan.updates.first()) {
        (Some(record), _) => Outcome::Created {
            id: member_id(record, "id").unwrap_or_default(),
            record: record.clone(),
        },
        (None, Some(update)) => Outcome::Updated {
            id: Some(update.id),
            changes: update.patch.clone(),
        },
        (None, None) if plan.counts.skipped > 0 => Outcome::Skipped,
        (None, None) => Outcome::Updated {
            id: None,
            changes: Document::new(),
        },
    };
    if dry {
        return Ok(outcome);
    }
    let new = [
        (&tag::OBJECT, plan.tags),
        (&company::OBJECT, plan.companies),
        (object, plan.creates),
    ];
    for (object, documents) in new {
        if !documents.is_empty() {
            work.create_ready(object, &Ready::of(access, object, documents))?;
        }
    }
    for update in plan.updates {
        work.revise(object, update.id, Some(update.version), update.patch)?;
    }
    Ok(outcome)
}
