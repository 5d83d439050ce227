//! Changing one field of a record: shown at once, then saved; undo; what to do when someone was faster.

use leptos::prelude::*;
use relasi_domain::field::{Field, Item, Kind};
use relasi_domain::record::{Document, Object};
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::source::Rows;
use super::state::ListState;
use crate::api::ApiError;
use crate::i18n::k;
use crate::records::input::number;
use crate::records::{Record, labels, store};
use crate::ui::table::Edit;

/// Two people changed the same field.
#[derive(Clone, PartialEq, Debug)]
pub struct Conflict {
    /// The record as the server has it.
    pub theirs: Record,
    /// The field in question.
    pub field: &'static str,
    /// What was to be stored.
    pub yours: Value,
}

/// Saves changes of a list.
#[derive(Clone, Copy)]
pub struct Editing {
    state: ListState,
    rows: Rows,
    /// Waits for a choice between yours and theirs.
    pub conflict: RwSignal<Option<Conflict>>,
}

impl Editing {
    /// Saves changes to the records of a list.
    pub fn new(state: ListState, rows: Rows) -> Self {
        Self {
            state,
            rows,
            conflict: RwSignal::new(None),
        }
    }

    /// Takes an edit of the table.
    pub fn take(self, edit: &Edit) {
        let Some(field) = self.state.spec.object.field(&edit.column) else {
            return;
        };
        let Some(row) = self.rows.find(&edit.row) else {
            return;
        };
        let new = json_of(field, &edit.value, row.value(&field.name));
        if new != *row.value(&field.name) {
            self.change(&edit.row, field.name.as_ref(), new, true);
        }
    }

    /// Shows and stores a new value. With `undoable` a toast offers the old one.
    pub fn change(self, id: &str, field: &'static str, new: Value, undoable: bool) {
        let Some(before) = self.rows.find(id) else {
            return;
        };
        let old = before.value(field).clone();
        let mut shown = before.clone();
        shown.fields.insert(field.to_owned(), new.clone());
        self.rows.put(shown);
        let (api, object, id) = (self.state.api, self.state.spec.object, id.to_owned());
        spawn_local(async move {
            let saved = save(api, object, &before, field, &new).await;
            match saved {
                Ok(record) => {
                    self.rows.put(record);
                    // The list may be gone.
                    let _ = self.state.saved.try_update(|count| *count += 1);
                    if undoable {
                        let name = untrack(|| labels::field(object, field));
                        let text = k::lists::changed(&name, &before.title(object));
                        self.state
                            .toasts
                            .undoable(text, move || self.change(&id, field, old.clone(), false));
                    }
                }
                Err(Failed::Conflict(theirs)) => {
                    self.rows.put((*theirs).clone());
                    self.conflict.set(Some(Conflict {
                        theirs: *theirs,
                        field,
                        yours: new,
                    }));
                }
                Err(Failed::Refused(error)) => {
                    self.rows.put(before);
                    let name = untrack(|| labels::field(object, field));
                    self.state
                        .toasts
                        .bad(k::lists::not_saved(&reason(&error), &name));
                }
            }
        });
    }
}

enum Failed {
    Conflict(Box<Record>),
    Refused(ApiError),
}

/// Saves one field. When others changed other fields meanwhile, it goes on with their version; when they changed
/// this one, the person decides.
async fn save(
    api: crate::api::Api,
    object: &'static Object,
    before: &Record,
    field: &str,
    new: &Value,
) -> Result<Record, Failed> {
    let mut version = before.version();
    for _ in 0..3 {
        let mut changes = Document::new();
        changes.insert(field.to_owned(), new.clone());
        let error = match store::patch(api, object, before.id(), version, changes).await {
            Ok(record) => return Ok(record),
            Err(error) => error,
        };
        let current = error
            .problem()
            .filter(|p| p.is_stale())
            .and_then(|p| p.current.clone());
        let Some(Ok(theirs)) = current.map(serde_json::from_value::<Record>) else {
            return Err(Failed::Refused(error));
        };
        let same = theirs.value(field) == before.value(field);
        if theirs.value(field) == new {
            return Ok(theirs);
        }
        if !same {
            return Err(Failed::Conflict(Box::new(theirs)));
        }
        version = theirs.version();
    }
    Err(Failed::Refused(ApiError::Offline))
}

/// The first fault in words, else what the server said of the whole.
pub fn reason(error: &ApiError) -> String {
    let fault = error.problem().and_then(|problem| problem.errors.first());
    fault.map_or_else(|| error.text(), |fault| fault.detail.clone())
}

/// The JSON of a cell's text. E-mail addresses and phone numbers change the first of their list.
fn json_of(field: &Field, text: &str, old: &Value) -> Value {
    let text = text.trim();
    if let Kind::Many(Item::Email | Item::Phone) = field.kind {
        let mut items = old.as_array().cloned().unwrap_or_default();
        match (items.first_mut(), text.is_empty()) {
            (Some(_), true) => _ = items.remove(0),
            (Some(first), false) => first["value"] = text.into(),
            (None, true) => {}
            (None, false) => items.push(json!({ "value": text })),
        }
        return items.into();
    }
    if text.is_empty() {
        return Value::Null;
    }
    match field.kind {
        Kind::Integer | Kind::Money { .. } => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
        Kind::Number => number(text),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::json_of;
    use relasi_domain::people::contact::OBJECT;
    use serde_json::{Value, json};

    #[test]
    fn cells_become_json() {
        let field = |name: &str| OBJECT.field(name).unwrap();
        assert_eq!(
            json_of(field("city"), " Bandung ", &Value::Null),
            json!("Bandung")
        );
        assert_eq!(json_of(field("city"), "", &json!("A")), Value::Null);
        let old = json!([{"value": "a@b.example", "label": "work"}, {"value": "c@d.example"}]);
        let new = json!([{"value": "x@y.example", "label": "work"}, {"value": "c@d.example"}]);
        assert_eq!(json_of(field("emails"), "x@y.example", &old), new);
        assert_eq!(json_of(field("emails"), "", &json!([])), json!([]));
    }
}
