//! What members say about records, whom they name, and who hears of what happens to a record.

use relasi_tests::{Client, Member, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make, make_with},
    isolation::second_workspace,
};

fn mention(member: &Member) -> String {
    format!("@[Somebody](user:{})", member.id)
}

/// Kind, topic and reader's data of what somebody is told, newest first.
fn told(client: &Client) -> Vec<(String, String, Value)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let page = client.get("notifications").ok(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            (
                text(&item["kind"]),
                text(&item["topic"]),
                item["data"].clone(),
            )
        })
        .collect()
}

fn kinds(client: &Client) -> Vec<String> {
    told(client).into_iter().map(|(kind, ..)| kind).collect()
}

fn say(client: &Client, record: &str, body: &str) -> Value {
    let path = format!("{record}/comments");
    client.post(&path, &json!({"body": body})).ok(201)
}

on_both! {
    fn a_comment_is_read_changed_removed_and_brought_back(app: TestApp) {
        let (client, member) = (app.client(), app.member("member"));
        let record = format!("companies/{}", id(&make(client, "company")));
        let said = say(&member.client, &record, "  Pays **late**  ");
        assert_eq!((&said["body"], &said["created_by"], &said["edited_at"]), (&json!("Pays **late**"), &json!(member.id), &Value::Null));
        say(client, &record, "Thanks");
        let page = client.get(&format!("{record}/comments?limit=1")).ok(200);
        assert_eq!(page["items"][0]["body"], "Thanks");
        let next = client.get(&format!("{record}/comments?limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).ok(200);
        assert_eq!((&next["items"][0], &next["next_cursor"]), (&said, &Value::Null));
        let at = format!("comments/{}", id(&said));
        let new = json!({"body": "Pays in time"});
        client.patch(&at, 1, &new).problem(403, "forbidden");
        let changed = member.client.patch(&at, 1, &new).ok(200);
        assert_eq!((&changed["body"], &changed["version"]), (&json!("Pays in time"), &json!(2)));
        assert!(changed["edited_at"].is_string());
        let stale = member.client.patch(&at, 1, &json!({"body": "x"})).problem(412, "stale_version");
        assert_eq!(stale["current"]["body"], "Pays in time");
        member.client.json(relasi_tests::Method::PATCH, &at, &[], &new).problem(428, "version_required");
        client.delete(&at, 2).ok(204);
        assert_eq!(client.get(&format!("{record}/comments")).ok(200)["items"].as_array().unwrap().len(), 1);
        client.delete(&at, 3).problem(404, "not_found");
        let back = member.client.post(&format!("{at}/restore"), &json!({})).ok(200);
        assert_eq!((&back["deleted_at"], &back["version"]), (&Value::Null, &json!(4)));
        let log = client.get(&format!("audit-entries?record_id={}", id(&said))).ok(200);
        let actions: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|it| &it["action"]).collect();
        assert_eq!(actions, ["restored", "trashed", "updated", "created"]);
    }

    fn what_is_no_comment_is_refused(app: TestApp) {
        let mut app = app;
        let client = app.client().clone();
        let reader = app.member("read_only").client;
        let contact = make(&client, "contact");
        let record = format!("contacts/{}", id(&contact));
        let path = format!("{record}/comments");
        assert_eq!(client.post(&path, &json!({"body": " \n"})).faults(), ["/body required"]);
        assert_eq!(client.post(&path, &json!({"body": "a".repeat(10_001)})).faults(), ["/body too_long"]);
        assert_eq!(client.post(&path, &json!({})).faults(), ["/body required"]);
        assert_eq!(client.post(&path, &json!({"body": "a", "extra": 1})).faults(), ["/extra unknown_member"]);
        reader.post(&path, &json!({"body": "a"})).problem(403, "forbidden");
        let said = say(&client, &record, "Seen by all");
        assert_eq!(reader.get(&path).ok(200)["items"][0]["body"], "Seen by all");
        reader.delete(&format!("comments/{}", id(&said)), 1).problem(403, "forbidden");
        client.get("tags/0/comments").problem(404, "not_found");
        let neighbour = second_workspace(&mut app).client;
        neighbour.get(&path).problem(404, "not_found");
        neighbour.post(&path, &json!({"body": "a"})).problem(404, "not_found");
        neighbour.patch(&format!("comments/{}", id(&said)), 1, &json!({"body": "a"})).problem(404, "not_found");
        let foreign = format!("@[X](user:{})", app.owner.id);
        let own = format!("contacts/{}", id(&make(&neighbour, "contact")));
        assert_eq!(neighbour.post(&format!("{own}/comments"), &json!({"body": foreign})).faults(), ["/body no_such_member"]);
        app.client().delete(&record, 1).ok(204);
        app.client().post(&path, &json!({"body": "a"})).problem(404, "not_found");
    }

    fn who_is_mentioned_hears_of_it_once(app: TestApp) {
        let (client, mate) = (app.client(), app.member("member"));
        let record = make_with(client, "contact", json!({"full_name": "Siti Rahmawati"}));
        let path = format!("contacts/{}", id(&record));
        let said = say(client, &path, &format!("{} what do you say?", mention(&mate)));
        let news = told(&mate.client);
        assert_eq!(news.len(), 1);
        assert_eq!((news[0].0.as_str(), news[0].1.as_str()), ("mentioned", "mentions"));
        assert_eq!((&news[0].2["title"], &news[0].2["text"]), (&json!("Siti Rahmawati"), &json!("@Somebody what do you say?")));
        client.patch(&format!("comments/{}", id(&said)), 1, &json!({"body": format!("{} well?", mention(&mate))})).ok(200);
        assert_eq!(kinds(&mate.client), ["mentioned"], "a change that names nobody anew tells nobody");
        assert_eq!(client.get(&format!("{path}/followers")).ok(200)["items"], json!([app.owner.id, mate.id]));
        say(&mate.client, &path, "Fine");
        assert_eq!(kinds(client), ["commented"]);
        say(client, &path, &mention(&app.owner));
        assert_eq!(kinds(client), ["commented"], "nobody is told of themselves");
        let note = json!({"kind": "note", "subject": "Call back", "body": format!("ask {}", mention(&mate)), "contact_id": record["id"]});
        client.post("activities", &note).ok(201);
        assert_eq!(kinds(&mate.client), ["mentioned", "commented", "mentioned"]);
        let nobody = format!("@[X](user:{})", uuid::Uuid::now_v7());
        assert_eq!(client.post("activities", &json!({"kind": "note", "subject": "a", "body": nobody})).faults(), ["/body no_such_member"]);
        let mentions = mate.client.get("notifications?topic=mentions").ok(200);
        assert_eq!(mentions["items"].as_array().unwrap().len(), 2);
        assert_eq!(client.get("notifications?topic=other").faults(), ["?topic not_a_choice"]);
    }

    fn who_follows_hears_of_changes_by_others(app: TestApp) {
        let (client, mate) = (app.client(), app.member("member"));
        let record = make_with(client, "contact", json!({"full_name": "Siti Rahmawati"}));
        let path = format!("contacts/{}", id(&record));
        client.patch(&path, 1, &json!({"city": "Bandung"})).ok(200);
        assert_eq!(kinds(&mate.client), [""; 0]);
        let follow = |method| mate.client.send(method, &format!("{path}/follow"), &[], &[]);
        for _ in 0..2 {
            follow(relasi_tests::Method::PUT).ok(204);
        }
        assert_eq!(mate.client.get(&format!("{path}/followers")).ok(200), json!({"items": [mate.id], "following": true}));
        client.patch(&path, 2, &json!({"city": "Jakarta"})).ok(200);
        client.patch(&path, 3, &json!({"job_title": "Buyer"})).ok(200);
        let news = told(&mate.client);
        assert_eq!(news.len(), 1, "many small changes make one line: {news:?}");
        assert_eq!((news[0].0.as_str(), news[0].1.as_str()), ("changed", "following"));
        assert_eq!(news[0].2["fields"], json!(["job_title", "city"]));
        client.post("activities", &json!({"kind": "call", "subject": "Asked for samples", "contact_id": record["id"]})).ok(201);
        assert_eq!(kinds(&mate.client), ["logged", "changed"]);
        assert_eq!(kinds(client), [""; 0]);
        follow(relasi_tests::Method::DELETE).ok(204);
        client.patch(&path, 4, &json!({"city": "Solo"})).ok(200);
        assert_eq!(kinds(&mate.client), ["logged", "changed"]);
        let stranger = format!("contacts/{}/follow", uuid::Uuid::now_v7());
        mate.client.send(relasi_tests::Method::PUT, &stranger, &[], &[]).problem(404, "not_found");
    }
}
