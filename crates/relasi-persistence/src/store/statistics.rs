//! What the database knows of its tables when it plans a query.

use relasi_domain::OBJECTS;

use super::Store;
use crate::{Dialect, StoreError, sql::Statement};

impl Store<'_> {
    /// Has PostgreSQL look at the tables of records anew, for after many came at once: until it does so by itself, within
    /// a minute or two, it takes the tables for as small as they were. On SQLite plans don't depend on it.
    pub fn gather_statistics(&mut self) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let records = OBJECTS.iter().map(|object| object.table);
        let others = [
            "field_index",
            "search_documents",
            "timeline_events",
            "stage_changes",
            "stage_weeks",
        ];
        for table in records.chain(others) {
            self.conn()
                .execute(&Statement::new(format!("ANALYZE {table}")))?;
        }
        Ok(())
    }
}
