//! The browser app: Leptos, client-side, speaking only the documented REST API.

pub mod api;
mod app;
mod download;
pub mod frame;
pub mod i18n;
pub mod keys;
mod lazy;
pub mod records;
pub mod screens;
pub mod storage;
#[cfg(debug_assertions)]
mod stories;
pub mod theme;
pub mod ui;

use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the app into the page; `boot.js` loads the module, which runs this.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        i18n::start().await;
        if let Some(boot) = leptos::prelude::document().get_element_by_id("boot") {
            boot.remove();
        }
        leptos::mount::mount_to_body(app::App);
    });
}
