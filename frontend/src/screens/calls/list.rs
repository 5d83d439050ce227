//! `/app/call-lists`: the lists, how far each has come, and the way to work on it.

use leptos::prelude::*;
use relasi_domain::interaction::activity;
use wasm_bindgen_futures::spawn_local;

use super::form::{Form, FormDialog};
use super::model::{self, CallList, Progress};
use crate::api::{Api, ApiError, use_api};
use crate::frame::PageBar;
use crate::i18n::{k, number, percent};
use crate::keys::{self, Scope};
use crate::records::labels;
use crate::records::people::use_people;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::toast::{Toasts, use_toasts};

/// The lists that are loaded.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    found: RwSignal<Option<Result<Vec<CallList>, ApiError>>>,
    cursor: RwSignal<Option<String>>,
    pub(super) form: RwSignal<Option<Form>>,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            found: RwSignal::new(None),
            cursor: RwSignal::new(None),
            form: RwSignal::new(None),
        };
        desk.load(false);
        desk
    }

    /// Loads the lists from the start, or the next ones.
    pub(super) fn load(self, more: bool) {
        let from = self.cursor.get_untracked().filter(|_| more);
        spawn_local(async move {
            let page = model::lists(self.api, from.as_deref()).await;
            // The page may be gone by now.
            let _ = match page {
                Ok((lists, next)) => {
                    let _ = self.cursor.try_set(next);
                    self.found.try_update(|found| match found {
                        Some(Ok(all)) if more => all.extend(lists),
                        _ => *found = Some(Ok(lists)),
                    })
                }
                Err(error) => self.found.try_update(|found| *found = Some(Err(error))),
            };
        });
    }

    fn delete(self, list: &CallList) {
        let (path, version) = (list.path(), list.version);
        let said = k::calls::deleted(&list.name);
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load(false);
        });
    }
}

/// The page.
#[component]
pub fn CallListsPage() -> impl IntoView {
    let desk = Desk::new();
    let add = move || desk.form.set(Some(Form::New));
    keys::bind(Scope::Page, "C", k::calls::ADD, add);
    let body = move || match desk.found.get() {
        None => view! { <Skeleton lines=4/> }.into_any(),
        Some(Err(error)) => {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| desk.load(false)/> }.into_any()
        }
        Some(Ok(all)) if all.is_empty() => {
            view! { <EmptyState text=k::calls::NONE icon=icon::PHONE/> }.into_any()
        }
        Some(Ok(all)) => {
            let lines = all.into_iter().map(|list| view! { <Line list desk/> });
            view! { <ul class="call-lists">{lines.collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <PageBar title=k::place::CALL_LISTS>
            <Button label=k::calls::ADD icon=icon::PLUS variant=Variant::Primary key_hint="C" on_press=move |()| add()/>
        </PageBar>
        <div class="page-body stack">
            <p class="secondary">{k::calls::TEXT}</p>
            {body}
            <Show when=move || desk.cursor.with(Option::is_some)>
                <div class="row"><Button label=k::tasks::MORE on_press=move |()| desk.load(true)/></div>
            </Show>
        </div>
        <FormDialog desk/>
    }
}

#[component]
fn Line(list: CallList, desk: Desk) -> impl IntoView {
    let people = use_people();
    let one = StoredValue::new(list.clone());
    let menu = Signal::derive(move || {
        let edit = move || desk.form.set(Some(Form::Of(Box::new(one.get_value()))));
        vec![
            MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL),
            MenuItem::new(k::common::DELETE, move || {
                one.with_value(|list| desk.delete(list));
            })
            .icon(icon::TRASH_2)
            .danger(),
        ]
    });
    let (name, owner) = (list.name.clone(), list.owner_id.clone());
    let about = move || {
        let kind = one.with_value(|list| match list.object.as_str() {
            "lead" => k::place::LEADS.get(),
            _ => k::place::CONTACTS.get(),
        });
        let owner = people.name(&owner).unwrap_or_default();
        format!("{kind} · {owner}")
    };
    let href = format!("/app/call-lists/{}", list.id);
    let left = list.progress.left();
    view! {
        <li class="call-list">
            <div class="call-list-head">
                <div class="call-list-name">
                    <h2><a href=href.clone()>{list.name}</a></h2>
                    <p class="hint">{about}</p>
                </div>
                {(left > 0).then(|| view! { <a class="btn primary small" href=href><span class="btn-label">{k::calls::START}</span></a> })}
                <Menu label=move || k::calls::more(&name) items=menu icon_only=true size=Size::Small/>
            </div>
            <ProgressBar progress=list.progress/>
        </li>
    }
}

/// How many are done, as a bar and in words, and how the last calls went.
#[component]
pub fn ProgressBar(progress: Progress) -> impl IntoView {
    let (total, over) = (progress.total, progress.done + progress.skipped);
    let left = progress.left();
    let outcomes = progress.outcomes.clone();
    let (reached, over_calls) = (progress.reached, outcomes.values().sum::<i64>());
    #[expect(clippy::cast_precision_loss, reason = "a percentage")]
    let words = move || {
        if total == 0 {
            return k::calls::EMPTY_LIST.get().to_owned();
        }
        let done = k::calls::progress(&number(over), &number(total));
        let mut parts = vec![done];
        if left > 0 {
            parts.push(k::calls::left(left));
        }
        if over_calls > 0 {
            parts.push(k::calls::reached(&percent(
                reached as f64 / over_calls as f64,
            )));
        }
        // The most frequent first.
        let mut outcomes: Vec<(&String, &i64)> = outcomes.iter().collect();
        outcomes.sort_by_key(|(_, count)| -**count);
        let outcomes = outcomes.into_iter().map(|(code, count)| {
            let label = labels::choice(&activity::OBJECT, "outcome", code);
            format!("{label} {}", number(*count))
        });
        parts.extend(outcomes);
        parts.join(" · ")
    };
    view! {
        <div class="call-progress">
            <progress max=total.max(1) value=over aria-label=words.clone()></progress>
            <span class="secondary">{words}</span>
        </div>
    }
}
