//! Records into rows.

use std::borrow::Borrow;

use relasi_domain::{
    field::{Field, FieldRef, Item, Kind},
    record::{Document, Object},
    shape::Shape,
    text,
};
use serde_json::Value as Json;

use super::{Store, custom, json, search::search_row};
use crate::{
    Dialect, StoreError,
    sql::{Insert, Statement, Value},
};

/// Columns of the value index; the last one is no part of its key.
const INDEX_COLUMNS: [&str; 6] = [
    "workspace_id",
    "object",
    "field",
    "value",
    "record_id",
    "title",
];

/// A field, by its name or storage key, and one of its values in the form in which it is compared.
type IndexValue<'f> = (&'f str, String);

/// Rows per INSERT on PostgreSQL: large enough to spread the cost of a statement, far below the bind limits.
///
/// On SQLite each row is a statement of its own: before one that makes several rows, it copies every page that the
/// statement touches, and writes the search index out.
const BATCH: usize = 40;

impl Store<'_> {
    /// Inserts whole documents (`id`, common and own fields) with their value index and search rows.
    pub fn insert(
        &mut self,
        object: &'static Object,
        documents: &[&Document],
    ) -> Result<(), StoreError> {
        let rows = Rows::of(
            self.workspace(),
            Shape::new(object, &self.customs),
            documents,
        );
        self.insert_laid(object, &rows)
    }

    /// Inserts documents that were laid out before.
    pub fn insert_laid(&mut self, object: &'static Object, rows: &Rows) -> Result<(), StoreError> {
        self.insert_rows(object.table, &insert_columns(object), &rows.records)?;
        self.insert_rows("field_index", &INDEX_COLUMNS, &rows.index)?;
        self.insert_search_rows(&rows.search)
    }

    /// Writes the named fields of a document that stood as `before` and counts its version up.
    ///
    /// `false` when the stored version is another one.
    pub fn update(
        &mut self,
        object: &'static Object,
        before: &Document,
        document: &Document,
        changed: &[FieldRef],
    ) -> Result<bool, StoreError> {
        let customs = self.customs.clone();
        let shape = Shape::new(object, &customs);
        let version = before.get("version").and_then(Json::as_i64).unwrap_or(0);
        let id = text_of(document, "id");
        let mut statement =
            Statement::new(format!("UPDATE {} SET version = version + 1", object.table));
        for field in changed.iter().filter(|field| field.custom.is_none()) {
            set(
                &mut statement,
                &field.name,
                json::column_value(field, document.get(field.name.as_ref())),
            );
            if field.keyed {
                let key = key_of(document.get(field.name.as_ref()));
                set(&mut statement, &field.key_column(), Value::from(key));
            }
        }
        if changed.iter().any(|field| field.custom.is_some()) {
            let patch = custom::patch(changed, document);
            custom::set(&mut statement, &patch, self.dialect());
        }
        for name in ["updated_at", "updated_by", "deleted_at"] {
            if let Some(field) = object.field(name) {
                set(
                    &mut statement,
                    name,
                    json::column_value(field, document.get(name)),
                );
            }
        }
        statement
            .push(" WHERE workspace_id = ")
            .bind(self.workspace());
        statement.push(" AND id = ").bind(id.as_str());
        statement.push(" AND version = ").bind(version);
        if changed.len() > 2 {
            // Each set of changed fields is a text of its own: keep the common short ones only.
            statement.uncached();
        }
        if self.conn().execute(&statement)? == 0 {
            return Ok(false);
        }
        if changed
            .iter()
            .any(|field| matches!(field.kind, Kind::Many(_)) || field.custom.is_some())
        {
            let (old, new) = (index_values(shape, before), index_values(shape, document));
            self.delete_index_rows(object, &id, old.iter().filter(|one| !new.contains(one)))?;
            let added = new.iter().filter(|one| !old.contains(one));
            let title = title_key(object, document);
            let rows: Vec<Vec<Value>> = added
                .map(|one| index_row(self.workspace(), object, &id, &title, one))
                .collect();
            self.insert_rows("field_index", &INDEX_COLUMNS, &rows)?;
        }
        if changed.iter().any(|field| field.name == object.title) && customs.version() > 0 {
            self.retitle(&id, &title_key(object, document))?;
        }
        let found_by = |field: &FieldRef| {
            field.searched || matches!(field.name.as_ref(), "owner_id" | "team_id")
        };
        if object.searchable && changed.iter().any(found_by) {
            self.replace_search_row(object, document)?;
        }
        Ok(true)
    }

    /// Tells the rows of custom values, those of hidden fields too, that their record has another title.
    fn retitle(&mut self, id: &str, title: &str) -> Result<(), StoreError> {
        let mut statement = Statement::new("UPDATE field_index SET title = ");
        statement
            .bind(title)
            .push(" WHERE workspace_id = ")
            .bind(self.workspace())
            .push(" AND record_id = ")
            .bind(id)
            .push(" AND title <> ''");
        self.conn().execute(&statement).map(drop)
    }

    /// `INSERT INTO table (columns) VALUES (…), (…)`.
    pub fn insert_rows<C: Borrow<str>>(
        &mut self,
        table: &str,
        columns: &[C],
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        let intro = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
        let mut left = rows;
        while !left.is_empty() {
            let (rows, rest) = left.split_at(self.batch_size(left.len()));
            let intro = intro.as_str();
            self.conn().insert(Insert { intro, rows })?;
            left = rest;
        }
        Ok(())
    }

    /// How many of `left` rows the next statement makes: full batches first, then single rows, so that few statement
    /// texts occur.
    fn batch_size(&self, left: usize) -> usize {
        match self.dialect() {
            Dialect::Postgres if left >= BATCH => BATCH,
            _ => 1,
        }
    }

    /// Takes an erased record out of the value index.
    pub fn unindex(
        &mut self,
        object: &'static Object,
        document: &Document,
    ) -> Result<(), StoreError> {
        let customs = self.customs.clone();
        let values = index_values(Shape::new(object, &customs), document);
        self.delete_index_rows(object, &text_of(document, "id"), values.iter())
    }

    pub(super) fn delete_index_rows<'v>(
        &mut self,
        object: &'static Object,
        id: &str,
        values: impl Iterator<Item = &'v IndexValue<'v>>,
    ) -> Result<(), StoreError> {
        for value in values {
            let key = INDEX_COLUMNS.len() - 1;
            let row = index_row(self.workspace(), object, id, "", value);
            let mut statement = Statement::new("DELETE FROM field_index WHERE ");
            for (place, (column, value)) in INDEX_COLUMNS.into_iter().zip(row).take(key).enumerate()
            {
                statement.push(if place == 0 { "" } else { " AND " });
                statement.push(column).push(" = ").bind(value);
            }
            self.conn().execute(&statement)?;
        }
        Ok(())
    }
}

