//! What the rows of a file can become.

use leptos::prelude::*;
use relasi_domain::commerce::{price, product};
use relasi_domain::people::{company, contact};
use relasi_domain::platform::exchange_rate;
use relasi_domain::record::Object;
use relasi_domain::sales::lead;

use crate::i18n::k;
use crate::records::fields::is_shown;
use crate::records::labels;
use crate::ui::select::{Choice, Select};

static OBJECTS: [&Object; 6] = [
    &contact::OBJECT,
    &company::OBJECT,
    &lead::OBJECT,
    &product::OBJECT,
    &price::OBJECT,
    &exchange_rate::OBJECT,
];

/// The object of this name, among those that rows can become; contacts otherwise.
pub fn named(name: Option<&str>) -> String {
    let known = OBJECTS.iter().find(|object| Some(object.name) == name);
    known
        .map_or(contact::OBJECT.name, |object| object.name)
        .to_owned()
}

/// Whether rows become what is known by a key: a code, or a currency and a day.
pub fn has_key(object: &Object) -> bool {
    matches!(object.name, "product" | "price" | "exchange_rate")
}

/// Where such records are looked at.
pub fn place(object: &Object) -> String {
    match object.name {
        "price" => "/app/settings/prices".to_owned(),
        "exchange_rate" => "/app/settings/exchange-rates".to_owned(),
        _ => format!("/app/{}", object.plural),
    }
}

/// Chooses what each row becomes.
#[component]
pub fn ObjectChoice(value: RwSignal<String>) -> impl IntoView {
    let choices = Signal::derive(|| {
        let shown = OBJECTS.into_iter().filter(|object| is_shown(object));
        shown
            .map(|object| Choice::new(object.name, labels::one(object)))
            .collect::<Vec<_>>()
    });
    view! {
        <Select label=k::import::ROWS_BECOME value choices/>
    }
}
