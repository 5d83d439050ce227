//! P1 and P2: everything about a person can be taken along, and can be gone.

mod behind;
mod canary;
mod consents;
mod lead_alone;
mod leads;
mod map;
mod retention;
mod sealed;
mod traces;

pub(crate) use traces::tables_with;

use relasi_tests::{Method, TestApp};
use serde_json::json;

use crate::bodies::{id, make, make_with};

/// What is kept for the people themselves: consents, rules, holds, the record, and somebody who is gone.
pub(crate) fn fill(app: &TestApp) {
    let client = app.client();
    let purpose = json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email"]});
    let purpose = client.post("consent-purposes", &purpose).ok(201);
    let at = format!("contacts/{}", id(&make(client, "contact")));
    let yes = json!({"purpose_id": purpose["id"], "state": "given"});
    client.post(&format!("{at}/consents"), &yes).ok(201);
    let hold = json!({"reason": "Sengketa"});
    let held = client.json(Method::PUT, &format!("{at}/hold"), &[], &hold);
    assert_eq!(held.status, 204, "{}", held.text());
    let lead = format!("leads/{}/hold", id(&make(client, "lead")));
    let held = client.json(Method::PUT, &lead, &[], &hold);
    assert_eq!(held.status, 204, "{}", held.text());
    let rule = json!({"name": "Lama", "object": "file", "months": 60, "action": "list"});
    client.post("retention-rules", &rule).ok(201);
    let entry = json!({"name": "Kegiatan"});
    client.post("processing-entries", &entry).ok(201);
    let gone = make_with(client, "contact", json!({"full_name": "Yang Pergi"}));
    let order = json!({"name": "Yang Pergi", "reason": "Diminta"});
    let path = format!("contacts/{}/erasure", id(&gone));
    let begun = client.post(&path, &order).ok(202);
    app.finished(begun["job_id"].as_str().unwrap());
}
