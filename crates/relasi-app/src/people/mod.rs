//! People and companies, how they are related, and how doubles of them are noticed and made one.

pub mod company;
pub mod consent;
pub mod contact;
pub mod duplicate;
pub mod relationship;
pub mod structure;

use relasi_domain::people::problem;
use serde_json::{Value, json};

use crate::records::Draft;

/// Notes in a contact or company what is wrong with its addresses and numbers.
pub(crate) fn mark_problems(draft: &mut Draft<'_>) {
    let found = problem::of(draft);
    let known = draft.get("problems").and_then(Value::as_array);
    let known = known.map(Vec::as_slice).unwrap_or_default();
    if known
        .iter()
        .map(Value::as_str)
        .ne(found.iter().map(|one| Some(*one)))
    {
        draft.to_mut().insert("problems".into(), json!(found));
    }
}
