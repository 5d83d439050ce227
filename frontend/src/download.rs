//! Texts as files that the browser keeps.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// Gives the browser a text to save. The mark by which spreadsheets know UTF-8 goes first.
pub fn save_csv(name: &str, text: &str) -> Result<(), JsValue> {
    let marked = format!("\u{feff}{}", text.trim_start_matches('\u{feff}'));
    let parts = js_sys::Array::of1(&JsValue::from_str(&marked));
    let kind = BlobPropertyBag::new();
    kind.set_type("text/csv;charset=utf-8");
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind)?;
    save_file(name, &blob)
}

/// Gives the browser a file to save, as it came from the server.
pub fn save_file(name: &str, file: &Blob) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// A text as if it had been chosen as a file.
pub fn file_of(name: &str, text: &str) -> Result<File, JsValue> {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    File::new_with_str_sequence(&parts, name)
}
