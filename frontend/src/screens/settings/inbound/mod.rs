//! Inbound hooks: addresses that other programs send to, and what came to them.

mod desk;
mod form;
mod line;
mod mapping;
mod requests;
mod trial;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::desk::{Desk, Hook};
use self::form::HookForm;
use self::line::HookLine;
use self::requests::Requests;
use self::trial::TrialForm;
use super::once::Once;
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
pub fn InboundHooks() -> impl IntoView {
    let allowed = may(Action::Settings);
    view! {
        <p class="secondary">{k::inbound::TEXT}</p>
        {move || if allowed.get() {
            view! { <Allowed/> }.into_any()
        } else {
            view! { <Banner text=k::inbound::NOT_ALLOWED tone=Tone::Info/> }.into_any()
        }}
    }
}

#[component]
fn Allowed() -> impl IntoView {
    let desk = Desk::new();
    let start = move |()| desk.edit(None);
    let name = move || {
        desk.chosen
            .with(|one| one.as_ref().map(|one| one.name.clone()))
            .unwrap_or_default()
    };
    view! {
        <div class="row"><Button label=k::inbound::ADD variant=Variant::Primary icon=icon::PLUS on_press=start/></div>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::inbound::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|hook| view! { <HookLine hook desk/> });
                view! { <ul class="settings-lines inbound-hooks">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title=move || desk.heading()><HookForm desk/></Sheet>
        <Modal open=desk.told title=k::inbound::ADDRESS><Address desk/></Modal>
        <Modal open=desk.looking title=move || k::inbound::requests_of(&name()) width=Width::Wide><Requests desk/></Modal>
        <Modal open=desk.trying title=move || k::inbound::try_of(&name()) width=Width::Wide><TrialForm desk/></Modal>
    }
}

/// The address, to be copied.
#[component]
fn Address(desk: Desk) -> impl IntoView {
    let value = desk.address.get_untracked();
    // Nothing of it stays in memory.
    on_cleanup(move || {
        let _ = desk.address.try_set(String::new());
    });
    view! {
        <Once value label=k::inbound::ADDRESS hint=k::inbound::ADDRESS_ONCE copy_label=k::inbound::COPY_ADDRESS copied=k::common::COPIED open=desk.told/>
    }
}

/// What a hook makes, as an object.
fn object_of(hook: &Hook) -> Option<&'static relasi_domain::record::Object> {
    relasi_domain::object(&hook.object).map(crate::records::fields::whole)
}
