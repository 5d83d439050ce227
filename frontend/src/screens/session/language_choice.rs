//! The three languages at the foot of every page before sign-in.

use leptos::prelude::*;
use relasi_domain::identity::password::MIN_CHARACTERS;

use crate::i18n::{self, Language, k};
use crate::ui::tabs::{Segmented, Tab};

/// Switches the language at once.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let languages = Signal::derive(|| {
        Language::ALL
            .map(|l| Tab::new(l.tag(), l.own_name()))
            .to_vec()
    });
    let choose = |tag: String| {
        if let Some(language) = Language::from_tag(&tag) {
            i18n::switch(language);
        }
    };
    view! {
        <div class="bare-language">
            <Segmented label=k::place::LANGUAGE items=languages
                current=Signal::derive(|| i18n::language().tag().to_owned()) on_choose=choose/>
        </div>
    }
}

/// Brand, heading and card of a page before sign-in. Sets the window's title.
#[component]
pub fn BarePage(
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// The card is wide enough for two columns.
    #[prop(optional)]
    wide: bool,
    /// Inside the card.
    children: Children,
) -> impl IntoView {
    let words = title.clone();
    Effect::new(move |_| {
        document().set_title(&format!("{} – {}", words.get(), k::common::APP.get()));
    });
    view! {
        <main class="bare" id="main">
            <div class="bare-column" class:wide=wide>
                <p class="bare-brand"><span class="logo" aria-hidden="true"></span>{k::common::APP}</p>
                <div class="bare-card"><h1>{move || title.get()}</h1>{children()}</div>
                <LanguageChoice/>
            </div>
        </main>
    }
}

/// What a new password must be; tracked.
pub fn password_hint() -> String {
    k::session::password_hint(&MIN_CHARACTERS.to_string())
}
