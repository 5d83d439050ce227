//! The files of a message, each in the version that went or came.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::attached::go;
use super::live::Live;
use crate::api::Reply;
use crate::i18n::{bytes, k};
use crate::ui::icon::{self, Glyph};

/// A file that came or went with a message.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub(super) struct Attachment {
    name: String,
    size: i64,
    file_id: Option<String>,
    /// The version that went; those that came are the first one.
    number: Option<i64>,
}

/// Names and sizes, with a way to those that are kept.
#[component]
pub(super) fn LetterFiles(files: Vec<Attachment>, live: Live) -> impl IntoView {
    let line = move |file: Attachment| {
        let size = bytes(file.size);
        let name = file.name.clone();
        if file.file_id.is_none() {
            return view! { <li class="mail-file"><Glyph icon=icon::PAPERCLIP/><span class="mail-file-name">{name}</span><span class="hint">{size}" "{k::emails::NOT_KEPT}</span></li> }.into_any();
        }
        view! {
            <li class="mail-file">
                <Glyph icon=icon::PAPERCLIP/>
                <button type="button" class="link mail-file-name" on:click=move |_| fetch(live, &file)>{name}</button>
                <span class="hint">{size}</span>
            </li>
        }
        .into_any()
    };
    let lines = files.into_iter().map(line).collect_view();
    view! { <ul class="mail-file-list letter-files">{lines}</ul> }
}

/// Saves a file. Who may not see files of the contact is told so.
fn fetch(live: Live, file: &Attachment) {
    #[derive(Deserialize)]
    struct Version {
        number: i64,
        content_url: String,
    }
    #[derive(Deserialize)]
    struct Kept {
        versions: Vec<Version>,
    }
    let path = format!("/files/{}", file.file_id.clone().unwrap_or_default());
    let number = file.number.unwrap_or(1);
    spawn_local(async move {
        match live.api.get(&path).await.and_then(Reply::read::<Kept>) {
            Ok(kept) => {
                let that = kept.versions.iter().find(|one| one.number == number);
                match that {
                    Some(one) => go(&one.content_url),
                    None => live.toasts.bad(k::emails::ERROR_FILE_GONE.get()),
                }
            }
            Err(error) => live.toasts.bad(error.text()),
        }
    });
}
