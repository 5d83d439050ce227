//! Events as they come.

use std::{
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Backend, Listening, TestApp, on_both};
use serde_json::{Value, json};

use super::reading::{now, settled};
use crate::{
    bodies::{id, make, make_with},
    isolation::second_workspace,
};

/// Long enough for a look of the server, and some more.
const A_WHILE: Duration = Duration::from_secs(2);

#[track_caller]
fn begun(stream: &Listening) -> String {
    let first = stream.next();
    assert_eq!(first.name, "begin");
    first.id
}

/// The kind of the next event and the record that it is about.
#[track_caller]
fn told(stream: &Listening) -> (String, Value) {
    let frame = stream.next();
    assert_eq!(frame.name, "", "{frame:?}");
    (
        frame.data["kind"].as_str().unwrap().to_owned(),
        frame.data["record_id"].clone(),
    )
}

on_both! {
    fn what_happens_comes_as_it_happens_and_goes_on_from_a_place(app: TestApp) {
        let client = app.client();
        make(client, "tag");
        settled(&app);
        let all = client.listen("", None).unwrap();
        assert_eq!(all.headers["content-type"], "text/event-stream");
        assert_eq!(all.headers["cache-control"], "no-store");
        begun(&all);
        let contacts = client.listen("?kind=contact.*", None).unwrap();
        begun(&contacts);
        let tag = make(client, "tag");
        let siti = make_with(client, "contact", json!({"full_name": "Siti"}));
        assert_eq!(told(&all), ("tag.created".into(), tag["id"].clone()), "nothing of before");
        let last = all.next();
        assert_eq!(last.data["kind"], "contact.created");
        assert_eq!(last.data, client.list("events", &[("kind", "contact.created")]).ok(200)["items"][0], "as in the list");
        assert_eq!(told(&contacts), ("contact.created".into(), siti["id"].clone()), "narrowed");
        let at = format!("contacts/{}", id(&siti));
        client.patch(&at, 1, &json!({"city": "Solo"})).ok(200);
        let updated = contacts.next();
        assert_eq!((&updated.data["version"], &updated.data["changed"][0]), (&json!(2), &json!("city")));
        assert!(!updated.data.to_string().contains("Solo"), "values stay out");

        drop((all, contacts));
        client.delete(&at, 2).ok(204);
        settled(&app);
        let again = client.listen("", Some(&last.id)).unwrap();
        assert_eq!(begun(&again), last.id);
        assert_eq!(told(&again).0, "contact.updated");
        assert_eq!(told(&again).0, "contact.trashed");
        let tag = make(client, "tag");
        assert_eq!(told(&again), ("tag.created".into(), tag["id"].clone()), "what was behind joins what comes");
        let by_parameter = client.listen(&format!("?cursor={}&object=tag", last.id), None).unwrap();
        begun(&by_parameter);
        assert_eq!(told(&by_parameter), ("tag.created".into(), tag["id"].clone()));
    }

    fn streams_tell_what_their_reader_may_see(app: TestApp) {
        let mut app = app;
        let stranger = second_workspace(&mut app);
        let mate = app.member("member");
        settled(&app);
        let theirs = stranger.client.listen("", None).unwrap();
        let mates = mate.client.listen("", None).unwrap();
        let own = app.client().listen("", None).unwrap();
        for stream in [&theirs, &mates, &own] {
            begun(stream);
        }
        make_with(app.client(), "saved_view", json!({"name": "Milik pemilik"}));
        let open = make_with(app.client(), "saved_view", json!({"name": "Untuk semua", "visibility": "everyone"}));
        assert_eq!(told(&own).0, "saved_view.created");
        assert_eq!(told(&own).1, open["id"]);
        assert_eq!(told(&mates).1, open["id"], "not the one that its owner keeps");
        assert!(theirs.is_quiet_for(A_WHILE));
        assert!(mates.is_quiet_for(Duration::ZERO) && own.is_quiet_for(Duration::ZERO));
    }

    fn more_than_is_told_one_by_one_is_said_to_be_much(app: TestApp) {
        let client = app.client();
        let start = now(&app, client);
        let stream = client.listen("?object=tag", None).unwrap();
        begun(&stream);
        let tags: Vec<Value> = (0..260).map(|_| make(client, "tag")).collect();
        for tag in &tags {
            assert_eq!(told(&stream).1, tag["id"]);
        }
        for tag in &tags {
            client.delete(&format!("tags/{}", id(tag)), 1).ok(204);
        }
        settled(&app);
        let late = client.listen("", Some(&start)).unwrap();
        assert_eq!(begun(&late), start);
        let much = late.next();
        assert_eq!((much.name.as_str(), &much.data), ("reset", &json!({})));
        let last = make(client, "tag");
        assert_eq!(told(&late).1, last["id"], "what comes after it is told");
    }

    fn who_is_signed_out_hears_no_more(app: TestApp) {
        let mate = app.member("member");
        settled(&app);
        let stream = mate.client.listen("", None).unwrap();
        begun(&stream);
        let member = app.client().list("members", &[]).ok(200);
        let member = member["items"].as_array().unwrap().iter().find(|one| one["user_id"] == json!(mate.id)).unwrap().clone();
        let at = format!("members/{}", id(&member));
        app.client().patch(&at, member["version"].as_i64().unwrap(), &json!({"active": false})).ok(200);
        make(app.client(), "tag");
        let rest = stream.rest();
        let [end] = rest.as_slice() else { panic!("{rest:?}") };
        assert_eq!((end.name.as_str(), &end.data["code"]), ("end", &json!("unauthorized")));
        mate.client.listen("", None).unwrap_err().problem(401, "unauthorized");
    }

    fn what_cannot_be_listened_to_is_refused(app: TestApp) {
        let client = app.client();
        client.get("events/stream").problem(406, "ask_for_stream");
        app.anonymous().listen("", None).unwrap_err().problem(401, "unauthorized");
        for (parameters, fault) in [("?cursor=x", "?cursor bad_cursor"), ("?kind=contact", "?kind not_event_kind"), ("?who=me", "?who unknown_parameter")] {
            assert_eq!(client.listen(parameters, None).unwrap_err().faults(), [fault], "{parameters}");
        }
        make(client, "tag");
        let mut app = app;
        let stranger = second_workspace(&mut app);
        make(&stranger.client, "tag");
        let theirs = now(&app, &stranger.client);
        app.client().listen("", Some(&theirs)).unwrap_err().problem(409, "events_expired");
        let many: Vec<Listening> = (0..50).map(|_| app.client().listen("", None).unwrap()).collect();
        let refused = app.client().listen("", None).unwrap_err();
        assert!(!refused.header("retry-after").is_empty());
        refused.problem(429, "throttled");
        drop(many);
        // The server learns of it when it has something to tell.
        let limit = Instant::now() + Duration::from_mins(1);
        while app.client().listen("", None).is_err() {
            make(app.client(), "tag");
            assert!(Instant::now() < limit, "streams that are over are counted");
            thread::sleep(Duration::from_millis(200));
        }
    }

    fn the_server_ends_without_waiting_for_streams(app: TestApp) {
        let mut app = app;
        let stream = app.client().listen("", None).unwrap();
        begun(&stream);
        let began = Instant::now();
        assert_eq!(app.at.terminate(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        let rest = stream.rest();
        assert_eq!(rest.last().unwrap().data["code"], "server_ends");
    }
}

#[test]
fn what_happens_on_another_server_comes_too() {
    let app = TestApp::with(Backend::Postgres, &[]);
    let other = app.at.second_server();
    settled(&app);
    let stream = app.client().listen("", None).unwrap();
    begun(&stream);
    let there = relasi_tests::Client::new(other.address())
        .with_token(app.client().token.as_deref().unwrap());
    let tag = make(&there, "tag");
    assert_eq!(told(&stream), ("tag.created".into(), tag["id"].clone()));
}
