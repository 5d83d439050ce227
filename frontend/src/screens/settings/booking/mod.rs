//! Pages on which somebody books time: when who can be met, where the page is, and what was booked.

mod booked;
mod builder;
mod days;
mod desk;
mod hosts;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::booked::Booked;
use self::builder::Builder;
use self::desk::{Desk, Page};
use super::rights::may;
use crate::i18n::k;
use crate::records::people::use_people;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::{Modal, Sheet, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Status, Tag, Tone};

/// The page.
#[component]
pub fn BookingPages() -> impl IntoView {
    let desk = Desk::new();
    let allowed = may(Action::Settings);
    let name = move || desk.name();
    view! {
        <p class="secondary">{k::booking::TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::booking::NOT_ALLOWED tone=Tone::Info/></Show>
        <Show when=move || allowed.get()>
            <div class="row"><Button label=k::booking::ADD variant=Variant::Primary icon=icon::PLUS on_press=move |()| desk.edit(None)/></div>
        </Show>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::booking::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|page| view! { <Line page desk allowed/> });
                view! { <ul class="settings-lines web-forms">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title=move || desk.heading()><Builder desk/></Sheet>
        <Modal open=desk.looking title=move || k::booking::booked_on(&name()) width=Width::Wide><Booked desk/></Modal>
    }
}

#[component]
fn Line(page: Page, desk: Desk, allowed: Signal<bool>) -> impl IntoView {
    let one = StoredValue::new(page.clone());
    let active = page.active;
    let menu = Signal::derive(move || {
        let act = move |does: fn(Desk, &Page)| move || one.with_value(|one| does(desk, one));
        let mut menu = vec![
            MenuItem::new(k::booking::COPY_ADDRESS, act(Desk::copy)).icon(icon::LINK),
            MenuItem::new(k::booking::PREVIEW, act(Desk::preview)).icon(icon::GLOBE),
        ];
        if allowed.get() {
            let turn = if active {
                let off = act(|desk, one| desk.set_active(one, false));
                MenuItem::new(k::booking::SWITCH_OFF, off).icon(icon::FLAG)
            } else {
                let on = act(|desk, one| desk.set_active(one, true));
                MenuItem::new(k::booking::SWITCH_ON, on).icon(icon::CIRCLE_CHECK)
            };
            let edit = act(|desk, one| desk.edit(Some(one.clone())));
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
        (k::booking::ON, Tone::Ok, icon::CIRCLE_CHECK)
    } else {
        (k::booking::OFF, Tone::Info, icon::CLOCK)
    };
    let people = use_people();
    let hosts = page.hosts.clone();
    let names = move || {
        let names = hosts.iter();
        let names = names.filter_map(|host| people.name(&host.user_id.to_string()));
        names.collect::<Vec<_>>().join(", ")
    };
    let name = page.name.clone();
    let look = move |()| one.with_value(|one| desk.look(one));
    view! {
        <li class="settings-line webhook-line">
            <div class="settings-line-text">
                <strong>{page.name}</strong>
                <p class="hint cut">{format!("/b/{}", page.slug)}</p>
                <p class="hint">{names}</p>
            </div>
            {page.nobody_left.then(|| view! { <Tag label=k::booking::NOBODY_LEFT tone=Tone::Warn/> })}
            <Status label tone icon=symbol/>
            <Button label=k::booking::BOOKED size=Size::Small on_press=look/>
            <Menu label=move || k::booking::more(&name) items=menu icon_only=true size=Size::Small/>
        </li>
    }
}
