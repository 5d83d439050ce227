//! Forms on the web: what they ask, where they are, and what was sent.

mod builder;
pub mod consents;
mod desk;
mod place;
pub mod questions;
mod submissions;
pub mod words_input;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::builder::Builder;
use self::desk::{Desk, Form};
use self::place::Place;
use self::submissions::Submissions;
use super::rights::may;
use crate::i18n::{k, number};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::{Modal, Sheet, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Status, Tag, Tone};

/// The page.
#[component]
pub fn WebForms() -> impl IntoView {
    let desk = Desk::new();
    let allowed = may(Action::Settings);
    let name = move || desk.name();
    view! {
        <p class="secondary">{k::web_forms::TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::web_forms::NOT_ALLOWED tone=Tone::Info/></Show>
        <Show when=move || allowed.get()>
            <div class="row"><Button label=k::web_forms::ADD variant=Variant::Primary icon=icon::PLUS on_press=move |()| desk.edit(None)/></div>
        </Show>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::web_forms::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|form| view! { <Line form desk allowed/> });
                view! { <ul class="settings-lines web-forms">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title=move || desk.heading()><Builder desk/></Sheet>
        <Modal open=desk.placing title=move || k::web_forms::place_of(&name()) width=Width::Wide><Place desk/></Modal>
        <Modal open=desk.looking title=move || k::web_forms::sent_to(&name()) width=Width::Wide><Submissions desk/></Modal>
    }
}

#[component]
fn Line(form: Form, desk: Desk, allowed: Signal<bool>) -> impl IntoView {
    let one = StoredValue::new(form.clone());
    let active = form.active;
    let menu = Signal::derive(move || {
        let act = move |does: fn(Desk, &Form)| move || one.with_value(|one| does(desk, one));
        let place = act(Desk::place);
        let mut menu = vec![MenuItem::new(k::web_forms::PLACE, place).icon(icon::LINK)];
        if allowed.get() {
            let edit = act(|desk, one| desk.edit(Some(one.clone())));
            let turn = if active {
                let off = act(|desk, one| desk.set_active(one, false));
                MenuItem::new(k::web_forms::SWITCH_OFF, off).icon(icon::FLAG)
            } else {
                let on = act(|desk, one| desk.set_active(one, true));
                MenuItem::new(k::web_forms::SWITCH_ON, on).icon(icon::CIRCLE_CHECK)
            };
            menu.extend([
                MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL),
                turn,
                MenuItem::new(k::common::DELETE, act(Desk::delete))
                    .icon(icon::TRASH_2)
                    .danger(),
            ]);
        }
        menu
    });
    let (label, tone, symbol) = if active {
        (k::web_forms::ON, Tone::Ok, icon::CIRCLE_CHECK)
    } else {
        (k::web_forms::OFF, Tone::Info, icon::CLOCK)
    };
    let (held, name) = (form.held, form.name.clone());
    let look = move |()| one.with_value(|one| desk.look(one));
    view! {
        <li class="settings-line webhook-line">
            <div class="settings-line-text">
                <strong>{form.name}</strong>
                <p class="hint cut">{format!("/f/{}", form.slug)}</p>
            </div>
            {(held > 0).then(|| view! { <Tag label=move || k::web_forms::held_count(&number(held)) tone=Tone::Warn/> })}
            <Status label tone icon=symbol/>
            <Button label=k::web_forms::SENT size=Size::Small on_press=look/>
            <Menu label=move || k::web_forms::more(&name) items=menu icon_only=true size=Size::Small/>
        </li>
    }
}
