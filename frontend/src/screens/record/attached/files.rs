//! The files of a record: dragged, pasted, chosen, photographed.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ClipboardEvent, DragEvent, File as LocalFile, HtmlElement};

use super::file_card::FileCard;
use super::file_upload::{Choosing, chosen};
use super::file_versions::Versions;
use super::{Live, Page, part_of};
use crate::api::Reply;
use crate::i18n::{k, percent};
use crate::records::store::encode;
use crate::screens::record::related::Section;
use crate::ui::button::{Button, Size, Variant};

/// A file as it is now.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// Counts up on every change.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Number of the present version.
    pub number: i64,
    /// Bytes.
    pub size: i64,
    /// Whether a browser can show it.
    pub is_picture: bool,
    /// Where its content is for five minutes.
    pub content_url: String,
    /// When the present version came.
    pub updated_at: String,
    /// Who brought it.
    pub updated_by: String,
}

/// The files of a record.
#[derive(Clone, Copy)]
pub struct Shelf {
    /// The record.
    pub live: Live,
    all: RwSignal<Option<Vec<Kept>>>,
    cursor: RwSignal<Option<String>>,
    /// Names of files on their way, with the share that has left.
    pub coming: RwSignal<Vec<(String, f64)>>,
    /// The file whose versions are shown.
    pub opened: RwSignal<Option<Kept>>,
}

impl Shelf {
    fn of(live: Live) -> Self {
        let shelf = Self {
            live,
            all: RwSignal::new(None),
            cursor: RwSignal::new(None),
            coming: RwSignal::default(),
            opened: RwSignal::new(None),
        };
        Effect::new(move |_| {
            live.news();
            shelf.load(None);
        });
        shelf
    }

    /// Reads the first page again, or a further one.
    pub fn load(self, from: Option<String>) {
        let more = from
            .as_deref()
            .map(|cursor| format!("&cursor={}", encode(cursor)));
        let path = format!(
            "{}?limit=20{}",
            part_of(self.live, "files"),
            more.unwrap_or_default()
        );
        spawn_local(async move {
            let read = self.live.api.get(&path).await;
            // What can't be read stays as it was; the timeline says when the server is gone.
            let Ok(page) = read.and_then(Reply::read::<Page<Kept>>) else {
                return;
            };
            self.cursor.try_set(page.next_cursor);
            self.all
                .try_update(|all| match all.as_mut().filter(|_| from.is_some()) {
                    Some(all) => all.extend(page.items),
                    None => *all = Some(page.items),
                });
        });
    }

    /// Sends files one after the other, as files of their own or as versions of one.
    pub fn send(self, files: Vec<LocalFile>, version_of: Option<String>) {
        spawn_local(async move {
            for file in files {
                let path = match &version_of {
                    Some(id) => format!("/files/{id}/versions"),
                    None => part_of(self.live, "files"),
                };
                self.send_one(&path, &file).await;
            }
            self.live.refresh();
        });
    }

    async fn send_one(self, path: &str, file: &LocalFile) {
        let name = file.name();
        self.coming.try_update(|all| all.push((name.clone(), 0.0)));
        let share = {
            let name = name.clone();
            move |share: f64| {
                self.coming.try_update(|all| {
                    if let Some(one) = all.iter_mut().find(|one| one.0 == name) {
                        one.1 = share;
                    }
                });
            }
        };
        let path = format!("{path}?name={}", encode(&name));
        let sent = self.live.api.upload(&path, file, share).await;
        self.coming
            .try_update(|all| all.retain(|one| one.0 != name));
        match sent {
            Ok(_) => self.live.toasts.ok(k::files::added(&name)),
            Err(error) => self.live.toasts.bad(format!("{name}: {}", error.text())),
        }
    }

    /// Takes a file away, with a way back.
    pub fn remove(self, file: &Kept) {
        let (path, version) = (format!("/files/{}", file.id), file.version);
        let said = k::files::removed(&file.name);
        spawn_local(async move {
            match self.live.api.delete(&path, Some(version)).await {
                Ok(_) => self.live.toasts.undoable(said, move || {
                    let path = format!("{path}/restore");
                    spawn_local(async move {
                        match self.live.api.post(&path, &json!({})).await {
                            Ok(_) => self.live.toasts.ok(k::common::UNDONE.get()),
                            Err(error) => self.live.toasts.bad(error.text()),
                        }
                        self.live.refresh();
                    });
                }),
                Err(error) => self.live.toasts.bad(error.text()),
            }
            self.live.refresh();
        });
    }
}

/// The files of a record. The whole section takes what is dropped, and the page what is pasted outside of a field.
#[component]
pub fn Files(
    /// The record.
    live: Live,
    /// The person may change it.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let shelf = Shelf::of(live);
    let over = RwSignal::new(false);
    let take = move |files: Vec<LocalFile>| {
        if may_edit.get_untracked() && !files.is_empty() {
            shelf.send(files, None);
        }
    };
    let pasted = window_event_listener(leptos::ev::paste, move |event: ClipboardEvent| {
        if !in_field(&event) {
            take(chosen(event.clipboard_data().and_then(|data| data.files())));
        }
    });
    on_cleanup(move || pasted.remove());
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(chosen(event.data_transfer().and_then(|data| data.files())));
    };
    let count = move || {
        shelf
            .all
            .with(|all| all.as_ref().and_then(|all| i64::try_from(all.len()).ok()))
    };
    let add = move || {
        may_edit
            .get()
            .then(|| view! { <Choosing on_files=UnsyncCallback::new(take)/> })
    };
    let coming = move || {
        let line = |(name, share): (String, f64)| {
            let done = percent(share);
            view! { <li class="related-card"><p>{name}</p><progress max="1" value=share aria-label=k::files::SENDING></progress><span class="hint">{done}</span></li> }
        };
        shelf.coming.get().into_iter().map(line).collect_view()
    };
    view! {
        <div class="files" class:over=over
            on:dragover=move |event: DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=drop>
            <Section title=k::files::FILES count=Signal::derive(count) empty=k::files::NO_FILES action=ViewFn::from(add)>
                <ul class="cards">
                    <For each=move || shelf.all.get().unwrap_or_default() key=|it| (it.id.clone(), it.version) let:file>
                        <FileCard shelf file may_edit/>
                    </For>
                </ul>
            </Section>
            <ul class="cards">{coming}</ul>
            <Show when=move || shelf.cursor.with(Option::is_some)>
                <Button label=k::ui::OLDER size=Size::Small variant=Variant::Quiet on_press=move |()| shelf.load(shelf.cursor.get_untracked())/>
            </Show>
        </div>
        <Versions shelf/>
    }
}

/// Whether something is pasted into a field, which takes it itself.
fn in_field(event: &ClipboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|it| {
        matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || it.is_content_editable()
    })
}
