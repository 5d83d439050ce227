//! What is personal about leads is found and goes with the person.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::go;
use crate::bodies::{id, make, make_with};

fn exists(client: &Client, path: &str) -> bool {
    client.get(path).status == 200
}

on_both! {
    fn a_person_who_is_erased_goes_with_the_leads_they_were(app: TestApp) {
        let client = app.client();
        let lead = id(&make_with(client, "lead", json!({"name": "Ratna Canary", "emails": [{"value": "ratna@canary.example"}], "source_detail": "https://canary.example/?q=ratna"})));
        client.create("activities", &json!({"lead_id": lead, "kind": "call", "subject": "Canary"}));
        go(client, &lead, "disqualify", &json!({"reason": "early"})).ok(200);
        // Another lead with the same address, and one of somebody else.
        let same = id(&make_with(client, "lead", json!({"name": "R. Canary", "emails": [{"value": "ratna@canary.example"}]})));
        let other = id(&make_with(client, "lead", json!({"name": "Orang Lain", "emails": [{"value": "lain@kopi.example"}]})));
        let contact = go(client, &same, "convert", &json!({})).ok(200)["contact_id"].as_str().unwrap().to_owned();
        let copy = client.post(&format!("contacts/{contact}/copy"), &json!({})).ok(202);
        app.finished(copy["job_id"].as_str().unwrap());
        let before = client.get(&format!("contacts/{contact}/erasure")).ok(200);
        let counted = before["erased"].as_array().unwrap().iter().find(|one| one["table"] == "leads");
        assert_eq!(counted.unwrap()["rows"], 2, "{before}");
        let named = json!({"reason": "Asked for it", "name": before["name"]});
        let ordered = client.post(&format!("contacts/{contact}/erasure"), &named).ok(202);
        app.finished(ordered["job_id"].as_str().unwrap());
        for lead in [&lead, &same] {
            assert!(!exists(client, &format!("leads/{lead}")), "{lead}");
        }
        assert!(exists(client, &format!("leads/{other}")));
        let log = client.get("audit-entries?limit=200").ok(200).to_string();
        assert!(!log.contains("ratna@canary.example") && !log.contains("Ratna Canary"), "{log}");
    }

    fn consent_of_a_lead_is_noted_and_asked_for(app: TestApp) {
        let client = app.client();
        let purpose = json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email"], "wording": "Boleh?"});
        let purpose = client.post("consent-purposes", &purpose).ok(201);
        let lead = id(&make(client, "lead"));
        let at = format!("leads/{lead}");
        let ask = format!("{at}/may-contact?purpose={}&channel=email", id(&purpose));
        assert_eq!(client.get(&ask).ok(200), json!({"allowed": false, "reason": "never_asked"}));
        let yes = json!({"purpose_id": purpose["id"], "state": "given", "source": "form"});
        let view = client.post(&format!("{at}/consents"), &yes).ok(201);
        assert_eq!(view["history"][0]["proof"], "Boleh?");
        assert_eq!(client.get(&ask).ok(200)["allowed"], true);
        assert_eq!(client.post(&format!("{at}/consents"), &json!({"purpose_id": purpose["id"], "state": "maybe"})).faults(), ["/state not_a_choice"]);
        let no = json!({"purpose_id": purpose["id"], "state": "withdrawn"});
        client.post(&format!("{at}/consents"), &no).ok(201);
        let done = go(client, &lead, "convert", &json!({})).ok(200);
        let contact = done["contact_id"].as_str().unwrap();
        let answer = client.get(&format!("contacts/{contact}/may-contact?purpose={}&channel=email", id(&purpose))).ok(200);
        assert_eq!(answer, json!({"allowed": false, "reason": "withdrawn"}), "what was taken back stays so");
        assert_eq!(client.get(&format!("contacts/{contact}/consents")).ok(200)["history"].as_array().map(Vec::len), Some(2));
        let reader = app.member("read_only");
        reader.client.post(&format!("{at}/consents"), &yes).problem(403, "forbidden");
        let _: Value = reader.client.get(&format!("{at}/consents")).ok(200);
    }
}
