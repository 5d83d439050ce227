//! What members say to each other about a record.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::comment_box::CommentBox;
use super::{Live, Page, part_of};
use crate::api::{ApiError, Reply, use_api};
use crate::i18n::{day_title, k, local_day, time};
use crate::records::people::use_people;
use crate::records::store::encode;
use crate::screens::record::related::Section;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon;
use crate::ui::markdown::Markdown;
use crate::ui::popover::{Menu, MenuItem};

/// A comment.
#[derive(Clone, PartialEq, Debug, Deserialize)]
struct Comment {
    id: String,
    version: i64,
    body: String,
    created_at: String,
    created_by: String,
    edited_at: Option<String>,
}

/// The comments read so far, newest first.
#[derive(Clone, Copy)]
struct Talk {
    live: Live,
    all: RwSignal<Option<Vec<Comment>>>,
    cursor: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    sent: RwSignal<u32>,
    /// The comment that is being changed.
    edited: RwSignal<Option<String>>,
}

impl Talk {
    fn of(live: Live) -> Self {
        let talk = Self {
            live,
            all: RwSignal::new(None),
            cursor: RwSignal::new(None),
            busy: RwSignal::new(false),
            sent: RwSignal::new(0),
            edited: RwSignal::new(None),
        };
        Effect::new(move |_| {
            live.news();
            talk.load(None);
        });
        talk
    }

    fn load(self, from: Option<String>) {
        let more = from
            .as_deref()
            .map(|cursor| format!("&cursor={}", encode(cursor)));
        let path = format!(
            "{}?limit=20{}",
            part_of(self.live, "comments"),
            more.unwrap_or_default()
        );
        spawn_local(async move {
            let read = self.live.api.get(&path).await;
            // What can't be read stays as it was; the timeline says when the server is gone.
            let Ok(page) = read.and_then(Reply::read::<Page<Comment>>) else {
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

    fn say(self, text: String) {
        self.busy.set(true);
        spawn_local(async move {
            let path = part_of(self.live, "comments");
            let said = self.live.api.post(&path, &json!({"body": text})).await;
            self.busy.try_set(false);
            match said {
                Ok(_) => {
                    self.sent.try_update(|n| *n += 1);
                    self.live.refresh();
                }
                Err(error) => self.live.toasts.bad(error.text()),
            }
        });
    }

    fn change(self, comment: &Comment, text: String) {
        let (path, version) = (format!("/comments/{}", comment.id), comment.version);
        self.busy.set(true);
        spawn_local(async move {
            let changed = self
                .live
                .api
                .patch(&path, version, &json!({"body": text}))
                .await;
            self.busy.try_set(false);
            match changed {
                Ok(_) => _ = self.edited.try_set(None),
                Err(error) => self.live.toasts.bad(error.text()),
            }
            self.load(None);
        });
    }

    fn remove(self, comment: &Comment) {
        let (path, version) = (format!("/comments/{}", comment.id), comment.version);
        let toasts = self.live.toasts;
        spawn_local(async move {
            match self.live.api.delete(&path, Some(version)).await {
                Ok(_) => toasts.undoable(k::files::COMMENT_REMOVED.get(), move || {
                    let path = format!("{path}/restore");
                    spawn_local(
                        async move { self.done(self.live.api.post(&path, &json!({})).await) },
                    );
                }),
                Err(error) => toasts.bad(error.text()),
            }
            self.load(None);
        });
    }

    fn done(self, back: Result<Reply, ApiError>) {
        match back {
            Ok(_) => self.live.toasts.ok(k::common::UNDONE.get()),
            Err(error) => self.live.toasts.bad(error.text()),
        }
        self.load(None);
    }
}

/// The comments on a record and where one writes another.
#[component]
pub fn Comments(
    /// The record.
    live: Live,
    /// The person may write.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let talk = Talk::of(live);
    let draft = format!("{}:{}", live.object.name, live.id());
    let count = move || {
        talk.all
            .with(|all| all.as_ref().and_then(|all| i64::try_from(all.len()).ok()))
    };
    let say = Callback::new(move |text| talk.say(text));
    view! {
        <Section title=k::files::COMMENTS count=Signal::derive(count) empty=k::files::NO_COMMENTS>
            <ol class="talk">
                <For each=move || talk.all.get().unwrap_or_default() key=|it| (it.id.clone(), it.version) let:comment>
                    <CommentLine talk comment/>
                </For>
            </ol>
        </Section>
        <Show when=move || talk.cursor.with(Option::is_some)>
            <Button label=k::ui::OLDER size=Size::Small variant=Variant::Quiet on_press=move |()| talk.load(talk.cursor.get_untracked())/>
        </Show>
        <Show when=move || may_edit.get()>
            <CommentBox start="" draft=draft.clone() action=k::files::SAY on_send=say busy=talk.busy sent=talk.sent/>
        </Show>
    }
}

#[component]
fn CommentLine(talk: Talk, comment: Comment) -> impl IntoView {
    let people = use_people();
    let session = use_api().session();
    let author = comment.created_by.clone();
    let own = move || session.with(|s| s.as_ref().is_some_and(|s| s.user.id == author));
    let own = Memo::new(move |_| own());
    let rules =
        Memo::new(move |_| session.with(|s| s.as_ref().is_some_and(|s| s.may_all(Action::Delete))));
    let kept = StoredValue::new(comment.clone());
    let items = Signal::derive(move || {
        let mut items = Vec::new();
        if own.get() {
            let id = kept.with_value(|it| it.id.clone());
            let edit = move || talk.edited.set(Some(id.clone()));
            items.push(MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL));
        }
        let remove = move || kept.with_value(|it| talk.remove(it));
        items.push(
            MenuItem::new(k::common::REMOVE, remove)
                .icon(icon::TRASH_2)
                .danger(),
        );
        items
    });
    let name = comment.created_by.clone();
    let who = move || people.name(&name).unwrap_or_default();
    let at = comment.created_at.clone();
    let when = move || local_day(&at).map(|day| format!("{} {}", day_title(day), time(&at)));
    let changed = comment.edited_at.is_some();
    let editing = Memo::new(move |_| {
        talk.edited
            .with(|id| id.as_deref() == Some(kept.with_value(|it| it.id.clone()).as_str()))
    });
    let body = move || {
        let (body, start) = kept.with_value(|it| (it.body.clone(), it.body.clone()));
        if editing.get() {
            let save = Callback::new(move |text| kept.with_value(|it| talk.change(it, text)));
            let cancel = Callback::new(move |()| talk.edited.set(None));
            view! { <CommentBox start action=k::common::SAVE on_send=save busy=talk.busy on_cancel=cancel/> }.into_any()
        } else {
            view! { <Markdown text=body/> }.into_any()
        }
    };
    view! {
        <li class="related-card comment">
            <div class="related-card-head">
                <strong>{who}</strong>
                <time class="hint" datetime=comment.created_at>{when}</time>
                {changed.then(|| view! { <span class="hint">{k::files::CHANGED}</span> })}
                <span class="spacer"></span>
                <Show when=move || own.get() || rules.get()>
                    <Menu label=k::files::COMMENT_ACTIONS items icon_only=true size=Size::Small/>
                </Show>
            </div>
            {body}
        </li>
    }
}
