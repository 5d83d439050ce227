//! HEAD says what GET would say, without the body.

use relasi_tests::{Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make, path},
    spa::asset,
};

fn head(client: &Client, path: &str) -> Reply {
    let head = client.send(Method::HEAD, path, &[], &[]);
    assert!(head.bytes.is_empty(), "{path}: {}", head.text());
    head
}

/// Asks both ways; the answer of GET.
#[track_caller]
fn same(client: &Client, path: &str, names: &[&str]) -> Reply {
    let (head, get) = (head(client, path), client.get(path));
    assert_eq!(head.status, get.status, "{path}");
    for name in names {
        assert_eq!(head.header(name), get.header(name), "{path}: {name}");
    }
    get
}

/// Every path of the documentation that can be read; `{id}` is this one.
fn readable(client: &Client, id: &str) -> Vec<String> {
    let document = client.get("/api/openapi.json").ok(200);
    let paths = document["paths"].as_object().expect("paths");
    let read = paths.iter().filter(|(_, item)| item["get"].is_object());
    read.map(|(path, _)| path.replace("{id}", id).replace("{token}", "none"))
        .collect()
}

on_both! {
    fn what_can_be_read_answers_head(app: TestApp) {
        let client = app.client();
        let contact = make(client, "contact");
        let paths = readable(client, &id(&contact));
        assert!(paths.len() > 30, "{paths:?}");
        let mut found = 0;
        for path in &paths {
            let get = same(client, path, &["content-type", "etag", "cache-control", "vary"]);
            // The stream of events is for those who ask for one.
            assert!(matches!(get.status, 200 | 404 | 406 | 422), "{path}: {}", get.status);
            found += usize::from(get.status == 200);
        }
        assert!(found > 20, "{found}");
        let nobody = app.anonymous();
        assert_eq!(same(&nobody, "contacts", &["www-authenticate"]).status, 401);
        let contact = format!("contacts/{}", id(&contact));
        for path in ["contacts", "contacts/count?q=siti", &contact, &format!("{contact}/timeline")] {
            assert_eq!(same(client, path, &["content-length", "content-type", "etag"]).status, 200);
        }
        let known = client.send(Method::HEAD, &contact, &[("if-none-match", "\"1\"")], &[]);
        assert_eq!((known.status, known.header("etag")), (304, "\"1\""));
    }

    fn files_and_probes_answer_head(app: TestApp) {
        let client = app.anonymous();
        let (script, page) = (asset(&client, ".js"), "/contacts/some");
        let names = ["content-length", "content-type", "content-encoding", "etag", "cache-control"];
        for path in ["/livez", "/readyz", "/api/docs", "/api/docs/docs.js", "/api/docs/docs.css", "/api/openapi.json", "/", page, &script] {
            assert_eq!(same(&client, path, &names).status, 200, "{path}");
        }
        for path in ["/assets/none.js", "/api/v1/none", "/api/none"] {
            assert_eq!(same(&client, path, &["content-type"]).status, 404, "{path}");
        }
    }

    fn a_file_of_rejected_rows_answers_head(app: TestApp) {
        let client = app.client();
        let file = "Name,Email\nSiti,nothing\n";
        let import = client.send(Method::POST, "imports?file_name=a.csv", &[], file.as_bytes()).ok(201);
        let at = format!("imports/{}", id(&import));
        let job: Value = client.post(&format!("{at}/run"), &json!({})).ok(202)["job_id"].clone();
        app.finished(job.as_str().unwrap());
        let get = same(client, &format!("{at}/rejected"), &["content-type", "content-disposition"]);
        assert!(get.text().contains("Siti,nothing"), "{}", get.text());
        // The connection is fit for the next request.
        same(client, &at, &["content-length"]);
    }

    fn head_is_for_what_can_be_read(app: TestApp) {
        let client = app.client();
        let made = make(client, "contact");
        let contact = relasi_domain::object("contact").unwrap();
        for refused in [format!("{}/restore", path(contact, &made)), "sessions/current".into()] {
            assert_eq!(head(client, &refused).status, 405, "{refused}");
        }
    }
}
