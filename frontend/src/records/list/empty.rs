//! A list without rows.

use leptos::prelude::*;

use super::state::ListState;
use crate::i18n::k;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::EmptyState;
use crate::ui::filter_bar::Conditions;
use crate::ui::icon;

/// No rows: because there is nothing yet, or because the filter leaves nothing.
#[component]
pub fn Nothing(state: ListState, creating: RwSignal<bool>) -> impl IntoView {
    let narrowed = move || !state.filter().is_empty() || !state.text.with(String::is_empty);
    let clear = move |()| {
        state.conditions.set(Conditions::default());
        state.rich.set(String::new());
        state.text.set(String::new());
    };
    // The import takes in people, companies and leads, and nothing else.
    let imports = matches!(state.spec.object.name, "contact" | "company" | "lead");
    move || {
        if narrowed() {
            view! { <EmptyState text=k::lists::NO_MATCH icon=icon::SEARCH><Button label=k::lists::CLEAR_FILTERS on_press=clear/></EmptyState> }.into_any()
        } else {
            view! {
                <EmptyState text=state.spec.empty icon=icon::USERS>
                    <Button label=state.spec.new variant=Variant::Primary on_press=move |()| creating.set(true)/>
                    {imports.then(|| view! { <a class="btn plain medium" href="/app/import">{k::place::IMPORT}</a> })}
                </EmptyState>
            }.into_any()
        }
    }
}
