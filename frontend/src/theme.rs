//! Light or dark, row density, looped Thai letters: choices of this browser, kept as attributes of `<html>`.

use std::sync::OnceLock;

use leptos::prelude::*;

use crate::{i18n, storage};

/// The colours chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All choices in order.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Height of rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Density {
    /// 30 px.
    Compact,
    /// 36 px.
    Standard,
    /// 44 px; where fingers are used.
    Roomy,
}

impl Density {
    /// All choices in order.
    pub const ALL: [Self; 3] = [Self::Compact, Self::Standard, Self::Roomy];

    /// Row height in CSS pixels.
    pub const fn row(self) -> u32 {
        match self {
            Self::Compact => 30,
            Self::Standard => 36,
            Self::Roomy => 44,
        }
    }

    /// Name in storage and in `data-density`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Standard => "standard",
            Self::Roomy => "roomy",
        }
    }
}

struct Look {
    theme: ArcRwSignal<Theme>,
    density: ArcRwSignal<Density>,
}

fn look() -> &'static Look {
    static LOOK: OnceLock<Look> = OnceLock::new();
    LOOK.get_or_init(|| Look {
        theme: ArcRwSignal::new(Theme::System),
        density: ArcRwSignal::new(Density::Standard),
    })
}

/// The theme chosen; tracked.
pub fn theme() -> Theme {
    i18n::read(&look().theme)
}

/// The density chosen; tracked.
pub fn density() -> Density {
    i18n::read(&look().density)
}

/// Chooses a theme and remembers it.
pub fn choose_theme(theme: Theme) {
    storage::write("relasi.theme", theme.name());
    look().theme.set(theme);
    let dark =
        theme == Theme::Dark || (theme == Theme::System && media("(prefers-color-scheme: dark)"));
    set_attribute("data-theme", if dark { "dark" } else { "light" });
}

/// Chooses a density and remembers it.
pub fn choose_density(density: Density) {
    storage::write("relasi.density", density.name());
    look().density.set(density);
    set_attribute("data-density", density.name());
}

/// Takes up the remembered choices; touch devices start roomy.
pub fn start() {
    let stored = storage::read("relasi.theme");
    let theme = Theme::ALL
        .into_iter()
        .find(|t| Some(t.name()) == stored.as_deref())
        .unwrap_or(Theme::System);
    look().theme.set(theme);
    let stored = storage::read("relasi.density");
    let density = Density::ALL
        .into_iter()
        .find(|d| Some(d.name()) == stored.as_deref());
    let density = density.unwrap_or_else(|| {
        if media("(pointer: coarse)") {
            Density::Roomy
        } else {
            Density::Standard
        }
    });
    look().density.set(density);
    set_attribute("data-density", density.name());
    if storage::read("relasi.looped").is_some() {
        set_attribute("data-looped", "");
    }
    follow_system();
}

/// Shows Thai with or without loops and remembers it.
pub fn choose_looped(on: bool) {
    if on {
        storage::write("relasi.looped", "1");
        set_attribute("data-looped", "");
    } else {
        storage::remove("relasi.looped");
        if let Some(root) = document().document_element() {
            // Only fails on invalid names.
            let _ = root.remove_attribute("data-looped");
        }
    }
}

fn follow_system() {
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else {
        return;
    };
    let react = wasm_bindgen::closure::Closure::<dyn Fn()>::new(|| {
        if look().theme.get_untracked() == Theme::System {
            choose_theme(Theme::System);
        }
    });
    query.set_onchange(Some(wasm_bindgen::JsCast::unchecked_ref(react.as_ref())));
    // The listener lives as long as the page.
    react.forget();
}

/// Whether a media query holds now.
pub fn media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

fn set_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Only fails on invalid names.
        let _ = root.set_attribute(name, value);
    }
}
