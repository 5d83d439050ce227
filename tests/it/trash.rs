//! The trash searched as people search it: by a part of a name, an address or a number.

use std::collections::BTreeSet;

use relasi_domain::OBJECTS;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{id, make_with, path};

/// Ids that the trash, or with `false` the list, finds for a text; the count must be the same.
#[track_caller]
fn found(client: &Client, plural: &str, q: &str, trashed: bool) -> BTreeSet<String> {
    let trashed = if trashed { "true" } else { "false" };
    let parameters = [("q", q), ("trashed", trashed), ("limit", "2")];
    let ids = client.all(plural, &parameters, "id");
    let count = client
        .list(
            &format!("{plural}/count"),
            &[("q", q), ("trashed", trashed)],
        )
        .ok(200);
    assert_eq!(count["count"], ids.len(), "{plural} {q}");
    ids.iter()
        .map(|id| id.as_str().expect("an id").to_owned())
        .collect()
}

fn set(records: &[&Value]) -> BTreeSet<String> {
    records.iter().map(|record| id(record)).collect()
}

on_both! {
    fn the_trash_is_searched_like_the_list(app: TestApp) {
        let client = app.client();
        let siti = make_with(client, "contact", json!({
            "full_name": "Siti Nurhaliza Wijaya", "emails": [{"value": "Siti.N@Kopi-Susu.example"}],
            "phones": [{"value": "+62 812-3456-7890"}],
        }));
        let thai = make_with(client, "contact", json!({"full_name": "สมชาย เกษมสุข", "phones": [{"value": "095-111-2222"}]}));
        let odd = make_with(client, "contact", json!({"full_name": "100% \"Raj_a\" O'Neil \\ ß"}));
        let kept = make_with(client, "contact", json!({"full_name": "Siti Nurhaliza Tinggal"}));
        for gone in [&siti, &thai, &odd] {
            client.delete(&format!("contacts/{}", id(gone)), 1).ok(204);
        }
        for q in ["siti", "SITI N", "haliz", "wijaya", "it", "siti.n@kopi", "kopi-susu", "81234567890", "34567890", "0812-3456", "(0812) 34"] {
            assert_eq!(found(client, "contacts", q, true), set(&[&siti]), "{q}");
        }
        for q in ["สมชาย", "ชาย", "เกษม", "กษม", "เ", "0951112222", "+66 95 111 2222"] {
            assert_eq!(found(client, "contacts", q, true), set(&[&thai]), "{q}");
        }
        for q in ["100%", "%", "_", "raj_a", "\"raj", "o'neil", "\\", "ss"] {
            assert!(found(client, "contacts", q, true).contains(&id(&odd)), "{q}");
        }
        for q in ["raj%a", "nobody at all", "tinggal", "siti.n@kopi-teh"] {
            assert_eq!(found(client, "contacts", q, true), set(&[]), "{q}");
        }
        assert_eq!(found(client, "contacts", "siti", false), set(&[&kept]));
        client.post(&format!("contacts/{}/restore", id(&siti)), &json!({})).ok(200);
        assert_eq!(found(client, "contacts", "siti", true), set(&[]));
        assert_eq!(found(client, "contacts", "siti", false), set(&[&kept, &siti]));
    }

    fn a_search_of_the_trash_has_pages_filters_and_rights(app: TestApp) {
        let client = app.client();
        let mut gone = Vec::new();
        for turn in 0..7 {
            let city = if turn % 2 == 0 { "Bandung" } else { "Solo" };
            let made = make_with(client, "company", json!({"name": format!("Kembar {turn}"), "city": city}));
            client.delete(&format!("companies/{}", id(&made)), 1).ok(204);
            gone.insert(0, made["id"].clone());
        }
        let parameters = [("q", "kembar"), ("trashed", "true"), ("limit", "3"), ("sort", "name")];
        assert_eq!(client.all("companies", &parameters, "id"), gone, "the newest first");
        let solo = client.all("companies", &[("q", "kembar"), ("trashed", "true"), ("filter", "city = Solo")], "id");
        assert_eq!(solo, [gone[1].clone(), gone[3].clone(), gone[5].clone()]);
        let private = make_with(client, "saved_view", json!({"name": "Kembar saya"}));
        client.delete(&format!("saved-views/{}", id(&private)), 1).ok(204);
        assert_eq!(found(client, "saved-views", "kembar", true), set(&[&private]));
        assert_eq!(found(&app.member("member").client, "saved-views", "kembar", true), set(&[]));
    }

    fn every_object_is_found_by_its_title(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            let made = make_with(client, object.name, json!({object.title: "Seroja Purnama"}));
            assert_eq!(found(client, object.plural, "ja pur", false), set(&[&made]), "{}", object.name);
            client.delete(&path(object, &made), 1).ok(204);
            assert_eq!(found(client, object.plural, "ja pur", false), set(&[]), "{}", object.name);
            assert_eq!(found(client, object.plural, "ja pur", true), set(&[&made]), "{}", object.name);
        }
    }
}
