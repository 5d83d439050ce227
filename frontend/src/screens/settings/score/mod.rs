//! How promising leads are: rules, grades, and the model with its tests.

mod bands;
mod calibration;
mod model;
mod models;
mod rule_form;
mod rules;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::bands::{Bands, Spread};
use self::model::Desk;
use self::models::Models;
use self::rules::Rules;
use super::rights::may;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::tag::Tone;

/// The page.
#[component]
pub fn LeadScore() -> impl IntoView {
    let allowed = may(Action::Settings);
    view! {
        <p class="secondary">{k::scores::TEXT}</p>
        {move || if allowed.get() {
            view! { <Allowed/> }.into_any()
        } else {
            view! { <Banner text=k::scores::NOT_ALLOWED tone=Tone::Info/> }.into_any()
        }}
    }
}

#[component]
fn Allowed() -> impl IntoView {
    let desk = Desk::new();
    view! {
        <h2>{k::scores::RULES}</h2>
        <Rules desk/>
        {move || match desk.settings.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load_settings()/> }.into_any(),
            Some(Ok(settings)) => view! {
                <h2>{k::scores::GRADES}</h2>
                <Bands desk settings=settings.clone()/>
                <Spread settings/>
            }.into_any(),
        }}
        <h2>{k::scores::MODEL}</h2>
        <Models desk/>
    }
}
