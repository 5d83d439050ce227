//! One file of a record.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;

use super::files::{Kept, Shelf};
use crate::api::Reply;
use crate::i18n::{bytes, day_title, k, local_day, number};
use crate::records::people::use_people;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon::{self, Glyph};
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::text_input::TextInput;

/// Picture or sign, name, size, who brought it, and what can be done with it.
#[component]
pub fn FileCard(
    /// The files.
    shelf: Shelf,
    /// The file.
    file: Kept,
    /// The person may change the record.
    may_edit: Signal<bool>,
) -> impl IntoView {
    let people = use_people();
    let kept = StoredValue::new(file.clone());
    let naming = RwSignal::new(false);
    let get = move || kept.with_value(|file| fetch(shelf, file));
    let items = Signal::derive(move || {
        let versions = move || shelf.opened.set(Some(kept.get_value()));
        let mut items = vec![
            MenuItem::new(k::files::DOWNLOAD, get).icon(icon::DOWNLOAD),
            MenuItem::new(k::files::VERSIONS, versions).icon(icon::HISTORY),
        ];
        if may_edit.get() {
            items
                .push(MenuItem::new(k::files::RENAME, move || naming.set(true)).icon(icon::PENCIL));
            let remove = move || kept.with_value(|file| shelf.remove(file));
            items.push(
                MenuItem::new(k::common::REMOVE, remove)
                    .icon(icon::TRASH_2)
                    .danger(),
            );
        }
        items
    });
    let picture = if file.is_picture {
        view! { <img class="file-picture" src=file.content_url.clone() alt="" loading="lazy" width="40" height="40"/> }.into_any()
    } else {
        view! { <span class="file-picture"><Glyph icon=icon::FILE_TEXT/></span> }.into_any()
    };
    let (by, at) = (file.updated_by.clone(), file.updated_at.clone());
    let line = move || {
        let who = people.name(&by).unwrap_or_default();
        let day = local_day(&at).map(day_title).unwrap_or_default();
        let version = (file.number > 1).then(|| k::files::version(&number(file.number)));
        let parts = [Some(bytes(file.size)), version, Some(day), Some(who)];
        parts
            .into_iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let name = file.name.clone();
    view! {
        <li class="related-card file-card">
            {picture}
            <div class="file-words">
                <Show when=move || naming.get()
                    fallback=move || view! { <button type="button" class="link file-name" on:click=move |_| get()>{name.clone()}</button> }>
                    <Naming shelf kept naming/>
                </Show>
                <p class="hint">{line}</p>
            </div>
            <Menu label=k::files::ACTIONS items icon_only=true size=Size::Small/>
        </li>
    }
}

#[component]
fn Naming(shelf: Shelf, kept: StoredValue<Kept>, naming: RwSignal<bool>) -> impl IntoView {
    let value = RwSignal::new(kept.with_value(|file| file.name.clone()));
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<String>);
    let save = move || {
        let (path, version) = kept.with_value(|file| (format!("/files/{}", file.id), file.version));
        busy.set(true);
        spawn_local(async move {
            let body = json!({"name": value.get_untracked()});
            match shelf.live.api.patch(&path, version, &body).await {
                Ok(_) => {
                    naming.try_set(false);
                    shelf.load(None);
                }
                Err(error) => _ = fault.try_set(Some(error.text())),
            }
            busy.try_set(false);
        });
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            save();
        }
        "Escape" => {
            event.stop_propagation();
            naming.set(false);
        }
        _ => {}
    };
    view! {
        <div class="file-naming" on:keydown=keys>
            <TextInput label=k::files::NAME value error=fault/>
            <div class="row">
                <Button label=k::common::SAVE size=Size::Small variant=Variant::Primary busy on_press=move |()| save()/>
                <Button label=k::common::CANCEL size=Size::Small variant=Variant::Quiet on_press=move |()| naming.set(false)/>
            </div>
        </div>
    }
}

/// Saves a file. Its address may be too old by now, so that it is asked for first.
fn fetch(shelf: Shelf, file: &Kept) {
    let path = format!("/files/{}", file.id);
    spawn_local(async move {
        match shelf
            .live
            .api
            .get(&path)
            .await
            .and_then(Reply::read::<Kept>)
        {
            Ok(now) => go(&now.content_url),
            Err(error) => shelf.live.toasts.bad(error.text()),
        }
    });
}

/// Goes to the address of a content. It comes as something to save, so that the page stays.
pub fn go(address: &str) {
    // Only refused for addresses that are none.
    let _ = window().location().assign(address);
}
