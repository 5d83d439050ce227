//! What data of people is used for.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::purpose_form::PurposeForm;
use crate::api::{Api, use_api};
use crate::i18n::k;
use crate::records::privacy::word;
use crate::screens::settings::listed::items;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Sheet;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::Tag;
use crate::ui::toast::{Toasts, use_toasts};

pub(super) const PATH: &str = "/consent-purposes";

/// A purpose.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Purpose {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) legal_basis: String,
    pub(super) channels: Vec<String>,
    pub(super) wording: String,
    pub(super) retired: bool,
}

/// The purposes, and the one that the form is about.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    found: RwSignal<Option<Result<Vec<Purpose>, String>>>,
    /// None for a new one.
    pub(super) chosen: RwSignal<Option<Purpose>>,
    pub(super) editing: RwSignal<bool>,
}

impl Desk {
    pub(super) fn load(self) {
        spawn_local(async move {
            let found = items(self.api, PATH).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.found.try_set(Some(found));
        });
    }

    fn edit(self, purpose: Option<Purpose>) {
        self.chosen.set(purpose);
        self.editing.set(true);
    }

    fn retire(self, purpose: &Purpose) {
        let (path, version) = (format!("{PATH}/{}", purpose.id), purpose.version);
        let retired = !purpose.retired;
        let said = if retired {
            k::privacy::was_retired(&purpose.name)
        } else {
            k::privacy::used_again(&purpose.name)
        };
        spawn_local(async move {
            let body = json!({"retired": retired});
            match self.api.patch(&path, version, &body).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }
}

/// The list with its form.
#[component]
pub fn Purposes(may_change: Signal<bool>) -> impl IntoView {
    let desk = Desk {
        api: use_api(),
        toasts: use_toasts(),
        found: RwSignal::new(None),
        chosen: RwSignal::new(None),
        editing: RwSignal::new(false),
    };
    desk.load();
    let title = move || {
        desk.chosen.with(|one| match one {
            Some(purpose) => k::privacy::edit_purpose(&purpose.name),
            None => k::privacy::ADD_PURPOSE.get().to_owned(),
        })
    };
    view! {
        <Show when=move || may_change.get()>
            <div class="row"><Button label=k::privacy::ADD_PURPOSE variant=Variant::Primary icon=icon::PLUS on_press=move |()| desk.edit(None)/></div>
        </Show>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::privacy::NO_PURPOSES}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|purpose| view! { <Line purpose desk may_change/> });
                view! { <ul class="settings-lines purposes">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Sheet open=desk.editing title><PurposeForm desk/></Sheet>
    }
}

#[component]
fn Line(purpose: Purpose, desk: Desk, may_change: Signal<bool>) -> impl IntoView {
    let one = StoredValue::new(purpose.clone());
    let items = Signal::derive(move || {
        let retired = one.with_value(|one| one.retired);
        let word = if retired {
            k::privacy::USE_AGAIN
        } else {
            k::privacy::RETIRE
        };
        vec![
            MenuItem::new(k::common::EDIT, move || desk.edit(Some(one.get_value())))
                .icon(icon::PENCIL),
            MenuItem::new(word, move || one.with_value(|one| desk.retire(one))).icon(icon::FLAG),
        ]
    });
    let (basis, channels) = (purpose.legal_basis.clone(), purpose.channels.clone());
    let about = move || {
        let channels = channels.iter().map(|one| word("channel", one));
        let channels = channels.collect::<Vec<_>>().join(", ");
        format!("{} · {channels}", word("basis", &basis))
    };
    let name = purpose.name.clone();
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{purpose.name}</strong>
                <p class="hint">{about}</p>
                {(!purpose.description.is_empty()).then(|| view! { <p class="hint">{purpose.description}</p> })}
            </div>
            {purpose.retired.then(|| view! { <Tag label=k::privacy::RETIRED/> })}
            <Show when=move || may_change.get()>
                {
                    let name = name.clone();
                    view! { <Menu label=move || k::privacy::more_purpose(&name) items icon_only=true size=Size::Small/> }
                }
            </Show>
        </li>
    }
}
