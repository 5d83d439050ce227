//! The views of a list: all, the given ones, and those that people saved.

use leptos::prelude::*;
use relasi_domain::platform::saved_view::OBJECT as VIEW;
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::look::{Look, Shown, with_widths};
use super::state::ListState;
use crate::i18n::k;
use crate::records::Record;
use crate::records::store::{self, Query, quoted};
use crate::storage;
use crate::ui::tabs::Tab;

/// Loads the saved views once; a view that the address named is shown as soon as it is here.
pub fn load(state: ListState) {
    let object = state.spec.object.name;
    let query = Query {
        filter: format!("object = {}", quoted(object)),
        sort: "position,name".to_owned(),
        limit: 200,
        ..Query::default()
    };
    spawn_local(async move {
        let page = store::list(state.api, &VIEW, &query).await;
        // Without an answer the list goes on without them.
        let views = page.map(|page| page.items).unwrap_or_default();
        if state.views.try_set(Some(views)).is_none() {
            if state.waiting.get_untracked() {
                show(state);
                state.waiting.set(false);
            } else if let Some(look) =
                untrack(|| saved(state).map(|view| Look::of(&view, &state.spec.usual_columns())))
            {
                state.columns.set(look.columns);
            }
        }
    });
}

/// The saved view that is shown, if it is a saved one; tracked.
pub fn saved(state: ListState) -> Option<Record> {
    let id = state.view.get();
    state
        .views
        .with(|views| views.as_ref()?.iter().find(|view| view.id() == id).cloned())
}

/// The look of the view chosen; `None` while a saved one has not come. Tracked.
pub fn look(state: ListState) -> Option<Look> {
    let id = state.view.get();
    let given = state.spec.views.iter().find(|view| view.id == id);
    if id.is_empty() || given.is_some() {
        return Some(Look {
            filter: given.map_or("", |view| view.filter).to_owned(),
            sort: state.spec.sort.to_owned(),
            columns: remembered(state, &id),
        });
    }
    if state.views.with(Option::is_none) {
        return None;
    }
    let usual = state.spec.usual_columns();
    // A view that is gone shows like "All".
    let look = saved(state).map(|view| Look::of(&view, &usual));
    Some(look.unwrap_or_else(|| Look {
        sort: state.spec.sort.to_owned(),
        columns: usual,
        ..Look::default()
    }))
}

/// Shows the view chosen as it was saved.
pub fn show(state: ListState) {
    match untrack(|| look(state)) {
        Some(look) => {
            state.set_look(look);
            state.waiting.set(false);
        }
        None => state.waiting.set(true),
    }
}

fn place(state: ListState, view: &str) -> String {
    format!("relasi.columns.{}.{view}", state.spec.object.name)
}

/// Columns of a view that is nobody's: this browser keeps them.
fn remembered(state: ListState, view: &str) -> Vec<Shown> {
    let stored = storage::read(&place(state, view));
    let stored = stored.and_then(|text| serde_json::from_str::<Vec<Shown>>(&text).ok());
    let known = |shown: &Shown| state.spec.object.field(&shown.field).is_some();
    stored
        .filter(|columns| !columns.is_empty() && columns.iter().all(known))
        .unwrap_or_else(|| state.spec.usual_columns())
}

/// Keeps the columns of views that are nobody's in this browser.
pub fn remember(state: ListState) {
    Effect::watch(
        move || {
            state
                .columns
                .with(|columns| state.widths.with(|w| with_widths(columns, w)))
        },
        move |columns, _, _| {
            let view = state.view.get_untracked();
            let own = untrack(|| saved(state)).is_none() && !state.waiting.get_untracked();
            if let (true, Ok(text)) = (own, serde_json::to_string(columns)) {
                storage::write(&place(state, &view), &text);
            }
        },
        false,
    );
}

/// Whether the list looks otherwise than the view; columns count for saved views only. Tracked.
pub fn changed(state: ListState) -> bool {
    let (Some(view), now) = (look(state), state.look()) else {
        return false;
    };
    let columns = saved(state).is_some() && view.columns != now.columns;
    view.filter != now.filter || view.sort != now.sort || columns
}

