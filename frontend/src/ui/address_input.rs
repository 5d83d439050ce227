//! An address: a free line, which is enough, and its parts.

use leptos::prelude::*;
use relasi_domain::locale::parse_country;

use super::provinces::{likely_country, provinces};
use super::text_input::{TextArea, TextInput};
use crate::i18n::{k, language};

/// One part of an address.
#[derive(Clone)]
pub struct Part {
    /// Words above it.
    pub label: TextProp,
    /// The text.
    pub value: RwSignal<String>,
    /// What is wrong with it.
    pub error: Signal<Option<String>>,
}

/// Street, city, province, postal code and country. Indonesian and Thai provinces are proposed.
#[component]
pub fn AddressInput(
    /// What the address is of; read out before its parts.
    #[prop(into)]
    label: TextProp,
    /// Street and house, or everything.
    line: Part,
    /// City or district.
    city: Part,
    /// Province or state.
    province: Part,
    /// Postal code.
    postal_code: Part,
    /// ISO 3166; names in three languages are understood.
    country: Part,
) -> impl IntoView {
    let code = country.value;
    let suggestions = Signal::derive(move || {
        let language = language();
        let given = code.with(|code| code.trim().to_uppercase());
        let country = if given.is_empty() {
            likely_country(language).to_owned()
        } else {
            parse_country(&given).unwrap_or(given)
        };
        provinces(&country, language)
    });
    view! {
        <fieldset class="address">
            <legend class="hidden-visually">{move || label.get()}</legend>
            <TextArea label=line.label value=line.value error=line.error rows=2_u32/>
            <TextInput label=city.label value=city.value error=city.error/>
            <TextInput label=province.label value=province.value error=province.error suggestions/>
            <TextInput label=postal_code.label value=postal_code.value error=postal_code.error/>
            <CountryInput part=country/>
        </fieldset>
    }
}

/// Countries are two capital letters however they are typed.
#[component]
pub fn CountryInput(
    /// The country.
    part: Part,
) -> impl IntoView {
    let Part {
        label,
        value,
        error,
    } = part;
    let set = move |text: String| {
        value.set(parse_country(&text).unwrap_or_else(|| text.trim().to_uppercase()));
    };
    view! { <TextInput label value error hint=k::records::COUNTRY_HINT on_commit=set/> }
}
