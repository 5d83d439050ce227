//! What bulk operations are called, and what came of them.

use super::super::store::Count;
use super::model::{Action, Operation};
use crate::i18n::{Key, k, number};

/// What an action is called.
pub const fn action_name(action: Action) -> Key {
    match action {
        Action::Edit => k::bulk::EDIT,
        Action::Owner => k::bulk::OWNER,
        Action::Tag => k::bulk::TAG,
        Action::Stage => k::bulk::STAGE,
        Action::Reason => k::bulk::REASON,
        Action::CallList => k::bulk::CALL_LIST,
        Action::Delete => k::bulk::DELETE,
        Action::Restore => k::bulk::RESTORE,
        Action::Export => k::bulk::EXPORT,
    }
}

/// A number that may be only as far as was counted; tracked.
pub fn many(count: Count) -> String {
    let mark = if count.capped { "+" } else { "" };
    format!("{}{mark}", number(count.count))
}

/// What an operation has done so far, in sentences; tracked.
pub fn outcome(operation: &Operation) -> String {
    let counts = operation.counts;
    if let Some(undo) = operation
        .undo_counts
        .filter(|_| operation.state == "undone")
    {
        let kept = (undo.kept > 0).then(|| k::bulk::undo_kept(undo.kept));
        return sentences([Some(k::bulk::undone(undo.restored)), kept]);
    }
    let ended = match operation.state.as_str() {
        "cancelled" => Some(k::bulk::STOPPED.get().to_owned()),
        "failed" => Some(k::bulk::FAILED.get().to_owned()),
        _ => None,
    };
    let done = match operation.action {
        _ if counts.done == 0 && counts.total == 0 => k::bulk::NONE_FOUND.get().to_owned(),
        _ if counts.done == 0 => k::bulk::NONE_CHANGED.get().to_owned(),
        Action::Owner => k::lists::owner_changed(counts.done),
        Action::Tag | Action::Edit => k::bulk::changed(counts.done),
        Action::Stage => k::bulk::moved(counts.done),
        Action::Reason => k::bulk::reasons_given(counts.done),
        Action::CallList => k::bulk::call_list_added(counts.done),
        Action::Delete => k::lists::trashed(counts.done),
        Action::Restore => k::lists::restored_many(counts.done),
        Action::Export => k::bulk::exported(counts.done),
    };
    let unchanged = (counts.unchanged > 0).then(|| k::bulk::unchanged(counts.unchanged));
    let refused = (counts.refused > 0).then(|| k::bulk::refused(counts.refused));
    sentences([ended, Some(done), unchanged, refused])
}

fn sentences<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
