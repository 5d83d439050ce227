//! Files of records: kept with all their versions, sent as something to save, gone when nobody needs them.

use std::{fs, path::PathBuf, time::Duration};

use relasi_persistence::Statement;
use relasi_tests::{Backend, Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make, make_with},
    integrity,
    isolation::second_workspace,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR-not-really-a-picture";

/// A name in an address.
fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02X}").unwrap();
        text
    })
}

/// Sends a file to a path.
fn send(client: &Client, path: &str, bytes: &[u8]) -> Reply {
    let headers = [("content-type", "application/octet-stream")];
    client.send(Method::POST, path, &headers, bytes)
}

#[track_caller]
fn attached(client: &Client, record: &str, name: &str, bytes: &[u8]) -> Value {
    let path = format!("{record}/files?name={}", encoded(name));
    send(client, &path, bytes).ok(201)
}

/// The content at the address of a file, as somebody gets it who is not signed in.
fn content(client: &Client, file: &Value) -> Reply {
    let address = file["content_url"].as_str().unwrap();
    client
        .anonymous()
        .get(address.trim_start_matches("/api/v1/"))
}

fn contact(client: &Client) -> String {
    format!("contacts/{}", id(&make(client, "contact")))
}

/// Paths of all contents on disk.
fn stored(app: &TestApp) -> Vec<PathBuf> {
    let root = app.at.settings.data_dir.join("attachments");
    let folders = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    files.map(|entry| entry.unwrap().path()).collect()
}

#[track_caller]
fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..6000 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}");
}

