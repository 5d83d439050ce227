//! Editing a cell in place: Enter and Tab save, Esc restores.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::column::{CellEditor, Edit};
use crate::ui::text_input::focus_when_mounted;

/// The editor in the place of the cell.
#[component]
pub fn CellEdit<R: Clone + Send + Sync + 'static>(
    editor: CellEditor<R>,
    row: R,
    id: String,
    column: String,
    title: TextProp,
    done: Callback<Option<Edit>>,
) -> impl IntoView {
    let finished = StoredValue::new(false);
    // The first end counts: Enter also takes the focus away, which would save a second time.
    let end = move |value: Option<String>| {
        if finished.try_get_value() == Some(false) {
            finished.set_value(true);
            done.run(value.map(|value| Edit {
                row: id.clone(),
                column: column.clone(),
                value,
            }));
        }
    };
    let end = StoredValue::new(Callback::new(move |value: Option<String>| end(value)));
    let restore = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            end.get_value().run(None);
        }
    };
    let inner = match editor {
        CellEditor::Text(read) => text(read(&row), title, end.get_value()).into_any(),
        CellEditor::Custom(draw) => draw(&(row, end.get_value())),
    };
    view! { <div class="cell-edit" on:keydown=restore>{inner}</div> }
}

fn text(start: String, title: TextProp, end: Callback<Option<String>>) -> impl IntoView {
    let value = RwSignal::new(start.clone());
    let node = NodeRef::new();
    focus_when_mounted(node);
    let save = move || {
        // The browser also says "blur" while it takes the finished editor away.
        let Some(now) = value.try_get_untracked() else {
            return;
        };
        end.run((now != start).then_some(now));
    };
    let on_key = save.clone();
    view! {
        <input node_ref=node class="cell-input" type="text" autocomplete="off" aria-label=move || title.get() bind:value=value
            on:keydown=move |event: KeyboardEvent| if matches!(event.key().as_str(), "Enter" | "Tab") {
                event.prevent_default();
                event.stop_propagation();
                on_key();
            }
            on:blur=move |_| save()/>
    }
}
