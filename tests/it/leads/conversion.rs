//! A lead becomes a contact, and a lead again.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{go, kinds};
use crate::bodies::{id, make, make_with, version};

/// A lead with all that goes along.
fn rich(client: &Client) -> Value {
    let tag = id(&make(client, "tag"));
    let lead = make_with(
        client,
        "lead",
        json!({
            "name": "Dewi Lestari", "company_name": "Kopi Senja", "job_title": "Pemilik",
            "emails": [{"value": "dewi@senja.example"}], "phones": [{"value": "+62 812-5550-1234"}],
            "source": "Pameran", "campaign": "Kopi Expo", "first_touch_at": "2026-01-02T03:04:05Z", "tags": [tag],
        }),
    );
    let at = format!("leads/{}", id(&lead));
    client.create(
        "activities",
        &json!({"lead_id": lead["id"], "kind": "call", "subject": "Halo"}),
    );
    client.create("activities", &json!({"lead_id": lead["id"], "kind": "task", "subject": "Kirim", "due_at": "2100-01-01T00:00:00Z"}));
    client
        .post(&format!("{at}/comments"), &json!({"body": "Baik"}))
        .ok(201);
    client
        .send(
            relasi_tests::Method::POST,
            &format!("{at}/files?name=a.txt"),
            &[],
            b"satu",
        )
        .ok(201);
    let purpose = json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email"], "wording": "Boleh?"});
    let purpose = client.post("consent-purposes", &purpose).ok(201);
    let yes = json!({"purpose_id": purpose["id"], "state": "given", "source": "form", "ip": "203.0.113.7"});
    client.post(&format!("{at}/consents"), &yes).ok(201);
    client.get(&at).ok(200)
}

/// What differs with every write.
fn still(mut lead: Value) -> Value {
    for name in ["version", "updated_at"] {
        lead[name] = Value::Null;
    }
    lead
}

fn count(client: &Client, path: &str) -> usize {
    client.get(path).ok(200)["items"]
        .as_array()
        .map_or(0, Vec::len)
}

