//! Theme, language and density, one click away on every page.

use leptos::prelude::*;

use crate::i18n::{self, Language, k};
use crate::theme::{self, Density, Theme};
use crate::ui::button::Variant;
use crate::ui::icon;
use crate::ui::popover::Popover;
use crate::ui::tabs::{Segmented, Tab};

/// A button that opens the three choices.
#[component]
pub fn Appearance() -> impl IntoView {
    view! {
        <Popover label=k::place::APPEARANCE icon=icon::SUN variant=Variant::Quiet>
            <AppearanceChoices/>
        </Popover>
    }
}

/// The three choices themselves, also on the settings page.
#[component]
pub fn AppearanceChoices() -> impl IntoView {
    let themes = Signal::derive(|| {
        vec![
            Tab::new(Theme::System.name(), k::place::THEME_SYSTEM),
            Tab::new(Theme::Light.name(), k::place::THEME_LIGHT),
            Tab::new(Theme::Dark.name(), k::place::THEME_DARK),
        ]
    });
    let densities = Signal::derive(|| {
        vec![
            Tab::new(Density::Compact.name(), k::place::DENSITY_COMPACT),
            Tab::new(Density::Standard.name(), k::place::DENSITY_STANDARD),
            Tab::new(Density::Roomy.name(), k::place::DENSITY_ROOMY),
        ]
    });
    let languages = Signal::derive(|| {
        Language::ALL
            .map(|l| Tab::new(l.tag(), l.own_name()))
            .to_vec()
    });
    let choose_theme = |name: String| {
        if let Some(theme) = Theme::ALL.into_iter().find(|theme| theme.name() == name) {
            theme::choose_theme(theme);
        }
    };
    let choose_density = |name: String| {
        if let Some(density) = Density::ALL
            .into_iter()
            .find(|density| density.name() == name)
        {
            theme::choose_density(density);
        }
    };
    let choose_language = |tag: String| {
        if let Some(language) = Language::from_tag(&tag) {
            i18n::switch(language);
        }
    };
    view! {
        <div class="stack">
            <div><h3>{k::place::LANGUAGE}</h3>
                <Segmented label=k::place::LANGUAGE items=languages
                    current=Signal::derive(|| i18n::language().tag().to_owned()) on_choose=choose_language/></div>
            <div><h3>{k::place::THEME}</h3>
                <Segmented label=k::place::THEME items=themes
                    current=Signal::derive(|| theme::theme().name().to_owned()) on_choose=choose_theme/></div>
            <div><h3>{k::place::DENSITY}</h3>
                <Segmented label=k::place::DENSITY items=densities
                    current=Signal::derive(|| theme::density().name().to_owned()) on_choose=choose_density/></div>
        </div>
    }
}
