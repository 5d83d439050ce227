//! Values that the product maintains: they follow from other rows, and make no new version.

use relasi_domain::record::Object;
use serde_json::json;
use uuid::Uuid;

use super::Store;
use crate::{
    Dialect, StoreError,
    sql::{Statement, Value},
};

impl Store<'_> {
    /// Writes values that the product maintains, without a new version.
    pub fn maintain(
        &mut self,
        object: &'static Object,
        id: Uuid,
        values: &[(&'static str, Value)],
    ) -> Result<(), StoreError> {
        let mut statement = Statement::new(format!("UPDATE {} SET ", object.table));
        for (index, (name, value)) in values.iter().enumerate() {
            statement.push(if index == 0 { "" } else { ", " });
            statement.push(name).push(" = ").bind(value.clone());
        }
        statement
            .push(" WHERE workspace_id = ")
            .bind(self.workspace())
            .push(" AND id = ")
            .bind(id);
        self.conn().execute(&statement).map(drop)
    }

    /// The same for a field of several codes or ids, with its rows of the value index.
    pub fn maintain_list(
        &mut self,
        object: &'static Object,
        id: Uuid,
        field: &'static str,
        values: &[String],
    ) -> Result<(), StoreError> {
        self.maintain(object, id, &[(field, json!(values).to_string().into())])?;
        let mut statement = Statement::new("DELETE FROM field_index WHERE workspace_id = ");
        statement
            .bind(self.workspace())
            .push(" AND record_id = ")
            .bind(id)
            .push(" AND object = ")
            .bind(object.name)
            .push(" AND field = ")
            .bind(field);
        self.conn().execute(&statement)?;
        let workspace = self.workspace().to_owned();
        let row = |value: &String| {
            let id = id.to_string();
            [workspace.as_str(), object.name, field, value, &id].map(Value::from)
        };
        let rows: Vec<Vec<Value>> = values.iter().map(|value| row(value).into()).collect();
        let columns = ["workspace_id", "object", "field", "value", "record_id"];
        self.insert_rows("field_index", &columns, &rows)
    }

    /// Makes other writers of this record wait until the transaction ends, so that what is read next and written to it
    /// holds. On SQLite there are no others.
    pub fn lock(&mut self, object: &'static Object, id: Uuid) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let mut statement = Statement::new(format!(
            "SELECT version FROM {} WHERE workspace_id = ",
            object.table
        ));
        statement
            .bind(self.workspace())
            .push(" AND id = ")
            .bind(id)
            .push(" FOR NO KEY UPDATE");
        self.conn().row(&statement, |row| row.int(0)).map(drop)
    }
}
