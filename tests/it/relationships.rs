//! How people are related, and who stands above and below whom.

use chrono::{Days, Utc};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{first_stage, id, make, make_with, merged, minimal, version},
    isolation::second_workspace,
};

fn between(from: &Value, kind: &str, to: &Value) -> Value {
    json!({"from_contact_id": from["id"], "kind": kind, "to_contact_id": to["id"]})
}

#[track_caller]
fn related(client: &Client, from: &Value, kind: &str, to: &Value) -> Value {
    client.create("relationships", &between(from, kind, to))
}

#[track_caller]
fn refused(client: &Client, body: &Value) -> Vec<String> {
    client.post("relationships", body).faults()
}

fn at(relationship: &Value) -> String {
    format!("relationships/{}", id(relationship))
}

/// What somebody is to others and they to them, in both directions.
#[track_caller]
fn of(client: &Client, person: &Value) -> Vec<String> {
    let id = id(person);
    let filter = format!("from_contact_id = \"{id}\" or to_contact_id = \"{id}\"");
    let found = client.list(
        "relationships",
        &[("filter", &filter), ("include", "from_contact,to_contact")],
    );
    let page = found.ok(200);
    let name = |side: &Value| {
        let names = page["included"]["contacts"].as_array().unwrap();
        let found = names.iter().find(|name| name["id"] == *side).unwrap();
        found["title"].as_str().unwrap().to_owned()
    };
    let items = page["items"].as_array().unwrap().iter();
    let mut told: Vec<String> = items
        .map(|item| {
            let (from, to) = (name(&item["from_contact_id"]), name(&item["to_contact_id"]));
            format!("{from} {} {to}", item["kind"].as_str().unwrap())
        })
        .collect();
    told.sort();
    told
}

fn person(client: &Client, name: &str) -> Value {
    make_with(client, "contact", json!({"full_name": name}))
}

#[track_caller]
fn merge(client: &Client, survivor: &Value, loser: &Value) -> Value {
    let now = |person: &Value| version(&client.get(&format!("contacts/{}", id(person))).ok(200));
    let order = json!({"loser_id": loser["id"], "loser_version": now(loser)});
    let path = format!("contacts/{}/merge", id(survivor));
    client.verb(&path, now(survivor), &order).ok(200)
}

