//! A record beside the list it stands in: the same facts, next step and timeline as on its page.

use leptos::prelude::*;
use relasi_domain::record::Object;

use super::facts::Facts;
use super::history::History;
use super::live::Live;
use super::log::Log;
use super::page::may_edit;
use super::steps::Steps;
use crate::ui::feedback::ErrorState;

/// The content of a peek drawer. Draw it anew for another record.
#[component]
pub fn Peek(
    /// Contact, company or deal.
    object: &'static Object,
    /// Which one.
    id: String,
    /// Follows the record's name, for the drawer's heading.
    #[prop(optional)]
    title: Option<RwSignal<String>>,
) -> impl IntoView {
    let live = Live::open(object, id);
    let (log, steps) = (Log::of(live), Steps::of(live));
    let may_edit = may_edit();
    Effect::new(move |_| {
        let name = live.with(|record| record.title(object));
        if let Some(title) = title.filter(|_| !name.is_empty()) {
            title.set(name);
        }
    });
    let body = move || match live.failure() {
        Some(error) => {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| live.refresh()/> }.into_any()
        }
        None => view! {
            <div class="peek">
                <section class="record-facts"><Facts live may_edit/></section>
                <History live log steps may_edit/>
            </div>
        }
        .into_any(),
    };
    view! { {body} }
}
