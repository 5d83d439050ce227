//! Where a form is: its address, the code for other pages, and how it looks.

use leptos::prelude::*;

use super::desk::Desk;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::tag::Tone;

/// Address and code to copy, and the page itself.
#[component]
pub fn Place(desk: Desk) -> impl IntoView {
    let Some(form) = desk.chosen.get_untracked() else {
        return ().into_any();
    };
    let address = form.address();
    let code = format!(
        "<iframe src=\"{address}\" title=\"{}\" width=\"100%\" height=\"640\" style=\"border:0\"></iframe>",
        form.name
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
    );
    let copy = move |text: String| {
        move |()| {
            let _ = window().navigator().clipboard().write_text(&text);
            desk.toasts.ok(k::common::COPIED.get());
        }
    };
    let shown = address.clone();
    let preview = form.active.then(|| {
        view! { <iframe class="form-preview" src=address.clone() title=k::web_forms::PREVIEW></iframe> }
    });
    view! {
        <div class="stack">
            {(!form.active).then(|| view! { <Banner text=k::web_forms::OFF_HINT tone=Tone::Info/> })}
            <h3>{k::web_forms::ADDRESS}</h3>
            <p class="form-code"><a href=shown.clone() target="_blank" rel="noopener">{shown.clone()}</a></p>
            <div class="row"><Button label=k::web_forms::COPY_ADDRESS size=Size::Small icon=icon::LINK on_press=copy(shown)/></div>
            <h3>{k::web_forms::EMBED}</h3>
            <p class="hint">{k::web_forms::EMBED_HINT}</p>
            <p class="form-code"><code>{code.clone()}</code></p>
            <div class="row"><Button label=k::web_forms::COPY_CODE size=Size::Small icon=icon::LINK on_press=copy(code)/></div>
            {preview}
        </div>
    }
    .into_any()
}
