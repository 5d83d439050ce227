//! Saved views of a list as tabs.

use leptos::prelude::*;

use super::button::{IconButton, Size};
use super::icon;
use super::popover::{Menu, MenuItem};
use super::tabs::{Tab, Tabs};
use crate::i18n::k;

/// The views of a list. `[` and `]` walk them (bound by the list screen).
#[component]
pub fn ViewTabs(
    /// The views; the first is "All".
    #[prop(into)]
    views: Signal<Vec<Tab>>,
    /// Id of the view shown.
    #[prop(into)]
    current: Signal<String>,
    /// Called with the id of the chosen view.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Makes a view of what is shown.
    #[prop(into)]
    on_add: Callback<()>,
    /// What can be done with the view shown: rename, share, pin, delete.
    #[prop(optional, into)]
    actions: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    view! {
        <div class="view-tabs">
            <Tabs label=k::ui::VIEWS tabs=views current on_choose>
                <IconButton label=k::ui::ADD_VIEW icon=icon::PLUS size=Size::Small on_press=on_add/>
                <Show when=move || !actions.with(Vec::is_empty)>
                    <Menu label=k::ui::VIEW_ACTIONS items=actions icon_only=true size=Size::Small/>
                </Show>
            </Tabs>
        </div>
    }
}
