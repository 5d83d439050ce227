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
    // What comes in by files, and what does not.
    let name = state.spec.object.name;
    let imports = matches!(name, "contact" | "company" | "lead" | "product");
    let import = StoredValue::new(format!("/app/import?object={name}"));
    move || {
        if narrowed() {
            view! { <EmptyState text=k::lists::NO_MATCH icon=icon::SEARCH><Button label=k::lists::CLEAR_FILTERS on_press=clear/></EmptyState> }.into_any()
        } else {
            view! {
                <EmptyState text=state.spec.empty icon=icon::USERS>
                    <Button label=state.spec.new variant=Variant::Primary on_press=move |()| creating.set(true)/>
                    {imports.then(|| view! { <a class="btn plain medium" href=import.get_value()>{k::place::IMPORT}</a> })}
                </EmptyState>
            }.into_any()
        }
    }
}
