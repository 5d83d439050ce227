//! The requests that every object shares.

use std::collections::HashMap;
use std::fmt::Write as _;

use relasi_domain::field::CUSTOM;
use relasi_domain::record::{Document, Object};
use serde::Deserialize;
use serde_json::Value;

use super::fields::is_seen;
use crate::api::{Api, ApiError, Reply};

/// A record as the API sends it: members by field name, `id` and `version` among them.
///
/// Custom fields stand beside the others here, as `custom.tier`.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(from = "Document")]
pub struct Record {
    /// All members.
    pub fields: Document,
}

impl From<Document> for Record {
    fn from(mut fields: Document) -> Self {
        if let Some(Value::Object(custom)) = fields.remove("custom") {
            for (name, value) in custom {
                fields.insert(format!("{CUSTOM}{name}"), value);
            }
        }
        Self { fields }
    }
}

/// Members as the API takes them: custom ones among themselves.
pub fn nested(members: Document) -> Value {
    let (mut custom, mut nested) = (Document::new(), Document::new());
    for (name, value) in members {
        match name.strip_prefix(CUSTOM) {
            Some(name) => custom.insert(name.to_owned(), value),
            None => nested.insert(name, value),
        };
    }
    if !custom.is_empty() {
        nested.insert("custom".to_owned(), Value::Object(custom));
    }
    Value::Object(nested)
}

impl Record {
    /// The id.
    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// The version for `If-Match`.
    pub fn version(&self) -> i64 {
        self.integer("version").unwrap_or_default()
    }

    /// A member; `null` for a missing one.
    pub fn value(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    /// A member with text in it.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name).as_str().filter(|text| !text.is_empty())
    }

    /// A member with a whole number.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.value(name).as_i64()
    }

    /// The items of a member with several values.
    pub fn items(&self, name: &str) -> &[Value] {
        self.value(name).as_array().map_or(&[], Vec::as_slice)
    }

    /// What people call it.
    pub fn title(&self, object: &Object) -> String {
        self.text(object.title).unwrap_or_default().to_owned()
    }
}

/// Id and title of a record that others refer to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Related {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
}

/// One page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    /// The records in order.
    pub items: Vec<Record>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
    /// Titles of what the records refer to, by plural (`companies`, `users`).
    #[serde(default)]
    pub included: HashMap<String, Vec<Related>>,
}

/// How many records match.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct Count {
    /// The number; at most 10,000.
    pub count: i64,
    /// There are more than that.
    pub capped: bool,
}

/// What a list shall hold. Empty texts are left out.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Query {
    /// In the filter grammar.
    pub filter: String,
    /// For example `-created_at,full_name`.
    pub sort: String,
    /// Words to search for.
    pub text: String,
    /// From an earlier page.
    pub cursor: Option<String>,
    /// 1 to 200; 0 takes the server's own.
    pub limit: u32,
    /// References to name in `included`, without `_id`, by commas.
    pub include: String,
    /// Fields to send, by commas; empty sends all.
    pub fields: String,
    /// Of what lies in the trash.
    pub trashed: bool,
}

impl Query {
    fn search(&self, object: &Object, whole: bool) -> String {
        let mut text = String::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                let mark = if text.is_empty() { '?' } else { '&' };
                // Writing into a String cannot fail.
                let _ = write!(text, "{mark}{name}={}", encode(value));
            }
        };
        add("filter", &self.filter);
        add("q", &self.text);
        add("trashed", if self.trashed { "true" } else { "" });
        if whole {
            let seen = |names: &str, field: fn(&str) -> String| {
                let names = names.split(',');
                let seen = names.filter(|name| is_seen(object, &field(name)));
                seen.collect::<Vec<_>>().join(",")
            };
            let plain = |name: &str| name.trim_start_matches('-').to_owned();
            add("sort", &seen(&self.sort, plain));
            add("cursor", self.cursor.as_deref().unwrap_or_default());
            add("include", &seen(&self.include, |name| format!("{name}_id")));
            add("fields", &seen(&self.fields, plain));
            if self.limit > 0 {
                add("limit", &self.limit.to_string());
            }
        }
        text
    }
}

/// Percent-encodes a value for a path or query string.
pub fn encode(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}

/// A text as a value of the filter grammar.
pub fn quoted(text: &str) -> String {
    let inner = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{inner}\"")
}

/// One page of the object's records.
pub async fn list(api: Api, object: &Object, query: &Query) -> Result<Page, ApiError> {
    let path = format!("/{}{}", object.plural, query.search(object, true));
    api.get(&path).await.and_then(Reply::read)
}

/// How many records match, whatever page is shown.
pub async fn count(api: Api, object: &Object, query: &Query) -> Result<Count, ApiError> {
    let path = format!("/{}/count{}", object.plural, query.search(object, false));
    api.get(&path).await.and_then(Reply::read)
}

/// One record.
pub async fn get(api: Api, object: &Object, id: &str) -> Result<Record, ApiError> {
    api.get(&path(object, id)).await.and_then(Reply::read)
}

/// Makes a record.
pub async fn create(api: Api, object: &Object, body: Document) -> Result<Record, ApiError> {
    let path = format!("/{}", object.plural);
    api.post(&path, &nested(body)).await.and_then(Reply::read)
}

/// Makes a record; `anyway` also when the server knows one like it (fault `duplicate`).
pub async fn create_checked(
    api: Api,
    object: &Object,
    body: Document,
    anyway: bool,
) -> Result<Record, ApiError> {
    let mark = if anyway { "?duplicates=allow" } else { "" };
    let path = format!("/{}{mark}", object.plural);
    api.post(&path, &nested(body)).await.and_then(Reply::read)
}

/// Changes some members of a record that was read with `version`.
pub async fn patch(
    api: Api,
    object: &Object,
    id: &str,
    version: i64,
    changes: Document,
) -> Result<Record, ApiError> {
    api.patch(&path(object, id), version, &nested(changes))
        .await
        .and_then(Reply::read)
}

/// Moves a record to the trash.
pub async fn delete(api: Api, object: &Object, id: &str, version: i64) -> Result<(), ApiError> {
    api.delete(&path(object, id), Some(version))
        .await
        .map(|_| ())
}

/// Takes a record out of the trash.
pub async fn restore(api: Api, object: &Object, id: &str) -> Result<Record, ApiError> {
    let path = format!("{}/restore", path(object, id));
    api.post(&path, &Value::Object(Document::new()))
        .await
        .and_then(Reply::read)
}

fn path(object: &Object, id: &str) -> String {
    format!("/{}/{id}", object.plural)
}

#[cfg(test)]
mod tests {
    use super::{Record, nested, quoted};
    use serde_json::json;

    #[test]
    fn reads_members() {
        let record: Record =
            serde_json::from_value(json!({"id": "a", "version": 3, "city": ""})).unwrap();
        assert_eq!((record.id(), record.version()), ("a", 3));
        assert_eq!(record.text("city"), None);
        assert!(record.items("tags").is_empty());
    }

    #[test]
    fn custom_members_go_both_ways() {
        let sent = json!({"id": "a", "custom": {"tier": "gold"}});
        let record: Record = serde_json::from_value(sent.clone()).unwrap();
        assert_eq!(record.text("custom.tier"), Some("gold"));
        assert_eq!(nested(record.fields), sent);
    }

    #[test]
    fn quotes_for_the_grammar() {
        assert_eq!(quoted(r#"a "b" \"#), r#""a \"b\" \\""#);
    }
}
