//! What can be done from the palette: make something, go somewhere, change how the app looks, sign out.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen_futures::spawn_local;

use super::menu::{COMPANIES, SETTINGS, places};
use super::palette::Line;
use crate::api::use_api;
use crate::i18n::{self, Key, Language, k};
use crate::records::fields::people_only;
use crate::theme::{self, Theme};
use crate::ui::icon::{self, Icon};

const NEW: [(Key, Icon, &str); 5] = [
    (
        k::palette::NEW_CONTACT,
        icon::USER_PLUS,
        "/app/contacts?new=1",
    ),
    (
        k::palette::NEW_COMPANY,
        icon::BUILDING_2,
        "/app/companies?new=1",
    ),
    (k::palette::NEW_LEAD, icon::USER_PLUS, "/app/leads?new=1"),
    (k::palette::NEW_DEAL, icon::HANDSHAKE, "/app/deals?new=1"),
    (
        k::palette::NEW_TASK,
        icon::SQUARE_CHECK_BIG,
        "/app/tasks?new=1",
    ),
];

/// Pages of the settings by the last part of their address.
const SETTINGS_PAGES: [(&str, Key); 12] = [
    ("profile", k::settings::PROFILE),
    ("password", k::settings::PASSWORD),
    ("sessions", k::settings::SESSIONS),
    ("workspaces", k::settings::WORKSPACES),
    ("members", k::settings::MEMBERS),
    ("teams", k::settings::TEAMS),
    ("pipelines", k::settings::PIPELINES),
    ("lead-qualification", k::leads::SETTINGS),
    ("workspace", k::settings::WORKSPACE),
    ("fields", k::fields::TITLE),
    ("data", k::settings::DATA),
    ("quality", k::quality::TITLE),
];

fn line(
    group: Key,
    label: String,
    icon: Icon,
    keys: Option<&'static str>,
    action: Callback<()>,
) -> Line {
    Line {
        write: None,
        group,
        label,
        detail: String::new(),
        icon,
        keys,
        action,
    }
}

/// All commands: first what makes something, then places, then settings of this browser.
pub fn commands() -> Vec<Line> {
    let navigate = use_navigate();
    let go = |path: String| {
        let navigate = navigate.clone();
        Callback::new(move |()| navigate(&path, NavigateOptions::default()))
    };
    let hidden = people_only();
    let mut lines: Vec<Line> = NEW
        .iter()
        .filter(|(_, _, path)| !(hidden && path.starts_with(COMPANIES)))
        .map(|(label, icon, path)| {
            line(
                k::place::DO,
                label.get().to_owned(),
                *icon,
                None,
                go((*path).to_owned()),
            )
        })
        .collect();
    lines.extend(looks());
    lines.push(sign_out());
    lines.extend(places().chain([&SETTINGS]).map(|place| {
        line(
            k::place::GO,
            place.label.get().to_owned(),
            place.icon,
            Some(place.keys),
            go(place.path.to_owned()),
        )
    }));
    lines.extend(SETTINGS_PAGES.iter().map(|(id, label)| {
        let label = format!("{}: {}", k::place::SETTINGS.get(), label.get());
        line(
            k::place::GO,
            label,
            icon::SETTINGS,
            None,
            go(format!("{}/{id}", SETTINGS.path)),
        )
    }));
    lines
}

fn looks() -> Vec<Line> {
    let themes = [
        (Theme::Light, k::place::THEME_LIGHT),
        (Theme::Dark, k::place::THEME_DARK),
        (Theme::System, k::place::THEME_SYSTEM),
    ];
    let themes = themes.map(|(theme, name)| {
        let label = format!("{}: {}", k::place::THEME.get(), name.get());
        line(
            k::place::DO,
            label,
            icon::SUN,
            None,
            Callback::new(move |()| theme::choose_theme(theme)),
        )
    });
    let languages = Language::ALL.map(|language| {
        let label = format!("{}: {}", k::place::LANGUAGE.get(), language.own_name());
        line(
            k::place::DO,
            label,
            icon::LANGUAGES,
            None,
            Callback::new(move |()| i18n::switch(language)),
        )
    });
    themes.into_iter().chain(languages).collect()
}

fn sign_out() -> Line {
    let api = use_api();
    let navigate = StoredValue::new_local(use_navigate());
    let action = Callback::new(move |()| {
        spawn_local(async move {
            // The session is over here even when the server does not answer.
            let _ = api.sign_out().await;
            _ = navigate.try_with_value(|navigate| navigate("/login", NavigateOptions::default()));
        });
    });
    line(
        k::place::DO,
        k::palette::SIGN_OUT.get().to_owned(),
        icon::LOG_OUT,
        None,
        action,
    )
}
