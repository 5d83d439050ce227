//! Apps of others: registered here, let in by each person.

mod connected;
mod consent;
mod desk;
mod form;
mod line;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

pub use connected::ConnectedApps;
pub use consent::Consent;

use self::desk::Desk;
use self::form::AppForm;
use self::line::AppLine;
use super::api_keys::Calls;
use super::once::Once;
use super::rights::may;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Drawer, Modal, Sheet};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The page.
#[component]
pub fn Apps() -> impl IntoView {
    let allowed = may(Action::Settings);
    view! {
        <p class="secondary">{k::apps::TEXT}</p>
        {move || if allowed.get() {
            view! { <Allowed/> }.into_any()
        } else {
            view! { <Banner text=k::apps::NOT_ALLOWED tone=Tone::Info/> }.into_any()
        }}
    }
}

#[component]
fn Allowed() -> impl IntoView {
    let desk = Desk::new();
    view! {
        <div class="row"><Button label=k::apps::ADD variant=Variant::Primary icon=icon::PLUS on_press=move |()| desk.edit(None)/></div>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <EmptyState text=k::apps::NONE icon=icon::LINK/> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|app| view! { <AppLine app desk/> });
                view! { <ul class="settings-lines apps">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title=move || desk.heading()><AppForm desk/></Sheet>
        <Modal open=desk.told title=move || k::apps::secret_made(&desk.name())><Told desk/></Modal>
        <Drawer open=desk.reading title=Signal::derive(move || k::api_keys::log_of(&desk.name()))>
            {move || desk.reading.get().then(|| desk.chosen.get()).flatten().map(|app| {
                view! { <Calls path=format!("{}/requests", app.path()) none=k::apps::LOG_NONE/> }
            })}
        </Drawer>
        <RemoveDialog desk/>
    }
}

/// Client id and secret, once.
#[component]
fn Told(desk: Desk) -> impl IntoView {
    let value = desk.secret.get_untracked();
    let id = desk
        .chosen
        .with_untracked(|one| one.as_ref().map(|app| app.client_id.clone()));
    let id = RwSignal::new(id.unwrap_or_default());
    // Nothing of it stays in memory.
    on_cleanup(move || {
        let _ = desk.secret.try_set(String::new());
    });
    view! {
        <div class="stack">
            <TextInput label=k::apps::CLIENT_ID value=id read_only=true/>
            <Once value label=k::apps::SECRET hint=k::apps::SECRET_ONCE copy_label=k::apps::COPY_SECRET copied=k::common::COPIED open=desk.told/>
        </div>
    }
}

#[component]
fn RemoveDialog(desk: Desk) -> impl IntoView {
    let open = desk.removing;
    view! {
        <Modal open title=k::apps::DELETE_TITLE>
            <div class="stack">
                <p>{move || k::apps::delete_text(&desk.name())}</p>
                <div class="row-end">
                    <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                    <Button label=k::common::DELETE variant=Variant::Danger on_press=move |()| desk.delete()/>
                </div>
            </div>
        </Modal>
    }
}
