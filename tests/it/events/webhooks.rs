//! Webhooks arrive, signed, with what their maker may see.

use relasi_tests::on_both;
use serde_json::{Value, json};

use super::reading::settled;
use super::receiver::{Hooked, Receiver, Reply, current, endpoint, tried, until};
use crate::bodies::{id, make, make_with, version};

on_both! {
    fn events_arrive_signed_with_the_record_as_it_is(app: Hooked) {
        let client = app.0.client();
        let field = json!({"object": "contact", "label": "Kode", "kind": "text", "name": "kode"});
        client.create("custom-fields", &field);
        let receiver = Receiver::start();
        make_with(client, "contact", json!({"full_name": "Before"}));
        let hook = endpoint(client, &receiver, &["contact.*", "deal.won"]);
        let secret = hook["secret"].as_str().unwrap();
        assert!(secret.starts_with("whsec_"));
        assert_eq!(current(client, &hook).get("secret"), None, "shown once");

        make(client, "tag");
        let siti = make_with(client, "contact", json!({"full_name": "Siti", "custom": {"kode": "KOP 1"}}));
        let first = &receiver.wait_for(1)[0];
        assert!(first.is_signed_with(secret) && !first.is_signed_with("whsec_AAAA"));
        let now = chrono::Utc::now().timestamp();
        let signed: i64 = first.header("webhook-timestamp").parse().unwrap();
        assert!((now - 60..=now).contains(&signed), "{signed}");
        assert_eq!(first.header("content-type"), "application/json");
        assert!(first.header("user-agent").starts_with("Relasi/"));
        let body = &first.body;
        assert_eq!((&body["type"], &body["id"]), (&json!("contact.created"), &json!(first.header("webhook-id"))));
        assert_eq!(body["workspace_id"], client.get("workspace").ok(200)["id"]);
        let data = &body["data"];
        assert_eq!((&data["object"], &data["id"], &data["version"]), (&json!("contact"), &siti["id"], &json!(1)));
        assert_eq!(data["record"], client.get(&format!("contacts/{}", id(&siti))).ok(200), "as the API shows it");
        assert_eq!(data["record"]["custom"], json!({"kode": "KOP 1"}));

        let at = format!("contacts/{}", id(&siti));
        client.patch(&at, 1, &json!({"city": "Solo", "custom": {"kode": "KOP 2"}})).ok(200);
        let second = &receiver.wait_for(2)[1].body["data"];
        let changed = second["changed"].as_array().unwrap();
        assert!(changed.contains(&json!("city")) && changed.contains(&json!("custom.kode")), "{second}");
        assert_eq!(second["record"]["custom"]["kode"], "KOP 2");
        client.delete(&at, 2).ok(204);
        let third = &receiver.wait_for(3)[2].body;
        assert_eq!((&third["type"], &third["data"]["record"]), (&json!("contact.trashed"), &Value::Null));

        let sent = tried(client, &hook, 3);
        let told: Vec<_> = sent.iter().map(|one| (one["kind"].as_str().unwrap(), one["state"].as_str().unwrap())).collect();
        assert_eq!(told, [("contact.trashed", "delivered"), ("contact.updated", "delivered"), ("contact.created", "delivered")]);
        assert_eq!((&sent[0]["status"], &sent[0]["attempts"]), (&json!(200), &json!(1)));
        assert!(sent[0]["duration_ms"].is_i64());
        assert_eq!(receiver.received().len(), 3, "neither what was before nor other kinds");
        settled(&app.0);
        let events = client.list("events", &[("kind", "contact.trashed")]).ok(200);
        assert_eq!(events["items"][0]["id"], sent[0]["id"], "the id is that of the event");
    }

    fn what_others_keep_to_themselves_is_not_sent(app: Hooked) {
        let client = app.0.client();
        let mate = app.0.member("member");
        let receiver = Receiver::start();
        endpoint(client, &receiver, &[]);
        make_with(&mate.client, "saved_view", json!({"name": "Punya saya"}));
        let open = make_with(&mate.client, "saved_view", json!({"name": "Untuk semua", "visibility": "everyone"}));
        let all = receiver.wait_for(1);
        assert_eq!(all[0].body["data"]["id"], open["id"], "{:?}", all[0].body);
        assert_eq!(all[0].body["data"]["record"]["name"], "Untuk semua");
    }

    fn a_new_secret_and_the_old_one_sign_side_by_side(app: Hooked) {
        let client = app.0.client();
        let receiver = Receiver::start();
        let hook = endpoint(client, &receiver, &[]);
        let path = format!("webhook-endpoints/{}", id(&hook));
        client.post(&format!("{path}/rotate-secret"), &json!({})).problem(428, "version_required");
        let rotated = client.verb(&format!("{path}/rotate-secret"), 1, &json!({})).ok(200);
        assert_ne!(rotated["secret"], hook["secret"]);
        assert!(rotated["former_secret_until"].is_string());
        client.post(&format!("{path}/test"), &json!({})).ok(202);
        let test = &receiver.wait_for(1)[0];
        for secret in [&hook, &rotated] {
            assert!(test.is_signed_with(secret["secret"].as_str().unwrap()), "{}", test.header("webhook-signature"));
        }
        assert_eq!((&test.body["type"], &test.body["data"]["id"]), (&json!("webhook.test"), &hook["id"]));
    }

    fn a_paused_one_goes_on_where_it_stopped(app: Hooked) {
        let client = app.0.client();
        let receiver = Receiver::start();
        let hook = endpoint(client, &receiver, &["tag.*"]);
        let path = format!("webhook-endpoints/{}", id(&hook));
        let paused = client.patch(&path, 1, &json!({"state": "paused"})).ok(200);
        let tag = make(client, "tag");
        for verb in ["test", "resend", "replay"] {
            let body = match verb {
                "resend" => json!({"delivery_id": hook["id"]}),
                "replay" => json!({"since": hook["created_at"]}),
                _ => json!({}),
            };
            client.post(&format!("{path}/{verb}"), &body).problem(409, "webhook_not_active");
        }
        assert!(receiver.received().is_empty());
        client.patch(&path, version(&paused), &json!({"state": "active", "kinds": ["tag.created"]})).ok(200);
        assert_eq!(receiver.wait_for(1)[0].body["data"]["id"], tag["id"]);
    }

    fn one_delivery_or_all_since_an_instant_are_sent_again(app: Hooked) {
        let client = app.0.client();
        let receiver = Receiver::start();
        let hook = endpoint(client, &receiver, &["tag.*"]);
        for _ in 0..3 {
            make(client, "tag");
        }
        let sent = tried(client, &hook, 3);
        let path = format!("webhook-endpoints/{}", id(&hook));
        let again = client.post(&format!("{path}/resend"), &json!({"delivery_id": sent[1]["id"]})).ok(202);
        assert_eq!((&again["id"], &again["attempts"]), (&sent[1]["id"], &json!(0)));
        let fourth = &receiver.wait_for(4)[3];
        assert_eq!(fourth.header("webhook-id"), id(&sent[1]), "the same id");
        client.post(&format!("{path}/resend"), &json!({"delivery_id": hook["id"]})).problem(404, "not_found");

        let job = client.post(&format!("{path}/replay"), &json!({"since": hook["created_at"]})).ok(202);
        assert_eq!(app.0.finished(&id(&job))["state"], "done");
        let all = receiver.wait_for(7);
        let mut ids: Vec<&str> = all[4..].iter().map(|one| one.header("webhook-id")).collect();
        ids.sort_unstable();
        let mut wanted: Vec<String> = sent.iter().map(id).collect();
        wanted.sort();
        assert_eq!(ids, wanted);
        for since in ["2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z"] {
            assert_eq!(client.post(&format!("{path}/replay"), &json!({"since": since})).faults(), ["/since not_kept"]);
        }
    }

    fn what_cannot_be_an_endpoint_is_refused(app: Hooked) {
        let client = app.0.client();
        for (url, fault) in [
            ("https://10.0.0.1/x", "/url webhook_address_refused"),
            ("https://169.254.169.254/", "/url webhook_address_refused"),
            ("https://[::ffff:10.0.0.1]/", "/url webhook_address_refused"),
            ("https://2852039166/", "/url webhook_address_refused"),
            ("http://8.8.8.8/", "/url webhook_address_refused"),
            ("ftp://kopi.example", "/url not_url"),
            ("https://a:b@kopi.example", "/url webhook_url_parts"),
        ] {
            assert_eq!(client.post("webhook-endpoints", &json!({"url": url})).faults(), [fault], "{url}");
        }
        let long = format!("https://kopi.example/{}", "a".repeat(2000));
        assert_eq!(client.post("webhook-endpoints", &json!({"url": long})).faults(), ["/url too_long"]);
        let body = json!({"url": "https://kopi.example", "kinds": ["contact.*", "x"], "description": "a".repeat(201)});
        assert_eq!(client.post("webhook-endpoints", &body).faults(), ["/description too_long", "/kinds/1 not_event_kind"]);
        let many = json!({"url": "https://kopi.example", "kinds": vec!["*"; 51]});
        assert_eq!(client.post("webhook-endpoints", &many).faults(), ["/kinds too_many"]);
        for number in 0..50 {
            client.post("webhook-endpoints", &json!({"url": format!("https://kopi.example/{number}")})).ok(201);
        }
        client.post("webhook-endpoints", &json!({"url": "https://kopi.example"})).problem(409, "too_many_webhooks");
    }

    fn answers_are_kept_in_part_and_redirects_not_followed(app: Hooked) {
        let client = app.0.client();
        let (receiver, other) = (Receiver::start(), Receiver::start());
        let hook = endpoint(client, &receiver, &[]);
        let path = format!("webhook-endpoints/{}/test", id(&hook));
        receiver.next([
            Reply { body: "\u{e01}".repeat(5_000), ..Reply::of(200) },
            Reply { headers: format!("location: {}\r\n", other.url), ..Reply::of(302) },
        ]);
        client.post(&path, &json!({})).ok(202);
        let first = &tried(client, &hook, 1)[0];
        let kept = first["response"].as_str().unwrap();
        assert!(kept.starts_with('\u{e01}') && kept.chars().count() < 350, "{}", kept.len());
        client.post(&path, &json!({})).ok(202);
        let second = tried(client, &hook, 2)[0].clone();
        assert_eq!((&second["status"], &second["state"]), (&json!(302), &json!("pending")));
        assert!(other.received().is_empty());
        let states = |state: &str| client.get(&format!("webhook-endpoints/{}/deliveries?state={state}", id(&hook))).ok(200)["items"].as_array().unwrap().len();
        assert_eq!((states("delivered"), states("failed")), (1, 0));
        assert_eq!(client.get(&format!("webhook-endpoints/{}/deliveries?state=odd", id(&hook))).faults(), ["?state not_a_choice"]);
    }

    fn settings_are_needed_for_all_of_it(app: Hooked) {
        let client = app.0.client();
        let receiver = Receiver::start();
        let hook = endpoint(client, &receiver, &[]);
        let path = format!("webhook-endpoints/{}", id(&hook));
        app.0.member("admin").client.get(&path).ok(200);
        for role in ["manager", "member", "read_only"] {
            let other = app.0.member(role).client;
            for path in ["webhook-endpoints", &path, &format!("{path}/deliveries")] {
                other.get(path).problem(403, "forbidden");
            }
            other.post("webhook-endpoints", &json!({"url": receiver.url})).problem(403, "forbidden");
            other.patch(&path, 1, &json!({"state": "paused"})).problem(403, "forbidden");
            other.delete(&path, 1).problem(403, "forbidden");
            for (verb, body) in [("test", json!({})), ("replay", json!({"since": hook["created_at"]})), ("resend", json!({"delivery_id": hook["id"]}))] {
                other.post(&format!("{path}/{verb}"), &body).problem(403, "forbidden");
            }
            other.verb(&format!("{path}/rotate-secret"), 1, &json!({})).problem(403, "forbidden");
        }
        // Who made it may no longer change settings.
        let admin = app.0.member("admin");
        let theirs = endpoint(&admin.client, &receiver, &[]);
        let members = client.get("members").ok(200);
        let row = members["items"].as_array().unwrap().iter().find(|row| row["email"] == json!(admin.email)).unwrap().clone();
        client.patch(&format!("members/{}", id(&row)), version(&row), &json!({"role": "member"})).ok(200);
        make(client, "tag");
        let stopped = until("the endpoint to be disabled", || Some(current(client, &theirs)).filter(|one| one["state"] == "disabled"));
        assert_eq!(stopped["reason"], "creator_left");
    }
}
