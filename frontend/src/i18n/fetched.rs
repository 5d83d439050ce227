//! Texts as the browser gets them: a file for each language, of which a visit needs one.

use std::sync::OnceLock;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use relasi_domain::locale;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::Language;

/// Between two texts.
const TEXT: char = '\u{1f}';
/// Between the parts of a file: the app's texts, its singulars, the domain's texts.
const PART: char = '\u{1e}';

struct Texts {
    all: Vec<&'static str>,
    singulars: Vec<&'static str>,
}

static FETCHED: [OnceLock<Texts>; 3] = [const { OnceLock::new() }; 3];

fn fetched(language: Language) -> Option<&'static Texts> {
    FETCHED[language as usize].get()
}

/// The app's texts in the order of their keys; none as long as they are not there.
pub fn texts(language: Language) -> &'static [&'static str] {
    fetched(language).map_or(&[], |texts| &texts.all)
}

/// English texts for one.
pub fn singulars() -> &'static [&'static str] {
    fetched(Language::En).map_or(&[], |texts| &texts.singulars)
}

/// Whether the texts of a language are there.
pub fn is_there(language: Language) -> bool {
    fetched(language).is_some()
}

/// Fetches the texts of a language unless they are there; false when they do not come.
pub async fn fetch(language: Language) -> bool {
    if is_there(language) {
        return true;
    }
    let Ok(file) = ask(language).await else {
        return false;
    };
    // What is fetched stays as long as the page.
    let file: &'static str = file.leak();
    let mut parts = file.split(PART).map(|part| part.split(TEXT).collect());
    let mut next = || parts.next().unwrap_or_default();
    let texts = Texts {
        all: next(),
        singulars: next(),
    };
    // Whoever asked twice has the same twice.
    _ = FETCHED[language as usize].set(texts);
    locale::supply(language.of_domain(), next());
    true
}

/// `boot.js` knows where the files are.
async fn ask(language: Language) -> Result<String, JsValue> {
    let asking: Function = Reflect::get(&window(), &"relasiTexts".into())?.dyn_into()?;
    let promise: Promise = asking
        .call1(&JsValue::NULL, &language.tag().into())?
        .dyn_into()?;
    let text = JsFuture::from(promise).await?;
    text.as_string().ok_or(JsValue::NULL)
}
