//! What somebody sent, read by the form's questions.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Design, Sent};
use crate::{
    fault::{Fault, Faults},
    field::{FieldRef, Item, Kind},
    record::Document,
    shape::Shape,
};

/// The longest answer that is kept at all.
const MAX_ANSWER: usize = 10_000;

/// What the answers come to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    /// Members of the lead.
    pub lead: Document,
    /// Purposes that were agreed to.
    pub agreed: Vec<Uuid>,
}

/// Reads what was sent; faults point to the names that were sent, such as `/q.emails`.
///
/// # Errors
/// Every answer that is missing or has not the form of its field.
pub fn read(design: &Design, shape: Shape<'_>, sent: &Sent) -> Result<Answers, Faults> {
    let mut faults = Faults::default();
    let mut answers = Answers::default();
    for (question, field) in design.asked(shape) {
        let name = format!("q.{}", question.field);
        let text = sent.get(&name).map_or("", |text| text.trim());
        if text.is_empty() {
            faults.check(question.required, &name, "required");
            continue;
        }
        if text.chars().count() > MAX_ANSWER {
            faults.push(Fault::field(&name, "too_long").with("max", MAX_ANSWER));
            continue;
        }
        let Some(value) = value(&field, text) else {
            faults.push(Fault::field(&name, unread(&field.kind)));
            continue;
        };
        let mut found = Faults::default();
        field.check(&value, &mut found);
        let found = found.0.into_iter().map(|fault| Fault {
            pointer: format!("/{name}"),
            ..fault
        });
        faults.0.extend(found);
        field.set(&mut answers.lead, value);
    }
    for asked in &design.consents {
        let name = format!("c.{}", asked.purpose_id);
        if sent.get(&name).is_some_and(|ticked| !ticked.is_empty()) {
            answers.agreed.push(asked.purpose_id);
        } else {
            faults.check(asked.required, &name, "consent_needed");
        }
    }
    faults.into_result().map(|()| answers)
}

/// The value of an answer; none when it has not the form.
fn value(field: &FieldRef, text: &str) -> Option<Value> {
    Some(match &field.kind {
        Kind::Integer => json!(text.parse::<i64>().ok()?),
        Kind::Number => json!(text.replace(',', ".").parse::<f64>().ok()?),
        Kind::Boolean => json!(matches!(text, "true" | "on" | "1")),
        Kind::Many(Item::Email | Item::Phone) => json!([{"value": text}]),
        Kind::Many(_) => json!(text.split(", ").collect::<Vec<_>>()),
        // Lines end as they are written here, wherever they were typed.
        Kind::LongText { .. } => json!(text.replace("\r\n", "\n")),
        _ => json!(text),
    })
}

fn unread(kind: &Kind) -> &'static str {
    if *kind == Kind::Integer {
        "not_whole_number"
    } else {
        "not_number"
    }
}
