//! The list somebody came from, kept for this tab, so that J and K walk through it.

use relasi_domain::record::Object;
use serde::{Deserialize, Serialize};

/// Ids of a list in its order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Neighbours {
    /// The ids that were loaded.
    ids: Vec<String>,
    /// How many records the whole list has.
    total: i64,
}

impl Neighbours {
    /// Place of a record, from 1, and the number of all.
    pub fn place(&self, id: &str) -> Option<(i64, i64)> {
        let at = i64::try_from(self.position(id)? + 1).ok()?;
        Some((at, self.total))
    }

    /// The id `by` places further on.
    pub fn beside(&self, id: &str, by: isize) -> Option<&str> {
        let at = self.position(id)?.checked_add_signed(by)?;
        self.ids.get(at).map(String::as_str)
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|other| other == id)
    }
}

/// Remembers the list shown; screens with lists call it whenever their rows change. `total` counts all records
/// of the list, loaded or not.
pub fn keep(object: &Object, ids: Vec<String>, total: i64) {
    let total = total.max(i64::try_from(ids.len()).unwrap_or(i64::MAX));
    let text = serde_json::to_string(&Neighbours { ids, total }).unwrap_or_default();
    if let Some(store) = store() {
        // A full store only costs the way to the neighbours.
        let _ = store.set_item(&key(object), &text);
    }
}

/// The list kept for an object; empty when there was none.
pub fn kept(object: &Object) -> Neighbours {
    store()
        .and_then(|store| store.get_item(&key(object)).ok()?)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn key(object: &Object) -> String {
    format!("relasi.neighbours.{}", object.name)
}

fn store() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

#[cfg(test)]
mod tests {
    use super::Neighbours;

    #[test]
    fn walks_the_list() {
        let ids = ["a", "b", "c"].map(str::to_owned).to_vec();
        let list = Neighbours { ids, total: 1284 };
        assert_eq!(list.place("b"), Some((2, 1284)));
        assert_eq!(list.beside("b", 1), Some("c"));
        assert_eq!(list.beside("b", -1), Some("a"));
        assert_eq!(list.beside("a", -1), None);
        assert_eq!(list.beside("c", 1), None);
        assert_eq!(list.beside("x", 1), None);
    }
}
