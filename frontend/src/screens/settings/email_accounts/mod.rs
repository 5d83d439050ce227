//! E-mail accounts: those of the workspace and one's own; below them the addresses that nothing is sent to.

mod desk;
mod domain;
mod form;
mod line;
mod pace_fields;
mod server_fields;
mod suppressions;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::desk::Desk;
use self::domain::Domain;
use self::form::AccountForm;
use self::line::{AccountLine, Record};
use self::suppressions::Suppressions;
use super::rights::may;
use crate::i18n::k;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;

/// The page.
#[component]
pub fn EmailAccounts() -> impl IntoView {
    let desk = Desk::new(may(Action::Settings));
    let start = move |()| desk.edit(None);
    view! {
        <p class="secondary">{k::emails::TEXT}</p>
        <div class="row"><Button label=k::emails::ADD variant=Variant::Primary icon=icon::PLUS on_press=start/></div>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::emails::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|account| view! { <AccountLine account desk/> });
                view! { <ul class="settings-lines email-accounts">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        {move || desk.settings.get().then(|| view! { <Suppressions/> })}
        <Modal open=desk.editing title=move || desk.heading() width=Width::Wide><AccountForm desk/></Modal>
        <Modal open=desk.looking title=k::email_domain::TITLE width=Width::Wide><Domain desk/></Modal>
        <Modal open=desk.told title=k::emails::KEY width=Width::Wide><Record desk/></Modal>
    }
}
