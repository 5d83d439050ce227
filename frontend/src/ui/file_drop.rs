//! A place to drop, paste or choose files.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FileList, HtmlInputElement};

use super::icon::{self, Glyph};
use crate::i18n::k;

/// Files by dragging or by the button. The limit is said before.
#[component]
pub fn FileDrop(
    /// What is wanted: "Drop a CSV file".
    #[prop(into)]
    label: TextProp,
    /// Limits: kinds and size.
    #[prop(into)]
    hint: TextProp,
    /// The `accept` attribute.
    #[prop(optional, into)]
    accept: Option<&'static str>,
    /// Takes several files at once.
    #[prop(optional)]
    many: bool,
    /// Called with the files.
    on_files: UnsyncCallback<Vec<File>>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let described = super::ids::fresh("about");
    let hint_id = described.clone();
    let take = move |files: Option<FileList>| {
        let files = files_of(files, many);
        if !files.is_empty() {
            on_files.run(files);
        }
    };
    view! {
        <label class="drop" class:over=over
            on:dragover=move |event: DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event: DragEvent| {
                event.prevent_default();
                over.set(false);
                take(event.data_transfer().and_then(|data| data.files()));
            }>
            <Glyph icon=icon::UPLOAD/>
            <strong>{move || label.get()}</strong>
            <span class="btn plain small" aria-hidden="true"><span class="btn-label">{k::ui::CHOOSE_FILE}</span></span>
            <span id=hint_id class="hint">{move || hint.get()}</span>
            <input type="file" class="hidden-visually" accept=accept multiple=many aria-describedby=described
                on:change=move |event| {
                    let input: HtmlInputElement = event_target(&event);
                    take(input.files());
                    // Choosing the same file again must count as a change.
                    input.set_value("");
                }/>
        </label>
    }
}

fn files_of(list: Option<FileList>, many: bool) -> Vec<File> {
    let Some(list) = list else { return Vec::new() };
    let count = if many {
        list.length()
    } else {
        list.length().min(1)
    };
    (0..count)
        .filter_map(|at| list.item(at))
        .map(JsCast::unchecked_into)
        .collect()
}
