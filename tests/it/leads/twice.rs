//! Leads that are there twice: noticed while they are typed, found in the base, made one and two again.

use relasi_tests::{Client, Reply, TestApp, on_both};
use serde_json::{Value, json};

use super::{asked, go, kinds};
use crate::bodies::{id, make, make_with, version};

fn siti(client: &Client, more: &Value) -> Value {
    let mut body = json!({"name": "Siti Rahmawati", "company_name": "PT Kopi Senja", "phones": [{"value": "+62 812-3456-7890"}]});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.post("leads?duplicates=allow", &body).ok(201)
}

fn at(lead: &Value) -> String {
    format!("leads/{}", id(lead))
}

fn merge(client: &Client, survivor: &Value, loser: &Value) -> Reply {
    let now = client.get(&at(survivor)).ok(200);
    let gone = client.get(&at(loser)).ok(200);
    let order = json!({"loser_id": gone["id"], "loser_version": gone["version"], "fields": {"name": "survivor", "city": "loser"}});
    client.verb(&format!("{}/merge", at(survivor)), version(&now), &order)
}

on_both! {
    fn whoever_is_typed_is_compared_with_leads_and_contacts(app: TestApp) {
        let client = app.client();
        let there = siti(client, &json!({}));
        let known = make_with(client, "contact", json!({"full_name": "Siti Rahmawati", "emails": [{"value": "siti@kopi.example"}]}));
        let draft = json!({"name": "Rahmawati Siti", "phones": [{"value": "0812 3456 7890"}], "emails": [{"value": "SITI@kopi.example"}], "company_name": "Kopi Senja"});
        let found = client.post("leads/duplicates", &draft).ok(200);
        let found: Vec<(&Value, &Value)> = found["items"].as_array().unwrap().iter().map(|one| (&one["object"], &one["id"])).collect();
        assert!(found.contains(&(&json!("lead"), &there["id"])) && found.contains(&(&json!("contact"), &known["id"])), "{found:?}");
        assert_eq!(client.post("leads/duplicates", &json!({"shoe_size": 4})).faults(), ["/shoe_size unknown_member"]);
        // Whoever is typed as a contact may be a lead.
        let person = json!({"full_name": "Siti Rahmawati", "phones": [{"value": "0812 3456 7890"}], "emails": [{"value": "SITI@kopi.example"}]});
        let found = client.post("contacts/duplicates", &person).ok(200);
        let found: Vec<(&Value, &Value)> = found["items"].as_array().unwrap().iter().map(|one| (&one["object"], &one["id"])).collect();
        assert!(found.contains(&(&json!("lead"), &there["id"])) && found.contains(&(&json!("contact"), &known["id"])), "{found:?}");
        // As good as certainly the same is refused, until nobody is at work with them.
        let draft = json!({"name": "Siti Rahmawati", "company_name": "Kopi Senja", "phones": [{"value": "0812 3456 7890"}]});
        assert_eq!(client.post("leads", &draft).faults(), ["/phones/0 duplicate"]);
        go(client, &id(&there), "disqualify", &json!({"reason": "early"})).ok(200);
        client.post("leads", &draft).ok(201);
        // A lead that became a contact is found as that alone.
        let other = make_with(client, "lead", json!({"name": "Budi", "emails": [{"value": "budi@teh.example"}]}));
        let became = go(client, &id(&other), "convert", &json!({})).ok(200);
        let found = client.post("leads/duplicates", &json!({"name": "Budi", "emails": [{"value": "budi@teh.example"}]})).ok(200);
        let items = found["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["object"], &items[0]["id"]), (1, &json!("contact"), &became["contact_id"]), "{found}");
        let found = client.post("contacts/duplicates", &json!({"full_name": "Budi", "emails": [{"value": "budi@teh.example"}]})).ok(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
    }

    fn a_search_finds_leads_and_forgets_those_that_are_contacts(app: TestApp) {
        let client = app.client();
        let (one, two) = (siti(client, &json!({"source": "Web"})), siti(client, &json!({"source": "Fair"})));
        let scan = || {
            let begun = client.post("duplicates/scan", &json!({"object": "lead"})).ok(202);
            app.finished(&id(&begun))
        };
        assert_eq!(scan()["result"]["pairs"], 1);
        let pair = client.get("duplicates?object=lead").ok(200)["items"][0].clone();
        assert_eq!((&pair["object"], pair["records"].as_array().map(Vec::len)), (&json!("lead"), Some(2)), "{pair}");
        assert!(pair["reasons"].as_array().unwrap().iter().any(|why| why["field"] == "company"), "{pair}");
        assert_eq!(client.get("duplicates/summary").ok(200), json!({"contact": 0, "company": 0, "lead": 1}));
        assert_eq!(client.get("duplicates?object=deal").faults(), ["?object not_a_choice"]);
        go(client, &id(&one), "convert", &json!({"allow_duplicates": true})).ok(200);
        assert_eq!(scan()["result"]["pairs"], 0);
        merge(client, &two, &one).problem(409, "lead_is_converted");
        merge(client, &one, &two).problem(409, "lead_is_converted");
    }

    fn two_leads_become_one_with_all_that_hangs_on_them_and_two_again(app: TestApp) {
        let client = app.client();
        let items = asked(client, &[("mql", "Anggaran", false), ("mql", "Waktu", false)]);
        let purpose = json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email"], "wording": "Boleh?"});
        let purpose = client.post("consent-purposes", &purpose).ok(201);
        let survivor = siti(client, &json!({"emails": [{"value": "siti@kopi.example"}], "city": "Solo"}));
        let loser = siti(client, &json!({"name": "Sti R.", "emails": [{"value": "siti@rumah.example"}], "city": "Bandung", "job_title": "Pemilik"}));
        for (lead, item) in [(&survivor, &items[0]), (&loser, &items[0]), (&loser, &items[1])] {
            client.post(&format!("{}/tick", at(lead)), &json!({"item_id": item, "done": true})).ok(200);
        }
        let call = client.create("activities", &json!({"kind": "call", "subject": "Halo", "outcome": "reached", "lead_id": loser["id"]}));
        client.post(&format!("{}/comments", at(&loser)), &json!({"body": "Baik"})).ok(201);
        client.send(relasi_tests::Method::POST, &format!("{}/files?name=a.txt", at(&loser)), &[], b"satu").ok(201);
        let yes = json!({"purpose_id": purpose["id"], "state": "given"});
        client.post(&format!("{}/consents", at(&loser)), &yes).ok(201);
        let team = make(client, "team");
        go(client, &id(&loser), "hand-off", &json!({"team_id": team["id"], "note": "Bagus"})).ok(200);
        let stale = json!({"loser_id": loser["id"], "loser_version": 1});
        client.verb(&format!("{}/merge", at(&survivor)), 1, &stale).problem(412, "stale_version");
        app.member("read_only").client.verb(&format!("{}/merge", at(&survivor)), 1, &stale).problem(403, "forbidden");

        let done = merge(client, &survivor, &loser).ok(200);
        let record = &done["record"];
        assert_eq!((&record["name"], &record["city"], &record["job_title"]), (&json!("Siti Rahmawati"), &json!("Bandung"), &json!("Pemilik")), "{record}");
        assert_eq!(record["emails"].as_array().map(Vec::len), Some(2));
        let now = client.get(&at(&survivor)).ok(200);
        assert_eq!(now["first_response_at"], call["done_at"], "the call was the first response to them");
        assert_eq!(client.get(&format!("activities/{}", id(&call))).ok(200)["lead_id"], survivor["id"]);
        for part in ["comments", "files"] {
            assert_eq!(client.get(&format!("{}/{part}", at(&survivor))).ok(200)["items"].as_array().map(Vec::len), Some(1), "{part}");
        }
        let ask = format!("may-contact?purpose={}&channel=email", id(&purpose));
        assert_eq!(client.get(&format!("{}/{ask}", at(&survivor))).ok(200)["allowed"], true);
        let ticked = |lead: &Value| {
            let list = client.get(&format!("{}/checklist", at(lead))).ok(200);
            list["items"].as_array().unwrap().iter().filter(|item| item["done"] == true).count()
        };
        assert_eq!(ticked(&survivor), 2);
        let handed = client.get("leads/hand-offs").ok(200);
        assert_eq!(handed["items"][0]["lead_id"], survivor["id"], "{handed}");
        assert!(kinds(client, &at(&survivor)).iter().any(|kind| kind == "lead.handed_off"));
        client.post(&format!("{}/restore", at(&loser)), &json!({})).problem(409, "record_is_merged");

        let back = client.post(&format!("merges/{}/undo", id(&done["merge"])), &json!({})).ok(200);
        assert_eq!(back["left"], json!([]), "{back}");
        assert_eq!((&back["record"]["city"], &back["record"]["first_response_at"]), (&json!("Solo"), &Value::Null));
        assert_eq!(client.get(&format!("activities/{}", id(&call))).ok(200)["lead_id"], loser["id"]);
        assert_eq!((ticked(&survivor), ticked(&loser)), (1, 2));
        assert_eq!(client.get("leads/hand-offs").ok(200)["items"][0]["lead_id"], loser["id"]);
        assert_eq!(client.get(&format!("{}/{ask}", at(&survivor))).ok(200)["allowed"], false);
        let again = client.get(&at(&loser)).ok(200);
        assert_eq!((&again["deleted_at"], &again["first_response_at"]), (&Value::Null, &call["done_at"]));
    }

    fn a_merge_stays_once_the_lead_is_a_contact(app: TestApp) {
        let client = app.client();
        let (survivor, loser) = (siti(client, &json!({})), siti(client, &json!({})));
        let done = merge(client, &survivor, &loser).ok(200);
        go(client, &id(&survivor), "convert", &json!({})).ok(200);
        client.post(&format!("merges/{}/undo", id(&done["merge"])), &json!({})).problem(409, "lead_is_converted");
    }
}
