//! Numbers and money as the browser's Intl writes them.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

pub use relasi_domain::locale::minor_digits;

use super::language;

pub(super) type Options<'a> = &'a [(&'a str, JsValue)];

pub(super) fn object(options: Options<'_>) -> Object {
    let object = Object::new();
    for (name, value) in options {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// Formats by a function made once per language and `name`: making an Intl object costs far more than using it.
pub(super) fn format(name: &str, value: &JsValue, make: impl FnOnce(&Array) -> Function) -> String {
    thread_local! {
        static MADE: RefCell<HashMap<String, Function>> = RefCell::default();
    }
    let locale = language().locale();
    let key = format!("{locale} {name}");
    let function = MADE.with_borrow_mut(|made| {
        made.entry(key)
            .or_insert_with(|| make(&Array::of1(&JsValue::from_str(locale))))
            .clone()
    });
    function
        .call1(&JsValue::UNDEFINED, value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn number_with(name: &str, value: f64, options: Options<'_>) -> String {
    format(name, &JsValue::from_f64(value), |locales| {
        Intl::NumberFormat::new(locales, &object(options)).format()
    })
}

/// `1,284`.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts shown to people are far below 2^53"
)]
pub fn number(value: i64) -> String {
    number_with("number", value as f64, &[])
}

/// `1,234.5` from a number in millionths.
#[expect(clippy::cast_precision_loss, reason = "numbers have at most 15 digits")]
pub fn decimal(millionths: i64) -> String {
    let places = [("maximumFractionDigits", 6.into())];
    number_with("decimal", millionths as f64 / 1_000_000.0, &places)
}

/// A size of a file: `84 kB`.
pub fn bytes(size: i64) -> String {
    match size {
        size if size < 1_000 => format!("{} B", number(size)),
        size if size < 1_000_000 => format!("{} kB", number(size / 1_000)),
        size => format!("{} MB", number(size / 1_000_000)),
    }
}

/// `68%` from 0.68.
pub fn percent(share: f64) -> String {
    number_with("percent", share, &[("style", "percent".into())])
}

#[expect(
    clippy::cast_precision_loss,
    reason = "Intl takes doubles; amounts stay below 2^53 minor units"
)]
fn major(minor: i64, currency: &str) -> f64 {
    minor as f64 / f64::from(10_u32.pow(minor_digits(currency)))
}

/// An amount in full: `Rp 1.250.000`, `฿1,250.00`. `minor` counts the currency's smallest unit.
pub fn money(minor: i64, currency: &str) -> String {
    if currency.is_empty() {
        // Not known yet, as that of a price whose book is not found before its file is checked.
        return number_with("decimal", major(minor, currency), &[]);
    }
    let whole = currency == "IDR" && minor % 100 == 0;
    let digits = if whole { 0 } else { minor_digits(currency) };
    let symbol = if matches!(currency, "IDR" | "THB") {
        "narrowSymbol"
    } else {
        "symbol"
    };
    let text = number_with(
        &format!("money {currency} {digits}"),
        major(minor, currency),
        &[
            ("style", "currency".into()),
            ("currency", currency.into()),
            ("currencyDisplay", symbol.into()),
            ("minimumFractionDigits", digits.into()),
            ("maximumFractionDigits", digits.into()),
        ],
    );
    joined(&text)
}

/// An amount in short: `Rp 1,2 jt`, `฿1.3M`. Show it only with the exact amount as its title and label.
pub fn money_compact(minor: i64, currency: &str) -> String {
    if currency.is_empty() {
        return money(minor, currency);
    }
    let symbol = if matches!(currency, "IDR" | "THB") {
        "narrowSymbol"
    } else {
        "symbol"
    };
    let text = number_with(
        &format!("compact {currency}"),
        major(minor, currency),
        &[
            ("style", "currency".into()),
            ("currency", currency.into()),
            ("currencyDisplay", symbol.into()),
            ("notation", "compact".into()),
            ("maximumFractionDigits", 1.into()),
            ("minimumFractionDigits", 0.into()),
        ],
    );
    joined(&text)
}

/// Blanks inside an amount do not break lines.
fn joined(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}
