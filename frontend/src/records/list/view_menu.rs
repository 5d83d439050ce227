//! What can be done with the view shown.

use leptos::prelude::*;
use relasi_domain::record::Document;

use super::state::ListState;
use super::view_changes::{can_move, change, delete, shift};
use super::{default_view, views};
use crate::i18n::k;
use crate::records::Record;
use crate::records::bulk::{Action, Bulk};
use crate::ui::icon;
use crate::ui::popover::MenuItem;

/// What can be done with the view shown: everything with one's own, opening the list with it for any. Tracked.
pub fn actions(
    state: ListState,
    bulk: Bulk,
    rename: RwSignal<bool>,
    sharing: RwSignal<bool>,
    opens: RwSignal<Option<String>>,
) -> Vec<MenuItem> {
    let mut items = Vec::new();
    let own = views::saved(state).filter(|view| views::may_decide(state, view));
    if let Some(view) = &own {
        items.push(MenuItem::new(k::lists::RENAME, move || rename.set(true)).icon(icon::PENCIL));
        items.push(MenuItem::new(k::lists::WHO_SEES, move || sharing.set(true)).icon(icon::USERS));
        items.push(pin(state, view));
        let mine = views::is_own(state, view);
        let (back, forth) = can_move(state, view);
        let (back, forth) = (back && mine, forth && mine);
        if back {
            items.push(
                MenuItem::new(k::lists::VIEW_EARLIER, move || shift(state, -1))
                    .icon(icon::ARROW_LEFT),
            );
        }
        if forth {
            items.push(
                MenuItem::new(k::lists::VIEW_LATER, move || shift(state, 1))
                    .icon(icon::ARROW_RIGHT),
            );
        }
    }
    let export = move || bulk.ask_for_all(Action::Export);
    items.push(MenuItem::new(k::bulk::EXPORT_LIST, export).icon(icon::DOWNLOAD));
    items.extend(open_with(state, opens));
    if own.is_some() {
        items.push(
            MenuItem::new(k::lists::DELETE_VIEW, move || delete(state))
                .icon(icon::TRASH_2)
                .danger(),
        );
    }
    items
}

fn flag(name: &str, on: bool) -> Document {
    let mut changes = Document::new();
    changes.insert(name.to_owned(), on.into());
    changes
}

fn pin(state: ListState, view: &Record) -> MenuItem {
    let pinned = views::is(view, "pinned");
    let label = if pinned {
        k::lists::UNPIN
    } else {
        k::lists::PIN
    };
    let said = move || k::lists::VIEW_SAVED.get().to_owned();
    let press = move || change(state, flag("pinned", !pinned), said());
    MenuItem::new(label, press).icon(icon::PIN)
}

/// Opens the list with the view shown, or with "All" again; nothing where that is so already.
fn open_with(state: ListState, opens: RwSignal<Option<String>>) -> Option<MenuItem> {
    let (now, wanted) = (opens.get().unwrap_or_default(), state.view.get());
    let set = move |id: String, said: String| {
        default_view::choose(state.spec.object, &id);
        opens.set(default_view::of(state.spec.object));
        state.toasts.ok(said);
    };
    if now != wanted {
        let name = views::name(state);
        let press = move || set(wanted.clone(), k::lists::opens_with(&name));
        return Some(MenuItem::new(k::lists::OPEN_WITH, press).icon(icon::STAR));
    }
    (!now.is_empty()).then(|| {
        let press = move || {
            let all = k::common::ALL.get();
            set(String::new(), k::lists::opens_with(all));
        };
        MenuItem::new(k::lists::OPEN_WITH_ALL, press).icon(icon::STAR_OFF)
    })
}
