//! The frame around every page: menu, bars, palette, keys, toasts.

pub mod appearance;
mod bottom_bar;
mod key_help;
pub mod menu;
mod page;
pub mod palette;
mod palette_commands;
mod palette_search;
mod side;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_navigate;

use crate::api::Events;
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::screens::next_step::{NextStepDialog, NextSteps};
use crate::screens::notifications::News;
use crate::storage;
use crate::ui::toast::{ToastStack, use_toasts};
use bottom_bar::BottomBar;
use key_help::KeyHelp;
pub use key_help::KeyList;
use menu::{SETTINGS, places};
pub use page::PageBar;
use palette::Palette;
pub use palette::PaletteContent;
pub use side::Counts;
use side::Side;

const NARROW: &str = "relasi.menu-narrow";

/// The frame with the page in its middle.
#[component]
pub fn Frame() -> impl IntoView {
    provide_context(Counts(RwSignal::default()));
    Events::provide();
    News::provide();
    let next_steps = NextSteps::provide();
    provide_context(palette_search::server_search());
    palette_search::remember_visits();
    let narrow = RwSignal::new(storage::read(NARROW).is_some());
    let palette = RwSignal::new(false);
    let help = RwSignal::new(false);
    Effect::new(move |_| {
        if narrow.get() {
            storage::write(NARROW, "1");
        } else {
            storage::remove(NARROW);
        }
    });
    bind_keys(palette, help);
    view! {
        <a class="skip" href="#main">{k::common::SKIP_TO_CONTENT}</a>
        <div class="app" class:narrow=narrow>
            <Side narrow palette/>
            <main id="main" class="main" tabindex="-1"><Outlet/></main>
            <BottomBar palette/>
        </div>
        <Palette open=palette/>
        <KeyHelp open=help/>
        <NextStepDialog steps=next_steps/>
        <ToastStack/>
    }
}

fn bind_keys(palette: RwSignal<bool>, help: RwSignal<bool>) {
    let navigate = use_navigate();
    for place in places().chain([&SETTINGS]) {
        let navigate = navigate.clone();
        keys::bind(Scope::App, place.keys, place.label, move || {
            navigate(place.path, NavigateOptions::default());
        });
    }
    let toasts = use_toasts();
    keys::bind(Scope::App, "Ctrl K", k::place::FIND, move || {
        palette.set(true);
    });
    keys::bind(Scope::App, "?", k::keys::TITLE, move || help.set(true));
    keys::bind(Scope::App, "Ctrl Z", k::common::UNDO, move || {
        toasts.undo_last();
    });
}
