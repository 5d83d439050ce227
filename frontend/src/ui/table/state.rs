//! Where the person is in a table: focus, selection, scroll, widths.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::storage;
use crate::theme;
use crate::ui::popup::window_size;

/// Rows drawn beyond the edges of the window.
const MARGIN: usize = 6;
/// Row height on phones in CSS pixels.
const PHONE_ROW: u32 = 64;

/// The state of one table. Row 0 is the heading, column 0 the checkboxes.
#[derive(Clone, Copy)]
pub struct State {
    pub focus: RwSignal<(usize, usize)>,
    pub editing: RwSignal<Option<(usize, usize)>>,
    pub selected: RwSignal<BTreeSet<String>>,
    pub anchor: StoredValue<Option<usize>>,
    pub scroller: NodeRef<leptos::html::Div>,
    pub scrolled: RwSignal<f64>,
    pub height: RwSignal<f64>,
    pub phone: RwSignal<bool>,
    pub widths: RwSignal<BTreeMap<String, u32>>,
    /// Where this browser keeps the widths; none when the owner of the table does.
    place: StoredValue<Option<String>>,
}

impl State {
    /// Fresh state; widths not given come from this browser's memory under `name`.
    pub fn new(
        name: &str,
        selected: RwSignal<BTreeSet<String>>,
        widths: Option<RwSignal<BTreeMap<String, u32>>>,
    ) -> Self {
        let place = widths.is_none().then(|| format!("relasi.widths.{name}"));
        let widths = widths.unwrap_or_else(|| {
            let stored = place.as_deref().and_then(storage::read);
            let stored = stored.and_then(|text| serde_json::from_str(&text).ok());
            RwSignal::new(stored.unwrap_or_default())
        });
        Self {
            focus: RwSignal::new((1, 1)),
            editing: RwSignal::new(None),
            selected,
            anchor: StoredValue::new(None),
            scroller: NodeRef::new(),
            scrolled: RwSignal::new(0.0),
            height: RwSignal::new(600.0),
            phone: RwSignal::new(window_size().0 < 760.0),
            widths,
            place: StoredValue::new(place),
        }
    }

    /// Height of a row in CSS pixels; tracked.
    pub fn row_height(self) -> u32 {
        if self.phone.get() {
            PHONE_ROW
        } else {
            theme::density().row()
        }
    }

    /// First and one past the last row to draw, of `count`; tracked.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels are small and not negative here"
    )]
    pub fn window(self, count: usize) -> (usize, usize) {
        let row = f64::from(self.row_height());
        let first = (self.scrolled.get().max(0.0) / row) as usize;
        let shown = (self.height.get() / row).ceil() as usize;
        // In steps, so that a slow scroll does not draw for each pixel.
        let start = first.saturating_sub(MARGIN) / 4 * 4;
        (start, (first + shown + MARGIN).min(count).max(start))
    }

    /// Measures the window again.
    pub fn measure(self) {
        if let Some(scroller) = self.scroller.try_get_untracked().flatten() {
            self.height.set(f64::from(scroller.client_height()));
            self.phone.set(window_size().0 < 760.0);
        }
    }

    /// Moves the focus to a cell, scrolling it into view first.
    pub fn go(self, row: usize, column: usize) {
        self.focus.set((row, column));
        if row > 0 {
            self.reveal(row - 1);
        }
        request_animation_frame(move || self.focus_cell());
    }

    fn reveal(self, index: usize) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else {
            return;
        };
        let row = i32::try_from(untrack(|| self.row_height())).unwrap_or(36);
        let head = if self.phone.get_untracked() { 0 } else { 32 };
        let top = i32::try_from(index).unwrap_or_default() * row;
        let (from, height) = (scroller.scroll_top(), scroller.client_height() - head);
        if top < from {
            scroller.set_scroll_top(top);
        } else if top + row > from + height {
            scroller.set_scroll_top(top + row - height);
        }
        self.scrolled.set(f64::from(scroller.scroll_top()));
    }

    /// Gives the browser's focus to the focused cell, if it is drawn.
    pub fn focus_cell(self) {
        let Some((row, column)) = self.focus.try_get_untracked() else {
            return;
        };
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else {
            return;
        };
        let find = |column: usize| {
            let selector = format!("[data-cell='{row}:{column}']");
            scroller.query_selector(&selector).ok().flatten()
        };
        // A heading has one cell for all columns.
        let cell = find(column).or_else(|| find(1));
        if let Some(cell) = cell.and_then(|c| c.dyn_into::<HtmlElement>().ok()) {
            // Only fails for detached elements.
            let _ = cell.focus();
        }
    }

    /// Selects or frees a row; with `extend` all rows from the last one touched.
    pub fn select(self, index: usize, extend: bool, ids: &[String]) {
        let Some(id) = ids.get(index).filter(|id| !id.is_empty()) else {
            return;
        };
        let anchor = self.anchor.get_value().filter(|_| extend).unwrap_or(index);
        self.selected.update(|selected| {
            if extend {
                let (from, to) = (anchor.min(index), anchor.max(index));
                let all = ids.iter().take(to + 1).skip(from);
                selected.extend(all.filter(|id| !id.is_empty()).cloned());
            } else if !selected.remove(id) {
                selected.insert(id.clone());
            }
        });
        self.anchor.set_value(Some(index));
    }

    /// Sets a column's width and remembers it.
    pub fn resize(self, column: &str, width: u32) {
        self.widths.update(|widths| {
            widths.insert(column.to_owned(), width.clamp(56, 900));
        });
        self.place.with_value(|place| {
            let text = self.widths.with_untracked(serde_json::to_string);
            if let (Some(place), Ok(text)) = (place, text) {
                storage::write(place, &text);
            }
        });
    }
}