fn set(statement: &mut Statement, column: &str, value: Value) {
    statement.push(", ").push(column).push(" = ").bind(value);
}

/// Documents as rows, which need no connection to be made.
#[derive(Debug)]
pub struct Rows {
    /// Of the object's own table.
    records: Vec<Vec<Value>>,
    /// Of the value index.
    index: Vec<Vec<Value>>,
    /// What searches look through; none for objects that are not searched.
    search: Vec<Vec<Value>>,
}

impl Rows {
    /// Lays out whole documents for the tables of a workspace.
    pub fn of(workspace: &str, shape: Shape<'_>, documents: &[&Document]) -> Self {
        let object = shape.object;
        let mut rows = Self {
            records: Vec::with_capacity(documents.len()),
            index: Vec::new(),
            search: Vec::new(),
        };
        for document in documents {
            let id = text_of(document, "id");
            rows.records
                .push(record_row(workspace, &id, shape, document));
            let values = index_values(shape, document);
            let title = title_key(object, document);
            rows.index.extend(
                values
                    .iter()
                    .map(|one| index_row(workspace, object, &id, &title, one)),
            );
            if object.searchable {
                rows.search.push(search_row(workspace, shape, document));
            }
        }
        rows
    }
}

fn record_row(workspace: &str, id: &str, shape: Shape<'_>, document: &Document) -> Vec<Value> {
    let version = document.get("version").and_then(Json::as_i64).unwrap_or(1);
    let mut row = vec![
        workspace.into(),
        id.into(),
        version.into(),
        custom::stored(shape.added(), document),
    ];
    for field in shape.object.all_fields() {
        let json = document.get(field.name.as_ref());
        row.push(json::column_value(field, json));
        if field.keyed {
            row.push(Value::from(key_of(json)));
        }
    }
    row
}

/// A row of the value index. Those of custom fields know the title of their record, for lists in its order.
fn index_row(
    workspace: &str,
    object: &'static Object,
    id: &str,
    title: &str,
    value: &IndexValue,
) -> Vec<Value> {
    let (field, value) = value;
    let custom = object.field(field).is_none();
    let title = if custom { title } else { "" };
    [workspace, object.name, field, value, id, title]
        .map(Value::from)
        .into()
}

/// The title of a record in the form in which it sorts; empty where lists don't sort by it.
fn title_key(object: &'static Object, document: &Document) -> String {
    let keyed = object.field(object.title).is_some_and(|field| field.keyed);
    if keyed {
        key_of(document.get(object.title))
    } else {
        String::new()
    }
}

fn insert_columns(object: &'static Object) -> Vec<String> {
    let mut columns: Vec<String> = ["workspace_id", "id", "version", "custom"]
        .map(str::to_owned)
        .into();
    for field in object.all_fields() {
        columns.push(field.name.to_string());
        if field.keyed {
            columns.push(field.key_column().into_owned());
        }
    }
    columns
}

/// The member `name` of a document as text; empty when it has none.
pub fn text_of(document: &Document, name: &str) -> String {
    document
        .get(name)
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn key_of(json: Option<&Json>) -> String {
    text::sort_key(json.and_then(Json::as_str).unwrap_or_default())
}

/// The normalised values of the fields that hold several, each once, and those of custom fields.
pub fn index_values<'f>(shape: impl Into<Shape<'f>>, document: &Document) -> Vec<IndexValue<'f>> {
    let shape = shape.into();
    let mut values = Vec::new();
    for field in shape.object.fields {
        let Kind::Many(item) = &field.kind else {
            continue;
        };
        let entries = document.get(field.name.as_ref()).and_then(Json::as_array);
        for entry in entries.into_iter().flatten() {
            let text = entry
                .as_str()
                .or_else(|| entry["value"].as_str())
                .unwrap_or_default();
            let one = (static_name(field), item_key(item, text));
            if !one.1.is_empty() && !values.contains(&one) {
                values.push(one);
            }
        }
    }
    for field in shape.added() {
        custom::index(field, document, &mut values);
    }
    values
}

fn static_name(field: &'static Field) -> &'static str {
    field.name.as_ref()
}

/// The form in which the value index compares an item.
pub fn item_key(item: &Item, text: &str) -> String {
    match item {
        Item::Email => text::email_key(text),
        Item::Phone => text::phone_key(text),
        Item::Reference(_) | Item::Choice(_) => text.to_owned(),
    }
}
