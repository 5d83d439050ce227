//! Fields that save themselves: what goes on, said in one place.

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::ApiError;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::Tone;

/// How long nothing is said, and how long the tick stays.
const QUIET: Duration = Duration::from_millis(400);
const TICK: Duration = Duration::from_millis(1200);

#[derive(Clone, PartialEq, Eq)]
enum Stand {
    Still,
    Saving,
    Saved,
    Failed(String),
}

/// The saves of one page.
#[derive(Clone, Copy)]
pub struct Saving {
    stand: RwSignal<Stand>,
    latest: StoredValue<u32>,
}

impl Saving {
    /// Nothing under way.
    pub fn new() -> Self {
        Self {
            stand: RwSignal::new(Stand::Still),
            latest: StoredValue::new(0),
        }
    }

    /// Runs a save and says how it goes; a failure stays until the next save.
    pub fn run(self, save: impl Future<Output = Result<(), ApiError>> + 'static) {
        self.latest.update_value(|n| *n += 1);
        let mine = self.latest.get_value();
        self.stand.set(Stand::Still);
        let current = move || self.latest.try_get_value() == Some(mine);
        let running = StoredValue::new(true);
        spawn_local(async move {
            gloo_timers::future::sleep(QUIET).await;
            if current() && running.try_get_value() == Some(true) {
                let _ = self.stand.try_set(Stand::Saving);
            }
        });
        spawn_local(async move {
            let outcome = save.await;
            let _ = running.try_update_value(|on| *on = false);
            if !current() {
                return;
            }
            if let Err(error) = outcome {
                let _ = self.stand.try_set(Stand::Failed(error.text()));
                return;
            }
            let _ = self.stand.try_set(Stand::Saved);
            gloo_timers::future::sleep(TICK).await;
            if current() {
                let _ = self.stand.try_set(Stand::Still);
            }
        });
    }
}

/// Says that a save runs, that it is done, or why it failed.
#[component]
pub fn SaveNote(saving: Saving) -> impl IntoView {
    view! {
        <div class="save-note" role="status">
            {move || match saving.stand.get() {
                Stand::Still => ().into_any(),
                Stand::Saving => view! { <span class="hint">{k::common::SAVING}</span> }.into_any(),
                Stand::Saved => view! { <span class="status ok"><Glyph icon=icon::CHECK/>{k::common::SAVED}</span> }.into_any(),
                Stand::Failed(text) => view! { <Banner text tone=Tone::Bad/> }.into_any(),
            }}
        </div>
    }
}
