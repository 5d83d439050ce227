//! Who gets new leads, and until when they should be answered.

mod clocks;
mod model;
mod people;
mod profile_form;
mod rule_form;
mod rules;
mod standing;
mod trial;

pub use self::rule_form::{person, tick};

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::clocks::Clocks;
use self::model::Desk;
use self::people::Profiles;
use self::rules::Rules;
use self::standing::WhoElse;
use self::trial::TryOut;
use super::rights::may;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::tag::Tone;

/// The page.
#[component]
pub fn Routing() -> impl IntoView {
    let allowed = may(Action::Settings);
    view! {
        <p class="secondary">{k::routing::TEXT}</p>
        {move || if allowed.get() {
            view! { <Allowed/> }.into_any()
        } else {
            view! {
                <Banner text=k::routing::NOT_ALLOWED tone=Tone::Info/>
                <Profiles only_own=true/>
            }.into_any()
        }}
    }
}

#[component]
fn Allowed() -> impl IntoView {
    let desk = Desk::new();
    view! {
        <h2>{k::routing::RULES}</h2>
        <Rules desk/>
        {move || match desk.settings.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load_settings()/> }.into_any(),
            Some(Ok(settings)) => view! {
                <h2>{k::routing::STANDING}</h2>
                <WhoElse desk settings=settings.clone()/>
                <h2>{k::routing::CLOCKS}</h2>
                <Clocks desk settings/>
            }.into_any(),
        }}
        <h2>{k::routing::PEOPLE}</h2>
        <Profiles only_own=false/>
        <h2>{k::routing::TRY}</h2>
        <TryOut desk/>
    }
}
