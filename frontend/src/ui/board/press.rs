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
    /// Where it began, and what ends it.
    started: StoredValue<Option<(i32, i32, TimeoutHandle)>>,
    /// It was long; what the finger's going up would do besides is not meant.
    was_long: StoredValue<bool>,
}

impl Press {
    pub fn new() -> Self {
        let press = Self {
            started: StoredValue::new(None),
            was_long: StoredValue::new(false),
        };
        on_cleanup(move || press.cancel());
        press
    }

    /// A finger went down: `done` runs when it stays.
    pub fn down(self, event: &PointerEvent, done: impl Fn() + 'static) {
        self.cancel();
        self.was_long.set_value(false);
        if event.pointer_type() != "touch" || !event.is_primary() {
            return;
        }
        let timer = set_timeout_with_handle(
            move || {
                self.started.set_value(None);
                self.was_long.set_value(true);
                done();
            },
            LONG,
        );
        if let Ok(timer) = timer {
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

    pub fn cancel(self) {
        if let Some((.., timer)) = self.started.try_get_value().flatten() {
            timer.clear();
            self.started.set_value(None);
        }
    }

    /// Neither the browser's own menu nor a link opens after a long press.
    pub fn swallow(self, event: &MouseEvent) {
        if self.was_long.get_value() || self.started.get_value().is_some() {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}
