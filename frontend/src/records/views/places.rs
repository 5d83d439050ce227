//! Records by country and city: how many there are of each, and those of one place.

use std::collections::BTreeMap;

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::groups::{self, Group, Groups};
use crate::api::ApiError;
use crate::i18n::{k, language, number};
use crate::records::list::{Hands, PlainTable, both, reason, usual_by};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};

#[derive(Clone, Copy)]
struct Model {
    hands: Hands,
    /// The field of the places within a country.
    by: StoredValue<String>,
    countries: RwSignal<Option<Groups>>,
    fault: RwSignal<Option<ApiError>>,
    /// The places of the open countries, by the filter of the country.
    open: RwSignal<BTreeMap<String, Option<Groups>>>,
    run: StoredValue<u64>,
}

impl Model {
    /// The filter of the list without the place chosen.
    fn query(self) -> Option<crate::records::Query> {
        let asked = self.hands.rows().asked()?;
        let filter = untrack(|| self.hands.state().filter());
        Some(crate::records::Query { filter, ..asked })
    }

    fn reload(self) {
        self.run.update_value(|run| *run += 1);
        let run = self.run.get_value();
        let Some(query) = self.query() else { return };
        let state = self.hands.state();
        spawn_local(async move {
            let by = if state.spec.object.field("country").is_some() {
                "country"
            } else {
                "created_at:year"
            };
            let found = groups::load(state.api, state.spec.object, (by, ""), &query).await;
            if self.run.try_get_value() != Some(run) {
                return;
            }
            match found {
                Ok(found) => {
                    let open: Vec<String> = self
                        .open
                        .with_untracked(|open| open.keys().cloned().collect());
                    let first = found.groups.first().map(|group| group.filter.clone());
                    let wanted = if open.is_empty() {
                        first.into_iter().collect()
                    } else {
                        open
                    };
                    self.fault.set(None);
                    self.countries.set(Some(found));
                    for country in &wanted {
                        self.load(country);
                    }
                }
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Loads the places of a country.
    fn load(self, country: &str) {
        let Some(mut query) = self.query() else {
            return;
        };
        let (run, country) = (self.run.get_value(), country.to_owned());
        query.filter = both(&query.filter, &country);
        self.open
            .update(|open| _ = open.entry(country.clone()).or_default());
        let state = self.hands.state();
        spawn_local(async move {
            let by = self.by.get_value();
            let found = groups::load(state.api, state.spec.object, (&by, ""), &query).await;
            if self.run.try_get_value() != Some(run) {
                return;
            }
            match found {
                Ok(found) => self
                    .open
                    .update(|open| _ = open.insert(country, Some(found))),
                Err(error) => state.toasts.bad(reason(&error)),
            }
        });
    }

    fn toggle(self, country: &str) {
        if self.open.with_untracked(|open| open.contains_key(country)) {
            self.open.update(|open| _ = open.remove(country));
        } else {
            self.load(country);
        }
    }
}

/// What a country is called in the language now shown; its code where the browser does not know it. Tracked.
fn country_name(group: &Group) -> String {
    let Some(code) = group.value.as_str() else {
        return k::views::NO_COUNTRY.get().to_owned();
    };
    let named = || {
        let method = |of: &JsValue, name: &str| {
            Reflect::get(of, &name.into())
                .ok()?
                .dyn_into::<Function>()
                .ok()
        };
        let options = Object::new();
        Reflect::set(&options, &"type".into(), &"region".into()).ok()?;
        let arguments = Array::of2(&language().locale().into(), &options);
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let names = Reflect::construct(&method(&intl, "DisplayNames")?, &arguments).ok()?;
        method(&names, "of")?
            .call1(&names, &code.into())
            .ok()?
            .as_string()
    };
    named().unwrap_or_else(|| code.to_owned())
}

/// The places of a list.
#[component]
pub fn Places(hands: Hands) -> impl IntoView {
    let state = hands.state();
    let object = state.spec.object;
    let named = state.arrangement.with_untracked(|now| now.by.clone());
    let field = object.field(&named).or_else(|| usual_by(object, "places"));
    let by = field
        .map(|field| field.name.to_string())
        .unwrap_or_default();
    let model = Model {
        hands,
        by: StoredValue::new(by),
        countries: RwSignal::new(None),
        fault: RwSignal::new(None),
        open: RwSignal::default(),
        run: StoredValue::new(0),
    };
    let words = crate::records::list::settled(state.text);
    Effect::new(move |_| {
        state.filter();
        words.track();
        state.saved.track();
        state.waiting.track();
        untrack(|| model.reload());
    });
    let within = state.within;
    on_cleanup(move || _ = within.try_set(String::new()));
    let fault = Memo::new(move |_| {
        let fault = model.fault.get();
        fault.map(|error| (reason(&error), error.id().unwrap_or_default()))
    });
    let list = move || {
        if let Some((text, error_id)) = fault.get() {
            return view! { <ErrorState text error_id on_retry=move |()| model.reload()/> }
                .into_any();
        }
        match model.countries.get() {
            None => view! { <Skeleton lines=8/> }.into_any(),
            Some(found) if found.groups.is_empty() => {
                view! { <p class="hint">{k::lists::NO_MATCH}</p> }.into_any()
            }
            Some(found) => found
                .groups
                .into_iter()
                .map(|group| view! { <Country model group/> })
                .collect_view()
                .into_any(),
        }
    };
    let chosen = Memo::new(move |_| state.within.with(|within| !within.is_empty()));
    view! {
        <div class="places">
            <nav class="places-list" aria-label=k::views::PLACES>{list}</nav>
            <div class="places-rows">
                {move || if chosen.get() {
                    view! { <PlainTable hands/> }.into_any()
                } else {
                    view! { <EmptyState text=k::views::CHOOSE_PLACE icon=icon::MAP_PIN/> }.into_any()
                }}
            </div>
        </div>
    }
}

#[component]
fn Country(model: Model, group: Group) -> impl IntoView {
    let filter = StoredValue::new(group.filter.clone());
    let places = Memo::new(move |_| {
        model
            .open
            .with(|open| filter.with_value(|country| open.get(country).cloned()))
    });
    let is_open = move || places.with(Option::is_some);
    let count = group.count;
    let cities = move || match places.get() {
        None => ().into_any(),
        Some(None) => view! { <Skeleton lines=3/> }.into_any(),
        Some(Some(found)) => {
            let more = found
                .more
                .then(|| view! { <li class="hint">{k::views::MORE_GROUPS}</li> });
            let cities = found
                .groups
                .into_iter()
                .map(|city| view! { <City model country=filter.get_value() city/> });
            view! { <ul>{cities.collect_view()}{more}</ul> }.into_any()
        }
    };
    view! {
        <section>
            <button type="button" class="place-country" aria-expanded=move || if is_open() { "true" } else { "false" }
                on:click=move |_| filter.with_value(|country| model.toggle(country))>
                {move || view! { <Glyph icon=if is_open() { icon::CHEVRON_DOWN } else { icon::CHEVRON_RIGHT }/> }}
                <strong class="cut">{move || country_name(&group)}</strong>
                <span class="count">{number(count)}</span>
            </button>
            {cities}
        </section>
    }
}

#[component]
fn City(model: Model, country: String, city: Group) -> impl IntoView {
    let state = model.hands.state();
    let within = both(&country, &city.filter);
    let here = within.clone();
    let is_here = move || state.within.with(|now| *now == here);
    let count = city.count;
    let title = move || groups::title(state.spec.object, &model.by.get_value(), &city);
    view! {
        <li>
            <button type="button" class="place-city" aria-current=move || is_here().then_some("true")
                on:click=move |_| state.within.set(within.clone())>
                <span class="cut">{title}</span>
                <span class="count">{number(count)}</span>
            </button>
        </li>
    }
}