/// All views as tabs, pinned ones first; tracked.
pub fn tabs(state: ListState) -> Vec<Tab> {
    let mut tabs = vec![Tab::new("", k::common::ALL)];
    tabs.extend(
        state
            .spec
            .views
            .iter()
            .map(|view| Tab::new(view.id, view.label)),
    );
    let mut views = state.views.get().unwrap_or_default();
    views.sort_by_key(|view| *view.value("pinned") != Value::Bool(true));
    tabs.extend(
        views
            .iter()
            .map(|view| Tab::new(view.id(), view.title(&VIEW))),
    );
    tabs
}

/// Chooses a view.
pub fn choose(state: ListState, id: String) {
    state.view.set(id);
    state.text.set(String::new());
    show(state);
}

/// Goes to the view `by` tabs further, around the ends.
pub fn step(state: ListState, by: isize) {
    let ids: Vec<String> = untrack(|| tabs(state))
        .into_iter()
        .map(|tab| tab.id)
        .collect();
    let now = state.view.get_untracked();
    let at = ids.iter().position(|id| *id == now).unwrap_or_default();
    let to = at.checked_add_signed(by).unwrap_or(ids.len() - 1) % ids.len();
    choose(state, ids[to].clone());
}

/// The members that a view keeps of the present look.
fn members(state: ListState) -> Document {
    let look = untrack(|| state.look());
    let mut body = Document::new();
    body.insert("filter".to_owned(), look.filter.into());
    body.insert("sort".to_owned(), look.sort.into());
    body.insert("columns".to_owned(), json!(look.columns));
    body
}

/// Saves the present look as a new view and goes there.
pub async fn add(state: ListState, name: &str, shared: bool) -> Result<(), crate::api::ApiError> {
    let mut body = members(state);
    body.insert("name".to_owned(), name.into());
    body.insert("object".to_owned(), state.spec.object.name.into());
    body.insert("layout".to_owned(), "table".into());
    body.insert("shared".to_owned(), shared.into());
    let position = state
        .views
        .with_untracked(|views| views.as_ref().map_or(0, Vec::len));
    body.insert("position".to_owned(), position.into());
    let view = store::create(state.api, &VIEW, body).await?;
    let id = view.id().to_owned();
    state
        .views
        .update(|views| views.get_or_insert_default().push(view));
    state.view.set(id);
    Ok(())
}

/// Saves the present look in the view shown.
pub fn save(state: ListState) {
    change(state, members(state), k::lists::VIEW_SAVED.get());
}

/// Changes members of the view shown and says so.
pub fn change(state: ListState, changes: Document, said: &'static str) {
    let toasts = state.toasts;
    let Some(view) = untrack(|| saved(state)) else {
        return;
    };
    spawn_local(async move {
        match store::patch(state.api, &VIEW, view.id(), view.version(), changes).await {
            Ok(new) => {
                state.views.update(|views| {
                    let old = views.iter_mut().flatten().find(|old| old.id() == new.id());
                    if let Some(old) = old {
                        *old = new;
                    }
                });
                toasts.ok(said);
            }
            Err(error) => toasts.bad(super::edit::reason(&error)),
        }
    });
}

/// Deletes the view shown; undo brings it back.
pub fn delete(state: ListState) {
    let toasts = state.toasts;
    let Some(view) = untrack(|| saved(state)) else {
        return;
    };
    choose(state, String::new());
    spawn_local(async move {
        match store::delete(state.api, &VIEW, view.id(), view.version()).await {
            Ok(()) => {
                let gone = view.id().to_owned();
                state.views.update(|views| {
                    if let Some(all) = views {
                        all.retain(|v| v.id() != gone);
                    }
                });
                let text = k::lists::view_deleted(&view.title(&VIEW));
                toasts.undoable(text, move || {
                    let id = gone.clone();
                    spawn_local(async move {
                        if let Ok(view) = store::restore(state.api, &VIEW, &id).await {
                            state
                                .views
                                .update(|views| views.get_or_insert_default().push(view));
                            choose(state, id);
                        }
                    });
                });
            }
            Err(error) => toasts.bad(super::edit::reason(&error)),
        }
    });
}
