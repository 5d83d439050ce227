//! Choosing several records or people that a field refers to.

use leptos::prelude::*;
use relasi_domain::record::Object;

use super::form::Draft;
use super::people::use_people;
use super::refs::{reference_finder, use_titles};
use crate::api::use_api;
use crate::i18n::k;
use crate::ui::combobox::Combobox;
use crate::ui::icon::{self, Glyph};
use crate::ui::select::Choice;

/// Names as pills with a cross, and a search that adds one.
#[component]
pub fn SeveralInput(
    /// The field's name for people.
    label: TextProp,
    /// The field.
    name: &'static str,
    /// Where the ids go.
    draft: Draft,
    /// What is wrong with them.
    error: Signal<Option<String>>,
    /// What is referred to; people when left out.
    #[prop(optional)]
    target: Option<&'static Object>,
) -> impl IntoView {
    let (api, people, titles) = (use_api(), use_people(), use_titles());
    let next = RwSignal::new(None::<Choice>);
    let ids = move || {
        let value = draft.value(name);
        let items = value.as_array().cloned().unwrap_or_default();
        let ids = items.iter().filter_map(|id| id.as_str().map(str::to_owned));
        ids.collect::<Vec<_>>()
    };
    let title = move |id: &str| match target {
        Some(target) => titles.get(target, id).unwrap_or_default(),
        None => people.name(id).unwrap_or_default(),
    };
    let find = target.map_or_else(|| people.finder(), |target| reference_finder(api, target));
    let chosen = move |choice: Option<Choice>| {
        let Some(choice) = choice else { return };
        titles.put(&choice.value, &choice.label);
        let mut all = untrack(ids);
        if !all.contains(&choice.value) {
            all.push(choice.value);
        }
        draft.set(name, all.into());
        next.set(None);
    };
    let pill = move |id: String| {
        let (of, named, gone) = (id.clone(), id.clone(), id);
        let remove = move |_| {
            let kept: Vec<_> = untrack(ids).into_iter().filter(|id| *id != gone).collect();
            draft.set(name, kept.into());
        };
        view! {
            <span class="tag neutral">{move || title(&of)}
                <button type="button" class="tag-remove" aria-label=move || k::records::remove_named(&title(&named)) on:click=remove><Glyph icon=icon::X/></button>
            </span>
        }
    };
    view! {
        <div class="tags-input">
            <Combobox label value=next find error on_change=chosen/>
            <span class="tags">{move || ids().into_iter().map(pill).collect_view()}</span>
        </div>
    }
}
