//! Properties of the comparison, and how well it does on a labelled set.

mod cases;
mod labelled;
mod measure;
mod mistakes;
mod pool;
mod properties;
mod random;

use serde_json::Value;

use super::Features;
use crate::{
    people::{company, contact},
    record::Document,
};

/// Numbers in Indonesia and Thailand in E.164; enough of a rule for these tests.
fn international(number: &str, country: &str) -> Option<String> {
    let digits = crate::text::digits(number);
    let national = crate::text::phone_key(number);
    let code = match country {
        _ if number.starts_with('+') || digits.starts_with("00") => {
            return Some(digits.trim_start_matches('0').to_owned());
        }
        "ID" => "62",
        "TH" => "66",
        _ => return None,
    };
    Some(format!("{code}{national}"))
}

/// A contact, or a company when it has a `name`, as it is compared. `company` names a contact's company.
fn features(record: &Value) -> Features {
    let mut document: Document = record.as_object().cloned().unwrap_or_default();
    let company = document.remove("company");
    let object = if document.contains_key("name") {
        &company::OBJECT
    } else {
        &contact::OBJECT
    };
    Features::of(
        object,
        &document,
        company.as_ref().and_then(Value::as_str),
        &international,
    )
}
