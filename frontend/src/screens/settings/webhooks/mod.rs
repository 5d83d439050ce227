//! Webhooks: addresses that are told of events, and what was sent to them.

mod deliveries;
mod desk;
mod form;
mod line;
mod replay;
mod secret;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::deliveries::Deliveries;
use self::desk::{Desk, Endpoint};
use self::form::EndpointForm;
use self::line::EndpointLine;
use self::replay::ReplayForm;
use self::secret::Secret;
use super::rights::may;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Sheet, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;

/// The page.
#[component]
pub fn Webhooks() -> impl IntoView {
    let allowed = may(Action::Settings);
    view! {
        <p class="secondary">{k::webhooks::TEXT}</p>
        {move || if allowed.get() {
            view! { <Allowed/> }.into_any()
        } else {
            view! { <Banner text=k::webhooks::NOT_ALLOWED tone=Tone::Info/> }.into_any()
        }}
    }
}

#[component]
fn Allowed() -> impl IntoView {
    let desk = Desk::new();
    let start = move |()| desk.edit(None);
    let address = move || {
        desk.chosen
            .with(|one| one.as_ref().map(Endpoint::name))
            .unwrap_or_default()
    };
    view! {
        <div class="row"><Button label=k::webhooks::ADD variant=Variant::Primary icon=icon::PLUS on_press=start/></div>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::webhooks::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|endpoint| view! { <EndpointLine endpoint desk/> });
                view! { <ul class="settings-lines webhooks">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title=move || desk.heading()><EndpointForm desk/></Sheet>
        <Modal open=desk.told title=k::webhooks::SECRET><Secret desk/></Modal>
        <Modal open=desk.looking title=move || k::webhooks::deliveries_of(&address()) width=Width::Wide><Deliveries desk/></Modal>
        <Modal open=desk.replaying title=k::webhooks::REPLAY><ReplayForm desk/></Modal>
    }
}
