//! The versions of a file.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;
use web_sys::File as LocalFile;

use super::file_card::go;
use super::files::{Kept, Shelf};
use crate::api::Reply;
use crate::i18n::{bytes, day_title, k, local_day, number as shown, time};
use crate::records::people::use_people;
use crate::screens::record::page::may_edit;
use crate::ui::button::{IconButton, Size};
use crate::ui::dialog::Modal;
use crate::ui::feedback::Skeleton;
use crate::ui::file_drop::FileDrop;
use crate::ui::icon;

#[derive(Clone, PartialEq, Debug, Deserialize)]
struct Version {
    number: i64,
    size: i64,
    content_url: String,
    created_at: String,
    created_by: String,
}

#[derive(Deserialize)]
struct Whole {
    versions: Vec<Version>,
}

/// A dialog with the versions of the opened file, each to save, and a place for the next one.
#[component]
pub fn Versions(
    /// The files.
    shelf: Shelf,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let versions = RwSignal::new(None::<Vec<Version>>);
    let load = move |file: Kept| {
        spawn_local(async move {
            let read = shelf.live.api.get(&format!("/files/{}", file.id)).await;
            match read.and_then(Reply::read::<Whole>) {
                Ok(whole) => _ = versions.try_set(Some(whole.versions)),
                Err(error) => shelf.live.toasts.bad(error.text()),
            }
        });
    };
    Effect::new(move |_| {
        if let Some(file) = shelf.opened.get() {
            versions.set(None);
            open.set(true);
            load(file);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            shelf.opened.set(None);
        }
    });
    let may_edit = may_edit(shelf.live.object);
    let title = move || {
        shelf.opened.with(|file| {
            file.as_ref()
                .map(|file| file.name.clone())
                .unwrap_or_default()
        })
    };
    let send = UnsyncCallback::new(move |files: Vec<LocalFile>| {
        if let Some(file) = shelf.opened.get_untracked() {
            open.set(false);
            shelf.send(files, Some(file.id));
        }
    });
    let lines = move || {
        match versions.get() {
        None => view! { <Skeleton lines=3/> }.into_any(),
        Some(all) => view! { <ol class="cards">{all.into_iter().map(|version| view! { <VersionLine version/> }).collect_view()}</ol> }.into_any(),
    }
    };
    view! {
        <Modal title open>
            {lines}
            <Show when=move || may_edit.get()>
                <FileDrop label=k::files::NEXT_VERSION hint=k::files::NEXT_VERSION_HINT on_files=send/>
            </Show>
        </Modal>
    }
}

#[component]
fn VersionLine(version: Version) -> impl IntoView {
    let people = use_people();
    let (at, by) = (version.created_at.clone(), version.created_by.clone());
    let line = move || {
        let day = local_day(&at).map(|day| format!("{} {}", day_title(day), time(&at)));
        let parts = [Some(bytes(version.size)), day, people.name(&by)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let number = version.number;
    let get = move |()| go(&version.content_url);
    view! {
        <li class="related-card file-card">
            <div class="file-words"><p><strong>{move || k::files::version(&shown(number))}</strong></p><p class="hint">{line}</p></div>
            <IconButton label=move || format!("{} {}", k::files::DOWNLOAD.get(), k::files::version(&shown(number))) icon=icon::DOWNLOAD size=Size::Small on_press=get/>
        </li>
    }
}
