//! Moving and stretching entries by pointer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// Pixels of an hour.
pub const HOUR: i64 = 48;

/// Pixels the pointer must move before a press becomes a drag.
const THRESHOLD: i32 = 5;

/// Entries go from quarter to quarter.
pub const STEP: i64 = 15;

/// What is held, and how far it was moved.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// The entry.
    pub id: String,
    /// Minutes later, or longer.
    pub minutes: i64,
    /// Pixels to the side.
    pub aside: i32,
    /// Its end is held, not itself.
    pub stretch: bool,
    /// The column under the pointer.
    pub over: Option<String>,
}

/// The drag going on.
#[derive(Clone, Copy)]
pub struct Grab {
    start: StoredValue<Option<(String, i32, i32, bool)>>,
    /// What is held now.
    pub held: RwSignal<Option<Held>>,
    /// The click that follows a drag opens nothing.
    dragged: StoredValue<bool>,
}

impl Grab {
    /// Nothing is held.
    pub fn new() -> Self {
        Self {
            start: StoredValue::new(None),
            held: RwSignal::new(None),
            dragged: StoredValue::new(false),
        }
    }

    /// A mouse or pen went down on an entry, or on its lower end. (Fingers scroll; the form moves entries for them.)
    pub fn down(self, event: &PointerEvent, id: &str, stretch: bool) {
        self.dragged.set_value(false);
        if event.pointer_type() != "touch" && event.button() == 0 {
            let start = (id.to_owned(), event.client_x(), event.client_y(), stretch);
            self.start.set_value(Some(start));
        }
    }

    /// The pointer moved.
    pub fn moved(self, event: &PointerEvent) {
        let Some((id, x, y, stretch)) = self.start.get_value() else {
            return;
        };
        let (aside, down) = (event.client_x() - x, event.client_y() - y);
        let holding = self.held.with_untracked(Option::is_some);
        if !holding && aside.abs().max(down.abs()) < THRESHOLD {
            return;
        }
        let element = event.current_target();
        let element = element.and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(element) = element.filter(|_| !holding) {
            // Without capture the drag ends where the pointer leaves the entry.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        self.held.set(Some(Held {
            id,
            minutes: snapped(i64::from(down) * 60 / HOUR),
            aside: if stretch { 0 } else { aside },
            stretch,
            over: column_at(event),
        }));
    }

    /// The pointer went up: what was held until now.
    pub fn up(self) -> Option<Held> {
        self.start.set_value(None);
        let held = self.held.try_update(Option::take).flatten();
        self.dragged.set_value(held.is_some());
        held
    }

    /// The drag was broken off.
    pub fn cancel(self) {
        self.start.set_value(None);
        self.held.set(None);
    }

    /// The pointer goes down anew: a drag that ended elsewhere had no click to swallow.
    pub fn anew(self) {
        self.dragged.set_value(false);
    }

    /// Whether a click is the end of a drag.
    pub fn swallows(self) -> bool {
        self.dragged
            .try_update_value(std::mem::take)
            .unwrap_or_default()
    }
}

/// The nearest step.
pub fn snapped(minutes: i64) -> i64 {
    (minutes + STEP / 2).div_euclid(STEP) * STEP
}

fn column_at(event: &PointerEvent) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "pixels")]
    let (x, y) = (event.client_x() as f32, event.client_y() as f32);
    // What is dragged lets the pointer through (CSS), so this finds what lies below it.
    let below = document().element_from_point(x, y)?;
    below.closest("[data-col]").ok()??.get_attribute("data-col")
}

#[cfg(test)]
mod tests {
    use super::snapped;

    #[test]
    fn minutes_go_in_steps() {
        assert_eq!(
            [-8, -7, 0, 7, 8, 22, 23].map(snapped),
            [-15, 0, 0, 0, 15, 15, 30]
        );
    }
}
