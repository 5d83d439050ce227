//! Files that go with a message: those of the contact, and those that come from the machine and are then kept with it.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File as LocalFile, HtmlInputElement};

use super::attached::files_of;
use super::live::Live;
use crate::api::Reply;
use crate::i18n::{bytes, k, percent};
use crate::records::store::encode;
use crate::ui::button::{IconButton, Size, Variant};
use crate::ui::icon::{self, Glyph};
use crate::ui::popover::{Menu, MenuItem};

/// Files of the contact that are offered.
const OFFERED: usize = 50;

/// A file that goes with the message.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Going {
    pub(super) id: String,
    name: String,
    size: i64,
}

/// The files of a message while it is being written.
#[derive(Clone, Copy)]
pub(super) struct MailFiles {
    live: Live,
    all: RwSignal<Vec<Going>>,
    /// Files of the contact.
    offered: RwSignal<Vec<Going>>,
    /// Bytes that they may have together.
    pub(super) limit: RwSignal<i64>,
    /// Name and share of the one that is on its way up.
    coming: RwSignal<Option<(String, f64)>>,
}

impl MailFiles {
    pub(super) fn of(live: Live) -> Self {
        Self {
            live,
            all: RwSignal::default(),
            offered: RwSignal::default(),
            limit: RwSignal::new(0),
            coming: RwSignal::new(None),
        }
    }

    /// What the message names.
    pub(super) fn ids(self) -> Vec<String> {
        let ids = |all: &Vec<Going>| all.iter().map(|one| one.id.clone()).collect();
        self.all.with_untracked(ids)
    }

    pub(super) fn clear(self) {
        let _ = self.all.try_set(Vec::new());
    }

    /// Bytes of all; tracked.
    fn total(self) -> i64 {
        self.all.with(|all| all.iter().map(|one| one.size).sum())
    }

    fn path(self) -> String {
        format!("/{}/{}/files", self.live.object.plural, self.live.id())
    }

    /// Reads what the contact has.
    pub(super) fn load(self) {
        #[derive(Deserialize)]
        struct Page {
            items: Vec<Going>,
        }
        let path = format!("{}?limit={OFFERED}", self.path());
        spawn_local(async move {
            // Without them files still come from the machine.
            if let Ok(page) = self.live.api.get(&path).await.and_then(Reply::read::<Page>) {
                let _ = self.offered.try_set(page.items);
            }
        });
    }

    fn add(self, file: Going) {
        self.all.try_update(|all| {
            if !all.iter().any(|one| one.id == file.id) {
                all.push(file);
            }
        });
    }

    fn remove(self, id: &str) {
        self.all.update(|all| all.retain(|one| one.id != id));
    }

    /// Keeps files with the contact and takes them along, as far as there is room.
    fn send(self, files: Vec<LocalFile>) {
        spawn_local(async move {
            for file in files {
                self.send_one(&file).await;
            }
            let _ = self.coming.try_set(None);
            self.load();
            self.live.refresh();
        });
    }

    async fn send_one(self, file: &LocalFile) {
        let name = file.name();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "sizes of files are whole numbers below 2^53"
        )]
        let size = file.size() as i64;
        let limit = self.limit.get_untracked();
        // It would be refused later: nobody waits for the upload of what can't be sent.
        if untrack(|| self.total()) + size > limit {
            let said = k::email_files::too_large(&bytes(limit));
            return self.live.toasts.bad(format!("{name}: {said}"));
        }
        let _ = self.coming.try_set(Some((name.clone(), 0.0)));
        let share = {
            let name = name.clone();
            move |share: f64| _ = self.coming.try_set(Some((name.clone(), share)))
        };
        let path = format!("{}?name={}", self.path(), encode(&name));
        let sent = self.live.api.upload(&path, file, share).await;
        match sent.and_then(Reply::read::<Going>) {
            Ok(kept) => self.add(kept),
            Err(error) => self.live.toasts.bad(format!("{name}: {}", error.text())),
        }
    }
}

/// What goes along, what may, and where more comes from.
#[component]
pub(super) fn MailFilesField(files: MailFiles, error: Signal<Option<String>>) -> impl IntoView {
    let offered = Signal::derive(move || {
        let chosen = files.all.get();
        let rest = files.offered.get().into_iter();
        let rest = rest.filter(|one| !chosen.iter().any(|other| other.id == one.id));
        rest.map(|one| {
            let words = format!("{} · {}", one.name, bytes(one.size));
            MenuItem::new(words, move || files.add(one.clone())).icon(icon::FILE_TEXT)
        })
        .collect::<Vec<_>>()
    });
    let words = if files.live.object.name == "lead" {
        (k::email_files::OF_LEAD, k::email_files::KEPT_LEAD)
    } else {
        (k::email_files::OF_CONTACT, k::email_files::KEPT_CONTACT)
    };
    let hint = move || {
        let limit = bytes(files.limit.get());
        let size = match files.total() {
            0 => k::email_files::at_most(&limit),
            total => k::email_files::chosen(&limit, &bytes(total)),
        };
        format!("{size} {}", words.1.get())
    };
    let coming = move || {
        files.coming.get().map(|(name, share)| {
            let done = percent(share);
            view! { <li class="mail-file"><span class="mail-file-name">{name}</span><progress max="1" value=share aria-label=k::files::SENDING></progress><span class="hint">{done}</span></li> }
        })
    };
    let take = move |event: web_sys::Event| {
        let input: HtmlInputElement = event_target(&event);
        files.send(files_of(input.files()));
        // Choosing the same file again must count as a change.
        input.set_value("");
    };
    view! {
        <div class="mail-files" role="group" aria-label=k::email_files::FILES>
            <div class="row">
                <label class="btn quiet small">
                    <Glyph icon=icon::UPLOAD/>
                    <span class="btn-label">{k::email_files::UPLOAD}</span>
                    <input type="file" class="hidden-visually" multiple on:change=take/>
                </label>
                <Show when=move || !offered.with(Vec::is_empty)>
                    <Menu label=words.0 items=offered icon=icon::PAPERCLIP variant=Variant::Quiet size=Size::Small/>
                </Show>
            </div>
            <ul class="mail-file-list">
                <For each=move || files.all.get() key=|one| one.id.clone() let:one>
                    <Line files one/>
                </For>
                {coming}
            </ul>
            <p class="hint">{hint}</p>
            {move || error.get().map(|text| view! { <p class="field-error"><Glyph icon=icon::CIRCLE_ALERT/>{text}</p> })}
        </div>
    }
}

#[component]
fn Line(files: MailFiles, one: Going) -> impl IntoView {
    let (name, id) = (one.name.clone(), one.id.clone());
    let label = move || k::email_files::leave_out(&name);
    view! {
        <li class="mail-file">
            <Glyph icon=icon::PAPERCLIP/>
            <span class="mail-file-name">{one.name.clone()}</span>
            <span class="hint">{bytes(one.size)}</span>
            <IconButton label icon=icon::X size=Size::Small on_press=move |()| files.remove(&id)/>
        </li>
    }
}
