//! What other programs send becomes records.

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::receiver::until;
use crate::{
    bodies::{id, make_with},
    isolation::second_workspace,
};

/// A hook for the contacts of a form.
fn form(client: &Client, options: &Value) -> Value {
    let hook = json!({
        "name": "Formulir situs", "object": "contact", "options": options,
        "mapping": [
            {"field": "full_name", "from": ["/nama/depan", "/nama/belakang"]},
            {"field": "emails", "from": ["/surel"]},
            {"field": "company_id", "from": ["/perusahaan"]},
            {"field": "birth_date", "from": ["/lahir"]},
            {"field": "tags", "value": "Situs"},
        ],
    });
    client.post("inbound-hooks", &hook).ok(201)
}

fn address(hook: &Value) -> String {
    format!("inbound/{}", hook["token"].as_str().unwrap())
}

/// The request once it has been taken.
#[track_caller]
fn taken(client: &Client, hook: &Value, request: &Value) -> Value {
    let path = format!("inbound-hooks/{}/requests", id(hook));
    until("the request to be taken", || {
        let all = client.get(&path).ok(200);
        let found = all["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == request["id"])
            .cloned();
        found.filter(|one| one["state"] != "waiting")
    })
}

fn siti() -> Value {
    json!({"nama": {"depan": "Siti", "belakang": "Rahmawati"}, "surel": "siti@kopi.example", "perusahaan": "PT Kopi Jaya", "lahir": "17/8/1990", "lain": [1]})
}

on_both! {
    fn what_comes_becomes_a_record(app: TestApp) {
        let client = app.client();
        let hook = form(client, &json!({"match": "email"}));
        assert_eq!(client.get(&format!("inbound-hooks/{}", id(&hook))).ok(200).get("token"), None, "shown once");
        let nobody = app.anonymous();
        let came = nobody.post(&address(&hook), &siti()).ok(202);
        let made = taken(client, &hook, &came);
        assert_eq!((&made["state"], &made["body"], &made["faults"]), (&json!("created"), &siti(), &json!([])));
        let contact = client.get(&format!("contacts/{}", made["record_id"].as_str().unwrap())).ok(200);
        assert_eq!((&contact["full_name"], &contact["birth_date"]), (&json!("Siti Rahmawati"), &json!("1990-08-17")));
        let company = client.get(&format!("companies/{}", contact["company_id"].as_str().unwrap())).ok(200);
        assert_eq!((&company["name"], contact["tags"].as_array().unwrap().len()), (&json!("PT Kopi Jaya"), 1));
        assert_eq!(contact["import_id"], Value::Null, "no import made it");

        // The same person again, by a form: what is new is written into the record.
        let body = "nama[depan]=x&surel=siti%40kopi.example&perusahaan=PT+Kopi+Jaya";
        let form_type = [("content-type", "application/x-www-form-urlencoded")];
        let came = nobody.send(Method::POST, &address(&hook), &form_type, body.as_bytes()).ok(202);
        assert_eq!(taken(client, &hook, &came)["state"], "updated");
        let count = client.get("contacts/count").ok(200);
        assert_eq!(count["count"], 1);
        let history = client.get(&format!("contacts/{}/history", id(&contact))).ok(200);
        let cause = history["items"].as_array().unwrap().last().unwrap()["cause"].clone();
        assert_eq!(cause, format!("hook:{}", id(&hook)));
        let skips = form(client, &json!({"match": "email", "on_match": "skip"}));
        let came = nobody.post(&address(&skips), &siti()).ok(202);
        assert_eq!(taken(client, &skips, &came)["state"], "skipped");
    }

    fn what_cannot_be_taken_says_why_and_is_taken_again_when_that_is_mended(app: TestApp) {
        let client = app.client();
        let hook = form(client, &json!({}));
        let at = format!("inbound-hooks/{}", id(&hook));
        let wrong = json!({"nama": {"depan": "Budi"}, "surel": "no address", "lahir": "kemarin"});
        let came = client.post(&address(&hook), &wrong).ok(202);
        let failed = taken(client, &hook, &came);
        assert_eq!((&failed["state"], &failed["record_id"]), (&json!("failed"), &Value::Null));
        let faults = failed["faults"].as_array().unwrap().iter();
        let pointers: Vec<_> = faults.map(|fault| fault["pointer"].clone()).collect();
        assert_eq!(pointers, ["/emails", "/birth_date"], "{failed}");
        let thai = client.in_language("th").get(&format!("{at}/requests")).ok(200);
        let told = thai["items"][0]["faults"][0]["detail"].as_str().unwrap();
        assert!(told.chars().any(|c| ('ก'..='๛').contains(&c)), "{told}");
        let open = client.get(&format!("{at}/requests?state=failed")).ok(200);
        assert_eq!(open["items"].as_array().unwrap().len(), 1);
        assert_eq!(client.get(&format!("{at}/requests?state=created")).ok(200)["items"], json!([]));
        let trial = client.post(&format!("{at}/try"), &wrong).ok(200);
        assert_eq!((&trial["state"], &trial["faults"]), (&json!("failed"), &failed["faults"]));
        assert_eq!(client.get("contacts/count").ok(200)["count"], 0);

        let mapping = json!([{"field": "full_name", "from": ["/nama/depan"]}]);
        client.patch(&at, 1, &json!({"mapping": mapping})).ok(200);
        let trial = client.post(&format!("{at}/try"), &wrong).ok(200);
        assert_eq!((&trial["state"], &trial["record"]["full_name"]), (&json!("created"), &json!("Budi")));
        assert_eq!(client.get("contacts/count").ok(200)["count"], 0, "a trial writes nothing");
        let again = client.post(&format!("{at}/replay"), &json!({"request_id": came["id"]})).ok(202);
        assert_eq!(again["id"], came["id"]);
        let made = taken(client, &hook, &came);
        assert_eq!((&made["state"], &made["faults"]), (&json!("created"), &json!([])));
        client.post(&format!("{at}/replay"), &json!({"request_id": hook["id"]})).problem(404, "not_found");
    }

    fn a_message_that_comes_twice_is_taken_once(app: TestApp) {
        let client = app.client();
        let hook = form(client, &json!({"match": "none"}));
        let send = |name: &str| {
            let headers = [(name, "msg_1"), ("content-type", "application/json")];
            client.send(Method::POST, &address(&hook), &headers, siti().to_string().as_bytes()).ok(202)
        };
        let first = send("webhook-id");
        assert_eq!(send("webhook-id"), first);
        assert_eq!(send("idempotency-key"), first);
        taken(client, &hook, &first);
        assert_eq!(client.get("contacts/count").ok(200)["count"], 1);
    }

    fn only_its_address_leads_to_a_hook(app: TestApp) {
        let mut app = app;
        let stranger = second_workspace(&mut app);
        let client = app.client();
        let hook = form(client, &json!({}));
        let at = format!("inbound-hooks/{}", id(&hook));
        let nobody = app.anonymous();
        for token in ["x", &"A".repeat(64), hook["id"].as_str().unwrap()] {
            nobody.post(&format!("inbound/{token}"), &siti()).problem(404, "not_found");
        }
        let turned = client.verb(&format!("{at}/rotate-token"), 1, &json!({})).ok(200);
        nobody.post(&address(&hook), &siti()).problem(404, "not_found");
        nobody.post(&address(&turned), &siti()).ok(202);
        client.patch(&at, 1, &json!({"state": "paused"})).problem(412, "stale_version");
        client.patch(&at, 2, &json!({"state": "paused"})).ok(200);
        nobody.post(&address(&turned), &siti()).problem(409, "hook_paused");
        let headers = [("content-type", "text/plain")];
        nobody.send(Method::POST, &address(&turned), &headers, b"Siti").problem(415, "unsupported_media_type");
        nobody.post(&address(&turned), &json!({"nama": "a\u{0}b"})).problem(422, "invalid");
        nobody.post(&address(&turned), &json!({"nama": "a".repeat(300_000)})).problem(413, "too_large");
        let member = app.member("member");
        member.client.get("inbound-hooks").problem(403, "forbidden");
        stranger.client.get(&at).problem(404, "not_found");
        let log = client.get("audit-entries?object=inbound_hook").ok(200);
        let actions: Vec<&str> = log["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["updated", "secret_rotated", "created"]);
        client.delete(&at, 3).ok(204);
        nobody.post(&address(&turned), &siti()).problem(404, "not_found");
    }

    fn a_hook_writes_by_the_rights_of_who_made_it(app: TestApp) {
        let admin = app.member("admin");
        let hook = form(&admin.client, &json!({}));
        let members = app.client().get("members").ok(200);
        let member = members["items"].as_array().unwrap().iter().find(|one| one["user_id"] == json!(admin.id)).unwrap().clone();
        let at = format!("members/{}", id(&member));
        app.client().patch(&at, member["version"].as_i64().unwrap(), &json!({"role": "member"})).ok(200);
        let came = app.anonymous().post(&address(&hook), &siti()).ok(202);
        let failed = taken(app.client(), &hook, &came);
        assert_eq!((&failed["state"], &failed["error"]), (&json!("failed"), &json!("creator_left")));
        assert_eq!(app.client().get("contacts/count").ok(200)["count"], 0);
    }

    fn what_cannot_be_a_hook_is_refused(app: TestApp) {
        let client = app.client();
        make_with(client, "company", json!({"name": "PT Kopi Jaya"}));
        for (change, fault) in [
            (json!({"name": " "}), "/name required"),
            (json!({"object": "deal"}), "/object not_a_choice"),
            (json!({"mapping": [{"field": "nothing", "from": ["/a"]}]}), "/mapping/0/field unknown_field"),
            (json!({"mapping": [{"field": "city", "from": ["/a"]}, {"field": "city", "value": "Solo"}]}), "/mapping/1/field column_mapped_twice"),
            (json!({"mapping": [{"field": "city"}]}), "/mapping/0/from from_or_value"),
            (json!({"mapping": [{"field": "city", "from": ["/a"], "value": "b"}]}), "/mapping/0/from from_or_value"),
            (json!({"mapping": [{"field": "city", "from": ["a.b"]}]}), "/mapping/0/from not_pointer"),
            (json!({"options": {"preset": "hubspot"}}), "/options/preset unknown_field"),
        ] {
            let mut body = json!({"name": "Formulir", "object": "contact"});
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            assert_eq!(client.post("inbound-hooks", &body).faults(), [fault], "{change}");
        }
        for _ in 0..50 {
            form(client, &json!({}));
        }
        client.post("inbound-hooks", &json!({"name": "Lagi", "object": "contact"})).problem(409, "too_many_hooks");
    }
}
