//! Whose export a file is, and the way to read it as a file of one's own.

use leptos::prelude::*;
use serde_json::json;

use super::mapping::Draft;
use super::watch::Watched;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size};
use crate::ui::tag::Tone;

/// "This looks like an export of HubSpot", with a switch.
#[component]
pub fn PresetNote(watched: Watched, draft: Draft) -> impl IntoView {
    let program = Memo::new(move |_| {
        watched
            .import
            .with(|i| i.as_ref().and_then(|i| i.source.preset.clone()))
    });
    let used = move || draft.options.with(|options| options.preset.is_some());
    move || {
        program.get().map(|program| {
            let (name, title) = (program.name, program.title);
            let switch = move |()| {
                let preset =
                    (!draft.options.with_untracked(|o| o.preset.is_some())).then_some(&name);
                draft.reread("options", json!({"preset": preset}));
            };
            let text = move || {
                if used() {
                    k::import::looks_like(&title)
                } else {
                    k::import::looked_like(&title)
                }
            };
            let label = move || {
                if used() {
                    k::import::PRESET_OFF.get()
                } else {
                    k::import::PRESET_ON.get()
                }
            };
            view! {
                <Banner text tone=Tone::Info>
                    <Button label size=Size::Small on_press=switch/>
                </Banner>
            }
        })
    }
}
