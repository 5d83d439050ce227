//! Values that no two living records may have.

use relasi_domain::record::Object;

use super::Store;
use crate::{StoreError, sql::Statement};

impl Store<'_> {
    /// Takes a value for a record; `false` when another one has it. Others who want it wait for the end of this
    /// transaction.
    pub fn claim(&mut self, field: &str, value: &str, record: &str) -> Result<bool, StoreError> {
        let mut statement = Statement::new(
            "INSERT INTO unique_values (workspace_id, field, value, record_id) VALUES (",
        );
        statement.bind(self.workspace()).push(", ").bind(field);
        statement.push(", ").bind(value).push(", ").bind(record);
        statement.push(") ON CONFLICT DO NOTHING");
        Ok(self.conn().execute(&statement)? == 1)
    }

    /// Gives a value of a record back.
    pub fn release(&mut self, field: &str, record: &str) -> Result<(), StoreError> {
        let mut statement = Statement::new("DELETE FROM unique_values WHERE workspace_id = ");
        statement.bind(self.workspace()).push(" AND record_id = ");
        statement.bind(record).push(" AND field = ").bind(field);
        self.conn().execute(&statement).map(drop)
    }

    /// The record that has a value.
    pub fn holder(&mut self, field: &str, value: &str) -> Result<Option<String>, StoreError> {
        let mut statement =
            Statement::new("SELECT record_id FROM unique_values WHERE workspace_id = ");
        statement.bind(self.workspace()).push(" AND field = ");
        statement.bind(field).push(" AND value = ").bind(value);
        self.conn().row(&statement, |row| row.text(0))
    }

    /// The records that have these values, each with its value.
    pub fn holders(
        &mut self,
        field: &str,
        values: &[String],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let mut found = Vec::new();
        for values in values.chunks(500) {
            let mut statement =
                Statement::new("SELECT value, record_id FROM unique_values WHERE workspace_id = ");
            statement
                .bind(self.workspace())
                .push(" AND field = ")
                .bind(field);
            statement.push(" AND value IN (").bind_all(values).push(")");
            let rows = |row: &crate::Row<'_>| Ok((row.text(0)?, row.text(1)?));
            found.extend(self.conn().rows(statement.uncached(), rows)?);
        }
        Ok(found)
    }

    /// Takes the values that a field has by now; the id of a record whose value another one has as well, if any.
    pub fn claim_all(
        &mut self,
        object: &'static Object,
        field: &str,
    ) -> Result<Option<String>, StoreError> {
        self.release_all(field)?;
        let living = format!(
            "field_index f JOIN {} t ON t.workspace_id = f.workspace_id AND t.id = f.record_id AND t.deleted_at IS NULL WHERE f.object = '{}' AND f.workspace_id = ",
            object.table, object.name
        );
        let mut twice = Statement::new(format!("SELECT max(f.record_id) FROM {living}"));
        twice
            .bind(self.workspace())
            .push(" AND f.field = ")
            .bind(field);
        twice.push(" GROUP BY f.value HAVING count(*) > 1").limit(1);
        if let Some(record) = self.conn().row(&twice, |row| row.text(0))? {
            return Ok(Some(record));
        }
        let mut all = Statement::new(format!(
            "INSERT INTO unique_values (workspace_id, field, value, record_id) SELECT f.workspace_id, f.field, f.value, f.record_id FROM {living}"
        ));
        all.bind(self.workspace())
            .push(" AND f.field = ")
            .bind(field);
        self.conn().execute(&all)?;
        Ok(None)
    }

    /// Gives all values of a field back.
    pub fn release_all(&mut self, field: &str) -> Result<(), StoreError> {
        let mut statement = Statement::new("DELETE FROM unique_values WHERE workspace_id = ");
        statement
            .bind(self.workspace())
            .push(" AND field = ")
            .bind(field);
        self.conn().execute(&statement).map(drop)
    }
}
