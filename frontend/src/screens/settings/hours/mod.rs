//! Hours in which people work, and days on which nobody does.

mod form;
mod model;
pub mod week;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use wasm_bindgen_futures::spawn_local;

use self::form::CalendarForm;
use self::model::{Calendar, PATH};
use super::listed::listed;
use super::rights::may;
use crate::api::{Api, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Sheet;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::{Toasts, use_toasts};

/// What the page works on.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) load: Callback<()>,
    /// The one that the form is about; none for a new one.
    pub(super) chosen: RwSignal<Option<Calendar>>,
    pub(super) editing: RwSignal<bool>,
}

impl Desk {
    fn edit(self, calendar: Option<Calendar>) {
        self.chosen.set(calendar);
        self.editing.set(true);
    }

    fn delete(self, calendar: &Calendar) {
        let (path, version) = (format!("{PATH}/{}", calendar.id), calendar.version);
        let said = k::hours::deleted(&calendar.name);
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load.run(());
        });
    }
}

/// The page.
#[component]
pub fn Hours() -> impl IntoView {
    let api = use_api();
    let (found, load) = listed::<Calendar>(api, PATH);
    load();
    let desk = Desk {
        api,
        toasts: use_toasts(),
        load: Callback::new(move |()| load()),
        chosen: RwSignal::new(None),
        editing: RwSignal::new(false),
    };
    let allowed = may(Action::Settings);
    let title = move || {
        desk.chosen.with(|one| match one {
            Some(calendar) => k::hours::edit(&calendar.name),
            None => k::hours::ADD.get().to_owned(),
        })
    };
    view! {
        <p class="secondary">{k::hours::TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        <Show when=move || allowed.get()>
            <div class="row"><Button label=k::hours::ADD variant=Variant::Primary icon=icon::PLUS on_press=move |()| desk.edit(None)/></div>
        </Show>
        {move || match found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::hours::NONE}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|calendar| view! { <Line calendar desk allowed/> });
                view! { <ul class="settings-lines calendars">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title><CalendarForm desk/></Sheet>
    }
}

#[component]
fn Line(calendar: Calendar, desk: Desk, allowed: Signal<bool>) -> impl IntoView {
    let one = StoredValue::new(calendar.clone());
    let menu = Signal::derive(move || {
        let edit = move || desk.edit(Some(one.get_value()));
        let delete = move || one.with_value(|one| desk.delete(one));
        vec![
            MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL),
            MenuItem::new(k::common::REMOVE, delete)
                .icon(icon::TRASH_2)
                .danger(),
        ]
    });
    let name = calendar.name.clone();
    let told = calendar.clone();
    let holidays = i64::try_from(calendar.holidays.len()).unwrap_or_default();
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{calendar.name}</strong>
                <p class="hint">{move || told.week_words()}</p>
                <p class="hint">{calendar.time_zone}{" · "}{move || k::hours::days_off(holidays)}</p>
            </div>
            {calendar.is_default.then(|| view! { <Tag label=k::hours::USUAL tone=Tone::Ok/> })}
            <Show when=move || allowed.get()>
                <Menu label={let name = name.clone(); move || k::hours::more(&name)} items=menu icon_only=true size=Size::Small/>
            </Show>
        </li>
    }
}
