//! Searches, files, figures, events, imports and merges with closed fields (statement T4).

use relasi_domain::people::contact;
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{super::member_with, Narrowed, all, etag};
use crate::bodies::{fresh, id, make_with, version};

/// Waits until the file of an export is there; its text.
fn exported(app: &TestApp, client: &Client, object: &str) -> String {
    let order = json!({"object": object, "action": "export", "target": {"filter": ""}});
    let started = client.post("bulk-operations", &order).ok(202);
    app.finished(started["job_id"].as_str().unwrap());
    client
        .get(&format!("bulk-operations/{}/file", id(&started)))
        .text()
}

on_both! {
    fn t4_what_is_hidden_is_not_found(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        let reach = json!({"full_name": "Siti Rahma", "emails": [{"value": "rahasia@kopi.example"}], "phones": [{"value": "+62 811 1234 567"}]});
        let contact = make_with(owner, "contact", reach);
        let found = |client: &Client, needle: &str| {
            let listed = client.list("contacts", &[("q", needle)]).ok(200)["items"].as_array().unwrap().len();
            let counted = client.list("contacts/count", &[("q", needle)]).ok(200)["count"].as_u64().unwrap();
            let grouped = client.list("contacts/groups", &[("q", needle), ("by", "owner_id")]).ok(200)["groups"].as_array().unwrap().len();
            let all = client.list("search", &[("q", needle)]).ok(200)["items"].as_array().unwrap().len();
            assert_eq!((listed as u64, listed), (counted, all), "{needle}");
            assert_eq!(listed, grouped, "{needle}");
            listed
        };
        assert_eq!(["Siti Rahma", "rahma", "rahasia@kopi", "0811 1234"].map(|needle| found(client, needle)), [1, 1, 1, 1]);
        narrowed.right(&contact::OBJECT, "emails", "hidden");
        assert_eq!(["Siti Rahma", "rahma", "ah", "rahasia@kopi", "kopi"].map(|needle| found(client, needle)), [1, 1, 1, 0, 0]);
        assert_eq!(found(owner, "rahasia@kopi"), 1);
        let hit = client.list("search", &[("q", "rahma")]).ok(200);
        assert!(!hit.to_string().contains("rahasia"), "{hit}");
        owner.delete(&format!("contacts/{}", id(&contact)), 1).ok(204);
        let trash = |needle: &str| client.list("contacts", &[("q", needle), ("trashed", "true")]).ok(200)["items"].as_array().unwrap().len();
        assert_eq!((trash("rahma"), trash("rahasia")), (1, 0));
    }

    fn t4_files_and_figures_have_nothing_that_is_hidden(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        let contact = make_with(owner, "contact", json!({"full_name": "Siti Rahma", "city": "Bandungrahasia", "birth_date": "1980-02-03", "emails": [{"value": "siti@kopi.example"}]}));
        let deal = make_with(owner, "deal", json!({"amount": 123_456, "contact_id": contact["id"]}));
        narrowed.set(&all(&json!({"contact": {"city": "hidden", "birth_date": "hidden"}, "deal": {"amount": "hidden"}})));
        assert!(exported(&app, owner, "contact").contains("Bandungrahasia"));
        let file = exported(&app, client, "contact");
        assert!(file.contains("Siti Rahma") && !file.contains("Bandungrahasia") && !file.contains("1980"), "{file}");
        let card = client.get(&format!("contacts/{}/card", id(&contact))).text();
        assert!(card.contains("siti@kopi.example") && !card.contains("Bandungrahasia") && !card.contains("1980"), "{card}");
        let totals = |client: &Client| client.get(&format!("pipelines/{}/totals", deal["pipeline_id"].as_str().unwrap())).ok(200)["stages"][0].clone();
        assert_eq!((&totals(client)["amount"], &totals(client)["weighted"], &totals(client)["count"]), (&Value::Null, &Value::Null, &json!(1)));
        assert_eq!(totals(owner)["amount"], 123_456);
        assert_eq!(client.get("home?kind=workspace").ok(200)["open"][0]["amount"], Value::Null);
        // The whole workspace leaves with those only who see all of it.
        client.post("workspace/exports", &json!({})).problem(403, "forbidden");
        // Keys do not see more than those whose they are.
        let token = client.post("api-keys", &json!({"name": "baca", "scopes": ["see"]})).ok(201)["token"].as_str().unwrap().to_owned();
        let machine = app.anonymous().with_token(&token);
        assert!(machine.get(&format!("contacts/{}", id(&contact))).ok(200).get("city").is_none());
        // Neither do views that others made, nor the events.
        let view = json!({"name": "Kota", "object": "contact", "filter": "city is not empty"});
        assert_eq!(client.post("saved-views", &view).faults(), ["/filter unknown_field"]);
        owner.patch(&format!("contacts/{}", id(&contact)), 1, &json!({"city": "Solo", "nickname": "Iti"})).ok(200);
        let begun = std::time::Instant::now();
        let told = || {
            let events = client.list("events", &[("limit", "200"), ("object", "contact")]).ok(200);
            events["items"].as_array().unwrap().iter().find(|event| event["kind"] == "contact.updated").cloned()
        };
        let event = loop {
            match told() {
                Some(event) => break event,
                None => assert!(begun.elapsed().as_secs() < 30, "no event"),
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        };
        assert!(event["changed"].to_string().contains("nickname") && !event["changed"].to_string().contains("city"), "{event}");
    }

    fn t4_what_is_closed_takes_nothing_in(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        narrowed.set(&all(&json!({"contact": {"city": "hidden", "job_title": "see"}, "deal": {"stage_id": "see"}})));
        // It is needed to add deals, so nothing was set.
        let import = client.send(Method::POST, "imports?object=contact&file_name=people.csv", &[], b"Full name,City,Job title\nSiti,Solo,Guru\n").ok(201);
        assert_eq!(import["columns"][1]["field"], json!("city"), "all was open");
        narrowed.set(&all(&json!({"contact": {"city": "hidden", "job_title": "see"}})));
        let import = client.send(Method::POST, "imports?object=contact&file_name=people.csv", &[], b"Full name,City,Job title\nSiti,Solo,Guru\n").ok(201);
        assert!(import["columns"][1]["field"] != "city" && import["columns"][2]["field"] != "job_title", "{import}");
        let at = format!("imports/{}", id(&import));
        for (index, field) in [(1, "city"), (2, "job_title")] {
            let refusal = client.json(Method::PATCH, &at, &[], &json!({"mapping": [{"index": index, "field": field}]}));
            assert_eq!(refusal.faults(), ["/mapping/0/field unknown_field"], "{field}");
        }
        // Two that become one lose nothing, and the answer does not tell what it was.
        let stays = make_with(owner, "contact", json!({"full_name": "Budi"}));
        let goes = make_with(owner, "contact", json!({"full_name": "Budi S", "city": "Solo", "job_title": "Guru"}));
        let at = format!("contacts/{}", id(&stays));
        let order = |fields: Value| json!({"loser_id": goes["id"], "loser_version": version(&goes), "fields": fields});
        let merge = |order: &Value| client.json(Method::POST, &format!("{at}/merge"), &[("If-Match", &etag(1))], order);
        assert_eq!(merge(&order(json!({"city": "loser"}))).faults(), ["/fields/city unknown_member"]);
        assert_eq!(merge(&order(json!({"job_title": "loser"}))).faults(), ["/fields/job_title read_only_member"]);
        let merged = merge(&order(json!({}))).ok(200);
        assert!(merged["record"].get("city").is_none() && merged["record"]["job_title"] == "Guru", "{merged}");
        assert_eq!(owner.get(&at).ok(200)["city"], "Solo");
        // A verb does not write what a patch may not.
        let mut reader = all(&json!({"deal": {"stage_id": "see"}}));
        reader["records"]["add"] = json!("none");
        assert_eq!(narrowed.set(&reader), [""; 0]);
        let (pipeline, stages) = crate::bodies::pipeline(owner);
        let deal = make_with(owner, "deal", json!({"pipeline_id": pipeline, "stage_id": stages[0]}));
        let moved = client.json(Method::POST, &format!("deals/{}/move", id(&deal)), &[("If-Match", &etag(1))], &json!({"stage_id": stages[1]}));
        assert_eq!(moved.faults(), ["/stage_id read_only_member"]);
    }

    fn t4_nobody_opens_a_field_to_others_that_is_closed_to_them(app: TestApp) {
        let client = app.client();
        let rights = |fields: Value| json!({"records": {"see": "all", "add": "own", "edit": "own"}, "workspace": ["members"], "fields": fields});
        let people = member_with(&app, &rights(json!({"contact": {"city": "hidden"}})), None);
        let make = |fields: Value| people.client.post("roles", &json!({"name": fresh("Peran"), "rights": rights(fields)}));
        make(json!({})).problem(403, "forbidden");
        make(json!({"contact": {"city": "see"}})).problem(403, "forbidden");
        let made = make(json!({"contact": {"city": "hidden", "job_title": "see"}})).ok(201);
        assert_eq!(made["rights"]["fields"], json!({"contact": {"city": "hidden", "job_title": "see"}}));
        assert_eq!(people.client.get("me").ok(200)["field_rights"], json!({"contact": {"city": "hidden"}}));
        let post = |fields: Value| client.post("roles", &json!({"name": fresh("Peran"), "rights": rights(fields)})).faults();
        assert_eq!(post(json!({"contact": {"colour": "see"}})), ["/rights/fields/contact/colour unknown_field"]);
        assert_eq!(post(json!({"contact": {"custom.none": "see"}})), ["/rights/fields/contact/custom.none unknown_field"]);
        for wrong in [json!({"pipeline": {"name": "see"}}), json!({"contact": {"city": "some"}}), json!([])] {
            assert_eq!(post(wrong.clone()), ["/rights malformed"], "{wrong}");
        }
        let told = client.list("audit-entries", &[("object", "role"), ("action", "created")]).ok(200);
        assert!(told.to_string().contains("job_title"), "{told}");
    }
}
