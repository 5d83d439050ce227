//! Letters of one's own for what the app's letters do.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::i18n::{Key, k};
use crate::keys::{self, LETTERS};
use crate::ui::accordion::Accordion;
use crate::ui::button::{Button, Size};
use crate::ui::field::Field;

/// All letters, each to be changed or switched off.
#[component]
pub fn Letters() -> impl IntoView {
    let line = |(of_app, does): (&'static str, Key)| view! { <LetterInput of_app does/> };
    view! {
        <Accordion title=k::keys::OWN open=keys::changed()>
            <div class="stack">
                <p class="hint">{k::keys::OWN_HINT}</p>
                <div class="letters">{LETTERS.into_iter().map(line).collect_view()}</div>
                <div><Button label=k::keys::RESET size=Size::Small on_press=|()| keys::reset()
                    disabled=Signal::derive(|| (!keys::changed()).then(|| k::keys::UNCHANGED.get().to_owned()))/></div>
            </div>
        </Accordion>
    }
}

/// One letter: pressing a key in the field takes that key, Backspace takes none.
#[component]
fn LetterInput(of_app: &'static str, does: Key) -> impl IntoView {
    let fault = RwSignal::new(None::<(String, Key)>);
    let take = move |own: &str| {
        fault.set(
            keys::choose(of_app, own)
                .err()
                .map(|does| (own.to_owned(), does)),
        );
    };
    let keydown = move |event: KeyboardEvent| {
        match (keys::typed_letter(&event), event.key().as_str()) {
            (Some(letter), _) => take(&letter),
            (None, "Backspace" | "Delete") => take(""),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // Keyboards on a screen send no keys, only the text.
    let input = move |event: web_sys::Event| {
        let text = event_target_value(&event).to_uppercase();
        let last = text.chars().last().filter(char::is_ascii_graphic);
        take(&last.map(String::from).unwrap_or_default());
    };
    let error = Signal::derive(move || {
        fault
            .get()
            .map(|(letter, does)| k::keys::taken(does.get(), &letter))
    });
    view! {
        <Field label=does error control=move |ids| view! {
            <div class="control letter">
                <input id=ids.control type="text" autocomplete="off" autocapitalize="characters" aria-describedby=ids.described
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    placeholder=k::keys::NONE prop:value=move || keys::letter(of_app) on:keydown=keydown on:input=input/>
            </div>
        }/>
    }
}
