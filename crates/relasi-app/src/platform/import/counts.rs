//! What became of the rows of a file.

use serde::{Deserialize, Serialize};

/// Rows by their fate: `rows = created + updated + skipped + rejected`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows with anything in them, without the headings.
    pub rows: u64,
    /// Became a new record.
    pub created: u64,
    /// Were written into a record that was there, or that an earlier row made.
    pub updated: u64,
    /// Matched a record and were left out, as wished.
    pub skipped: u64,
    /// Could not be taken; the file of rejected rows says why.
    pub rejected: u64,
    /// New companies that contacts of the file belong to.
    pub companies_created: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.rows += more.rows;
        self.created += more.created;
        self.updated += more.updated;
        self.skipped += more.skipped;
        self.rejected += more.rejected;
        self.companies_created += more.companies_created;
    }
}

impl Counts {
    /// Rows that are done, as jobs count.
    pub(super) fn done(&self) -> i64 {
        i64::try_from(self.rows).unwrap_or(i64::MAX)
    }
}
