//! Choosing the record or person that a field refers to.

use leptos::prelude::*;
use relasi_domain::record::{Document, Object};
use wasm_bindgen_futures::spawn_local;

use super::fields::whole;
use super::form::Draft;
use super::people::use_people;
use super::refs::{reference_finder, use_titles};
use super::store;
use crate::api::use_api;
use crate::ui::combobox::Combobox;
use crate::ui::select::Choice;
use crate::ui::toast::use_toasts;

/// A search for records of `target`, or for people without one. Where a name is all a record needs, a new one can
/// be made on the way.
#[component]
pub fn ReferenceInput(
    /// The field's name for people.
    label: TextProp,
    /// What to enter.
    hint: TextProp,
    /// The field.
    name: &'static str,
    /// Must be chosen.
    required: bool,
    /// Where the id goes.
    draft: Draft,
    /// What is wrong with it.
    error: Signal<Option<String>>,
    /// What is referred to; people when left out.
    #[prop(optional)]
    target: Option<&'static Object>,
) -> impl IntoView {
    let (people, titles) = (use_people(), use_titles());
    let value = RwSignal::new(None::<Choice>);
    let name_of = move |id: &str| match target {
        Some(target) => titles.get(target, id),
        None => people.name(id),
    };
    // The name of what is referred to may come later than the form.
    Effect::new(move |_| {
        let id = draft.text(name);
        let known = value.with_untracked(|v| {
            v.as_ref()
                .is_some_and(|c| c.value == id && !c.label.is_empty())
        });
        if !known {
            let named = |id: String| {
                let words = name_of(&id).unwrap_or_default();
                Choice::new(id, words)
            };
            value.set(Some(id).filter(|id| !id.is_empty()).map(named));
        }
    });
    let set = move |choice: Option<Choice>| draft.set(name, choice.map(|c| c.value).into());
    let find = target.map_or_else(
        || people.finder(),
        |target| reference_finder(use_api(), target),
    );
    match target.and_then(|target| maker(target, draft, name)) {
        Some(on_create) => {
            view! { <Combobox label hint value find error required on_change=set on_create/> }
                .into_any()
        }
        None => view! { <Combobox label hint value find error required on_change=set/> }.into_any(),
    }
}

/// Makes the record to refer to out of its name alone, where a name is all it needs.
fn maker(object: &'static Object, draft: Draft, name: &'static str) -> Option<Callback<String>> {
    let enough = whole(object)
        .fields
        .iter()
        .all(|field| !field.required || field.name == object.title);
    let (api, titles, toasts) = (use_api(), use_titles(), use_toasts());
    (enough && object.searchable).then(|| {
        Callback::new(move |words: String| {
            spawn_local(async move {
                let mut body = Document::new();
                body.insert(object.title.to_owned(), words.into());
                match store::create(api, object, body).await {
                    Ok(record) => {
                        titles.put(record.id(), &record.title(object));
                        draft.set(name, record.id().into());
                    }
                    Err(error) => toasts.bad(error.text()),
                }
            });
        })
    })
}
