//! Dragging by pointer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// Pixels the pointer must move before a press becomes a drag.
const THRESHOLD: i32 = 6;

/// The drag going on in a board.
#[derive(Clone, Copy)]
pub struct Drag {
    /// The card under the pointer and where it was pressed.
    start: StoredValue<Option<(String, i32, i32)>>,
    /// Card being dragged and how far.
    pub offset: RwSignal<Option<(String, i32, i32)>>,
    /// Column under the pointer.
    pub over: RwSignal<Option<String>>,
}

impl Drag {
    pub fn new() -> Self {
        Self {
            start: StoredValue::new(None),
            offset: RwSignal::new(None),
            over: RwSignal::new(None),
        }
    }

    /// A mouse or pen went down on a card. (Fingers scroll; they move cards by the menu, which a long press opens.)
    pub fn down(self, event: &PointerEvent, card: &str) {
        if event.pointer_type() != "touch" && event.button() == 0 {
            self.start
                .set_value(Some((card.to_owned(), event.client_x(), event.client_y())));
        }
    }

    pub fn moved(self, event: &PointerEvent) {
        let Some((card, x, y)) = self.start.get_value() else {
            return;
        };
        let (by_x, by_y) = (event.client_x() - x, event.client_y() - y);
        let dragging = self.offset.with_untracked(Option::is_some);
        if !dragging && by_x.abs().max(by_y.abs()) < THRESHOLD {
            return;
        }
        if let Some(element) = event
            .current_target()
            .and_then(|t| t.dyn_into::<Element>().ok())
            .filter(|_| !dragging)
        {
            // Without capture the drag ends where the pointer leaves the card.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        self.offset.set(Some((card, by_x, by_y)));
        self.over.set(column_at(event));
    }

    /// The pointer went up: the card and the column it was dropped on, if it was dragged.
    pub fn up(self) -> Option<(String, String)> {
        self.start.set_value(None);
        let dragged = self.offset.try_update(Option::take).flatten();
        let over = self.over.try_update(Option::take).flatten();
        dragged.map(|(card, ..)| card).zip(over)
    }

    pub fn cancel(self) {
        self.start.set_value(None);
        self.offset.set(None);
        self.over.set(None);
    }
}

fn column_at(event: &PointerEvent) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "pixels")]
    let (x, y) = (event.client_x() as f32, event.client_y() as f32);
    // The dragged card lets the pointer through (CSS), so this finds what lies below it.
    let below = document().element_from_point(x, y)?;
    below
        .closest("[data-column]")
        .ok()??
        .get_attribute("data-column")
}