on_both! {
    fn a_relationship_is_made_changed_ended_trashed_and_restored(app: TestApp) {
        let client = app.client();
        let (siti, rudi) = (person(client, "Siti"), person(client, "Rudi"));
        let made = related(client, &siti, "reports_to", &rudi);
        assert_eq!((of(client, &siti), of(client, &rudi)), (vec!["Siti reports_to Rudi".to_owned()], vec!["Siti reports_to Rudi".to_owned()]));
        let changed = client.patch(&at(&made), 1, &json!({"from_date": "2024-01-01", "note": "Gudang"})).ok(200);
        assert_eq!((&changed["from_date"], &changed["note"]), (&json!("2024-01-01"), &json!("Gudang")));
        client.patch(&at(&made), 2, &json!({"to_date": "2025-06-30"})).ok(200);
        client.delete(&at(&made), 3).ok(204);
        assert_eq!(of(client, &siti), [""; 0]);
        client.post(&format!("{}/restore", at(&made)), &json!({})).ok(200);
        let history = client.get(&format!("{}/history", at(&made))).ok(200);
        let told: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
        assert_eq!(told, ["restored", "trashed", "updated", "updated", "created"]);
        for side in [&siti, &rudi] {
            let timeline = client.get(&format!("contacts/{}/timeline", id(side))).ok(200);
            let kinds: Vec<&Value> = timeline["items"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
            assert_eq!(kinds, ["relationship.ended", "relationship.created", "contact.created"]);
            assert_eq!(timeline["items"][0]["record"]["id"], made["id"]);
        }
    }

    fn what_can_not_be_is_refused(app: TestApp) {
        let client = app.client();
        let [siti, rudi, malee] = ["Siti", "Rudi", "Malee"].map(|name| person(client, name));
        assert_eq!(refused(client, &between(&siti, "friend_of", &siti)), ["/to_contact_id related_to_itself"]);
        assert_eq!(refused(client, &between(&siti, "boss", &rudi)), ["/kind not_a_choice"]);
        let backwards = json!({"from_date": "2026-02-01", "to_date": "2026-01-01"});
        assert_eq!(refused(client, &merged(between(&siti, "friend_of", &rudi), &backwards)), ["/to_date before_start"]);
        let friends = related(client, &siti, "friend_of", &rudi);
        for twice in [between(&siti, "friend_of", &rudi), between(&rudi, "friend_of", &siti)] {
            assert_eq!(refused(client, &twice), ["/to_contact_id related_already"]);
        }
        related(client, &siti, "referred_by", &rudi);
        related(client, &rudi, "referred_by", &siti);
        related(client, &siti, "reports_to", &rudi);
        let last = related(client, &rudi, "reports_to", &malee);
        for loops in [between(&rudi, "reports_to", &siti), between(&malee, "reports_to", &siti)] {
            assert_eq!(refused(client, &loops), ["/to_contact_id reports_loop"]);
        }
        for (language, text) in [("en", "would report"), ("id", "melapor"), ("th", "รายงาน")] {
            let problem = client.in_language(language).post("relationships", &between(&malee, "reports_to", &siti)).problem(422, "invalid");
            assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(text), "{problem}");
        }
        // What is over does not stand in the way.
        client.patch(&at(&last), 1, &json!({"to_date": "2025-12-31"})).ok(200);
        let later = merged(between(&malee, "reports_to", &siti), &json!({"from_date": "2026-01-01"}));
        client.post("relationships", &later).ok(201);
        assert_eq!(client.patch(&at(&last), 2, &json!({"to_date": null})).faults(), ["/to_contact_id reports_loop"]);
        // Nor does what lies in the trash; it stays there as long as it does not fit.
        client.delete(&at(&friends), 1).ok(204);
        related(client, &rudi, "friend_of", &siti);
        assert_eq!(client.post(&format!("{}/restore", at(&friends)), &json!({})).faults(), ["/to_contact_id related_already"]);
    }

    fn people_of_another_workspace_and_rights_are_kept_apart(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let client = app.client();
        let (siti, stranger) = (person(client, "Siti"), person(&neighbour.client, "Budi"));
        assert_eq!(refused(client, &between(&siti, "friend_of", &stranger)), ["/to_contact_id no_such_record"]);
        neighbour.client.get(&format!("contacts/{}/reporting-line", id(&siti))).problem(404, "not_found");
        let rudi = person(client, "Rudi");
        let reader = app.member("read_only").client;
        reader.post("relationships", &between(&siti, "friend_of", &rudi)).problem(403, "forbidden");
        let made = related(client, &siti, "friend_of", &rudi);
        reader.get(&at(&made)).ok(200);
        let member = app.member("member").client;
        member.patch(&at(&made), 1, &json!({"note": "x"})).problem(403, "forbidden");
    }

    fn a_merge_takes_relationships_along_and_leaves_none_with_oneself(app: TestApp) {
        let client = app.client();
        let [one, two, rudi, malee] = ["Siti", "Sti", "Rudi", "Malee"].map(|name| person(client, name));
        related(client, &one, "friend_of", &two);
        related(client, &one, "reports_to", &rudi);
        related(client, &two, "reports_to", &rudi);
        related(client, &malee, "referred_by", &two);
        let (before_one, before_two) = (of(client, &one), of(client, &two));
        let done = merge(client, &one, &two);
        assert_eq!(of(client, &one), ["Malee referred_by Siti", "Siti reports_to Rudi"]);
        let trashed = client.list("relationships", &[("trashed", "true")]).ok(200);
        assert_eq!(trashed["items"].as_array().unwrap().len(), 2);
        let back = client.post(&format!("merges/{}/undo", id(&done["merge"])), &json!({})).ok(200);
        assert_eq!(back["left"], json!([]));
        assert_eq!((of(client, &one), of(client, &two)), (before_one, before_two));
        // A boss and who reports to them can be one person; their own bosses stay.
        let done = merge(client, &rudi, &one);
        assert_eq!(of(client, &rudi), ["Rudi friend_of Sti", "Sti reports_to Rudi"]);
        client.post(&format!("merges/{}/undo", id(&done["merge"])), &json!({})).ok(200);
        assert_eq!(of(client, &rudi), ["Siti reports_to Rudi", "Sti reports_to Rudi"]);
    }

    fn a_reporting_line_is_of_today(app: TestApp) {
        let client = app.client();
        let [boss, lead, siti, rudi] = ["Agus", "Budi", "Siti", "Rudi"].map(|name| person(client, name));
        let today = Utc::now().date_naive();
        related(client, &lead, "reports_to", &boss);
        related(client, &siti, "reports_to", &lead);
        let former = merged(between(&rudi, "reports_to", &lead), &json!({"to_date": today - Days::new(3)}));
        client.create("relationships", &former);
        let future = merged(between(&rudi, "reports_to", &boss), &json!({"from_date": today + Days::new(3)}));
        client.create("relationships", &future);
        let line = |person: &Value| client.get(&format!("contacts/{}/reporting-line", id(person))).ok(200);
        let names = |nodes: &Value| -> Vec<String> { nodes.as_array().unwrap().iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect() };
        let of_siti = line(&siti);
        assert_eq!((names(&of_siti["above"]), names(&of_siti["below"])), (vec!["Agus".to_owned(), "Budi".into()], vec![]));
        let of_boss = line(&boss);
        assert_eq!((names(&of_boss["below"]), &of_boss["below"][0]["has_below"], &of_boss["more"]), (vec!["Budi".to_owned()], &json!(true), &json!(false)));
        assert_eq!(names(&line(&lead)["below"]), ["Siti"]);
        assert_eq!(line(&rudi), json!({"above": [], "below": [], "more": false}));
    }

    fn a_family_of_companies_adds_up_its_open_deals(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let client = app.client();
        let company = |name: &str, parent: Option<&Value>| {
            let parent = parent.map(|parent| parent["id"].clone());
            client.create("companies", &json!({"name": name, "parent_id": parent, "city": "Bandung"}))
        };
        let top = company("PT Atas", None);
        let middle = company("PT Tengah", Some(&top));
        let low = company("PT Bawah", Some(&middle));
        company("PT Samping", Some(&top));
        let stage = first_stage(client);
        for (company, amount) in [(&top, 100), (&middle, 20), (&low, 3)] {
            let deal = json!({"company_id": company["id"], "amount": amount, "stage_id": stage["id"], "pipeline_id": stage["pipeline_id"]});
            client.create("deals", &merged(minimal(client, "deal"), &deal));
        }
        let won = make_with(client, "deal", json!({"company_id": low["id"], "amount": 1000}));
        client.verb(&format!("deals/{}/win", id(&won)), 1, &json!({})).ok(200);
        let family = |company: &Value| client.get(&format!("companies/{}/family", id(company))).ok(200);
        let of_middle = family(&middle);
        assert_eq!(of_middle["above"], json!([{"id": top["id"], "title": "PT Atas", "subtitle": "Bandung", "has_below": true}]));
        assert_eq!(of_middle["below"], json!([{"id": low["id"], "title": "PT Bawah", "subtitle": "Bandung", "has_below": false}]));
        assert_eq!(of_middle["group"], json!({"companies": 2, "more": false, "open": [{"currency": "IDR", "count": 2, "amount": 23}]}));
        assert_eq!((&family(&top)["group"]["companies"], &family(&top)["group"]["open"][0]["amount"]), (&json!(4), &json!(123)));
        let of_low = family(&low);
        assert_eq!((&of_low["above"][0]["id"], &of_low["above"][1]["id"]), (&top["id"], &middle["id"]));
        client.delete(&format!("companies/{}", id(&low)), 1).ok(204);
        assert_eq!((&family(&middle)["below"], &family(&middle)["group"]["companies"]), (&json!([]), &json!(1)));
        neighbour.client.get(&format!("companies/{}/family", id(&top))).problem(404, "not_found");
    }

    fn a_workspace_of_people_only_is_a_setting_of_administrators(app: TestApp) {
        let client = app.client();
        assert_eq!(client.get("workspace").ok(200)["hides_companies"], false);
        let set = |client: &Client, on: bool| client.json(Method::PATCH, "workspace", &[], &json!({"hides_companies": on}));
        set(&app.member("manager").client, true).problem(403, "forbidden");
        assert_eq!(set(client, true).ok(200)["hides_companies"], true);
        assert_eq!(client.get("me").ok(200)["workspace"]["hides_companies"], true);
        assert_eq!(app.member("member").session["workspace"]["hides_companies"], true);
        // The API is the same either way.
        make(client, "company");
        assert_eq!(client.list("companies", &[]).ok(200)["items"].as_array().unwrap().len(), 1);
        assert_eq!(set(client, false).ok(200)["hides_companies"], false);
        let log = client.list("audit-entries", &[]).ok(200);
        assert!(log.to_string().contains("hides_companies"), "{log}");
    }
}
