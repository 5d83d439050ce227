//! The table of an export: its columns, and rows of whole records.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    field::{CUSTOM, Currency, Field, FieldRef, Kind},
    locale::{Language, field_label},
    record::{Document, Object},
    shape::Shape,
};
use relasi_persistence::store::text_of;
use serde_json::Value;

use super::cell::{Cell, Names, Style};
use crate::{records::Work, refusal::Result};

/// Columns and how their cells are written.
pub(super) struct Table {
    columns: Vec<Column>,
    style: Style,
}

enum Column {
    Id,
    Field(FieldRef),
}

impl Table {
    /// The table with these columns, or with all when none are named. Fields that have gone since are left out.
    pub(super) fn new(
        shape: Shape<'_>,
        columns: &[String],
        language: Language,
        zone: chrono_tz::Tz,
    ) -> Self {
        let object = shape.object;
        let all = || {
            let fields = shape.fields().filter(|field| field.kind != Kind::Json);
            let names = fields.map(|field| field.name.to_string());
            ["id".to_owned()].into_iter().chain(names).collect()
        };
        let names: Vec<String> = if columns.is_empty() {
            all()
        } else {
            columns.to_vec()
        };
        let mut columns = Vec::with_capacity(names.len());
        for name in &names {
            if name == "id" {
                columns.push(Column::Id);
            } else if let Some(field) = shape.field(name) {
                // An amount says nothing without its currency.
                let currency = currency_of(&field).filter(|name| !names.contains(name));
                columns.push(Column::Field(field));
                columns.extend(
                    currency
                        .and_then(|name| shape.field(&name))
                        .map(Column::Field),
                );
            }
        }
        Self {
            columns,
            style: Style {
                object,
                language,
                zone,
            },
        }
    }

    /// What the columns are called.
    pub(super) fn headings(&self) -> Vec<Cell> {
        let (object, language) = (self.style.object, self.style.language);
        let heading = |column: &Column| match column {
            Column::Id => label(object, "id", language),
            Column::Field(field) => match &field.custom {
                Some(custom) => custom.label.of(language).to_owned(),
                None => label(object, &field.name, language),
            },
        };
        self.columns
            .iter()
            .map(|column| Cell::Text(heading(column)))
            .collect()
    }

    /// The row of a record.
    pub(super) fn row(&self, record: &Document, names: &Names) -> Vec<Cell> {
        let cell = |column: &Column| match column {
            Column::Id => Cell::Text(text_of(record, "id")),
            Column::Field(field) => self.style.cell(field, record, names),
        };
        self.columns.iter().map(cell).collect()
    }

    /// What the records refer to is called.
    pub(super) fn names(&self, work: &mut Work<'_>, records: &[Document]) -> Result<Names> {
        let fields = self.columns.iter().filter_map(|column| match column {
            Column::Id => None,
            Column::Field(field) => Some(field),
        });
        named(work, records, fields)
    }
}

/// What the fields of these names refer to is called.
pub(super) fn names(
    work: &mut Work<'_>,
    records: &[Document],
    object: &'static Object,
    fields: &[&str],
) -> Result<Names> {
    let shape = work.access.shape(object);
    let fields: Vec<FieldRef> = fields.iter().filter_map(|name| shape.field(name)).collect();
    named(work, records, &fields)
}

fn named<'f>(
    work: &mut Work<'_>,
    records: &[Document],
    fields: impl IntoIterator<Item = &'f FieldRef>,
) -> Result<Names> {
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for field in fields {
        let Some(target) = field.target() else {
            continue;
        };
        let ids = wanted.entry(target.to_owned()).or_default();
        for record in records {
            match field.of(record) {
                Value::String(id) => _ = ids.insert(id.clone()),
                Value::Array(all) => {
                    ids.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                _ => {}
            }
        }
    }
    let mut names = Names::new();
    for (target, ids) in wanted {
        let ids: Vec<String> = ids.into_iter().collect();
        // Imports have no name.
        let found = work.store().named(&target, &ids)?;
        let found = found.into_iter().flat_map(|(_, found)| found);
        names.extend(found.map(|one| (one.id, one.title)));
    }
    Ok(names)
}

fn label(object: &'static Object, name: &str, language: Language) -> String {
    let name = name.strip_prefix(CUSTOM).unwrap_or(name);
    field_label(language, object.name, name)
        .unwrap_or(name)
        .to_owned()
}

fn currency_of(field: &Field) -> Option<String> {
    match &field.kind {
        Kind::Money {
            currency: Currency::Field(name),
        } => Some(name.to_string()),
        _ => None,
    }
}
