//! What the API tells of pairs and merges.

use serde::Deserialize;

use crate::records::Record;
use crate::records::reasons::Reason;

/// Two records that may be the same.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Pair {
    /// The pair.
    pub id: String,
    /// 0 to 100.
    pub score: i64,
    /// As good as certain.
    pub sure: bool,
    /// Why.
    pub reasons: Vec<Reason>,
    /// `open` or `not_same`.
    pub state: String,
    /// Both records.
    pub records: [Record; 2],
}

/// A page of pairs.
#[derive(Deserialize)]
pub struct Pairs {
    /// The pairs.
    pub items: Vec<Pair>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Two records that became one.
#[derive(Clone, Deserialize)]
pub struct Merge {
    /// Its id.
    pub id: String,
}

/// The answer of a merge.
#[derive(Deserialize)]
pub struct Merged {
    /// The merge.
    pub merge: Merge,
    /// The record that stayed.
    pub record: Record,
}

/// The answer of an undone merge: what stays as it is.
#[derive(Deserialize)]
pub struct Undone {
    /// Values that were changed since.
    pub left: Vec<serde_json::Value>,
}
