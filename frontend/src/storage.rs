//! What this browser remembers. Storage may be forbidden or full: then nothing is remembered and nothing breaks.

fn store() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The value kept under `key`.
pub fn read(key: &str) -> Option<String> {
    store()?.get_item(key).ok()?
}

/// Keeps `value` under `key`.
pub fn write(key: &str, value: &str) {
    if let Some(store) = store() {
        // A full store only costs the memory of a choice.
        let _ = store.set_item(key, value);
    }
}

/// Forgets `key`.
pub fn remove(key: &str) {
    if let Some(store) = store() {
        // As in `write`.
        let _ = store.remove_item(key);
    }
}
