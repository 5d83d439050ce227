//! What can be done with the view shown.

use leptos::prelude::*;
use relasi_domain::record::Document;
use serde_json::Value;

use super::state::ListState;
use super::views;
use crate::i18n::k;
use crate::ui::icon;
use crate::ui::popover::MenuItem;

/// What can be done with the view shown, for who may change it; tracked.
pub fn actions(state: ListState, rename: RwSignal<bool>) -> Vec<MenuItem> {
    let Some(view) = views::saved(state) else {
        return Vec::new();
    };
    let session = state.api.session().get();
    let mine = session.as_ref().map(|s| s.user.id.as_str()) == view.text("owner_id");
    if !mine {
        return Vec::new();
    }
    let flag = |name: &'static str, on: bool| {
        let mut changes = Document::new();
        changes.insert(name.to_owned(), on.into());
        changes
    };
    let shared = *view.value("shared") == Value::Bool(true);
    let pinned = *view.value("pinned") == Value::Bool(true);
    let (share, pin) = (
        if shared {
            k::lists::UNSHARE
        } else {
            k::lists::SHARE
        },
        if pinned {
            k::lists::UNPIN
        } else {
            k::lists::PIN
        },
    );
    vec![
        MenuItem::new(k::lists::RENAME, move || rename.set(true)).icon(icon::PENCIL),
        MenuItem::new(share, move || {
            views::change(state, flag("shared", !shared), k::lists::VIEW_SAVED.get());
        })
        .icon(icon::USERS),
        MenuItem::new(pin, move || {
            views::change(state, flag("pinned", !pinned), k::lists::VIEW_SAVED.get());
        })
        .icon(icon::PIN),
        MenuItem::new(k::lists::DELETE_VIEW, move || views::delete(state))
            .icon(icon::TRASH_2)
            .danger(),
    ]
}
