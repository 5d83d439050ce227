//! Handing a lead over: to a person or a team, with a word.

use leptos::prelude::*;
use relasi_domain::identity::team;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::super::live::Live;
use super::verbs::run;
use crate::api::FormErrors;
use crate::i18n::k;
use crate::records::people::use_people;
use crate::records::refs::reference_finder;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::combobox::Combobox;
use crate::ui::dialog::Modal;
use crate::ui::select::Choice;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The dialog.
#[component]
pub fn HandOffDialog(live: Live, open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::leads::HAND_OFF><HandOffForm live open/></Modal> }
}

#[component]
fn HandOffForm(live: Live, open: RwSignal<bool>) -> impl IntoView {
    let (owner, group) = (RwSignal::new(None::<Choice>), RwSignal::new(None::<Choice>));
    let note = RwSignal::new(String::new());
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let save = move || {
        let id = |of: RwSignal<Option<Choice>>| of.get_untracked().map(|choice| choice.value);
        let note = Some(note.get_untracked()).filter(|text| !text.trim().is_empty());
        let body = json!({"owner_id": id(owner), "team_id": id(group), "note": note});
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let done = run(live, "hand-off", &body).await;
            let _ = busy.try_set(false);
            match done {
                Ok(()) => {
                    let _ = open.try_set(false);
                    live.toasts.ok(k::leads::HANDED_OFF.get());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <p class="secondary">{k::leads::HAND_OFF_TEXT}</p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <Combobox label=k::leads::TO_PERSON value=owner find=use_people().finder() error=errors.of("owner_id")/>
            <Combobox label=k::leads::TO_TEAM value=group find=reference_finder(live.api, &team::OBJECT) error=errors.of("team_id")/>
            <TextInput label=k::leads::NOTE value=note error=errors.of("note")/>
            <div class="row-end"><Button label=k::leads::HAND_OFF variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