on_both! {
    fn a_file_comes_back_as_it_was_sent(app: TestApp) {
        let client = app.client();
        let record = contact(client);
        let file = attached(client, &record, "../ใบเสนอราคา \"1\".png", PNG);
        assert_eq!(file["name"], "ใบเสนอราคา 1.png");
        assert_eq!((&file["content_type"], &file["is_picture"], &file["number"]), (&json!("image/png"), &json!(true), &json!(1)));
        assert_eq!(file["size"], PNG.len());
        assert_eq!(file["created_by"], json!(app.owner.id));
        let sent = content(client, &file);
        assert_eq!((sent.status, sent.bytes.as_slice()), (200, PNG));
        assert_eq!(sent.header("content-type"), "image/png");
        let disposition = sent.header("content-disposition");
        let named = encoded("ใบเสนอราคา 1.png").replace("%31", "1").replace("%2E%70%6E%67", ".png");
        assert_eq!(disposition, format!("attachment; filename=\"---------- 1.png\"; filename*=UTF-8''{named}"));
        assert_eq!(sent.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(sent.header("x-content-type-options"), "nosniff");
        let page = client.get(&format!("{record}/files")).ok(200);
        assert_eq!(page["items"][0]["id"], file["id"]);
        let timeline = client.get(&format!("{record}/timeline")).ok(200);
        assert_eq!((&timeline["items"][0]["kind"], &timeline["items"][0]["data"]["name"]), (&json!("file.added"), &file["name"]));
        let log = client.get(&format!("audit-entries?record_id={}", id(&file))).ok(200);
        assert_eq!((&log["items"][0]["action"], &log["items"][0]["object"]), (&json!("created"), &json!("file")));
    }

    fn a_page_that_could_run_is_sent_as_bytes(app: TestApp) {
        let client = app.client();
        let record = contact(client);
        for (name, bytes) in [
            ("page.html", &b"<!DOCTYPE html><script>alert(1)</script>"[..]),
            ("drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
        ] {
            let file = attached(client, &record, name, bytes);
            assert_eq!(file["is_picture"], false);
            let sent = content(client, &file);
            let kind = sent.header("content-type");
            assert!(kind == "application/octet-stream" || kind == "text/plain", "{name}: {kind}");
            assert!(sent.header("content-disposition").starts_with("attachment"));
        }
        let liar = send(client, &format!("{record}/files?name=a.png"), b"<!DOCTYPE html><p>");
        assert_eq!(liar.faults(), ["?name file_is_not_its_name"]);
        assert_eq!(stored(&app).len(), 2, "what is refused is not kept");
    }

    fn a_part_is_sent_alone(app: TestApp) {
        let client = app.client();
        let record = contact(client);
        let file = attached(client, &record, "angka.txt", b"0123456789");
        let address = file["content_url"].as_str().unwrap().trim_start_matches("/api/v1/");
        let nobody = client.anonymous();
        let part = |headers: &[(&str, &str)]| nobody.send(Method::GET, address, headers, &[]);
        let whole = nobody.get(address);
        assert_eq!((whole.status, whole.header("accept-ranges"), whole.text().as_str()), (200, "bytes", "0123456789"));
        for (range, bytes, place) in [("bytes=2-4", "234", "bytes 2-4/10"), ("bytes=-2", "89", "bytes 8-9/10"), ("bytes=7-", "789", "bytes 7-9/10")] {
            let reply = part(&[("range", range), ("accept-encoding", "gzip")]);
            assert_eq!((reply.status, reply.text().as_str()), (206, bytes), "{range}");
            assert_eq!((reply.header("content-range"), reply.header("content-length")), (place, bytes.len().to_string().as_str()));
            for name in ["etag", "content-type", "content-disposition", "content-security-policy"] {
                assert_eq!(reply.header(name), whole.header(name), "{name}");
            }
        }
        for other in ["bytes=0-1,4-5", "lines=1-2", "bytes=x-"] {
            assert_eq!(part(&[("range", other)]).text(), "0123456789", "{other}");
        }
        let tag = whole.header("etag");
        assert_eq!(part(&[("range", "bytes=0-3"), ("if-range", tag)]).text(), "0123");
        assert_eq!(part(&[("range", "bytes=0-3"), ("if-range", "\"old\"")]).status, 200);
        let head = nobody.send(Method::HEAD, address, &[("range", "bytes=0-3")], &[]);
        assert_eq!((head.status, head.header("content-length")), (200, "10"));
        let none = part(&[("range", "bytes=10-")]);
        assert_eq!(none.header("content-range"), "bytes */10");
        none.problem(416, "no_such_part");
    }

    fn versions_stay_and_names_change(app: TestApp) {
        let client = app.client();
        let record = contact(client);
        let first = attached(client, &record, "offer.txt", b"one");
        let at = format!("files/{}", id(&first));
        let second = send(client, &format!("{at}/versions?name=offer-2.txt"), b"two!").ok(201);
        assert_eq!((&second["number"], &second["name"], &second["size"], &second["version"]), (&json!(2), &json!("offer-2.txt"), &json!(4), &json!(2)));
        let whole = client.get(&at).ok(200);
        let numbers: Vec<&Value> = whole["versions"].as_array().unwrap().iter().map(|it| &it["number"]).collect();
        assert_eq!(numbers, [2, 1]);
        assert_eq!(content(client, &whole["versions"][1]).text(), "one");
        assert_eq!(content(client, &whole).text(), "two!");
        client.patch(&at, 1, &json!({"name": "a"})).problem(412, "stale_version");
        let named = client.patch(&at, 2, &json!({"name": "final.txt"})).ok(200);
        assert_eq!((&named["name"], &named["version"]), (&json!("final.txt"), &json!(3)));
        assert_eq!(client.patch(&at, 3, &json!({"name": "/"})).faults(), ["/name required"]);
        assert_eq!(client.patch(&at, 3, &json!({"size": 1})).faults(), ["/size unknown_member"]);
    }

    fn what_is_removed_comes_back_for_thirty_days(app: TestApp) {
        let mut app = app;
        let record = contact(app.client());
        let file = attached(app.client(), &record, "a.txt", b"one");
        let at = format!("files/{}", id(&file));
        app.client().delete(&at, 1).ok(204);
        assert_eq!(content(app.client(), &file).status, 404, "not even by its address");
        assert_eq!(app.client().get(&format!("{record}/files")).ok(200)["items"], json!([]));
        assert_eq!(app.client().get(&format!("{record}/timeline")).ok(200)["items"][0]["kind"], "contact.created");
        assert_eq!(app.client().get(&format!("{record}/files?trashed=true")).ok(200)["items"][0]["id"], file["id"]);
        let back = app.client().post(&format!("{at}/restore"), &json!({})).ok(200);
        assert_eq!(content(app.client(), &back).text(), "one");
        app.client().delete(&at, 3).ok(204);
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let aged = Statement::new("UPDATE files SET deleted_at = deleted_at - 31 * 86400000000");
        database.across().write_blocking(move |conn| conn.execute(&aged)).unwrap();
        drop(database);
        app.crash_and_restart();
        until("the content stays", || stored(&app).is_empty());
        assert_eq!(app.client().get(&at).status, 404);
    }

    fn files_follow_the_rights_of_their_record(app: TestApp) {
        let mut app = app;
        let client = app.client().clone();
        let (reader, member) = (app.member("read_only").client, app.member("member").client);
        let record = contact(&client);
        let file = attached(&client, &record, "a.txt", b"one");
        let (at, add) = (format!("files/{}", id(&file)), format!("{record}/files?name=b.txt"));
        for other in [&reader, &member] {
            assert_eq!(content(other, &other.get(&at).ok(200)).text(), "one", "who sees the record sees its files");
            send(other, &add, b"two").problem(403, "forbidden");
            send(other, &format!("{at}/versions?name=b.txt"), b"two").problem(403, "forbidden");
            other.patch(&at, 1, &json!({"name": "b"})).problem(403, "forbidden");
            other.delete(&at, 1).problem(403, "forbidden");
        }
        let own = format!("contacts/{}", id(&make(&member, "contact")));
        attached(&member, &own, "b.txt", b"two");
        assert_eq!(client.anonymous().get(&at).status, 401);
        let neighbour = second_workspace(&mut app).client;
        for path in [&at, &format!("{record}/files")] {
            neighbour.get(path).problem(404, "not_found");
        }
        send(&neighbour, &add, b"two").problem(404, "not_found");
        send(&neighbour, &format!("{at}/versions?name=b.txt"), b"two").problem(404, "not_found");
        neighbour.delete(&at, 1).problem(404, "not_found");
        assert_eq!(stored(&app).len(), 2, "nothing is taken in for who may not");
    }

    fn an_address_is_good_for_one_content_and_not_for_ever(app: TestApp) {
        let client = app.client();
        let record = contact(client);
        let file = attached(client, &record, "a.txt", b"one");
        let address = file["content_url"].as_str().unwrap().trim_start_matches("/api/v1/");
        let (rest, signature) = address.rsplit_once('.').unwrap();
        let turned: String = signature.chars().rev().collect();
        for bad in [format!("{rest}.{turned}"), format!("{rest}."), "file-contents/x".to_owned(), format!("file-contents/{}", client.token.clone().unwrap())] {
            client.anonymous().get(&bad).problem(404, "not_found");
        }
        let token = address.trim_start_matches("file-contents/");
        client.with_token(token).get("me").problem(401, "unauthorized");
    }

    fn a_repeated_upload_is_kept_once(app: TestApp) {
        let client = app.client();
        let path = format!("{}/files?name=a.txt", contact(client));
        let headers = [("content-type", "application/octet-stream"), ("idempotency-key", "file-once")];
        let (one, two) = (client.send(Method::POST, &path, &headers, b"one").ok(201), client.send(Method::POST, &path, &headers, b"one").ok(201));
        assert_eq!(one["id"], two["id"]);
        assert_eq!(stored(&app).len(), 1);
    }

    fn a_merge_takes_files_and_comments_along_and_an_undo_gives_them_back(app: TestApp) {
        let client = app.client();
        let survivor = make_with(client, "contact", json!({"full_name": "Siti Rahmawati"}));
        let loser = make_with(client, "contact", json!({"full_name": "Sity R."}));
        let [stays, goes] = [&survivor, &loser].map(|record| format!("contacts/{}", id(record)));
        attached(client, &goes, "a.txt", b"one");
        attached(client, &stays, "b.txt", b"two");
        client.post(&format!("{goes}/comments"), &json!({"body": "Careful"})).ok(201);
        let count = |record: &str, part: &str| client.get(&format!("{record}/{part}")).ok(200)["items"].as_array().unwrap().len();
        let order = json!({"loser_id": loser["id"], "loser_version": 1});
        let done = client.verb(&format!("{stays}/merge"), 1, &order).ok(200);
        assert_eq!((count(&stays, "files"), count(&stays, "comments"), count(&stays, "followers")), (2, 1, 1));
        client.post(&format!("merges/{}/undo", id(&done["merge"])), &json!({})).ok(200);
        assert_eq!((count(&stays, "files"), count(&goes, "files")), (1, 1));
        assert_eq!((count(&stays, "comments"), count(&goes, "comments")), (0, 1));
    }
}

#[test]
fn too_large_a_file_is_refused_and_leaves_nothing() {
    let app = TestApp::with(Backend::Sqlite, &[("RELASI_MAX_FILE", "1")]);
    let client = app.client();
    let path = format!("{}/files?name=a.bin", contact(client));
    let large = vec![7; (1 << 20) + 1];
    send(client, &path, &large).problem(413, "too_large");
    send(client, &path, &large[1..]).ok(201);
    assert_eq!(
        send(client, path.trim_end_matches("name=a.bin"), b"x").faults(),
        ["?name required"]
    );
    assert_eq!(stored(&app).len(), 1);
}

#[test]
fn an_upload_that_was_never_stored_is_swept_after_a_day() {
    let mut app = TestApp::with(Backend::Sqlite, &[]);
    let record = contact(app.client());
    attached(app.client(), &record, "kept.txt", b"one");
    let folder = stored(&app)[0].parent().unwrap().to_owned();
    let put = |hours: u64| {
        let path = folder.join(uuid::Uuid::now_v7().to_string());
        let file = fs::File::create(&path).unwrap();
        let age = std::time::SystemTime::now() - Duration::from_hours(hours);
        file.set_modified(age).unwrap();
        path
    };
    let (young, old) = (put(23), put(25));
    app.crash_and_restart();
    until("an abandoned content stays", || !old.exists());
    assert!(young.exists());
    assert_eq!(stored(&app).len(), 2);
}
