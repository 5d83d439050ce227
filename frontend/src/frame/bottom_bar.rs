//! The bar at the bottom of phones.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::menu::{PLACES, Place, SETTINGS, is_at, places};
use crate::i18n::k;
use crate::ui::dialog::Modal;
use crate::ui::icon::{self, Glyph};

/// Home, tasks, find, contacts, more.
#[component]
pub fn BottomBar(palette: RwSignal<bool>) -> impl IntoView {
    let more = RwSignal::new(false);
    let location = use_location();
    Effect::new(move |_| {
        location.pathname.track();
        more.set(false);
    });
    view! {
        <nav class="bottom-bar" aria-label=k::place::MENU>
            <Link place=PLACES[0]/>
            <Link place=PLACES[1]/>
            <button type="button" on:click=move |_| palette.set(true)><Glyph icon=icon::SEARCH/>{k::common::SEARCH}</button>
            <Link place=PLACES[3]/>
            <button type="button" on:click=move |_| more.set(true)><Glyph icon=icon::MENU/>{k::common::MORE}</button>
        </nav>
        <Modal open=more title=k::place::MENU>
            {places().filter(|place| !PLACES[..4].contains(place)).chain([&PLACES[2], &SETTINGS]).map(|place| view! {
                <a class="side-link" href=place.path><Glyph icon=place.icon/><span>{place.label}</span></a>
            }).collect_view()}
            <super::appearance::AppearanceChoices/>
        </Modal>
    }
}

#[component]
fn Link(place: Place) -> impl IntoView {
    let location = use_location();
    let current = move || {
        location
            .pathname
            .with(|path| is_at(place, path))
            .then_some("page")
    };
    view! { <a href=place.path aria-current=current><Glyph icon=place.icon/>{place.label}</a> }
}
