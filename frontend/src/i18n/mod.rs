//! Languages, texts and formats. Texts come from `locales/`, formats from the browser's Intl.

#[cfg(not(target_arch = "wasm32"))]
mod built_in;
mod dates;
mod day;
#[cfg(target_arch = "wasm32")]
mod fetched;
mod format;
mod text;

#[cfg(not(target_arch = "wasm32"))]
use built_in as source;
#[cfg(target_arch = "wasm32")]
use fetched as source;

pub use dates::{
    Era, choose_era, clock, date_long, date_short, day_title, era, local_day, month_title, own_era,
    relative_days, time, today, weekday_short,
};
pub use day::{Day, days_in_month};
pub use format::{bytes, decimal, minor_digits, money, money_compact, number, percent};
pub use text::{Key, k, label};

use std::sync::OnceLock;

use leptos::prelude::*;
use relasi_domain::locale;
use wasm_bindgen_futures::spawn_local;

/// A language of the app.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English.
    En,
    /// Indonesian.
    Id,
    /// Thai.
    Th,
}

impl Language {
    /// All languages in the order they are offered.
    pub const ALL: [Self; 3] = [Self::En, Self::Id, Self::Th];

    /// Tag for `<html lang>` and for the API.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Id => "id",
            Self::Th => "th",
        }
    }

    /// Tag that Intl formats by. Its calendar stays Gregorian; the era is chosen apart.
    pub const fn locale(self) -> &'static str {
        match self {
            Self::En => "en-US",
            Self::Id => "id-ID",
            Self::Th => "th-TH",
        }
    }

    /// The language's own name.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Id => "Indonesia",
            Self::Th => "ไทย",
        }
    }

    /// The same, as the domain knows it.
    pub const fn of_domain(self) -> locale::Language {
        match self {
            Self::En => locale::Language::En,
            Self::Id => locale::Language::Id,
            Self::Th => locale::Language::Th,
        }
    }

    /// Reads a tag such as `th` or `id-ID`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| tag.split('-').next() == Some(language.tag()))
    }
}

fn signal() -> &'static ArcRwSignal<Language> {
    static LANGUAGE: OnceLock<ArcRwSignal<Language>> = OnceLock::new();
    LANGUAGE.get_or_init(|| ArcRwSignal::new(Language::En))
}

/// The language now shown; reading it in a view makes the view follow a change.
pub fn language() -> Language {
    read(signal())
}

/// A value of the whole app: tracked where someone can follow it, simply read in event handlers.
pub(crate) fn read<T: Clone + Send + Sync + 'static>(signal: &ArcRwSignal<T>) -> T {
    if leptos::reactive::graph::Observer::get().is_some() {
        signal.get()
    } else {
        signal.get_untracked()
    }
}

/// Takes the language that `boot.js` found (stored choice, else the browser's), once its texts are there.
pub async fn start() {
    let tag = document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .unwrap_or_default();
    let language = Language::from_tag(&tag).unwrap_or(Language::En);
    // `boot.js` has them already, or has said that the app cannot start.
    let _ = source::fetch(language).await;
    signal().set(language);
}

/// Shows the app in `language` from now on and remembers it in this browser. Texts that are not there yet are fetched
/// first; when they do not come, everything stays as it is.
pub fn switch(language: Language) {
    thread_local! {
        /// Who chooses again meanwhile gets what was chosen last.
        static WANTED: std::cell::Cell<Option<Language>> = const { std::cell::Cell::new(None) };
    }
    WANTED.set(Some(language));
    if source::is_there(language) {
        return show(language);
    }
    spawn_local(async move {
        if source::fetch(language).await && WANTED.get() == Some(language) {
            show(language);
        }
    });
}

fn show(language: Language) {
    if let Some(root) = document().document_element() {
        // Fails on invalid attribute names only.
        let _ = root.set_attribute("lang", language.tag());
    }
    crate::storage::write("relasi.language", language.tag());
    signal().set(language);
}
