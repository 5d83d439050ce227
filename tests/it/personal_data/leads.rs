//! The person as they came to us: a lead that became the contact, and one with the same address.

use relasi_tests::Client;
use serde_json::{Value, json};

use super::canary::{CANARY, EMAIL, NAME};
use crate::{
    bodies::{id, make},
    leads::asked,
};

/// The word in everything that leads have; one of them becomes the contact.
pub(super) fn fill(client: &Client, contact: &str, purpose: &str) {
    let items = asked(client, &[("mql", "Anggaran", false)]);
    let body = json!({
        "name": NAME, "company_name": CANARY, "job_title": CANARY, "emails": [{"value": EMAIL}], "source": CANARY, "campaign": CANARY,
        "source_detail": CANARY, "city": CANARY, "description": CANARY,
    });
    let rule = json!({"name": "Sudah lama", "filter": "created_at > 2020-01-01", "points": 5});
    client.post("score-rules", &rule).ok(201);
    let lead = id(&client.create("leads", &body));
    let at = format!("leads/{lead}");
    let go = |verb: &str, body: Value| {
        let version = client.get(&at).ok(200)["version"].as_i64().unwrap();
        client.verb(&format!("{at}/{verb}"), version, &body).ok(200)
    };
    client
        .post(
            &format!("{at}/tick"),
            &json!({"item_id": items[0], "done": true}),
        )
        .ok(200);
    let yes = json!({"purpose_id": purpose, "state": "given", "source": "form", "note": CANARY, "proof": CANARY});
    client.post(&format!("{at}/consents"), &yes).ok(201);
    let call = json!({"kind": "call", "subject": CANARY, "body": CANARY, "lead_id": lead});
    client.create("activities", &call);
    let team = make(client, "team");
    go("hand-off", json!({"team_id": team["id"], "note": CANARY}));
    go("return", json!({ "reason": CANARY }));
    go("convert", json!({"contact": {"id": contact}}));
    let open = json!({"name": CANARY, "emails": [{"value": EMAIL}]});
    let open = id(&client.create("leads", &open));
    client
        .verb(
            &format!("leads/{open}/disqualify"),
            1,
            &json!({ "reason": CANARY }),
        )
        .ok(200);
    let again = json!({"name": CANARY, "emails": [{"value": EMAIL}]});
    client.create("leads", &again);
}
