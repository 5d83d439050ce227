//! Telephone numbers: typed as at home, kept as E.164.

use leptos::prelude::*;

use super::date_words::western_digits;
use super::field::Field;
use crate::i18n::k;

/// Calling code and trunk prefix of a country.
fn dialling(country: &str) -> (&'static str, &'static str) {
    match country {
        "ID" => ("62", "0"),
        "SG" => ("65", ""),
        "MY" => ("60", "0"),
        "US" => ("1", "1"),
        "GB" => ("44", "0"),
        "AU" => ("61", "0"),
        "JP" => ("81", "0"),
        "VN" => ("84", "0"),
        "PH" => ("63", "0"),
        "DE" => ("49", "0"),
        "NL" => ("31", "0"),
        _ => ("66", "0"),
    }
}

/// `+6281255500141` of "0812 5550 0141" typed in Indonesia; `None` when it cannot be a number.
pub fn e164(text: &str, country: &str) -> Option<String> {
    let text = western_digits(text);
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let odd = text.chars().any(|c| {
        !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '(' | ')' | '.' | '+' | '/' | '\u{a0}')
    });
    let (code, trunk) = dialling(country);
    let full = if text.starts_with('+') {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else if let Some(rest) = digits.strip_prefix(trunk).filter(|_| !trunk.is_empty()) {
        format!("{code}{rest}")
    } else if digits.starts_with(code) && digits.len() > 10 {
        digits
    } else {
        format!("{code}{digits}")
    };
    (!odd && (8..=15).contains(&full.len())).then(|| format!("+{full}"))
}

/// A telephone number. The text stays as typed until it is left, then shows as E.164.
#[component]
pub fn PhoneInput(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// E.164, or what was typed while it is no number.
    value: RwSignal<String>,
    /// ISO 3166 code that numbers without `+` belong to.
    #[prop(into)]
    country: Signal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
    /// Called after the person changed the number.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let misread = RwSignal::new(false);
    let settle = move |_| {
        let typed = value.get_untracked();
        let read = e164(&typed, &country.get_untracked());
        misread.set(read.is_none() && !typed.trim().is_empty());
        if let Some(read) = read {
            value.set(read);
        }
        if let Some(done) = on_change {
            done.run(value.get_untracked());
        }
    };
    let fault = Signal::derive(move || {
        error
            .get()
            .or_else(|| misread.get().then(|| k::ui::PHONE_MISREAD.get().to_owned()))
    });
    view! {
        <Field label error=fault bare control=move |ids| view! {
            <div class="control">
                <input
                    id=ids.control
                    type="tel"
                    inputmode="tel"
                    autocomplete="off"
                    aria-describedby=ids.described
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    bind:value=value
                    on:input=move |_| misread.set(false)
                    on:change=settle
                />
            </div>
        }/>
    }
}

#[cfg(test)]
mod tests {
    use super::e164;

    #[test]
    fn makes_e164_of_local_numbers() {
        for (text, country, number) in [
            ("0812 5550 0141", "ID", Some("+6281255500141")),
            ("+66 81 555 0112", "ID", Some("+66815550112")),
            ("081-555-0112", "TH", Some("+66815550112")),
            ("๐๘๑ ๕๕๕ ๐๑๑๒", "TH", Some("+66815550112")),
            ("006591234567", "ID", Some("+6591234567")),
            ("6281255500141", "ID", Some("+6281255500141")),
            ("12", "ID", None),
            ("call me", "ID", None),
        ] {
            assert_eq!(e164(text, country).as_deref(), number, "{text}");
        }
    }
}
