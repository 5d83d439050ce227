//! What a list lets people do to many of its records.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::json;

use super::logging::is_logged;
use super::source::Rows;
use super::state::ListState;
use crate::records::bulk::{Action, Bulk, List};
use crate::ui::table::RowKey;

/// What can be done to many records of the list.
pub fn bulk_of(state: ListState, rows: Rows) -> Bulk {
    let list = List {
        count: rows.count.into(),
        target: Callback::new(move |()| {
            let query = untrack(|| state.query(&state.text.get())).unwrap_or_default();
            let some = |text: String| Some(text).filter(|text| !text.is_empty());
            json!({"filter": some(query.filter), "q": some(query.text), "sort": some(query.sort)})
        }),
        columns: Callback::new(move |()| {
            let columns = state.columns.get_untracked().into_iter();
            columns.map(|shown| shown.field).collect()
        }),
        actions: &[
            Action::Owner,
            Action::Tag,
            Action::Stage,
            Action::Edit,
            Action::CallList,
            Action::Export,
            Action::Delete,
        ],
        on_change: Callback::new(move |()| rows.reload()),
    };
    Bulk::new(Signal::stored(state.spec.object), state.selected, list)
}

/// `O`, `#` and `Delete` act on the selection, or on the row with the focus when nothing is selected; `L` logs an activity
/// about the row.
pub fn row_key(state: ListState, bulk: Bulk, key: &RowKey) -> bool {
    if key.key == "L" && is_logged(state.spec.object) {
        state.log.set(Some(key.row.clone()));
        return true;
    }
    let action = match key.key.as_str() {
        "O" => Action::Owner,
        "#" => Action::Tag,
        "Delete" => Action::Delete,
        _ => return false,
    };
    if !action.suits(state.spec.object) {
        return false;
    }
    if state.selected.with_untracked(BTreeSet::is_empty) {
        state.selected.set(BTreeSet::from([key.row.clone()]));
    }
    bulk.ask.set(Some(action));
    true
}
