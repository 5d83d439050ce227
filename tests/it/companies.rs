//! Companies that own companies: a family has no loops and is not endless.

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{id, make, make_with};

fn below(client: &Client, parent: &Value) -> Value {
    make_with(client, "company", json!({"parent_id": parent["id"]}))
}

fn at(company: &Value) -> String {
    format!("companies/{}", id(company))
}

/// The faults of putting a company below another one.
#[track_caller]
fn refused(client: &Client, company: &Value, version: i64, parent: &Value) -> Vec<String> {
    let body = json!({"parent_id": parent["id"]});
    client.patch(&at(company), version, &body).faults()
}

/// Imports companies, matched by their names.
#[track_caller]
pub(crate) fn imported(app: &TestApp, file: &str) -> Value {
    let path = "imports?object=company&file_name=firms.csv";
    let import = app
        .client()
        .send(Method::POST, path, &[], file.as_bytes())
        .ok(201);
    let path = format!("imports/{}", id(&import));
    let mapping = json!([{"index": 0, "field": "name"}, {"index": 1, "field": "parent_id"}]);
    let change = json!({"mapping": mapping, "options": {"match": "name", "on_match": "update"}});
    app.client()
        .json(Method::PATCH, &path, &[], &change)
        .ok(200);
    let started = app
        .client()
        .post(&format!("{path}/run"), &json!({}))
        .ok(202);
    app.finished(started["job_id"].as_str().unwrap());
    app.client().get(&path).ok(200)
}

on_both! {
    fn no_company_stands_below_itself(app: TestApp) {
        let client = app.client();
        let top = make(client, "company");
        let middle = below(client, &top);
        let low = below(client, &middle);
        for own in [&top, &middle, &low] {
            assert_eq!(refused(client, &top, 1, own), ["/parent_id parent_loop"]);
        }
        assert_eq!(refused(client, &middle, 1, &low), ["/parent_id parent_loop"]);
        let put = json!({"name": "PT", "parent_id": low["id"]});
        let put = client.json(Method::PUT, &at(&top), &[("if-match", "\"1\"")], &put);
        assert_eq!(put.faults(), ["/parent_id parent_loop"]);
        for (language, text) in [("en", "below itself"), ("id", "dirinya sendiri"), ("th", "ใต้ตัวเอง")] {
            let client = client.in_language(language);
            let problem = client.patch(&at(&top), 1, &json!({"parent_id": top["id"]})).problem(422, "invalid");
            assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(text), "{problem}");
        }
        // Within the family one may move, and out of it.
        client.patch(&at(&low), 1, &json!({"parent_id": top["id"]})).ok(200);
        client.patch(&at(&middle), 1, &json!({"parent_id": low["id"]})).ok(200);
        client.patch(&at(&middle), 2, &json!({"parent_id": null})).ok(200);
        assert_eq!(client.get(&at(&top)).ok(200)["version"], 1, "what was refused left no trace");
    }

    fn what_comes_out_of_the_trash_closes_no_loop(app: TestApp) {
        let client = app.client();
        let top = make(client, "company");
        let middle = below(client, &top);
        let low = below(client, &middle);
        client.delete(&at(&middle), 1).ok(204);
        assert_eq!(refused(client, &top, 1, &low), ["/parent_id parent_loop"]);
        let back = client.post(&format!("{}/restore", at(&middle)), &json!({})).ok(200);
        assert_eq!(back["parent_id"], top["id"]);
        client.delete(&at(&top), 1).ok(204);
        client.delete(&at(&low), 1).ok(204);
        client.patch(&at(&middle), 3, &json!({"parent_id": null})).ok(200);
        client.post(&format!("{}/restore", at(&top)), &json!({})).ok(200);
        client.patch(&at(&top), 3, &json!({"parent_id": middle["id"]})).ok(200);
        client.post(&format!("{}/restore", at(&low)), &json!({})).ok(200);
    }

    fn a_family_is_not_endless(app: TestApp) {
        let client = app.client();
        let mut last = make(client, "company");
        let top = last.clone();
        for _ in 0..20 {
            last = below(client, &last);
        }
        let one_more = json!({"name": "PT Terakhir", "parent_id": last["id"]});
        assert_eq!(client.post("companies", &one_more).faults(), ["/parent_id parent_too_deep"]);
        let other = make(client, "company");
        assert_eq!(refused(client, &other, 1, &last), ["/parent_id parent_too_deep"]);
        assert_eq!(refused(client, &top, 1, &last), ["/parent_id parent_loop"]);
        // Two long families joined make one that is longer still; no loop in it goes unseen.
        let mut above = make(client, "company");
        let highest = above.clone();
        for _ in 0..19 {
            above = below(client, &above);
        }
        client.patch(&at(&top), 1, &json!({"parent_id": above["id"]})).ok(200);
        assert_eq!(refused(client, &highest, 1, &last), ["/parent_id parent_too_deep"]);
    }

    fn an_import_rejects_rows_whose_parent_would_close_a_loop(app: TestApp) {
        let client = app.client();
        let top = client.create("companies", &json!({"name": "PT Atas"}));
        let low = client.create("companies", &json!({"name": "PT Bawah", "parent_id": top["id"]}));
        let import = imported(&app, "name,parent\nPT Atas,PT Bawah\nPT Bawah,PT Bawah\nPT Baru,PT Bawah\n");
        assert_eq!(import["state"], "done", "{import}");
        let counts = &import["counts"];
        assert_eq!((&counts["rejected"], &counts["created"], &counts["updated"]), (&json!(2), &json!(1), &json!(0)), "{import}");
        let errors = client.get(&format!("imports/{}/rejected", id(&import)));
        let file = String::from_utf8_lossy(&errors.bytes);
        assert!(file.contains("PT Atas") && file.contains("PT Bawah") && !file.contains("PT Baru,"), "{file}");
        assert_eq!(client.get(&at(&top)).ok(200)["parent_id"], Value::Null);
        assert_eq!(client.get(&at(&low)).ok(200)["parent_id"], top["id"]);
        let new = client.list("companies", &[("q", "PT Baru")]).ok(200);
        assert_eq!(new["items"][0]["parent_id"], low["id"]);
    }
}
