//! One field in the list.

use leptos::prelude::*;
use relasi_domain::platform::custom_field::OBJECT;

use super::desk::Desk;
use crate::i18n::k;
use crate::records::{Record, labels};
use crate::ui::button::IconButton;
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};

/// Label, type, rules, and what can be done with it.
#[component]
pub fn FieldLine(field: Record, desk: Desk, allowed: Signal<bool>) -> impl IntoView {
    let kind = field.text("kind").unwrap_or_default().to_owned();
    let name = StoredValue::new(labels::of_definition(&field));
    let api_name = field.text("name").unwrap_or_default();
    let api_name = k::fields::api_name(&format!("custom.{api_name}"));
    let marks = ["required", "is_unique", "private"]
        .into_iter()
        .filter(|member| field.value(member) == true)
        .map(|member| view! { <Tag label=move || labels::field(&OBJECT, member) tone=Tone::Info/> })
        .collect_view();
    let (id, field) = (
        StoredValue::new(field.id().to_owned()),
        StoredValue::new(field),
    );
    let name = move || name.get_value();
    let actions = move || {
        allowed.get().then(|| view! {
            <IconButton label=move || k::fields::move_up(&name()) icon=icon::ARROW_UP on_press=move |()| desk.shift(&id.get_value(), true)/>
            <IconButton label=move || k::fields::move_down(&name()) icon=icon::ARROW_DOWN on_press=move |()| desk.shift(&id.get_value(), false)/>
            <IconButton label=move || k::fields::edit(&name()) icon=icon::PENCIL on_press=move |()| desk.open(Some(field.get_value()))/>
            <IconButton label=move || k::fields::trash(&name()) icon=icon::TRASH_2 on_press=move |()| desk.trash(field.get_value())/>
        })
    };
    view! {
        <li class="settings-line field-line">
            <div class="settings-line-text"><strong>{name}</strong><p class="hint">{api_name}</p></div>
            <Tag label=move || labels::choice(&OBJECT, "kind", &kind)/>
            {marks}
            <span class="nowrap">{actions}</span>
        </li>
    }
}
