//! Stored values of custom fields, whatever their fields are at present.

use relasi_domain::{
    record::{Document, Object},
    shape::Customs,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Store, custom, json::document};
use crate::{StoreError, sql::Statement};

impl Store<'_> {
    /// The store of a workspace with these fields.
    pub fn knowing(mut self, customs: Customs) -> Self {
        self.customs = customs;
        self
    }

    /// The values of a record by storage key, those of hidden fields included.
    pub fn stored_custom(
        &mut self,
        object: &'static Object,
        id: Uuid,
    ) -> Result<Document, StoreError> {
        let mut statement = Statement::new(format!(
            "SELECT custom FROM {} WHERE workspace_id = ",
            object.table
        ));
        statement.bind(self.workspace()).push(" AND id = ").bind(id);
        let text = self.conn().row(&statement, |row| row.text(0))?;
        text.map_or(Ok(Document::new()), |text| document(text.as_bytes()))
    }

    /// Tells rows of custom values that do not know it the title of their record, after a workspace came from a file of
    /// an earlier version.
    pub fn title_values(&mut self, object: &'static Object) -> Result<(), StoreError> {
        let Some(title) = object.field(object.title).filter(|field| field.keyed) else {
            return Ok(());
        };
        let (table, key) = (object.table, title.key_column());
        let same = "t.workspace_id = field_index.workspace_id AND t.id = field_index.record_id";
        let built = object.fields.iter().map(|field| field.name.as_ref());
        let mut statement = Statement::new(format!(
            "UPDATE field_index SET title = (SELECT t.{key} FROM {table} t WHERE {same}) WHERE object = '{}' AND title = '' \
             AND EXISTS (SELECT 1 FROM {table} t WHERE {same}) AND workspace_id = ",
            object.name
        ));
        statement
            .bind(self.workspace())
            .push(" AND field NOT IN (")
            .bind_all(built)
            .push(")");
        self.conn().execute(&statement).map(drop)
    }

    /// Removes the values under a storage key from some records; whether there were any.
    pub fn remove_values(
        &mut self,
        object: &'static Object,
        key: &str,
        most: u32,
    ) -> Result<bool, StoreError> {
        let mut rows =
            Statement::new("SELECT record_id, value FROM field_index WHERE workspace_id = ");
        rows.bind(self.workspace())
            .push(" AND object = ")
            .bind(object.name);
        rows.push(" AND field = ").bind(key).limit(most);
        let rows = self
            .conn()
            .rows(&rows, |row| Ok((row.text(0)?, row.text(1)?)))?;
        let patch = Json::Object([(key.to_owned(), json!(null))].into_iter().collect());
        for (record, value) in &rows {
            let mut statement = Statement::new(format!("UPDATE {} SET id = id", object.table));
            custom::set(&mut statement, &patch, self.dialect());
            statement
                .push(" WHERE workspace_id = ")
                .bind(self.workspace());
            statement.push(" AND id = ").bind(record.as_str());
            self.conn().execute(&statement)?;
            self.delete_index_rows(object, record, std::iter::once(&(key, value.clone())))?;
        }
        Ok(!rows.is_empty())
    }
}
