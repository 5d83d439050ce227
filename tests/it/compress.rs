//! Answers in fewer bytes: which, for whom, and that they say the same.

use std::io::Read as _;

use flate2::read::GzDecoder;
use relasi_tests::{Client, Method, PASSWORD, Reply, TestApp, on_both};
use serde_json::json;

use crate::{
    bodies::{id, make},
    spa::asset,
};

fn accepting(client: &Client, method: Method, path: &str, encoding: &str) -> Reply {
    client.send(method, path, &[("accept-encoding", encoding)], &[])
}

fn packed(client: &Client, path: &str) -> Reply {
    accepting(client, Method::GET, path, "br, gzip;q=0.8")
}

/// What a compressed answer says.
#[track_caller]
fn unpacked(reply: &Reply) -> String {
    assert_eq!(
        (reply.status, reply.header("content-encoding")),
        (200, "gzip")
    );
    let mut text = String::new();
    GzDecoder::new(&reply.bytes[..])
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[track_caller]
fn plain(reply: &Reply) -> &Reply {
    assert!(
        !reply.headers.contains_key("content-encoding"),
        "{}",
        reply.request
    );
    reply
}

fn some_contacts(client: &Client) {
    for at in 0..20 {
        client.create(
            "contacts",
            &json!({"full_name": format!("Siti Rahmawati {at}")}),
        );
    }
}

on_both! {
    fn a_page_says_the_same_in_fewer_bytes(app: TestApp) {
        let client = app.client();
        some_contacts(client);
        let whole = client.get("contacts?limit=20");
        let small = packed(client, "contacts?limit=20");
        assert_eq!(unpacked(&small), plain(&whole).text());
        assert!(small.bytes.len() * 3 < whole.bytes.len(), "{} of {}", small.bytes.len(), whole.bytes.len());
        assert_eq!(small.header("content-length"), small.bytes.len().to_string());
        for reply in [&whole, &small] {
            assert_eq!(reply.header("vary"), "accept-encoding");
        }
        for other in ["", "identity", "br", "gzip;q=0"] {
            plain(&accepting(client, Method::GET, "contacts?limit=20", other));
        }
        let head = accepting(client, Method::HEAD, "contacts?limit=20", "gzip");
        for name in ["content-encoding", "content-length", "vary", "content-type"] {
            assert_eq!(head.header(name), small.header(name), "{name}");
        }
        let mut document = packed(client, "/api/openapi.json");
        let vary: Vec<_> = document.headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["authorization", "accept-encoding"]);
        assert_eq!(unpacked(&document), client.get("/api/openapi.json").text());
        document = accepting(client, Method::GET, &asset(client, ".js"), "gzip");
        assert_eq!(document.headers.get_all("content-encoding").iter().count(), 1);
        assert!(unpacked(&document).contains("import"));
    }

    fn the_tag_of_a_record_names_the_bytes_that_come(app: TestApp) {
        let client = app.client();
        let address = "Jalan Braga 2 ".repeat(30);
        let made = client.create("contacts", &json!({"full_name": "Siti", "address": address}));
        let path = format!("contacts/{}", id(&made));
        let reply = packed(client, &path);
        assert_eq!(plain(&reply).header("etag"), "\"1\"");
        assert!(reply.bytes.len() > 1024, "{}", reply.bytes.len());
        assert_eq!(reply.text(), client.get(&path).text());
        let headers = [("accept-encoding", "gzip"), ("if-none-match", "\"1\"")];
        let known = client.send(Method::GET, &path, &headers, &[]);
        assert_eq!((known.status, known.header("etag"), known.bytes.len()), (304, "\"1\"", 0));
        client.patch(&path, 1, &json!({"full_name": "Siti R."})).ok(200);
    }

    fn small_answers_and_secrets_go_as_they_are(app: TestApp) {
        let client = app.client();
        assert_eq!(plain(&packed(client, "contacts/count")).header("vary"), "accept-encoding");
        let lost = packed(client, "contacts/none");
        assert_eq!(plain(&lost).status, 404);
        let body = json!({"email": app.owner.email, "password": PASSWORD});
        let headers = [("accept-encoding", "gzip"), ("content-type", "application/json")];
        let signed_in = client.send(Method::POST, "sessions", &headers, body.to_string().as_bytes());
        assert!(!plain(&signed_in).headers.contains_key("vary"));
        assert!(signed_in.ok(200)["access_token"].is_string());
        let contact = id(&make(client, "contact"));
        let files = format!("contacts/{contact}/files");
        for at in 0..4 {
            client.send(Method::POST, &format!("{files}?name=note-{at}.txt"), &[], b"Kopi").ok(201);
        }
        let files = packed(client, &files);
        assert!(plain(&files).bytes.len() > 1024, "{}", files.bytes.len());
    }

    fn a_file_is_compressed_while_it_is_written(app: TestApp) {
        let client = app.client();
        some_contacts(client);
        let path = "audit-entries/export?object=contact";
        let whole = client.get(path);
        assert!(whole.text().lines().count() > 20, "{}", whole.text());
        let small = packed(client, path);
        assert_eq!(unpacked(&small), plain(&whole).text());
        assert_eq!(small.header("content-type"), whole.header("content-type"));
        assert!(!small.headers.contains_key("content-length"));
        assert!(small.bytes.len() * 3 < whole.bytes.len() * 2, "{} of {}", small.bytes.len(), whole.bytes.len());
        // The connection is fit for the next request.
        accepting(client, Method::HEAD, path, "gzip");
        assert!(unpacked(&packed(client, "contacts?limit=20")).starts_with('{'));
    }
}
