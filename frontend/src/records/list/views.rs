//! The views of a list: all, the given ones, and those that people saved.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::platform::saved_view::OBJECT as VIEW;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::default_view;
use super::look::{Arrangement, Look, Shown, with_widths};
use super::state::ListState;
use crate::i18n::k;
use crate::records::Record;
use crate::records::store::{self, Query, quoted};
use crate::storage;
use crate::ui::icon;
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
        let came = page.is_ok();
        // Without an answer the list goes on without them.
        let views = page.map(|page| page.items).unwrap_or_default();
        if state.views.try_set(Some(views)).is_none() {
            if came && untrack(|| is_gone(state)) {
                default_view::forget(state.spec.object, &state.view.get_untracked());
                state.view.set(String::new());
            }
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

/// Whether the view chosen is neither a given one nor a saved one.
fn is_gone(state: ListState) -> bool {
    let id = state.view.get();
    let given = id.is_empty() || state.spec.views.iter().any(|view| view.id == id);
    !given && saved(state).is_none()
}

/// Whether the person made the saved view and so may change it; tracked.
pub fn is_own(state: ListState, view: &Record) -> bool {
    let session = state.api.session().get();
    session.as_ref().map(|s| s.user.id.as_str()) == view.text("owner_id")
}

/// Whether the person decides about the saved view: who sees it, its name, its lock. Tracked.
pub fn may_decide(state: ListState, view: &Record) -> bool {
    let session = state.api.session().get();
    is_own(state, view) || session.is_some_and(|session| session.may(Action::Settings))
}

/// Whether the person may change how the saved view looks; tracked.
pub fn may_change(state: ListState, view: &Record) -> bool {
    let session = state.api.session().get();
    let writes = session.is_some_and(|session| session.may(Action::Edit));
    may_decide(state, view) || writes && !is(view, "locked")
}

/// Whether a yes-or-no member of a view is yes.
pub fn is(view: &Record, member: &str) -> bool {
    *view.value(member) == Value::Bool(true)
}

/// Whether others see a view.
pub fn is_shown(view: &Record) -> bool {
    view.text("visibility").is_some_and(|who| who != "private")
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
            arrangement: state.layout.with_value(|layout| Arrangement::usual(layout)),
        });
    }
    if state.views.with(Option::is_none) {
        return None;
    }
    let usual = state.spec.usual_columns();
    // A view that is gone shows like "All".
    let look = saved(state).map(|view| {
        let look = Look::of(&view, &usual);
        let filter = state.as_pills_say(&look.filter);
        Look { filter, ..look }
    });
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
            let own = untrack(|| saved(state)).is_none()
                && !state.waiting.get_untracked()
                && !state.linked.get_untracked();
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
    view.filter != now.filter
        || view.sort != now.sort
        || view.arrangement != now.arrangement
        || columns
}

/// The saved views in the order of their tabs: pinned ones first, one's own before those of others. Tracked.
pub fn in_order(state: ListState) -> Vec<Record> {
    let mut views = state.views.get().unwrap_or_default();
    views.sort_by_cached_key(|view| {
        let name = view.title(&VIEW).to_lowercase();
        let place = view.integer("position").unwrap_or_default();
        (!is(view, "pinned"), !is_own(state, view), place, name)
    });
    views
}

/// All views as tabs; tracked.
pub fn tabs(state: ListState) -> Vec<Tab> {
    let mut tabs = vec![Tab::new("", k::common::ALL)];
    let given = state.spec.views.iter();
    tabs.extend(given.map(|view| Tab::new(view.id, view.label)));
    tabs.extend(in_order(state).into_iter().map(|view| {
        let tab = Tab::new(view.id(), view.title(&VIEW));
        if !may_change(state, &view) {
            tab.mark(icon::LOCK, k::lists::VIEW_LOCKED)
        } else if is(&view, "pinned") {
            tab.mark(icon::PIN, k::lists::VIEW_PINNED)
        } else if is_shown(&view) {
            tab.mark(icon::USERS, k::lists::VIEW_SHARED)
        } else {
            tab
        }
    }));
    tabs
}

/// Chooses a view.
pub fn choose(state: ListState, id: String) {
    state.view.set(id);
    state.text.set(String::new());
    state.within.set(String::new());
    state.linked.set(false);
    show(state);
}

/// The name of the view shown; tracked.
pub fn name(state: ListState) -> String {
    let id = state.view.get();
    let given = state.spec.views.iter().find(|view| view.id == id);
    given.map_or_else(
        || saved(state).map_or_else(|| k::common::ALL.get().to_owned(), |view| view.title(&VIEW)),
        |view| view.label.get().to_owned(),
    )
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
