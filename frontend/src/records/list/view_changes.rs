//! Making, changing, placing and deleting saved views.

use leptos::prelude::*;
use relasi_domain::platform::saved_view::OBJECT as VIEW;
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::default_view;
use super::look::Arrangement;
use super::state::ListState;
use super::views::{choose, in_order, is, is_own, saved};
use crate::api::ApiError;
use crate::i18n::k;
use crate::records::Record;
use crate::records::store;

/// The members that a view keeps of the present look.
fn members(state: ListState) -> Document {
    let look = untrack(|| state.look());
    let mut body = Document::new();
    body.insert("filter".to_owned(), look.filter.into());
    body.insert("sort".to_owned(), look.sort.into());
    body.insert("columns".to_owned(), json!(look.columns));
    let Arrangement {
        layout,
        by,
        span,
        group_by,
        sums,
    } = look.arrangement;
    let layout = if layout.is_empty() {
        "table".to_owned()
    } else {
        layout
    };
    for (name, text) in [
        ("layout", layout),
        ("layout_field", by),
        ("span", span),
        ("group_by", group_by),
        ("sums", sums),
    ] {
        let value = if text.is_empty() {
            Value::Null
        } else {
            text.into()
        };
        body.insert(name.to_owned(), value);
    }
    body
}

/// Saves the present look as a new view behind one's others and goes there.
pub async fn add(state: ListState, name: &str, seen: Document) -> Result<(), ApiError> {
    let mut body = members(state);
    body.insert("name".to_owned(), name.into());
    body.insert("object".to_owned(), state.spec.object.name.into());
    body.extend(seen);
    let places = state.views.with_untracked(|views| {
        let all = views.iter().flatten();
        all.filter_map(|view| view.integer("position")).max()
    });
    body.insert(
        "position".to_owned(),
        places.map_or(0, |last| last + 1).into(),
    );
    let view = store::create(state.api, &VIEW, body).await?;
    let id = view.id().to_owned();
    put(state, view);
    state.view.set(id);
    Ok(())
}

/// Saves the present look in the view shown.
pub fn save(state: ListState) {
    change(state, members(state), k::lists::VIEW_SAVED.get().to_owned());
}

/// Changes members of the view shown and says so; undo puts the old ones back.
pub fn change(state: ListState, changes: Document, said: String) {
    let Some(view) = untrack(|| saved(state)) else {
        return;
    };
    let before: Document = changes
        .keys()
        .map(|name| (name.clone(), view.value(name).clone()))
        .collect();
    spawn_local(async move {
        if patch(state, view.id(), changes).await {
            let id = view.id().to_owned();
            state.toasts.undoable(said, move || {
                let (id, before) = (id.clone(), before.clone());
                spawn_local(async move {
                    if patch(state, &id, before).await && state.view.get_untracked() == id {
                        super::views::show(state);
                    }
                });
            });
        }
    });
}

/// Whether the server took the change and the list shows it; says why when the server did not.
async fn patch(state: ListState, id: &str, changes: Document) -> bool {
    // An undo may come when the list is gone.
    let known = state.views.try_with_untracked(|views| {
        let view = views.iter().flatten().find(|view| view.id() == id);
        view.map(Record::version)
    });
    let saved = match known.flatten() {
        Some(version) => store::patch(state.api, &VIEW, id, version, changes).await,
        None => match store::get(state.api, &VIEW, id).await {
            Ok(now) => store::patch(state.api, &VIEW, id, now.version(), changes).await,
            Err(error) => Err(error),
        },
    };
    match saved {
        Ok(new) => put(state, new),
        Err(error) => {
            state.toasts.bad(super::edit::reason(&error));
            false
        }
    }
}

/// Puts a view among the others, in the place of its older self. False when the list is gone.
fn put(state: ListState, view: Record) -> bool {
    let put = state.views.try_update(|views| {
        let views = views.get_or_insert_default();
        match views.iter_mut().find(|old| old.id() == view.id()) {
            Some(old) => *old = view,
            None => views.push(view),
        }
    });
    put.is_some()
}

/// One's own views that stand with the view shown, in order, and where it is among them; tracked.
fn row_of(state: ListState, view: &Record) -> (Vec<Record>, usize) {
    let pinned = is(view, "pinned");
    let row: Vec<Record> = in_order(state)
        .into_iter()
        .filter(|other| is_own(state, other) && is(other, "pinned") == pinned)
        .collect();
    let at = row.iter().position(|other| other.id() == view.id());
    (row, at.unwrap_or_default())
}

/// Whether the view shown can go one place back or forth; tracked.
pub fn can_move(state: ListState, view: &Record) -> (bool, bool) {
    let (row, at) = row_of(state, view);
    (at > 0, at + 1 < row.len())
}

/// Moves the view shown `by` places among one's own.
pub fn shift(state: ListState, by: isize) {
    let Some(view) = untrack(|| saved(state)) else {
        return;
    };
    let (mut row, at) = untrack(|| row_of(state, &view));
    let Some(to) = at.checked_add_signed(by).filter(|to| *to < row.len()) else {
        return;
    };
    row.swap(at, to);
    spawn_local(async move {
        for (place, view) in (0_i64..).zip(row) {
            if view.integer("position") == Some(place) {
                continue;
            }
            let mut changes = Document::new();
            changes.insert("position".to_owned(), place.into());
            if !patch(state, view.id(), changes).await {
                return;
            }
        }
    });
}

/// Deletes the view shown; undo brings it back.
pub fn delete(state: ListState) {
    let Some(view) = untrack(|| saved(state)) else {
        return;
    };
    let object = state.spec.object;
    let opened = default_view::of(object).as_deref() == Some(view.id());
    choose(state, String::new());
    spawn_local(async move {
        let gone = view.id().to_owned();
        if let Err(error) = store::delete(state.api, &VIEW, &gone, view.version()).await {
            return state.toasts.bad(super::edit::reason(&error));
        }
        default_view::forget(object, &gone);
        let _ = state.views.try_update(|views| {
            if let Some(all) = views {
                all.retain(|view| view.id() != gone);
            }
        });
        let text = k::lists::view_deleted(&view.title(&VIEW));
        state.toasts.undoable(text, move || {
            let id = gone.clone();
            spawn_local(async move { bring_back(state, id, opened).await });
        });
    });
}

async fn bring_back(state: ListState, id: String, opened: bool) {
    match store::restore(state.api, &VIEW, &id).await {
        Ok(view) => {
            if opened {
                default_view::choose(state.spec.object, &id);
            }
            if put(state, view) {
                choose(state, id);
            }
        }
        Err(error) => state.toasts.bad(super::edit::reason(&error)),
    }
}
