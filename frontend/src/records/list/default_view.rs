//! The view that a list opens with: each person chooses it, this browser keeps it.

use relasi_domain::record::Object;

use crate::storage;

/// How "All" is written in the address of a list that opens with another view.
pub const ALL: &str = "all";

fn place(object: &Object) -> String {
    format!("relasi.view.{}", object.name)
}

/// Id of the view that the list opens with; none for "All".
pub fn of(object: &Object) -> Option<String> {
    storage::read(&place(object)).filter(|id| !id.is_empty())
}

/// Opens the list with a view from now on; an empty id is "All".
pub fn choose(object: &Object, id: &str) {
    if id.is_empty() {
        storage::remove(&place(object));
    } else {
        storage::write(&place(object), id);
    }
}

/// Opens the list with "All" again if it opened with this view.
pub fn forget(object: &Object, id: &str) {
    if of(object).as_deref() == Some(id) {
        storage::remove(&place(object));
    }
}
