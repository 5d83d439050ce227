//! Short messages about one's own actions, with a way back, and the undo stack.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use leptos::prelude::*;

use super::button::CloseButton;
use super::icon::{self, Glyph, Icon};
use super::tag::Tone;
use crate::i18n::k;

const SHOWN_FOR: Duration = Duration::from_secs(10);
const UNDO_DEPTH: usize = 20;

/// Takes something back; it outlives the view that the action was done in.
type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u64,
    tone: Tone,
    text: String,
    undo: Option<Undo>,
}

/// Shows toasts and keeps what can be undone: `use_toasts()`.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    undoable: StoredValue<Vec<(u64, Undo)>>,
}

/// The page's toasts.
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// Makes the toasts of the page; the app does it once.
    pub fn provide() {
        provide_context(Self {
            shown: RwSignal::default(),
            undoable: StoredValue::default(),
        });
    }

    /// Says that something was done: "3 contacts moved to trash".
    pub fn ok(self, text: impl Into<String>) {
        self.show(Tone::Ok, text.into(), None);
    }

    /// Says that something was done and offers to undo it, also by Ctrl Z.
    pub fn undoable(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.show(Tone::Ok, text.into(), Some(Arc::new(undo)));
    }

    /// Says what went wrong; stays until it is read.
    pub fn bad(self, text: impl Into<String>) {
        self.show(Tone::Bad, text.into(), None);
    }

    /// Undoes the newest action that can be undone. False when there is none.
    pub fn undo_last(self) -> bool {
        let last = self.undoable.try_update_value(Vec::pop).flatten();
        let found = last.is_some();
        if let Some((id, action)) = last {
            self.dismiss(id);
            action();
        }
        found
    }

    fn show(self, tone: Tone, text: String, undo: Option<Undo>) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        if let Some(action) = undo.clone() {
            self.undoable.update_value(|stack| {
                stack.push((id, action));
                let excess = stack.len().saturating_sub(UNDO_DEPTH);
                stack.drain(..excess);
            });
        }
        self.shown.update(|toasts| {
            toasts.push(Toast {
                id,
                tone,
                text,
                undo,
            });
        });
    }

    fn dismiss(self, id: u64) {
        self.shown
            .update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    fn undo(self, id: u64) {
        let action = self.undoable.try_update_value(|stack| {
            stack
                .iter()
                .position(|(of, _)| *of == id)
                .map(|at| stack.remove(at).1)
        });
        self.dismiss(id);
        if let Some(action) = action.flatten() {
            action();
        }
    }
}

/// Where toasts appear; the frame has one.
#[component]
pub fn ToastStack() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <ToastCard toast/>
            </For>
        </div>
    }
}

#[component]
fn ToastCard(toast: Toast) -> impl IntoView {
    let toasts = use_toasts();
    let id = toast.id;
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    let start = move || {
        stop();
        if toast.tone != Tone::Bad {
            timer.set_value(set_timeout_with_handle(move || toasts.dismiss(id), SHOWN_FOR).ok());
        }
    };
    start();
    on_cleanup(stop);
    view! {
        <div class=format!("toast {}", toast.tone.class())
            on:pointerenter=move |_| stop() on:pointerleave=move |_| start()
            on:focusin=move |_| stop() on:focusout=move |_| start()>
            <Glyph icon=tone_icon(toast.tone)/>
            <span>{toast.text}</span>
            {toast.undo.map(|_| view! {
                <button type="button" class="btn quiet small" on:click=move |_| toasts.undo(id)>
                    <span class="btn-label">{k::common::UNDO}</span>
                </button>
            })}
            <CloseButton label=k::common::DISMISS on_press=move |()| toasts.dismiss(id)/>
        </div>
    }
}

/// The drawing that says the same as a tone's colour.
pub const fn tone_icon(tone: Tone) -> Icon {
    match tone {
        Tone::Ok => icon::CIRCLE_CHECK,
        Tone::Warn => icon::TRIANGLE_ALERT,
        Tone::Bad => icon::CIRCLE_ALERT,
        _ => icon::INFO,
    }
}
