//! Writing down what happened with a record of a list, without leaving the list.

use std::sync::Arc;

use leptos::prelude::*;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::log::Log;
use super::log_box::LogBox;
use crate::records::{Record, store};

/// The composer for one record; it closes once something was saved.
#[component]
pub fn LogOne(
    /// What the list is of.
    object: &'static Object,
    /// Which record.
    id: String,
    /// Set to false when it was saved.
    open: RwSignal<bool>,
    /// Called with the record as it is then.
    on_logged: Callback<Record>,
) -> impl IntoView {
    let live = Live::open(object, id);
    let log = Log::of(live);
    let read = {
        let (api, id) = (live.api, live.id());
        move || {
            let id = id.clone();
            spawn_local(async move {
                // What can't be read is shown as it was; the list may be gone by now.
                if let Ok(record) = store::get(api, object, &id).await {
                    _ = on_logged.try_run(record);
                }
            });
        }
    };
    log.on_planned.set_value(Arc::new(read.clone()));
    Effect::new(move |begun: Option<bool>| {
        let begins = begun != Some(true) && log.node.get().is_some();
        if begins {
            // The dialog takes the focus as it opens, a frame from now.
            request_animation_frame(move || request_animation_frame(move || log.start("call")));
        }
        begins || begun == Some(true)
    });
    Effect::new(move |before: Option<u32>| {
        let now = log.saved.get();
        if before.is_some_and(|before| before != now) {
            open.set(false);
            read();
        }
        now
    });
    view! {
        <div class="stack">
            <p><strong>{move || live.with(|record| record.title(object))}</strong></p>
            <LogBox log/>
        </div>
    }
}
