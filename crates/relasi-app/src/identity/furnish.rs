//! What a new workspace begins with: one pipeline, named in the language of the workspace.

use chrono::{DateTime, Utc};
use relasi_domain::{
    identity::access::Access,
    locale::{self, Language},
    record::Document,
    sales::{pipeline, stage},
};
use relasi_persistence::Conn;
use serde_json::{Value, json};

use crate::{Result, records::Work};

/// Stages with their chance to win in per cent and their kind.
const STAGES: [(&str, i64, &str); 6] = [
    ("new", 10, "open"),
    ("qualified", 25, "open"),
    ("proposal", 50, "open"),
    ("negotiation", 75, "open"),
    ("won", 100, "won"),
    ("lost", 0, "lost"),
];

/// Makes the first pipeline with its stages through the record layer.
pub fn furnish(
    conn: &mut Conn,
    access: &Access,
    now: DateTime<Utc>,
    language: &str,
    currency: &str,
) -> Result<()> {
    let language = Language::from_tag(language).unwrap_or(Language::En);
    let name = |key: &str| {
        locale::text(language, &format!("starter.{key}"))
            .map_or_else(|| key.to_owned(), str::to_owned)
    };
    let mut work = Work {
        conn,
        access,
        now,
        cause: None,
    };
    let body = json!({"name": name("pipeline"), "position": 0, "currency": currency});
    let pipeline = work.create(&pipeline::OBJECT, document(body))?;
    for (position, (key, probability, kind)) in STAGES.into_iter().enumerate() {
        let body = json!({
            "pipeline_id": pipeline.get("id"), "name": name(key), "position": position,
            "probability": probability, "kind": kind,
        });
        work.create(&stage::OBJECT, document(body))?;
    }
    Ok(())
}

fn document(value: Value) -> Document {
    match value {
        Value::Object(document) => document,
        _ => Document::new(),
    }
}
