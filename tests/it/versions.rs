//! Versions: nobody overwrites what they have not seen.

use std::sync::Barrier;

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::json;

on_both! {
    fn a_change_needs_the_version_it_is_based_on(app: TestApp) {
        let client = app.client();
        let reply = client.post("contacts", &json!({"full_name": "Siti Rahmawati", "city": "Bandung"}));
        assert_eq!(reply.header("etag"), "\"1\"");
        let location = reply.header("location").to_owned();
        let made = reply.ok(201);
        let path = format!("contacts/{}", made["id"].as_str().unwrap());
        assert_eq!(location, format!("/api/v1/{path}"));

        let no_version = client.json(Method::PATCH, &path, &[], &json!({"city": "Bogor"}));
        no_version.problem(428, "version_required");
        client.send(Method::DELETE, &path, &[], &[]).problem(428, "version_required");
        client.patch(&path, 1, &json!({"city": "Bogor"})).ok(200);
        let stale = client.patch(&path, 1, &json!({"city": "Medan"})).problem(412, "stale_version");
        assert_eq!(stale["current"]["city"], "Bogor");
        assert_eq!(stale["current"]["version"], 2);
        client.delete(&path, 1).problem(412, "stale_version");

        let unchanged = client.send(Method::GET, &path, &[("if-none-match", "\"2\"")], &[]);
        assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
        let changed = client.send(Method::GET, &path, &[("if-none-match", "\"1\"")], &[]);
        assert_eq!(changed.header("etag"), "\"2\"");
        assert_eq!(changed.ok(200)["city"], "Bogor");
    }

    fn trash_and_restore_count_versions_too(app: TestApp) {
        let client = app.client();
        let made = client.create("companies", &json!({"name": "CV Kopi"}));
        let path = format!("companies/{}", made["id"].as_str().unwrap());
        client.delete(&path, 1).ok(204);
        assert!(client.get(&path).ok(200)["deleted_at"].is_string(), "what lies in the trash can be looked at");
        assert_eq!(client.get("companies").ok(200)["items"], json!([]));
        let trash = client.list("companies", &[("trashed", "true")]).ok(200);
        assert_eq!(trash["items"][0]["id"], made["id"]);
        let back = client.post(&format!("{path}/restore"), &json!({})).ok(200);
        assert_eq!((&back["deleted_at"], &back["version"]), (&json!(null), &json!(3)));
        assert_eq!(client.list("companies", &[("trashed", "true")]).ok(200)["items"], json!([]));
        client.get(&path).ok(200);
    }

    fn of_two_concurrent_changes_one_wins(app: TestApp) {
        const ROUNDS: i64 = 1000;
        let client = app.client();
        let made = client.create("contacts", &json!({"full_name": "Somchai"}));
        let path = format!("contacts/{}", made["id"].as_str().unwrap());
        race(client, &path, "nickname", ROUNDS);
        let winners = client.get(&path).ok(200);
        assert_eq!(winners["version"], ROUNDS + 1);
        let history = client.all(&format!("{path}/history"), &[("limit", "200")], "action");
        assert_eq!(history.len(), usize::try_from(ROUNDS).unwrap() + 1);
    }

    fn of_two_concurrent_changes_of_settings_one_wins(app: TestApp) {
        let client = app.client();
        for (plural, body) in [
            ("call-lists", json!({"name": "Telepon", "object": "contact"})),
            ("consent-purposes", json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email"]})),
            ("routing-rules", json!({"name": "Situs", "user_ids": [app.owner.id], "active": true})),
        ] {
            let made = client.post(plural, &body).ok(201);
            race(client, &format!("{plural}/{}", made["id"].as_str().unwrap()), "name", 60);
        }
    }
}

/// Two change a text at the same time, based on the same version; the other one is told so.
fn race(client: &Client, path: &str, name: &str, rounds: i64) {
    let start = Barrier::new(2);
    let play = |who: &str| -> Vec<u16> {
        (1..=rounds)
            .map(|version| {
                start.wait();
                let said = json!({name: format!("{who}{version}")});
                client.patch(path, version, &said).status
            })
            .collect()
    };
    let (left, right) = std::thread::scope(|scope| {
        let left = scope.spawn(|| play("left"));
        let right = scope.spawn(|| play("right"));
        (left.join().unwrap(), right.join().unwrap())
    });
    for (round, pair) in left.iter().zip(&right).enumerate() {
        assert!(
            matches!(pair, (200, 412) | (412, 200)),
            "{path}, round {round}: {pair:?}"
        );
    }
}
