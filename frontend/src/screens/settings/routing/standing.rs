//! Who gets what no rule takes.

use leptos::prelude::*;
use serde_json::json;

use super::model::{Desk, SETTINGS, Settings};
use crate::i18n::k;
use crate::records::people::use_people;
use crate::screens::settings::saving::{SaveNote, Saving};
use crate::ui::combobox::Combobox;
use crate::ui::select::Choice;

/// One person, or nobody in particular.
#[component]
pub fn WhoElse(desk: Desk, settings: Settings) -> impl IntoView {
    let (people, saving) = (use_people(), Saving::new());
    let version = settings.version;
    let now = settings.default_user_id.map(|id| {
        let name = untrack(|| people.name(&id)).unwrap_or_default();
        Choice::new(id, name)
    });
    let value = RwSignal::new(now);
    let change = move |choice: Option<Choice>| {
        let body = json!({"default_user_id": choice.map(|choice| choice.value)});
        saving.run(async move {
            let saved = desk.api.patch(SETTINGS, version, &body).await;
            desk.load_settings();
            saved.map(drop)
        });
    };
    view! {
        <SaveNote saving/>
        <Combobox label=k::routing::DEFAULT value find=people.finder() hint=k::routing::DEFAULT_HINT on_change=change/>
    }
}
