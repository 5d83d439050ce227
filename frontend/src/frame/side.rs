//! The side menu: 216 px, 56 when folded.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::appearance::Appearance;
use super::menu::{Place, SETTINGS, is_at, places};
use crate::i18n::{k, number};
use crate::ui::icon::{self, Glyph};

/// Counts shown behind places, by path; screens with news set them.
#[derive(Clone, Copy)]
pub struct Counts(pub RwSignal<std::collections::HashMap<&'static str, i64>>);

/// Brand, search, places, settings.
#[component]
pub fn Side(narrow: RwSignal<bool>, palette: RwSignal<bool>) -> impl IntoView {
    view! {
        <nav class="side" aria-label=k::place::MENU>
            <a class="brand" href="/app"><span class="logo" aria-hidden="true"></span><span>{k::common::APP}</span></a>
            <button type="button" class="find" aria-keyshortcuts="Control+K" on:click=move |_| palette.set(true)>
                <Glyph icon=icon::SEARCH/><span>{k::place::FIND}</span><kbd aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <PlaceList/>
            <div class="side-foot">
                <PlaceLink place=SETTINGS/>
                <Appearance/>
                <button type="button" class="side-link" aria-pressed=move || if narrow.get() { "true" } else { "false" }
                    on:click=move |_| narrow.update(|on| *on = !*on)>
                    <Glyph icon=icon::PANEL_LEFT/><span>{k::place::FOLD}</span>
                </button>
            </div>
        </nav>
    }
}

#[component]
fn PlaceList() -> impl IntoView {
    // A group is a list of its own.
    let mut groups: Vec<Vec<Place>> = Vec::new();
    for place in places() {
        match groups.last_mut().filter(|_| !place.group) {
            Some(group) => group.push(*place),
            None => groups.push(vec![*place]),
        }
    }
    let groups = groups.into_iter().map(|group| {
        group
            .into_iter()
            .map(|place| view! { <li><PlaceLink place/></li> })
            .collect_view()
    });
    groups
        .map(|items| view! { <ul>{items}</ul> })
        .collect_view()
}

#[component]
fn PlaceLink(place: Place) -> impl IntoView {
    let location = use_location();
    let current = move || {
        location
            .pathname
            .with(|path| is_at(place, path))
            .then_some("page")
    };
    let counts = use_context::<Counts>();
    let count = move || {
        counts
            .and_then(|c| c.0.with(|c| c.get(place.path).copied()))
            .filter(|count| *count > 0)
    };
    view! {
        <a class="side-link" href=place.path aria-current=current title=place.label>
            <Glyph icon=place.icon/><span>{place.label}</span>
            {move || count().map(|count| view! { <span class="count">{number(count)}</span> })}
        </a>
    }
}
