//! A filter within a form or a line of settings, in the words of lists.

use leptos::prelude::*;
use relasi_domain::record::Object;

use super::list::{filter_fields, filter_words, filters};
use crate::api::{Api, use_api};
use crate::i18n::k;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::field::Field;
use crate::ui::filter_bar::{AddCondition, Conditions, Pills};
use crate::ui::filter_parts;
use crate::ui::icon;
use crate::ui::popover::Popover;
use crate::ui::text_input::TextInput;

fn currency(api: Api) -> String {
    let currency = api.session().with(|session| {
        session
            .as_ref()
            .map(|session| session.workspace.currency.clone())
    });
    currency.unwrap_or_default()
}

/// A filter in the words of lists; what can't be told in them as it is written. Tracked.
pub fn words(object: &'static Object, filter: &str) -> String {
    let api = use_api();
    let Some(conditions) = filters::conditions_of(object, filter, &currency(api)) else {
        return filter.to_owned();
    };
    let Conditions { any, list } = filter_words::with_words(object, conditions);
    let fields = filter_fields::fields(api, object);
    let parts = list.iter().map(|part| filter_parts::words(&fields, part));
    let join = if any { k::filter::OR } else { k::filter::AND };
    parts.collect::<Vec<_>>().join(&format!(" {} ", join.get()))
}

/// A filter as the pills of a list, or typed in the grammar of filters, which knows more.
#[component]
pub fn FilterInput(
    /// What is filtered.
    object: &'static Object,
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// The filter in the grammar.
    value: RwSignal<String>,
    /// Said below it.
    #[prop(into)]
    hint: TextProp,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Shown but not changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let api = use_api();
    let read =
        move || filters::conditions_of(object, &value.get_untracked(), &untrack(|| currency(api)));
    let conditions = RwSignal::new(read().unwrap_or_default());
    let as_text = RwSignal::new(read().is_none() && !value.with_untracked(String::is_empty));
    let fields = StoredValue::new(filter_fields::fields(api, object));
    let fields = Signal::derive(move || fields.get_value());
    Effect::new(move |first: Option<()>| {
        let now = conditions.get();
        let named = filter_words::with_words(object, now.clone());
        if named != now {
            conditions.set(named);
        }
        if first.is_some() && !as_text.get_untracked() {
            value.set(filters::text_of(object, &now, &currency(api)));
        }
    });
    let to_pills = move |()| {
        if let Some(read) = read() {
            conditions.set(read);
            as_text.set(false);
        }
    };
    let (name, note) = (StoredValue::new(label), StoredValue::new(hint));
    let told = move || value.with(String::is_empty) || read().is_some();
    view! {
        <div class="filter-input">
            <Show when=move || as_text.get() fallback=move || view! {
                <Field label=name.get_value() error control=move |ids| view! {
                    <div class="filter-pills" id=ids.control role="group" aria-label=move || name.get_value().get().into_owned() aria-describedby=ids.described inert=move || read_only.get()>
                        <Pills fields conditions/>
                        <Popover label=k::filter::ADD icon=icon::PLUS size=Size::Small>
                            <AddCondition fields conditions/>
                        </Popover>
                        <Button label=k::filter::AS_TEXT size=Size::Small variant=Variant::Quiet on_press=move |()| as_text.set(true)/>
                    </div>
                }/>
            }>
                <TextInput label=name.get_value() value hint=note.get_value() error read_only/>
                <Show when=told>
                    <Button label=k::filter::AS_PILLS size=Size::Small variant=Variant::Quiet on_press=to_pills/>
                </Show>
            </Show>
        </div>
    }
}
