//! Entries of the audit log in words: who did what, which fields it changed.

use std::collections::HashMap;

use relasi_domain::field::{Currency, Kind};
use relasi_domain::people::contact;
use relasi_domain::record::{Document, Object};
use serde::Deserialize;
use serde_json::Value;

use super::fields::whole;
use super::people::use_people;
use super::store::{Record, Related};
use super::{instant, labels, value};
use crate::i18n::{Key, k, label};
use crate::ui::icon::{self, Icon};

/// One field that a write changed.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Change {
    /// Its name; custom ones are named `custom.tier`.
    pub field: String,
    /// What it had.
    #[serde(default)]
    pub old: Value,
    /// What it got.
    #[serde(default)]
    pub new: Value,
}

/// One write.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// `created`, `updated`, `signed_in`, …
    pub action: String,
    /// RFC 3339 instant.
    pub at: String,
    /// What it is about: an object, or `user`, `member`, ….
    pub object: String,
    /// Which one.
    pub record_id: String,
    /// The user who did it; none for the product itself.
    pub actor_id: Option<String>,
    /// What is behind it: the id of a request, or `import:…`.
    pub cause: Option<String>,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// A page of entries, the newest first.
#[derive(Clone, Debug, Deserialize)]
pub struct Entries {
    /// The entries.
    pub items: Vec<Entry>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How far back the page looked, when it is not full.
    #[serde(default)]
    pub reached: Option<String>,
    /// Names of what the entries are about and refer to.
    #[serde(default)]
    pub included: HashMap<String, Vec<Related>>,
}

/// Actions of records, by which a log can be narrowed.
pub const ACTIONS: [&str; 22] = [
    "created",
    "updated",
    "trashed",
    "restored",
    "merged",
    "unmerged",
    "reverted",
    "moved",
    "won",
    "lost",
    "reopened",
    "completed",
    "lines_changed",
    "approval_asked",
    "approved",
    "rejected",
    "viewed",
    "accepted",
    "declined",
    "expired",
    "shared",
    "unshared",
];

/// What can be behind a write.
pub const CAUSES: [&str; 10] = [
    "request", "import", "bulk", "merge", "undo", "revert", "key", "hook", "app", "form",
];

/// In place of a field: that a record was shared.
const SHARE: &str = "share";

/// What was done; tracked.
pub fn action(action: &str) -> String {
    named("action", action)
}

/// What an entry is about, in general: "Contact", "Account"; tracked.
pub fn about(name: &str) -> String {
    match relasi_domain::object(name) {
        Some(object) => labels::one(object),
        None => named("about", name),
    }
}

/// What is behind a write, where there is more than somebody's request; tracked.
pub fn cause(entry: &Entry) -> Option<String> {
    let (kind, _) = entry.cause.as_deref()?.split_once(':')?;
    // The action says so already.
    (kind != "revert").then(|| cause_named(kind))
}

/// What a kind of cause is called; tracked.
pub fn cause_named(kind: &str) -> String {
    named("cause", kind)
}

fn named(kind: &str, code: &str) -> String {
    let known = label(&format!("history.{kind}_{code}"));
    known.map_or_else(|| code.to_owned(), |key: Key| key.get().to_owned())
}

/// Who did it; tracked.
pub fn actor(entry: &Entry) -> String {
    match entry.actor_id.as_deref() {
        Some(id) => use_people().name(id).unwrap_or_default(),
        None => k::history::NOBODY.get().to_owned(),
    }
}

/// The drawing of an action.
pub fn drawing(action: &str) -> Icon {
    match action {
        "created" => icon::PLUS,
        "shared" | "unshared" => icon::USERS_ROUND,
        "trashed" => icon::TRASH_2,
        "restored" => icon::ARCHIVE_RESTORE,
        "merged" => icon::MERGE,
        "unmerged" => icon::UNDO_2,
        "reverted" => icon::HISTORY,
        "moved" | "won" | "lost" | "reopened" => icon::GIT_BRANCH,
        "signed_in"
        | "signed_out"
        | "session_stolen"
        | "password_changed"
        | "password_reset"
        | "password_reset_asked"
        | "email_change_asked"
        | "email_changed"
        | "second_factor_added"
        | "second_factor_removed"
        | "second_factor_reset"
        | "recovery_codes_made"
        | "passkey_added"
        | "passkey_removed"
        | "provider_linked"
        | "provider_unlinked"
        | "sessions_ended" => icon::KEY_ROUND,
        _ => icon::PENCIL,
    }
}

/// What a field is called, of whatever the entry is about; tracked.
pub fn field_name(object: &str, field: &str) -> String {
    if field == SHARE {
        return k::access::SHARED_WITH.get().to_owned();
    }
    if let Some(object) = relasi_domain::object(object) {
        return labels::field(object, field);
    }
    match label(&format!("history.field_{field}")) {
        Some(key) => key.get().to_owned(),
        // Accounts and members have names, languages and teams as people do.
        None => labels::field(&contact::OBJECT, field),
    }
}

/// A value of a field as one line; tracked. `beside` has what it needs to be read: the currency of an amount.
pub fn text(object: &str, field: &str, value: &Value, beside: &Record) -> String {
    let known = relasi_domain::object(object).map(whole);
    let found = known.and_then(|object| Some((object, object.field(field)?)));
    let Some((object, found)) = found else {
        return plain(field, value);
    };
    let mut record = beside.clone();
    record.fields.insert(field.to_owned(), value.clone());
    if let Kind::Money { currency } = &found.kind
        && currency.of(|name| record.text(name)).is_none()
    {
        // The currency is on its way.
        return String::new();
    }
    let text = value::text(object, found, &record);
    // Of what has no words of its own, what there is.
    if text.is_empty() {
        plain(field, value)
    } else {
        text
    }
}

fn plain(field: &str, value: &Value) -> String {
    match value {
        Value::Object(share) if field == SHARE => shared(share),
        Value::Null => String::new(),
        Value::Bool(true) => k::common::YES.get().to_owned(),
        Value::Bool(false) => k::common::NO.get().to_owned(),
        Value::String(code) if field == "role" => labels::text(&format!("role.{code}"))
            .unwrap_or(code)
            .to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => String::new(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let words = items.iter().filter_map(Value::as_str);
            words.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// With whom a record was shared, for what and until when.
fn shared(share: &Document) -> String {
    let text = |name: &str| share.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = match share.get("team_id") {
        Some(Value::String(_)) => k::access::team_named(text("name")),
        _ => text("name").to_owned(),
    };
    let edits = share.get("may_edit") == Some(&Value::Bool(true));
    let may = if edits {
        k::access::MAY_EDIT
    } else {
        k::access::MAY_SEE
    };
    let until = Some(text("until")).filter(|until| !until.is_empty());
    let until = until.map(|until| k::access::until_day(&instant::shown(until)));
    let parts = [Some(name), Some(may.get().to_owned()), until];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The changes that are shown: going into the trash and out of it is an action by itself.
pub fn told(entry: &Entry) -> impl Iterator<Item = &Change> {
    entry
        .changes
        .iter()
        .filter(|change| change.field != "deleted_at")
}

/// Whether a write changed an amount whose currency stands elsewhere in the record.
pub fn wants_currency(object: &'static Object, entry: &Entry) -> bool {
    let elsewhere = |change: &Change| {
        let field = object.field(&change.field);
        field.is_some_and(|field| {
            matches!(
                &field.kind,
                Kind::Money {
                    currency: Currency::Field(_)
                }
            )
        })
    };
    entry.changes.iter().any(elsewhere)
}
