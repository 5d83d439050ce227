//! Every component once, at `/app/dev/ui` in debug builds.

mod boards;
mod fields;
mod marks;
mod tables;

use leptos::prelude::*;

use crate::frame::PageBar;
use crate::ui::tabs::{Tab, Tabs};

/// Tabs with groups of components.
#[component]
pub fn StoryPage() -> impl IntoView {
    let current = RwSignal::new("fields".to_owned());
    let tabs = Signal::derive(|| {
        ["fields", "marks", "table", "board"]
            .map(|name| Tab::new(name, name))
            .to_vec()
    });
    view! {
        <PageBar title="UI"/>
        <div class="view-tabs"><Tabs label="Groups" tabs current on_choose=move |id| current.set(id)/></div>
        {move || match current.get().as_str() {
            "marks" => view! { <marks::Marks/> }.into_any(),
            "table" => view! { <tables::Tables/> }.into_any(),
            "board" => view! { <boards::Boards/> }.into_any(),
            _ => view! { <fields::Fields/> }.into_any(),
        }}
    }
}
