//! What is special to rows that become leads.

use relasi_domain::{
    fault::Faults,
    record::{Document, Object},
    sales::lead,
};
use serde_json::{Value, json};

use crate::sales::speed;

/// Why nothing can be written into a lead that became a contact.
pub(super) const CONVERTED: &str = "lead_is_converted";

fn is_converted(object: &Object, document: &Document) -> bool {
    let status = document.get("status").and_then(Value::as_str);
    object.name == lead::OBJECT.name && status == Some(lead::CONVERTED)
}

/// Who became a contact elsewhere is none here: such rows are for an import of contacts.
pub(super) fn check(object: &Object, record: &Document, faults: &mut Faults) {
    faults.check(
        is_converted(object, record),
        "status",
        "lead_became_contact",
    );
}

/// Why nothing can be written into a record that is there.
pub(super) fn closed(object: &Object, document: &Document) -> Option<&'static str> {
    is_converted(object, document).then_some(CONVERTED)
}

/// Lets the time begin in which a new lead should be answered.
pub(super) fn start_clock(object: &Object, fresh: &mut Document) {
    if object.name == lead::OBJECT.name {
        fresh.insert(speed::STARTED.to_owned(), json!(true));
    }
}
