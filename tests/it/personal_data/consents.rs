//! What people agreed to, with its proof.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{id, make};

fn purpose(client: &Client, members: &Value) -> Value {
    let mut body = json!({"name": "Kabar", "legal_basis": "consent", "channels": ["whatsapp", "email"], "wording": "Boleh?"});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.post("consent-purposes", &body).ok(201)
}

fn allowed(client: &Client, contact: &str, channel: &str, purpose: &Value) -> (bool, String) {
    let path = format!(
        "contacts/{contact}/may-contact?purpose={}&channel={channel}",
        id(purpose)
    );
    let answer = client.get(&path).ok(200);
    (
        answer["allowed"].as_bool().unwrap(),
        answer["reason"].as_str().unwrap().to_owned(),
    )
}

on_both! {
    fn consent_is_given_and_taken_back_with_proof(app: TestApp) {
        let client = app.client();
        let news = purpose(client, &json!({}));
        assert_eq!((&news["channels"], &news["wording_version"]), (&json!(["email", "whatsapp"]), &json!(1)));
        let bills = purpose(client, &json!({"name": "Tagihan", "legal_basis": "contract", "channels": ["email"]}));
        let contact = id(&make(client, "contact"));
        let at = format!("contacts/{contact}/consents");
        let say = |answer: (bool, &str)| (answer.0, answer.1.to_owned());
        assert_eq!(allowed(client, &contact, "email", &news), say((false, "never_asked")));
        assert_eq!(allowed(client, &contact, "email", &bills), say((true, "other_basis")));
        let yes = json!({"purpose_id": news["id"], "state": "given", "source": "form", "ip": "203.0.113.7"});
        let view = client.post(&at, &yes).ok(201);
        let newest = &view["history"][0];
        assert_eq!((&newest["proof"], &newest["proof_version"], &newest["ip"]), (&json!("Boleh?"), &json!(1), &json!("203.0.113.7")));
        assert_eq!(view["current"].as_array().unwrap().iter().filter(|one| one["state"] == "given").count(), 2);
        assert_eq!(allowed(client, &contact, "email", &news), say((true, "given")));
        // The wording changes; what was shown stays with what was said.
        let changed = client.patch(&format!("consent-purposes/{}", id(&news)), 1, &json!({"wording": "Boleh kami kirim kabar?"})).ok(200);
        assert_eq!(changed["wording_version"], 2);
        let view = client.get(&at).ok(200);
        assert_eq!(view["history"][0]["proof"], "Boleh?");
        let no = json!({"purpose_id": news["id"], "channels": ["email"], "state": "withdrawn"});
        let view = client.post(&at, &no).ok(201);
        assert_eq!(view["history"].as_array().map(Vec::len), Some(3), "nothing is overwritten");
        assert_eq!(allowed(client, &contact, "email", &news), say((false, "withdrawn")));
        assert_eq!(allowed(client, &contact, "whatsapp", &news), say((true, "given")));
        // What was said earlier and is noted later does not count.
        let earlier = json!({"purpose_id": news["id"], "channels": ["email"], "state": "given", "at": "2020-01-01T00:00:00Z"});
        client.post(&at, &earlier).ok(201);
        assert_eq!(allowed(client, &contact, "email", &news), say((false, "withdrawn")));
        assert_eq!(allowed(client, &contact, "sms", &news), say((false, "channel_not_used")));
        // A retired purpose: nobody is contacted, nobody is asked, everybody can take back.
        let retired = client.patch(&format!("consent-purposes/{}", id(&news)), 2, &json!({"retired": true})).ok(200);
        assert_eq!(retired["retired"], true);
        assert_eq!(allowed(client, &contact, "whatsapp", &news), say((false, "purpose_retired")));
        client.post(&at, &yes).problem(409, "purpose_retired");
        client.post(&at, &json!({"purpose_id": news["id"], "state": "withdrawn"})).ok(201);
        let history = client.get(&format!("contacts/{contact}/history")).ok(200).to_string();
        assert!(history.contains("consent_given") && history.contains("consent_withdrawn"), "{history}");
    }

    fn what_is_not_said_rightly_is_refused(app: TestApp) {
        let client = app.client();
        let news = purpose(client, &json!({}));
        let wrong = json!({"name": " ", "legal_basis": "because", "channels": ["owl"]});
        assert_eq!(client.post("consent-purposes", &wrong).faults(), ["/channels not_a_choice", "/legal_basis not_a_choice", "/name required"]);
        assert_eq!(client.post("consent-purposes", &json!({"name": "KABAR", "legal_basis": "consent", "channels": ["email"]})).faults(), ["/name already_exists"]);
        client.patch(&format!("consent-purposes/{}", id(&news)), 7, &json!({"name": "Lain"})).problem(412, "stale_version");
        let contact = id(&make(client, "contact"));
        let at = format!("contacts/{contact}/consents");
        assert_eq!(client.post(&at, &json!({"state": "given"})).faults(), ["/purpose_id required"]);
        let wrong = json!({"purpose_id": news["id"], "state": "maybe", "channels": ["sms"], "source": "dream", "at": "2100-01-01T00:00:00Z", "ip": "here", "file_id": contact});
        let faults = ["/at in_future", "/channels channel_not_of_purpose", "/file_id no_such_record", "/ip not_address", "/source not_a_choice", "/state not_a_choice"];
        assert_eq!(client.post(&at, &wrong).faults(), faults);
        // Those who only read neither ask nor answer for others.
        let reader = app.member("read_only").client;
        reader.get(&at).ok(200);
        reader.post(&at, &json!({"purpose_id": news["id"], "state": "withdrawn"})).problem(403, "forbidden");
        app.member("member").client.post("consent-purposes", &json!({})).problem(403, "forbidden");
    }

    fn consents_follow_a_merge(app: TestApp) {
        let client = app.client();
        let news = purpose(client, &json!({}));
        let [survivor, loser] = [(); 2].map(|()| id(&make(client, "contact")));
        let yes = json!({"purpose_id": news["id"], "state": "given"});
        client.post(&format!("contacts/{loser}/consents"), &yes).ok(201);
        let order = json!({"loser_id": loser, "loser_version": 1, "fields": {}});
        client.verb(&format!("contacts/{survivor}/merge"), 1, &order).ok(200);
        assert!(allowed(client, &survivor, "email", &news).0);
    }
}
