//! How the quality of records is measured: what counts how much, which fields should be filled.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::field::FieldRef;
use relasi_domain::identity::access::Action;
use relasi_domain::insight::quality::{Measure, OBJECTS, can_be_asked_for};
use relasi_domain::record::Object;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use super::saving::{SaveNote, Saving};
use crate::api::{Reply, Request, use_api};
use crate::i18n::{Key, k, number};
use crate::records::fields::{is_shown, whole};
use crate::records::labels;
use crate::ui::banner::Banner;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;

type Settings = BTreeMap<String, Measure>;

/// The page.
#[component]
pub fn QualitySettings() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Settings, String>>);
    let load = move |()| {
        spawn_local(async move {
            let answer = api.get("/quality/settings").await.and_then(Reply::read);
            let _ = found.try_set(Some(answer.map_err(|error| error.text())));
        });
    };
    load(());
    let allowed = may(Action::Settings);
    let object = RwSignal::new(OBJECTS[0].name.to_owned());
    let choices = Signal::derive(|| {
        let shown = OBJECTS.into_iter().filter(|object| is_shown(object));
        shown
            .map(|object| Choice::new(object.name, labels::many(object)))
            .collect::<Vec<_>>()
    });
    let form = move || {
        let name = object.get();
        let object = OBJECTS.into_iter().find(|one| one.name == name)?;
        Some(match found.get()? {
            Err(text) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Ok(settings) => {
                let measure = settings.get(&name).cloned()?;
                let keep = Callback::new(move |(name, measure): (String, Measure)| {
                    found.update_untracked(|found| {
                        if let Some(Ok(all)) = found {
                            all.insert(name, measure);
                        }
                    });
                });
                view! { <MeasureForm object measure allowed keep/> }.into_any()
            }
        })
    };
    view! {
        <p class="secondary">{k::quality::SETTINGS_TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        <Select label=k::fields::OBJECT value=object choices/>
        <Show when=move || found.with(Option::is_some) fallback=|| view! { <Skeleton lines=4/> }>{form}</Show>
    }
}

#[component]
fn MeasureForm(
    object: &'static Object,
    measure: Measure,
    allowed: Signal<bool>,
    keep: Callback<(String, Measure)>,
) -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let now = RwSignal::new(measure);
    let save = Callback::new(move |()| {
        let measure = now.get_untracked();
        let body = json!({ object.name: measure });
        saving.run(async move {
            Request::put("/quality/settings")
                .json(&body)
                .send(api)
                .await?;
            keep.try_run((object.name.to_owned(), measure));
            Ok(())
        });
    });
    let askable = whole(object)
        .all_fields()
        .filter(|field| can_be_asked_for(&FieldRef::Built(field)));
    let boxes = askable.map(|field| {
        let name = field.name.as_ref();
        let on = move || now.with(|now| now.fields.iter().any(|one| one == name));
        let toggle = move |event: web_sys::Event| {
            now.update(|now| {
                now.fields.retain(|one| one != name);
                if event_target_checked(&event) {
                    now.fields.push(name.to_owned());
                }
            });
            save.run(());
        };
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=on disabled=move || !allowed.get() on:change=toggle/>
                {move || labels::field(object, name)}
            </label>
        }
    });
    view! {
        <SaveNote saving/>
        <h2>{k::quality::WEIGHTS}</h2>
        <div class="quality-step-form">
            <Weight label=k::quality::COMPLETE now save allowed part=|now| &mut now.weights.complete/>
            <Weight label=k::quality::VALID now save allowed part=|now| &mut now.weights.valid/>
            <Weight label=k::quality::UNIQUE now save allowed part=|now| &mut now.weights.unique/>
            <Weight label=k::quality::FRESH now save allowed part=|now| &mut now.weights.fresh/>
        </div>
        <fieldset class="quality-fields">
            <legend>{k::quality::FIELDS}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
}

#[component]
fn Weight(
    label: Key,
    now: RwSignal<Measure>,
    save: Callback<()>,
    allowed: Signal<bool>,
    part: fn(&mut Measure) -> &mut u8,
) -> impl IntoView {
    let start = *part(&mut now.get_untracked());
    let value = RwSignal::new(start.to_string());
    let choices = Signal::derive(move || {
        let mut all: Vec<u8> = (0..=100).step_by(5).chain([start]).collect();
        all.sort_unstable();
        all.dedup();
        let choice = |weight: u8| Choice::new(weight.to_string(), number(i64::from(weight)));
        all.into_iter().map(choice).collect::<Vec<_>>()
    });
    let choose = move |chosen: String| {
        now.update(|now| *part(now) = chosen.parse().unwrap_or_default());
        save.run(());
    };
    move || {
        if allowed.get() {
            view! { <Select label value choices on_change=choose/> }.into_any()
        } else {
            view! { <p>{label}": "{number(i64::from(start))}</p> }.into_any()
        }
    }
}
