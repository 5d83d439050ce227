//! A finger that stays on a card for a while.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent};

/// How long it must stay.
const LONG: Duration = Duration::from_millis(500);

/// Pixels by which it may tremble.
const TREMBLE: i32 = 10;

/// A press of one card.
#[derive(Clone, Copy)]
pub struct Press {
    /// Where it began, and what makes it long.
    started: StoredValue<Option<(i32, i32, TimeoutHandle)>>,
    /// It is long, and the finger still there.
    pub held: RwSignal<bool>,
    /// It was long: what the finger's going up would do besides is not meant.
    was_long: StoredValue<bool>,
}

impl Press {
    pub fn new() -> Self {
        let press = Self {
            started: StoredValue::new(None),
            held: RwSignal::new(false),
            was_long: StoredValue::new(false),
        };
        on_cleanup(move || press.forget());
        press
    }

    /// A finger went down.
    pub fn down(self, event: &PointerEvent) {
        self.cancel();
        self.was_long.set_value(false);
        if event.pointer_type() != "touch" || !event.is_primary() {
            return;
        }
        let long = move || {
            self.started.set_value(None);
            self.was_long.set_value(true);
            self.held.set(true);
        };
        if let Ok(timer) = set_timeout_with_handle(long, LONG) {
            let at = (event.client_x(), event.client_y(), timer);
            self.started.set_value(Some(at));
        }
    }

    /// Who scrolls does not press.
    pub fn moved(self, event: &PointerEvent) {
        let Some((x, y, _)) = self.started.get_value() else {
            return;
        };
        let (by_x, by_y) = (event.client_x() - x, event.client_y() - y);
        if by_x.abs().max(by_y.abs()) > TREMBLE {
            self.cancel();
        }
    }

    /// The finger went up; whether it had stayed.
    pub fn up(self) -> bool {
        let held = self.held.get_untracked();
        self.cancel();
        held
    }

    pub fn cancel(self) {
        self.forget();
        self.held.set(false);
    }

    fn forget(self) {
        if let Some((.., timer)) = self.started.try_get_value().flatten() {
            timer.clear();
            self.started.set_value(None);
        }
    }

    /// Neither the browser's own menu nor a link opens by a long press.
    pub fn swallow(self, event: &MouseEvent) {
        if self.was_long.get_value() || self.started.with_value(Option::is_some) {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}
