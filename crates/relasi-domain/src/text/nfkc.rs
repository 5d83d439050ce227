//! Unicode's compatible composition (NFKC). The browser does it itself: its tables need not be loaded a second time.

/// The characters composed, forms that only look different made one.
#[cfg(not(target_arch = "wasm32"))]
pub fn nfkc(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    unicode_normalization::UnicodeNormalization::nfkc(text)
}

/// The characters composed, forms that only look different made one.
#[cfg(target_arch = "wasm32")]
pub fn nfkc(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let text: String = text.collect();
    let composed = js_sys::JsString::from(text.as_str()).normalize("NFKC");
    String::from(composed)
        .chars()
        .collect::<Vec<_>>()
        .into_iter()
}
