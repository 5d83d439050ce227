//! Table columns made of an object's fields.

use std::sync::Arc;

use leptos::prelude::*;
use relasi_domain::field::{Field, Item, Kind, Write, millionths, written};
use relasi_domain::record::Object;

use super::cell_form::CellForm;
use super::cells;
use super::look::Shown;
use super::state::ListState;
use crate::lazy;
use crate::records::{Record, labels, value};
use crate::theme::media;
use crate::ui::table::{CellEditor, Column};

/// Fields whose value is the id of a single record or person, so that `include` brings a name for it.
pub const fn is_named_by_others(field: &Field) -> bool {
    matches!(field.kind, Kind::Reference(_) | Kind::Person)
}

/// Fields that can be a column.
pub fn possible(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    object.all_fields().filter(|field| {
        !matches!(field.kind, Kind::Json | Kind::LongText { .. })
            && !matches!(field.name.as_ref(), "deleted_at" | "import_id" | "team_id")
    })
}

/// The columns of the list as it looks now; tracked. Phones show the name and the two lines of the spec.
pub fn build(state: ListState, searching: bool) -> Vec<Column<Record>> {
    let shown = state.columns.get();
    let object = state.spec.object;
    let on_phone = media("(width < 760px)");
    let front = |shown: &Shown| {
        let line = state
            .spec
            .phone
            .iter()
            .position(|field| *field == shown.field);
        if shown.field == object.title {
            0
        } else {
            line.map_or(3, |at| at + 1)
        }
    };
    let mut shown = shown;
    if on_phone {
        for field in state.spec.phone {
            if !shown.iter().any(|s| s.field == field) {
                shown.push(Shown {
                    field: field.to_owned(),
                    width: 160,
                });
            }
        }
        shown.sort_by_key(front);
    }
    shown
        .into_iter()
        .filter_map(|shown| {
            object
                .field(&shown.field)
                .map(|field| column(state, field, shown.width, searching))
        })
        .collect()
}

fn column(state: ListState, field: &'static Field, width: u32, searching: bool) -> Column<Record> {
    let object = state.spec.object;
    let name = field.name.as_ref();
    let title = TextProp::from(move || labels::field(object, name));
    let mut column = Column::new(name, title, width, move |record: &Record| {
        if name == object.title {
            cells::title(state, record)
        } else if name == "next_step_at" {
            cells::next_step(record).into_any()
        } else if cells::is_plain(field) {
            cells::plain(object, field, record).into_any()
        } else {
            value::show(object, field, record)
        }
    });
    if matches!(
        field.kind,
        Kind::Integer | Kind::Number | Kind::Money { .. }
    ) {
        column = column.right();
    }
    // What is searched for comes newest first.
    if field.sortable && !searching {
        column = column.sortable();
    }
    match editor(object, field) {
        Some(editor) if name != object.title => column.editor(editor),
        _ => column,
    }
}

/// How a field is edited in its cell; `None` for fields that have a verb, or need more room than a cell.
fn editor(object: &'static Object, field: &'static Field) -> Option<CellEditor<Record>> {
    let name = field.name.as_ref();
    if field.write != Write::Always {
        return None;
    }
    let text = move |record: &Record| record.text(name).unwrap_or_default().to_owned();
    Some(match &field.kind {
        Kind::Text { .. } | Kind::Point(_) => CellEditor::Text(Arc::new(text)),
        Kind::Number => CellEditor::Text(Arc::new(move |record: &Record| {
            millionths(record.value(name))
                .map(written)
                .unwrap_or_default()
        })),
        Kind::Integer => CellEditor::Text(Arc::new(move |record: &Record| {
            record
                .integer(name)
                .map(|n| n.to_string())
                .unwrap_or_default()
        })),
        _ if CellForm::is_for(field) => CellEditor::Custom(Arc::new(move |(record, done)| {
            lazy::edited_cell(CellForm {
                object,
                field,
                record: Record::clone(record),
                done: *done,
            })
        })),
        Kind::Many(Item::Email | Item::Phone) => {
            CellEditor::Text(Arc::new(move |record: &Record| first_point(record, name)))
        }
        _ => return None,
    })
}

/// The main e-mail address or phone number.
pub fn first_point(record: &Record, name: &str) -> String {
    let first = record.items(name).first();
    first
        .and_then(|entry| entry["value"].as_str())
        .unwrap_or_default()
        .to_owned()
}
