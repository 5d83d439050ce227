//! Records by the normalised values in the value index.

use std::slice;

use relasi_domain::record::Object;

use super::Store;
use crate::{StoreError, sql::Statement};

/// Values looked up with one statement.
const TOGETHER: usize = 500;

/// Values and ids of records.
pub type Matches = Vec<(String, String)>;

impl Store<'_> {
    /// Records whose field holds one of the normalised values: value and record id, living records only.
    pub fn matches(
        &mut self,
        object: &'static Object,
        field: &str,
        values: &[String],
    ) -> Result<Matches, StoreError> {
        let mut found = Vec::new();
        for values in values.chunks(TOGETHER) {
            let mut statement = Statement::new("SELECT i.value, i.record_id");
            self.push_matching(object, field, values, &mut statement);
            found.extend(self.read_matches(&statement)?);
        }
        Ok(found)
    }

    /// Like [`Self::matches`], but at most `most` records for each value, however many have it.
    pub fn some_matches(
        &mut self,
        object: &'static Object,
        field: &str,
        values: &[String],
        most: u32,
    ) -> Result<Matches, StoreError> {
        if let [value] = values {
            // Stops at the last one that is wanted.
            let mut statement = Statement::new("SELECT i.value, i.record_id");
            self.push_matching(object, field, slice::from_ref(value), &mut statement);
            statement.limit(most);
            return self.read_matches(&statement);
        }
        let mut found = Vec::new();
        for values in values.chunks(TOGETHER) {
            let mut statement = Statement::new(
                "SELECT value, record_id FROM (SELECT i.value AS value, i.record_id AS record_id, \
                 row_number() OVER (PARTITION BY i.value ORDER BY i.record_id) AS place",
            );
            self.push_matching(object, field, values, &mut statement);
            statement.push(&format!(") ranked WHERE place <= {most}"));
            found.extend(self.read_matches(&statement)?);
        }
        Ok(found)
    }

    fn read_matches(&mut self, statement: &Statement) -> Result<Matches, StoreError> {
        self.conn()
            .rows(statement, |row| Ok((row.text(0)?, row.text(1)?)))
    }

    fn push_matching(
        &self,
        object: &'static Object,
        field: &str,
        values: &[String],
        statement: &mut Statement,
    ) {
        statement
            .push(&format!(
                " FROM field_index i JOIN {} t ON t.workspace_id = i.workspace_id AND t.id = i.record_id AND t.deleted_at IS NULL WHERE i.object = '{}' AND i.field = ",
                object.table, object.name
            ))
            .bind(field)
            .push(" AND i.workspace_id = ")
            .bind(self.workspace());
        if let [value] = values {
            statement.push(" AND i.value = ").bind(value.as_str());
        } else {
            statement
                .push(" AND i.value IN (")
                .bind_all(values)
                .push(")");
            statement.uncached();
        }
    }
}
