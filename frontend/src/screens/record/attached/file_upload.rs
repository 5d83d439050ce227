//! Choosing files, and taking a photograph where there is a camera.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};

use crate::i18n::k;
use crate::ui::icon::{self, Glyph};

/// Files of a list.
pub fn chosen(list: Option<FileList>) -> Vec<File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length())
        .filter_map(|at| list.item(at))
        .map(JsCast::unchecked_into)
        .collect()
}

/// Two buttons: files of the machine, and on phones the camera.
#[component]
pub fn Choosing(
    /// Called with what was chosen.
    on_files: UnsyncCallback<Vec<File>>,
) -> impl IntoView {
    let take = move |event: web_sys::Event| {
        let input: HtmlInputElement = event_target(&event);
        on_files.run(chosen(input.files()));
        // Choosing the same file again must count as a change.
        input.set_value("");
    };
    view! {
        <label class="btn quiet small icon-btn file-camera" data-tip=k::files::PHOTO>
            <Glyph icon=icon::CAMERA/>
            <input type="file" class="hidden-visually" accept="image/*" capture="environment" aria-label=k::files::PHOTO on:change=take/>
        </label>
        <label class="btn quiet small icon-btn" data-tip=k::files::ADD>
            <Glyph icon=icon::PLUS/>
            <input type="file" class="hidden-visually" multiple aria-label=k::files::ADD on:change=take/>
        </label>
    }
}
