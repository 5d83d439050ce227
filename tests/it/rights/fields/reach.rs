//! Where closed fields might slip through: verbs, views, pairs, webhooks, figures of quality, hooks of others (statement T4).

use relasi_domain::{people::contact, sales::deal};
use relasi_tests::{Client, Member, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{super::member_with, Narrowed, all, etag};
use crate::{
    bodies::{fresh, id, make, make_with, version},
    events::receiver::{Hooked, Receiver, endpoint, until},
};

/// A field of the workspace's own that no role sees but the owner's.
fn secret_field(client: &Client, marks: bool) -> Value {
    let field = json!({"object": "contact", "label": "Kode", "kind": "text", "name": "kode", "marks_duplicates": marks});
    client.create("custom-fields", &field)
}

#[track_caller]
fn set(narrowed: &Narrowed<'_>, fields: &Value) {
    assert_eq!(narrowed.set(&all(fields)), [""; 0], "{fields}");
}

/// What the page of access says of somebody.
#[track_caller]
fn told(client: &Client, at: &str, of: &Member) -> Value {
    let page = client.get(&format!("{at}/access")).ok(200);
    let found = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["user_id"] == of.id.as_str());
    found.unwrap().clone()
}

on_both! {
    fn t4_who_sees_a_record_is_told_with_the_fields_that_are_closed(app: TestApp) {
        let client = app.client();
        let field = secret_field(client, false);
        let rights = |fields: Value| json!({"records": {"see": "all", "edit": "all"}, "fields": {"contact": fields, "deal": {"amount": "hidden"}}});
        let narrow = member_with(&app, &rights(json!({"city": "hidden", "job_title": "see", "custom.kode": "hidden"})), None);
        let asks = member_with(&app, &rights(json!({"city": "hidden"})), None);
        let at = format!("contacts/{}", id(&make(client, "contact")));
        let found = told(client, &at, &narrow);
        assert_eq!(found["fields"], json!([
            {"field": "city", "right": "hidden"}, {"field": "custom.kode", "right": "hidden"}, {"field": "job_title", "right": "see"},
        ]));
        assert!(found["role_name"].is_string(), "the role that does it is named: {found}");
        assert_eq!(told(client, &at, &app.owner)["fields"], json!([]));
        // Who does not know of a field is not told of it, neither of others nor of oneself.
        let found = told(&asks.client, &at, &narrow);
        assert_eq!(found["fields"], json!([{"field": "custom.kode", "right": "hidden"}, {"field": "job_title", "right": "see"}]));
        assert_eq!(told(&asks.client, &at, &asks)["fields"], json!([]));
        // A field that is gone is none.
        client.delete(&format!("custom-fields/{}", id(&field)), 1).ok(204);
        assert_eq!(told(&asks.client, &at, &narrow)["fields"], json!([{"field": "job_title", "right": "see"}]));
    }

    fn t4_a_verb_writes_no_words_into_a_closed_field(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        let deal = make(owner, "deal");
        let at = format!("deals/{}", id(&deal));
        let stages = owner.list("stages", &[("filter", &format!("kind = lost and pipeline_id = \"{}\"", deal["pipeline_id"].as_str().unwrap()))]).ok(200);
        let lose = |version: i64| client.verb(&format!("{at}/lose"), version, &json!({"reason": "Terlalu mahal"}));
        let order = json!({"object": "deal", "action": "stage", "target": {"ids": [deal["id"]]},
            "parameters": {"stage_id": stages["items"][0]["id"], "lost_reason": "Terlalu mahal"}});
        for (right, code) in [("hidden", "unknown_member"), ("see", "read_only_member")] {
            assert_eq!(narrowed.right(&deal::OBJECT, "lost_reason", right), [""; 0]);
            assert_eq!(lose(1).faults(), [format!("/reason {code}")]);
            assert_eq!(client.post("bulk-operations", &order).faults(), [format!("/parameters/lost_reason {code}")]);
            let now = owner.get(&at).ok(200);
            assert_eq!((&now["version"], &now["status"]), (&json!(1), &json!("open")));
        }
        // The other verbs of deals write nothing of the caller's.
        client.verb(&format!("{at}/win"), 1, &json!({})).ok(200);
        client.verb(&format!("{at}/reopen"), 2, &json!({"stage_id": deal["stage_id"]})).ok(200);
        set(&narrowed, &json!({}));
        assert_eq!(lose(3).ok(200)["lost_reason"], "Terlalu mahal");
        // Neither does one of activities.
        let task = make(owner, "activity");
        let at = format!("activities/{}", id(&task));
        set(&narrowed, &json!({"activity": {"outcome": "hidden"}}));
        let complete = |body: Value| client.verb(&format!("{at}/complete"), 1, &body);
        assert_eq!(complete(json!({"outcome": "reached"})).faults(), ["/outcome unknown_member"]);
        set(&narrowed, &json!({"activity": {"done_at": "see"}}));
        assert_eq!(complete(json!({})).faults(), ["/done_at read_only_member"]);
        set(&narrowed, &json!({"activity": {"outcome": "see"}}));
        assert_eq!(complete(json!({"outcome": "reached"})).faults(), ["/outcome read_only_member"]);
        complete(json!({})).ok(200);
    }

    fn t4_a_view_keeps_the_hidden_fields_that_it_names(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        let body = json!({"object": "contact", "name": "Kota", "visibility": "everyone", "filter": "city = Solo", "sort": "city",
            "columns": [{"field": "full_name"}, {"field": "city"}], "group_by": "city"});
        let view = owner.create("saved-views", &body);
        let at = format!("saved-views/{}", id(&view));
        narrowed.right(&contact::OBJECT, "city", "hidden");
        let now = client.patch(&at, 1, &json!({"name": "Kota lama"})).ok(200);
        let kept = |now: &Value| ["filter", "sort", "columns", "group_by"].iter().all(|name| now[*name] == view[*name]);
        assert!(now["name"] == "Kota lama" && kept(&owner.get(&at).ok(200)), "{now}");
        client.patch(&at, 2, &json!({"columns": [{"field": "city", "width": 90}, {"field": "full_name"}]})).ok(200);
        // What is named anew is refused, also another time and in another place.
        for (change, fault) in [
            (json!({"filter": "city = Bandung"}), "/filter unknown_field"),
            (json!({"sort": "-city"}), "/sort unknown_field"),
            (json!({"sums": "city"}), "/sums unknown_field"),
            (json!({"layout": "places", "layout_field": "city"}), "/layout_field unknown_field"),
        ] {
            assert_eq!(client.patch(&at, 3, &change).faults(), [fault], "{change}");
        }
        client.patch(&at, 3, &json!({"columns": [{"field": "full_name"}], "filter": null})).ok(200);
        let again = json!({"columns": [{"field": "full_name"}, {"field": "city"}]});
        assert_eq!(client.patch(&at, 4, &again).faults(), ["/columns/1/field unknown_field"]);
    }

    fn t4_pairs_and_their_preview_show_nothing_that_is_hidden(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        secret_field(owner, true);
        let twin = |name: &str| json!({"full_name": name, "emails": [{"value": "rahasia@kopi.example"}], "phones": [{"value": "+62 812-1000-1000"}], "city": "Kotarahasia", "custom": {"kode": "KODERAHASIA"}});
        let [a, b] = ["Siti Rahma", "Siti Rahmah"].map(|name| owner.post("contacts?duplicates=allow", &twin(name)).ok(201));
        let job = owner.post("duplicates/scan", &json!({"object": "contact"})).ok(202);
        app.finished(&id(&job));
        let open = owner.get("duplicates").ok(200);
        let reasons = open["items"][0]["reasons"].to_string();
        assert!(reasons.contains("email") && reasons.contains("kode"), "{reasons}");
        set(&narrowed, &json!({"contact": {"emails": "hidden", "city": "hidden", "custom.kode": "hidden"}}));
        let silent = |shown: &Value| {
            let text = shown.to_string().to_lowercase();
            for word in ["rahasia", "\"email", "\"city\"", "kode"] {
                assert!(!text.contains(word), "{word}: {shown}");
            }
        };
        let pairs = client.get("duplicates").ok(200);
        assert_eq!(pairs["items"][0]["id"], open["items"][0]["id"]);
        silent(&pairs);
        silent(&client.get(&format!("duplicates/{}", id(&open["items"][0]))).ok(200));
        silent(&client.post(&format!("duplicates/{}/not-same", id(&open["items"][0])), &json!({})).ok(200));
        let found = client.post("contacts/duplicates", &json!({"full_name": "Siti Rahma", "phones": [{"value": "+62 812-1000-1000"}]})).ok(200);
        assert!(!found["items"].as_array().unwrap().is_empty());
        silent(&found);
        assert_eq!(client.post("contacts/duplicates", &json!({"city": "Solo"})).faults(), ["/city unknown_member"]);
        let order = json!({"loser_id": b["id"], "loser_version": version(&b), "fields": {}});
        let merge = client.json(Method::POST, &format!("contacts/{}/merge", id(&a)), &[("If-Match", &etag(version(&a)))], &order).ok(200);
        silent(&merge);
        silent(&client.get("merges").ok(200));
        silent(&client.post(&format!("merges/{}/undo", id(&merge["merge"])), &json!({})).ok(200));
    }

    fn t4_webhooks_tell_what_their_maker_may_see(app: Hooked) {
        let narrowed = Narrowed::new(&app.0);
        let (owner, client) = (app.0.client(), narrowed.client());
        secret_field(owner, false);
        set(&narrowed, &json!({"contact": {"city": "hidden", "custom.kode": "hidden"}}));
        let receiver = Receiver::start();
        endpoint(client, &receiver, &["contact.*"]);
        let body = json!({"full_name": "Siti", "city": "Kotarahasia", "custom": {"kode": "KODERAHASIA"}});
        let made = make_with(owner, "contact", body);
        let at = format!("contacts/{}", id(&made));
        owner.patch(&at, 1, &json!({"city": "Kotarahasia 2", "nickname": "Iti", "custom": {"kode": "KODERAHASIA 2"}})).ok(200);
        let all = receiver.wait_for(2);
        for one in &all {
            let text = one.body.to_string();
            assert!(!text.contains("RAHASIA") && !text.contains("rahasia") && !text.contains("\"city\"") && !text.contains("kode"), "{text}");
        }
        let updated = all.iter().find(|one| one.body["type"] == "contact.updated").unwrap();
        assert_eq!(updated.body["data"]["record"]["nickname"], "Iti");
        assert!(updated.body["data"]["changed"].to_string().contains("nickname"), "{}", updated.body);
    }

    fn t4_figures_and_findings_of_quality_are_for_those_who_see_every_field(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        secret_field(owner, false);
        let weights = json!({"complete": 1, "valid": 1, "unique": 1, "fresh": 1});
        let measure = |fields: Value| json!({"contact": {"weights": weights, "fields": fields}});
        owner.json(Method::PUT, "quality/settings", &[], &measure(json!(["city", "job_title", "custom.kode"]))).ok(200);
        make_with(owner, "contact", json!({"job_title": "Guru"}));
        let job = owner.post("quality/measure", &json!({})).ok(202);
        app.finished(&id(&job));
        let audit = owner.post("quality-audits", &json!({"name": fresh("Tinjauan")})).ok(201);
        let step = audit["steps"][0]["id"].as_str().unwrap();
        let finding = json!({"text": "Kotarahasia", "severity": "low"});
        owner.post(&format!("quality-steps/{step}/findings"), &finding).ok(201);
        client.get("quality").ok(200);
        // Figures and findings are of all fields: who does not see one of them sees none of it.
        set(&narrowed, &json!({"contact": {"city": "hidden", "custom.kode": "hidden"}}));
        let at = format!("quality-audits/{}", id(&audit));
        for path in ["quality", "quality/settings", "quality/scores?object=contact", "quality-audits", &at] {
            client.get(path).problem(403, "forbidden");
        }
        client.post(&format!("quality-steps/{step}/findings"), &finding).problem(403, "forbidden");
        // What is asked for is changed without naming what is hidden, and leaves that as it was.
        let refusal = client.json(Method::PUT, "quality/settings", &[], &measure(json!(["custom.kode", "city"])));
        assert_eq!(refusal.faults(), ["/contact/fields/0 unknown_field", "/contact/fields/1 unknown_field"]);
        let set_now = client.json(Method::PUT, "quality/settings", &[], &measure(json!(["job_title"]))).ok(200);
        assert_eq!(set_now["contact"]["fields"], json!(["job_title"]));
        let kept = owner.get("quality/settings").ok(200)["contact"]["fields"].to_string();
        assert!(kept.contains("custom.kode") && kept.contains("city"), "{kept}");
    }

    fn t4_a_hook_writes_no_field_that_is_closed_to_who_made_it(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        secret_field(owner, false);
        let fields = ["full_name", "emails", "city", "job_title", "custom.kode"];
        let lines: Vec<Value> = fields.iter().map(|field| json!({"field": field, "from": [format!("/{}", field.replace('.', "_"))]})).collect();
        let wish = |lines: &[Value]| json!({"name": "Formulir", "object": "contact", "mapping": lines, "options": {"match": "email"}});
        // Made while all of it was open.
        let hook = client.post("inbound-hooks", &wish(&lines)).ok(201);
        let at = format!("inbound-hooks/{}", id(&hook));
        set(&narrowed, &json!({"contact": {"city": "hidden", "job_title": "see", "custom.kode": "hidden"}}));
        let refusal = client.post("inbound-hooks", &wish(&lines)).faults();
        assert_eq!(refusal, ["/mapping/2/field unknown_field", "/mapping/3/field unknown_field", "/mapping/4/field unknown_field"]);
        let sent = |city: &str| json!({"full_name": "Siti Rahma", "emails": "siti@kopi.example", "city": city, "job_title": "Guru", "custom_kode": "A1"});
        let trial = client.post(&format!("{at}/try"), &sent("Solo")).ok(200);
        assert!(trial["record"].get("city").is_none() && trial["record"].get("job_title").is_none(), "{trial}");
        let send = |body: &Value| {
            let came = app.anonymous().post(&format!("inbound/{}", hook["token"].as_str().unwrap()), body).ok(202);
            until("the request to be taken", || {
                let all = owner.get(&format!("{at}/requests")).ok(200);
                let found = all["items"].as_array().unwrap().iter().find(|one| one["id"] == came["id"]).cloned();
                found.filter(|one| one["state"] != "waiting")
            })
        };
        let made = send(&sent("Solo"));
        assert_eq!(made["state"], "created", "{made}");
        let path = format!("contacts/{}", made["record_id"].as_str().unwrap());
        let contact = owner.get(&path).ok(200);
        assert_eq!((&contact["city"], &contact["job_title"], &contact["custom"]["kode"]), (&Value::Null, &Value::Null, &Value::Null));
        // Nor does one that finds a record change what it has.
        owner.patch(&path, 1, &json!({"city": "Medan", "custom": {"kode": "B2"}})).ok(200);
        let taken = send(&json!({"full_name": "Siti Rahma", "emails": "siti@kopi.example", "city": "Solo", "custom_kode": "A1"}));
        assert_eq!(taken["state"], "updated", "{taken}");
        let contact = owner.get(&path).ok(200);
        assert_eq!((&contact["city"], &contact["custom"]["kode"]), (&json!("Medan"), &json!("B2")));
    }
}
