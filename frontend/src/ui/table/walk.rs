//! Keys of a table.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::state::State;
use crate::keys;

/// What a key asks of the table's owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    /// Open the row's page.
    Open,
    /// Show the row in the drawer.
    Peek,
}

/// Answers a key: moves, selects, edits, or passes it to `ask` (row index) or `other` (the key's name).
/// Returns whether the key was used. `editable` tells by column index (0 is the checkbox).
pub fn answer(
    event: &KeyboardEvent,
    state: State,
    ids: &[String],
    columns: usize,
    editable: impl Fn(usize) -> bool,
    ask: impl Fn(Ask, usize),
    other: impl Fn(&str) -> bool,
) -> bool {
    if state.editing.get_untracked().is_some() || keys::is_typing(event) {
        return false;
    }
    let key = keys::pressed(event);
    let (row, column) = state.focus.get_untracked();
    let index = row.checked_sub(1);
    if let Some(to) = target(&key, row, column, ids.len(), columns, page(state)) {
        state.go(to.0, to.1);
        return true;
    }
    match (key.as_str(), index) {
        // In the heading these belong to its own controls.
        ("Enter" | "Space", None) => return false,
        ("Enter" | "F2", Some(index)) if column == 0 => ask(Ask::Open, index),
        ("Enter" | "F2", Some(_)) if editable(column) => state.editing.set(Some((row, column))),
        ("Enter", Some(index)) => ask(Ask::Open, index),
        ("Space", Some(_)) if column == 0 => return false,
        ("Space", Some(index)) => ask(Ask::Peek, index),
        ("X", Some(index)) => state.select(index, false, ids),
        ("Shift X", Some(index)) => state.select(index, true, ids),
        ("Ctrl A", _) => state
            .selected
            .update(|s| s.extend(ids.iter().filter(|id| !id.is_empty()).cloned())),
        ("Escape", _) if state.selected.with_untracked(|s| !s.is_empty()) => {
            state.selected.update(std::collections::BTreeSet::clear);
        }
        _ => return other(&key),
    }
    true
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows on a screen"
)]
fn page(state: State) -> usize {
    let row = untrack(|| state.row_height());
    ((state.height.get_untracked() / f64::from(row)) as usize)
        .saturating_sub(2)
        .max(1)
}

/// The cell a key moves to. Rows count from the heading (0), columns from the checkbox (0).
fn target(
    key: &str,
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
    page: usize,
) -> Option<(usize, usize)> {
    let at = |to: usize| Some((to.min(rows), column));
    match key {
        "ArrowDown" | "J" => at(row + 1),
        "ArrowUp" | "K" => at(row.saturating_sub(1)),
        "PageDown" => at(row + page),
        "PageUp" => at(row.saturating_sub(page).max(1)),
        "ArrowLeft" => Some((row, column.saturating_sub(1))),
        "ArrowRight" => Some((row, (column + 1).min(columns))),
        "Home" => Some((row, 0)),
        "End" => Some((row, columns)),
        "Ctrl Home" => at(1),
        "Ctrl End" => at(rows),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn keys_move_within_the_table() {
        assert_eq!(target("J", 1, 2, 10, 5, 8), Some((2, 2)));
        assert_eq!(target("ArrowDown", 10, 2, 10, 5, 8), Some((10, 2)));
        assert_eq!(target("ArrowUp", 1, 2, 10, 5, 8), Some((0, 2)));
        assert_eq!(target("PageDown", 1, 2, 10, 5, 8), Some((9, 2)));
        assert_eq!(target("ArrowRight", 1, 5, 10, 5, 8), Some((1, 5)));
        assert_eq!(target("Q", 1, 5, 10, 5, 8), None);
    }
}
