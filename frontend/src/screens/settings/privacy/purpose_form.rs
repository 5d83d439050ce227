//! The form of a purpose.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::purposes::{Desk, PATH, Purpose};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::records::privacy::word;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

const BASES: [&str; 6] = [
    "consent",
    "contract",
    "legal_obligation",
    "vital_interest",
    "public_interest",
    "legitimate_interest",
];

const CHANNELS: [&str; 6] = ["email", "phone", "whatsapp", "line", "sms", "post"];

/// Name, what is done, on what it rests, by which channels, and what people are shown.
#[component]
pub fn PurposeForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let start =
        |of: fn(&Purpose) -> String| RwSignal::new(edited.as_ref().map(of).unwrap_or_default());
    let name = start(|one| one.name.clone());
    let description = start(|one| one.description.clone());
    let wording = start(|one| one.wording.clone());
    let basis = edited
        .as_ref()
        .map_or("consent", |one| one.legal_basis.as_str());
    let basis = RwSignal::new(basis.to_owned());
    let channels = edited.as_ref().map(|one| one.channels.clone());
    let channels = RwSignal::new(channels.unwrap_or_else(|| vec!["email".to_owned()]));
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({
            "name": name.get_untracked(), "description": description.get_untracked(), "legal_basis": basis.get_untracked(),
            "channels": channels.get_untracked(), "wording": wording.get_untracked(),
        });
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(one) => {
                    let path = format!("{PATH}/{}", one.id);
                    desk.api.patch(&path, one.version, &body).await
                }
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Purpose>) {
                Ok(purpose) => {
                    desk.editing.set(false);
                    desk.toasts.ok(k::privacy::purpose_saved(&purpose.name));
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let bases = Signal::derive(|| {
        let all = BASES.map(|code| Choice::new(code, word("basis", code)));
        all.to_vec()
    });
    let wrong = errors.of("channels");
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::privacy::NAME value=name required=true autofocus=true error=errors.of("name")/>
            <TextArea label=k::privacy::DESCRIPTION value=description error=errors.of("description")/>
            <Select label=k::privacy::BASIS value=basis choices=bases error=errors.of("legal_basis")/>
            <fieldset class="stack check-group">
                <legend>{k::privacy::CHANNELS}</legend>
                {CHANNELS.map(|code| view! { <Channel code channels/> }).collect_view()}
                {move || wrong.get().map(|text| view! { <p class="error-text" role="alert">{text}</p> })}
            </fieldset>
            <TextArea label=k::privacy::WORDING value=wording hint=k::privacy::WORDING_HINT rows=4 error=errors.of("wording")/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

#[component]
fn Channel(code: &'static str, channels: RwSignal<Vec<String>>) -> impl IntoView {
    let on = move || channels.with(|all| all.iter().any(|one| one == code));
    let toggle = move |_| {
        channels.update(|all| {
            let before = all.len();
            all.retain(|one| one != code);
            if all.len() == before {
                all.push(code.to_owned());
            }
        });
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=on on:change=toggle/>
            {move || word("channel", code)}
        </label>
    }
}
