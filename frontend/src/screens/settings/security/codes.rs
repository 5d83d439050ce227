//! Recovery codes, shown once.

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// The codes of an answer.
pub fn of(answer: &Value) -> Vec<String> {
    let codes = answer["recovery_codes"].as_array().into_iter().flatten();
    codes
        .filter_map(|code| code.as_str().map(str::to_owned))
        .collect()
}

/// The list, with a button that copies it.
#[component]
pub fn Codes(codes: Vec<String>) -> impl IntoView {
    let toasts = use_toasts();
    let all = codes.join("\n");
    let copy = move |()| {
        let written = window().navigator().clipboard().write_text(&all);
        spawn_local(async move {
            // Browsers without the right to write leave the text selected by hand.
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                toasts.ok(k::security::CODES_COPIED.get());
            }
        });
    };
    view! {
        <div class="stack">
            <Banner text=k::security::CODES_ONCE tone=Tone::Warn/>
            <ul class="recovery-codes" aria-label=k::security::RECOVERY_CODES>
                {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
            </ul>
            <div class="row"><Button label=k::security::COPY_CODES icon=icon::COPY on_press=copy/></div>
        </div>
    }
}