on_both! {
    fn converting_and_undoing_gives_the_same_lead_back(app: TestApp) {
        let client = app.client();
        let lead = rich(client);
        let (key, at) = (id(&lead), format!("leads/{}", id(&lead)));
        let activities = client.list("activities", &[("filter", &format!("lead_id = \"{key}\""))]).ok(200)["items"].clone();
        let order = json!({"company": {}, "deal": {"amount": 5_000, "close_date": "2026-12-31"}});
        let done = go(client, &key, "convert", &order).ok(200);
        assert_eq!(done["status"], "converted");
        let [contact, company, deal] = ["contact", "company", "deal"].map(|name| {
            let plural = if name == "company" { "companies".to_owned() } else { format!("{name}s") };
            format!("{plural}/{}", done[format!("{name}_id")].as_str().unwrap())
        });
        let person = client.get(&contact).ok(200);
        assert_eq!((&person["full_name"], &person["campaign"], &person["source"], &person["first_touch_at"]), (&lead["name"], &lead["campaign"], &lead["source"], &lead["first_touch_at"]));
        assert_eq!((&person["tags"], &person["emails"], &person["owner_id"]), (&lead["tags"], &lead["emails"], &lead["owner_id"]));
        assert_eq!((&person["company_id"], &person["lifecycle_stage"]), (&done["company_id"], &json!("opportunity")));
        assert_eq!(person["next_step_at"], lead["next_step_at"], "steps go along");
        let firm = client.get(&company).ok(200);
        assert_eq!((&firm["name"], &firm["domain"]), (&json!("Kopi Senja"), &json!("senja.example")));
        let business = client.get(&deal).ok(200);
        assert_eq!((&business["name"], &business["amount"], &business["campaign"], &business["contact_id"]), (&json!("Kopi Senja"), &json!(5_000), &lead["campaign"], &done["contact_id"]));
        // Comments, files, consents and the past are the contact's.
        assert_eq!((count(client, &format!("{contact}/comments")), count(client, &format!("{contact}/files"))), (1, 1));
        let said = client.get(&format!("{contact}/consents")).ok(200)["history"][0].clone();
        assert_eq!((&said["proof"], &said["ip"], &said["source"]), (&json!("Boleh?"), &json!("203.0.113.7"), &json!("form")));
        let told = kinds(client, &contact);
        assert!(["lead.created", "lead.converted", "activity", "contact.created"].iter().all(|kind| told.iter().any(|one| one == kind)), "{told:?}");
        assert_eq!(told.iter().filter(|kind| *kind == "activity").count(), 1, "told once: {told:?}");
        let pages = client.all(&format!("{contact}/timeline"), &[("limit", "1")], "id");
        assert_eq!(pages.len(), told.len(), "page by page");
        // Converted, it no longer changes.
        let now = version(&client.get(&at).ok(200));
        assert_eq!(client.patch(&at, now, &json!({"name": "x"})).faults(), ["/status lead_is_converted"]);
        for (verb, body) in [("move", json!({"status": "new"})), ("disqualify", json!({"reason": "x"})), ("convert", json!({})), ("hand-off", json!({"owner_id": app.owner.id})), ("qualify", json!({"stage": "mql"}))] {
            go(client, &key, verb, &body).problem(409, "lead_is_converted");
        }
        client.delete(&at, now).problem(409, "lead_is_converted");
        let undone = go(client, &key, "undo-conversion", &json!({})).ok(200);
        assert_eq!(undone["left"], json!([]));
        assert_eq!(still(undone["lead"].clone()), still(lead.clone()));
        assert_eq!(still(client.get(&at).ok(200)), still(lead));
        let after = client.list("activities", &[("filter", &format!("lead_id = \"{key}\""))]).ok(200)["items"].clone();
        let plain = |all: &Value| all.as_array().unwrap().iter().map(|one| still(one.clone())).collect::<Vec<_>>();
        assert_eq!(plain(&after), plain(&activities));
        assert_eq!((count(client, &format!("{at}/comments")), count(client, &format!("{at}/files"))), (1, 1));
        for path in [&contact, &company, &deal] {
            assert!(client.get(path).ok(200)["deleted_at"].is_string(), "{path}");
        }
        go(client, &key, "undo-conversion", &json!({})).problem(409, "lead_not_converted");
        // And once more, with what is in the trash in nobody's way.
        let again = go(client, &key, "convert", &json!({"company": {}})).ok(200);
        assert_ne!(again["contact_id"], done["contact_id"]);
        assert_eq!(again["deal_id"], Value::Null);
    }

    fn what_was_changed_since_stays(app: TestApp) {
        let client = app.client();
        let lead = id(&make_with(client, "lead", json!({"name": "Arif", "company_name": "Kopi Arif"})));
        let done = go(client, &lead, "convert", &json!({"company": {}, "deal": {}})).ok(200);
        let contact = format!("contacts/{}", done["contact_id"].as_str().unwrap());
        let deal = format!("deals/{}", done["deal_id"].as_str().unwrap());
        client.patch(&deal, 1, &json!({"amount": 7})).ok(200);
        let undone = go(client, &lead, "undo-conversion", &json!({})).ok(200);
        let left: Vec<&str> = undone["left"].as_array().unwrap().iter().map(|one| one["object"].as_str().unwrap()).collect();
        assert_eq!(left, ["deal", "contact", "company"], "a deal that stays keeps its contact and company");
        assert_eq!(client.get(&contact).ok(200)["deleted_at"], Value::Null);
        // A note about the contact keeps that alone.
        let other = id(&make_with(client, "lead", json!({"name": "Bella"})));
        let done = go(client, &other, "convert", &json!({"deal": {}})).ok(200);
        client.create("activities", &json!({"contact_id": done["contact_id"], "kind": "note", "subject": "Baru"}));
        let undone = go(client, &other, "undo-conversion", &json!({})).ok(200);
        let left: Vec<&str> = undone["left"].as_array().unwrap().iter().map(|one| one["object"].as_str().unwrap()).collect();
        assert_eq!(left, ["contact"]);
    }

    fn a_contact_that_is_there_gets_what_it_lacks(app: TestApp) {
        let client = app.client();
        let known = make_with(client, "contact", json!({"full_name": "Dewi L.", "emails": [{"value": "DEWI@senja.example"}], "source": "Kartu nama"}));
        let firm = make_with(client, "company", json!({"name": "Kopi Senja", "domain": "senja.example"}));
        let lead = rich(client);
        let key = id(&lead);
        let found = client.get(&format!("leads/{key}/matches")).ok(200);
        assert_eq!((&found["contacts"][0]["id"], &found["companies"][0]["id"]), (&known["id"], &firm["id"]), "{found}");
        // A new contact with the same address is refused unless that is said.
        assert_eq!(go(client, &key, "convert", &json!({})).faults(), ["/contact/emails/0 duplicate"]);
        assert_eq!(client.get(&format!("leads/{key}")).ok(200)["status"], "new", "nothing was made");
        let done = go(client, &key, "convert", &json!({"contact": {"id": known["id"]}, "company": {"id": firm["id"]}})).ok(200);
        assert_eq!((&done["contact_id"], &done["company_id"]), (&known["id"], &firm["id"]));
        let at = format!("contacts/{}", id(&known));
        let filled = client.get(&at).ok(200);
        assert_eq!((&filled["source"], &filled["campaign"], &filled["company_id"]), (&json!("Kartu nama"), &lead["campaign"], &firm["id"]));
        assert_eq!((filled["emails"].as_array().map(Vec::len), filled["phones"].as_array().map(Vec::len)), (Some(1), Some(1)));
        // What somebody changed since keeps that, the rest goes.
        client.patch(&at, version(&filled), &json!({"campaign": "Lain"})).ok(200);
        let undone = go(client, &key, "undo-conversion", &json!({})).ok(200);
        assert_eq!((&undone["left"][0]["field"], undone["left"].as_array().map(Vec::len)), (&json!("campaign"), Some(1)));
        let back = client.get(&at).ok(200);
        assert_eq!((&back["phones"], &back["company_id"], &back["campaign"], &back["deleted_at"]), (&json!([]), &Value::Null, &json!("Lain"), &Value::Null));
    }

    fn conversions_are_refused_with_the_place_named(app: TestApp) {
        let client = app.client();
        let lead = id(&make(client, "lead"));
        let nobody = Uuid::now_v7();
        for (order, fault) in [
            (json!({"contact": {"id": nobody}}), "/contact/id no_such_record"),
            (json!({"company": {"id": nobody}}), "/company/id no_such_record"),
            (json!({"company": {"name": ""}}), "/company/name required"),
            (json!({"company": {"name": "x".repeat(201)}}), "/company/name too_long"),
            (json!({"deal": {"pipeline_id": nobody}}), "/deal/pipeline_id no_such_record"),
            (json!({"deal": {"currency": "rupiah"}}), "/deal/currency too_long"),
        ] {
            let reply = go(client, &lead, "convert", &order);
            let faults = reply.faults();
            assert!(faults.contains(&fault.to_owned()), "{order}: {faults:?}");
        }
        for order in [json!({"contact": {"name": "x"}}), json!({"deal": {"amount": "5"}}), json!({"more": 1})] {
            assert_eq!(go(client, &lead, "convert", &order).status, 422, "{order}");
        }
        let reader = app.member("read_only");
        reader.client.verb(&format!("leads/{lead}/convert"), 1, &json!({})).problem(403, "forbidden");
        // Whoever may not make contacts makes none this way.
        let rights = json!({"records": {"see": "all", "add": "all", "edit": "all"}, "objects": {"contact": {"see": "all", "add": "none"}}});
        let member = crate::rights::member_with(&app, &rights, None);
        member.client.verb(&format!("leads/{lead}/convert"), 1, &json!({})).problem(403, "forbidden");
        assert_eq!(client.get(&format!("leads/{lead}")).ok(200)["version"], 1);
        assert_eq!(client.get("contacts/count").ok(200)["count"], 0);
    }
}
