//! What takes more than one request to make.

use relasi_tests::Client;
use serde_json::json;

use crate::bodies::{fresh, id, make_with};

/// Two contacts that became one: the merge.
pub(super) fn merged(client: &Client) -> String {
    let [survivor, loser] = [(); 2].map(|()| make_with(client, "contact", json!({})));
    let order = json!({"loser_id": loser["id"], "loser_version": 1, "fields": {}});
    let done = client
        .verb(&format!("contacts/{}/merge", id(&survivor)), 1, &order)
        .ok(200);
    id(&done["merge"])
}

/// A review, a step of it or something found there.
pub(super) fn reviewed(client: &Client, part: &str) -> String {
    let audit = client
        .post("quality-audits", &json!({"name": fresh("Tinjauan")}))
        .ok(201);
    let step = id(&audit["steps"][0]);
    match part {
        "quality-audits" => id(&audit),
        "quality-steps" => step,
        "quality-findings" => {
            let found = json!({"text": "Nomor lama", "severity": "low"});
            id(&client
                .post(&format!("quality-steps/{step}/findings"), &found)
                .ok(201))
        }
        other => panic!("nothing to try {other} on"),
    }
}
