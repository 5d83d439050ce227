//! The menu with what is seldom done to a record.

use leptos::prelude::*;

use super::live::Live;
use crate::i18n::k;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};

/// More actions: to the trash, and what the page adds.
#[component]
pub fn More(
    /// The record.
    live: Live,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
    /// Called once the record lies in the trash.
    gone: Callback<()>,
    /// Lines above.
    #[prop(optional, into)]
    items: Option<Signal<Vec<MenuItem>>>,
) -> impl IntoView {
    let lines = Signal::derive(move || {
        let mut lines = items.map(|items| items.get()).unwrap_or_default();
        let trash = move || live.trash(move || gone.run(()));
        lines.push(
            MenuItem::new(k::record::TO_TRASH, trash)
                .icon(icon::TRASH_2)
                .danger(),
        );
        lines
    });
    view! {
        <Show when=move || may_edit.get()>
            <Menu label=k::common::MORE_ACTIONS items=lines icon_only=true/>
        </Show>
    }
}
