//! What the browser knows of its person: time zone, currencies, region.

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

use crate::i18n::language;
use crate::ui::select::Choice;

fn intl() -> JsValue {
    Reflect::get(&js_sys::global(), &"Intl".into()).unwrap_or_default()
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}

/// All values of one kind that the browser knows: `timeZone` or `currency`.
fn supported(kind: &str) -> Vec<String> {
    let intl = intl();
    let list = method(&intl, "supportedValuesOf").and_then(|f| f.call1(&intl, &kind.into()).ok());
    list.map(|list| {
        Array::from(&list)
            .iter()
            .filter_map(|v| v.as_string())
            .collect()
    })
    .unwrap_or_default()
}

/// The browser's time zone, for example `Asia/Jakarta`.
pub fn time_zone() -> String {
    let intl = intl();
    let zone = || {
        let format = Reflect::construct(&method(&intl, "DateTimeFormat")?, &Array::new()).ok()?;
        let options = method(&format, "resolvedOptions")?.call0(&format).ok()?;
        Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
    };
    zone().unwrap_or_else(|| "Asia/Bangkok".to_owned())
}

/// Every time zone as a choice, with blanks instead of underscores.
pub fn time_zones() -> Vec<Choice> {
    let mut all = supported("timeZone");
    let own = time_zone();
    if !all.contains(&own) {
        all.insert(0, own);
    }
    all.into_iter()
        .map(|zone| {
            let words = zone.replace('_', " ");
            Choice::new(zone, words)
        })
        .collect()
}

/// The currency of the region that the browser's language or time zone tells.
pub fn currency() -> &'static str {
    let tag = window().navigator().language().unwrap_or_default();
    let zone = time_zone();
    match (tag.split('-').nth(1), zone.as_str()) {
        (_, "Asia/Jakarta" | "Asia/Makassar" | "Asia/Jayapura" | "Asia/Pontianak")
        | (Some("ID"), _) => "IDR",
        (_, "Asia/Singapore") | (Some("SG"), _) => "SGD",
        (_, "Asia/Kuala_Lumpur") | (Some("MY"), _) => "MYR",
        (_, zone) if zone.starts_with("Europe/") => "EUR",
        (_, zone) if zone.starts_with("America/") => "USD",
        _ => "THB",
    }
}

/// Every currency as a choice, the likely ones first: "IDR · Indonesian Rupiah" in the language now shown.
pub fn currencies() -> Vec<Choice> {
    const LIKELY: [&str; 7] = ["IDR", "THB", "USD", "EUR", "SGD", "MYR", "VND"];
    let names = display_names();
    let choice = |code: &str| {
        let name = names.as_ref().and_then(|names| {
            let name = method(names, "of")?.call1(names, &code.into()).ok()?;
            name.as_string()
        });
        Choice::new(
            code,
            name.map_or_else(|| code.to_owned(), |name| format!("{code} · {name}")),
        )
    };
    let rest = supported("currency");
    let rest = rest
        .iter()
        .map(String::as_str)
        .filter(|code| !LIKELY.contains(code));
    LIKELY.into_iter().chain(rest).map(choice).collect()
}

fn display_names() -> Option<JsValue> {
    let options = Object::new();
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(&options, &"type".into(), &"currency".into());
    let arguments = Array::of2(&language().locale().into(), &options);
    Reflect::construct(&method(&intl(), "DisplayNames")?, &arguments).ok()
}
