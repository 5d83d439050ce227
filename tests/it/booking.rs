//! Booking pages: what is free, what a visitor books, moves and cancels without signing in, and what a member does to it.

use std::time::{Duration, Instant};

use calcard::{Entry, Parser};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use relasi_tests::{Backend, Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, membership, version},
    mail::Mailing,
    web_forms::{coded, hidden},
};

/// A booking page that is open day and night, with these people.
pub fn page(client: &Client, users: &Value, more: &Value) -> Value {
    let all_day = json!([{"from": "00:00", "to": "24:00"}]);
    let week: Vec<Value> = (0..7).map(|_| all_day.clone()).collect();
    let mut design = json!({
        "title": {"en": "Consultation", "id": "Konsultasi", "th": "ปรึกษา"}, "time_zone": "Asia/Jakarta", "week": week,
        "lengths": [30], "step": 30, "notice": 0, "days_ahead": 30, "place": "Jl. Braga 1", "source": "Temu",
    });
    for (name, value) in more.as_object().unwrap() {
        design[name] = value.clone();
    }
    let hosts = users.as_array().unwrap().iter();
    let hosts: Vec<Value> = hosts.map(|id| json!({"user_id": id})).collect();
    let body = json!({"name": fresh("Temu"), "design": design, "hosts": hosts, "active": true});
    client.post("booking-pages", &body).ok(201)
}

/// What makes a booking page with the caller.
pub fn minimal(client: &Client) -> Value {
    let me = client.get("me").ok(200)["user"]["id"].clone();
    json!({"name": fresh("Temu"), "hosts": [{"user_id": me}]})
}

/// A calendar feed that is on; where it gets another address.
pub fn feed(client: &Client) -> &'static str {
    let on = client.json(Method::PUT, "calendar-feed", &[], &json!({"on": true}));
    on.ok(200);
    "calendar-feed/renew"
}

/// Tomorrow by the clocks of Jakarta.
fn tomorrow() -> NaiveDate {
    (Utc::now() + TimeDelta::hours(7)).date_naive() + Days::new(1)
}

/// An hour of tomorrow by the clocks of Jakarta.
fn at(hour: i64) -> DateTime<Utc> {
    let midnight = tomorrow().and_hms_opt(0, 0, 0).unwrap().and_utc();
    midnight - TimeDelta::hours(7) + TimeDelta::hours(hour)
}

/// As the page writes it.
fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As the API writes it.
fn kept(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn address(page: &Value, at: DateTime<Utc>) -> String {
    format!(
        "/b/{}?lang=en&tz=Asia/Jakarta&len=30&at={}",
        page["slug"].as_str().unwrap(),
        written(at)
    )
}

fn posted(client: &Client, to: &str, fields: &[(&str, &str)]) -> Reply {
    let pair = |(name, text): &(&str, &str)| format!("{}={}", coded(name), coded(text));
    let body: Vec<String> = fields.iter().map(pair).collect();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    client.send(Method::POST, to, &kind, body.join("&").as_bytes())
}

/// Seals of so many pages, after the time that people need.
fn opened(client: &Client, page: &Value, count: usize) -> Vec<String> {
    let one = |_| hidden(&client.get(&address(page, at(10))).text(), "page");
    let seals = (0..count).map(one).collect();
    let since = Instant::now();
    crate::jobs::queue::until(|| since.elapsed() > Duration::from_millis(3_100));
    seals
}

fn booked(client: &Client, page: &Value, at: DateTime<Utc>, seal: &str, email: &str) -> Reply {
    let fields = [
        ("page", seal),
        ("q.name", "Siti Rahmawati"),
        ("q.emails", email),
        ("q.phones", "+62 812 0000 1111"),
        ("q.description", "Kopi Gayo"),
    ];
    posted(client, &address(page, at), &fields)
}

fn free(client: &Client, page: &Value) -> Vec<String> {
    let path = format!(
        "booking-pages/{}/slots?from={}&days=1",
        id(page),
        tomorrow()
    );
    let found = client.get(&path).ok(200);
    let items = found["items"].as_array().unwrap().iter();
    items
        .map(|slot| slot["start_at"].as_str().unwrap().to_owned())
        .collect()
}

fn bookings(client: &Client, page: &Value) -> Vec<Value> {
    let path = format!("booking-pages/{}/bookings", id(page));
    client.get(&path).ok(200)["items"]
        .as_array()
        .unwrap()
        .clone()
}

fn place(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").to_owned()
}

fn kinds(client: &Client) -> Vec<String> {
    let all = client.get("notifications").ok(200);
    let all = all["items"].as_array().unwrap().iter();
    let all = all.map(|one| one["kind"].as_str().unwrap().to_owned());
    all.filter(|kind| kind.starts_with("booking_")).collect()
}

on_both! {
    fn a_visitor_books_moves_and_cancels_and_everybody_is_told(mailing: Mailing) {
        let (client, nobody) = (mailing.app.client(), mailing.app.anonymous());
        let owner = &mailing.app.owner;
        let page = page(client, &json!([owner.id]), &json!({"room_after": 30}));
        let slug = page["slug"].as_str().unwrap();
        let shown = nobody.get(&format!("/b/{slug}?tz=Asia/Jakarta&day={}", tomorrow())).text();
        let here = format!("at={}", written(at(10)));
        assert!(shown.contains(&here) && !shown.contains("<script") && shown.len() < 120_000, "{shown}");
        let thai = nobody.get(&format!("/b/{slug}?lang=th&tz=America/Los_Angeles")).text();
        assert!(thai.contains("<html lang=\"th\">") && thai.contains("เขตเวลา") && thai.contains("selected>America/Los_Angeles"), "{thai}");
        let seals = opened(&nobody, &page, 3);
        // What is wrong stands beside its field, and nothing is lost.
        let wrong = booked(&nobody, &page, at(10), &seals[0], "nowhere");
        assert!(wrong.status == 422 && wrong.text().contains("Siti Rahmawati") && wrong.text().contains("role=\"alert\""), "{}", wrong.text());
        let link = place(&booked(&nobody, &page, at(10), &seals[0], "siti@kopi.example"));
        // The same page once more has no further effect; another one finds the time taken, and the room after it.
        let again = place(&booked(&nobody, &page, at(10), &seals[0], "siti@kopi.example"));
        assert!(link.starts_with("/b/manage/") && again != link);
        let taken = booked(&nobody, &page, at(10), &seals[1], "rudi@kopi.example");
        assert!(taken.status == 409 && taken.text().contains("just been taken"), "{}", taken.text());
        assert!(!free(client, &page).contains(&written(at(10))) && free(client, &page).contains(&written(at(11))));
        let made = bookings(client, &page);
        assert_eq!((made.len(), &made[0]["state"], &made[0]["user_ids"], &made[0]["contact_id"]), (1, &json!("booked"), &json!([owner.id]), &Value::Null));
        let lead = client.get(&format!("leads/{}", made[0]["lead_id"].as_str().unwrap())).ok(200);
        assert_eq!((&lead["name"], &lead["source"]), (&json!("Siti Rahmawati"), &json!("Temu")));
        let meeting = format!("activities/{}", made[0]["activity_id"].as_str().unwrap());
        let found = client.get(&meeting).ok(200);
        assert_eq!((&found["kind"], &found["owner_id"], &found["lead_id"], &found["duration_minutes"], &found["location"]),
            (&json!("meeting"), &json!(owner.id), &lead["id"], &json!(30), &json!("Jl. Braga 1")));
        assert!(found["body"].as_str().unwrap().contains("Kopi Gayo"), "{found}");
        // The message has the event of a calendar, and a link of its own.
        let letter = mailing.sink.wait_for("siti@kopi.example", 1).remove(0);
        assert_eq!(letter.header("Subject"), "Booked: Consultation");
        assert!(letter.raw.contains("text/calendar") && letter.raw.contains("invite.ics"), "{}", letter.raw);
        let own = format!("/b/manage/{}", letter.token("b/manage"));
        let shown = nobody.get(&own).text();
        assert!(shown.contains("Jl. Braga 1") && shown.contains("10:00") && shown.contains("Asia/Jakarta"), "{shown}");
        let file = nobody.get(&format!("{}/calendar.ics", own.split('?').next().unwrap())).text();
        let Entry::ICalendar(read) = Parser::new(&file).entry() else { panic!("{file}") };
        assert_eq!(read.components.len(), 2, "{file}");
        // In the language of the page, whatever the browser likes.
        let bare = own.split('?').next().unwrap();
        assert!(nobody.get(&format!("{bare}?lang=th")).text().contains("calendar.ics?lang=th"));
        let path = format!("{bare}/calendar.ics");
        let title = |path: &str, liked: &str| {
            let file = nobody.send(Method::GET, path, &[("accept-language", liked)], b"").text();
            file.lines().find_map(|line| line.strip_prefix("SUMMARY:")).unwrap().to_owned()
        };
        assert_eq!(title(&path, "id"), title(&format!("{path}?lang=en"), "th"));
        assert_ne!(title(&path, "id"), title(&format!("{path}?lang=id"), "en"));
        // Moved by the link of the message, to a time that is free.
        let to = |hour: i64| format!("{}&move=1&at={}", own, written(at(hour)));
        assert!(nobody.get(&format!("{own}&move=1&day={}", tomorrow())).text().contains(&format!("at={}", written(at(14)))));
        place(&posted(&nobody, &to(14), &[("do", "move")]));
        assert_eq!(client.get(&meeting).ok(200)["due_at"], kept(at(14)));
        let moved = mailing.sink.wait_for("siti@kopi.example", 2).remove(1);
        assert!(moved.header("Subject").starts_with("Moved") && moved.text().contains("14:00"), "{}", moved.text());
        place(&booked(&nobody, &page, at(10), &seals[2], "rudi@kopi.example"));
        let gone = posted(&nobody, &to(10), &[("do", "move")]);
        assert!(gone.status == 409 && gone.text().contains("just been taken"), "{}", gone.text());
        // Cancelled once, for good.
        for _ in 0..2 {
            place(&posted(&nobody, &own, &[("do", "cancel")]));
        }
        assert!(nobody.get(&link).text().contains("Cancelled"));
        let done = client.get(&meeting).ok(200);
        assert_eq!((&done["outcome"], done["done_at"].is_string()), (&json!("cancelled"), true));
        assert!(free(client, &page).contains(&written(at(14))));
        let last = mailing.sink.wait_for("siti@kopi.example", 3).remove(2);
        assert!(last.header("Subject").starts_with("Cancelled") && last.raw.contains("method=CANCEL"), "{}", last.raw);
        let told = kinds(client);
        assert_eq!(told, ["booking_cancelled", "booking_made", "booking_rescheduled", "booking_made"], "{told:?}");
        let log = client.get("audit-entries?object=booking").ok(200);
        let log: Vec<&str> = log["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(log, ["cancelled", "booked", "rescheduled", "booked"], "{log:?}");
        let timeline = client.get(&format!("leads/{}/timeline", id(&lead))).ok(200).to_string();
        for kind in ["booking.made", "booking.rescheduled", "booking.cancelled"] {
            assert!(timeline.contains(kind), "{kind}: {timeline}");
        }
        // Links that lead nowhere, and what nobody may send.
        for path in ["/b/manage/nonsense", "/b/nothing", "/b/..%2f", "/b/manage/x/calendar.ics"] {
            assert_eq!(nobody.get(path).status, 404, "{path}");
        }
        for (language, booking, page) in [
            ("en", "This booking is not here", "There is nothing to book here"),
            ("id", "Janji temu ini tidak ada", "Tidak ada yang bisa dipesan di sini"),
            ("th", "ไม่พบการจองนี้", "ไม่มีอะไรให้จองที่นี่"),
        ] {
            assert!(nobody.get(&format!("/b/manage/nonsense?lang={language}")).text().contains(booking));
            assert!(nobody.get(&format!("/b/nothing?lang={language}")).text().contains(page));
        }
        assert_eq!(nobody.send(Method::PUT, &own, &[], b"x").status, 405);
        let trapped = posted(&nobody, &address(&page, at(16)), &[("page", &seals[1]), ("q.name", "X"), ("q.emails", "x@x.example"), ("url", "x")]);
        assert_eq!(trapped.status, 422);
        let big = vec![b'a'; 70_000];
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        assert_eq!(nobody.send(Method::POST, &address(&page, at(16)), &kind, &big).status, 413);
    }

    fn what_a_member_does_to_a_meeting_happens_to_its_booking(mailing: Mailing) {
        let (client, nobody) = (mailing.app.client(), mailing.app.anonymous());
        let (one, other) = (mailing.app.member("member"), mailing.app.member("member"));
        let known = client.post("contacts", &json!({"full_name": "Siti", "emails": [{"value": "SITI@kopi.example"}]})).ok(201);
        let page = page(client, &json!([one.id, other.id]), &json!({"per_day": 1}));
        // A meeting of theirs keeps them busy; a call that was called off does not.
        let busy = json!({"kind": "meeting", "subject": "Rapat", "due_at": written(at(8)), "duration_minutes": 60});
        one.client.post("activities", &busy).ok(201);
        let slots = client.get(&format!("booking-pages/{}/slots?from={}&days=1", id(&page), tomorrow())).ok(200);
        let of = |hour: i64| slots["items"].as_array().unwrap().iter().find(|slot| slot["start_at"] == written(at(hour)).as_str()).unwrap()["user_ids"].clone();
        assert_eq!((of(8), of(9)), (json!([other.id]), json!([one.id, other.id])));
        let seals = opened(&nobody, &page, 3);
        place(&booked(&nobody, &page, at(10), &seals[0], "siti@kopi.example"));
        place(&booked(&nobody, &page, at(12), &seals[1], "rudi@kopi.example"));
        // Each in turn, and each once a day.
        let all = bookings(client, &page);
        assert_eq!((&all[1]["user_ids"], &all[0]["user_ids"], &all[1]["contact_id"]), (&json!([one.id]), &json!([other.id]), &known["id"]));
        assert_eq!(free(client, &page), [] as [&str; 0]);
        assert_eq!(booked(&nobody, &page, at(15), &seals[2], "x@kopi.example").status, 409);
        assert_eq!((bookings(&one.client, &page).len(), kinds(&one.client), kinds(&other.client).len()), (2, vec!["booking_made".to_owned()], 1));
        mailing.sink.wait_for("siti@kopi.example", 1);
        let meeting = format!("activities/{}", all[1]["activity_id"].as_str().unwrap());
        let before = one.client.get(&meeting).ok(200);
        one.client.patch(&meeting, version(&before), &json!({"due_at": written(at(16))})).ok(200);
        let moved = mailing.sink.wait_for("siti@kopi.example", 2).remove(1);
        assert!(moved.text().contains("16:00"), "{}", moved.text());
        let now = &bookings(client, &page)[1];
        assert_eq!((&now["start_at"], &now["moves"]), (&json!(kept(at(16))), &json!(1)));
        // Somebody else takes it over.
        let before = client.get(&meeting).ok(200);
        client.patch(&meeting, version(&before), &json!({"owner_id": other.id})).ok(200);
        assert_eq!(bookings(client, &page)[1]["user_ids"], json!([other.id]));
        client.delete(&meeting, version(&client.get(&meeting).ok(200))).ok(204);
        let last = mailing.sink.wait_for("siti@kopi.example", 3).remove(2);
        assert!(last.header("Subject").starts_with("Cancelled"), "{}", last.text());
        assert_eq!((&bookings(client, &page)[1]["state"], &bookings(client, &page)[1]["cancelled_by"]), (&json!("cancelled"), &json!("member")));
        // A page with something to come stays; who leaves is offered no more, and the last one is missed.
        let path = format!("booking-pages/{}", id(&page));
        client.delete(&path, 1).problem(409, "booking_page_in_use");
        for member in [&one, &other] {
            let found = membership(client, &member.email);
            client.patch(&format!("members/{}", id(&found)), version(&found), &json!({"active": false})).ok(200);
        }
        let left = client.get(&path).ok(200);
        assert_eq!((&left["hosts"], &left["nobody_left"]), (&json!([]), &json!(true)));
        assert_eq!(kinds(client), ["booking_page_empty"]);
        assert_eq!(nobody.get(&format!("/b/{}", page["slug"].as_str().unwrap())).status, 404);
        // What is erased leaves no booking.
        let order = json!({"name": "Siti", "reason": "request"});
        let begun = client.post(&format!("contacts/{}/erasure", id(&known)), &order).ok(202);
        mailing.app.finished(begun["job_id"].as_str().unwrap());
        let kept = bookings(client, &page);
        assert_eq!((kept.len(), &kept[0]["email"]), (1, &json!("rudi@kopi.example")));
    }

    fn what_a_page_can_not_be_is_refused(app: TestApp) {
        let client = app.client();
        let made = page(client, &json!([app.owner.id]), &json!({"time_zone": null, "sharing": "together", "lengths": [15, 45]}));
        let path = format!("booking-pages/{}", id(&made));
        let stranger = uuid::Uuid::now_v7();
        let wrong = json!({"name": " ", "hosts": [{"user_id": stranger}], "design": {"lengths": [], "step": 0, "days_ahead": 900, "questions": [{"field": "name", "required": true}], "week": [[], [], [], [], [], [], []]}});
        let mut faults = client.post("booking-pages", &wrong).faults();
        faults.sort();
        assert_eq!(faults, ["/design/days_ahead out_of_range", "/design/lengths required", "/design/questions booking_needs_email", "/design/questions form_needs_way_back",
            "/design/step out_of_range", "/design/week never_open", "/hosts/0/user_id no_such_record", "/name required"]);
        assert!(matches!(client.post("booking-pages", &json!({"name": "A", "hosts": [], "colour": 1})).status, 400 | 422));
        client.patch(&path, 7, &json!({"active": false})).problem(412, "stale_version");
        let off = client.patch(&path, 1, &json!({"active": false})).ok(200);
        assert_eq!((&off["active"], &off["version"]), (&json!(false), &json!(2)));
        assert_eq!(app.anonymous().get(&format!("/b/{}", made["slug"].as_str().unwrap())).status, 404);
        let member = app.member("member");
        member.client.get(&path).ok(200);
        member.client.patch(&path, 2, &json!({"name": "B"})).problem(403, "forbidden");
        for query in ["days=0", "days=99", "length=1", "from=yesterday"] {
            let reply = client.get(&format!("{path}/slots?{query}"));
            assert!(matches!(reply.status, 400 | 422), "{query}: {}", reply.text());
        }
        let log = client.get("audit-entries?object=booking_page").ok(200);
        assert_eq!(log["items"].as_array().unwrap().len(), 2, "{log}");
        client.delete(&path, 2).ok(204);
    }

    fn of_two_who_want_the_same_time_one_gets_it(app: TestApp) {
        let client = app.client();
        let page = page(client, &json!([app.owner.id]), &json!({}));
        let second = (app.at.backend == Backend::Postgres).then(|| app.at.second_server());
        let here = app.anonymous();
        let there = second.as_ref().map_or_else(|| here.clone(), relasi_tests::Server::client);
        let desks: Vec<Client> = (0..6).map(|n| if n % 2 == 0 { here.clone() } else { there.clone() }).collect();
        let seals: Vec<String> = desks.iter().map(|desk| hidden(&desk.get(&address(&page, at(10))).text(), "page")).collect();
        let since = Instant::now();
        crate::jobs::queue::until(|| since.elapsed() > Duration::from_millis(3_100));
        // Times that overlap without beginning at once: each would be free without the others.
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = desks.iter().zip(&seals).enumerate().map(|(n, (desk, seal))| {
                let page = &page;
                scope.spawn(move || booked(desk, page, at(10), seal, &format!("v{n}@kopi.example")).status)
            }).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let got = statuses.iter().filter(|status| **status == 303).count();
        let told = statuses.iter().filter(|status| **status == 409).count();
        assert_eq!((got, told), (1, 5), "{statuses:?}");
        assert_eq!(bookings(client, &page).len(), 1);
    }

    fn a_calendar_reads_the_feed_under_a_secret_address(app: TestApp) {
        let (client, nobody) = (app.client(), app.anonymous());
        let member = app.member("member");
        assert_eq!(member.client.get("calendar-feed").ok(200), json!({"on": false, "busy_only": false, "created_at": null}));
        member.client.post("calendar-feed/renew", &json!({})).problem(409, "calendar_feed_off");
        let put = |body: Value| member.client.json(Method::PUT, "calendar-feed", &[], &body).ok(200);
        let feed = put(json!({"on": true}))["path"].as_str().unwrap().to_owned();
        assert!(member.client.get("calendar-feed").ok(200).get("path").is_none());
        let rapat = json!({"kind": "meeting", "subject": "Rapat, pagi", "due_at": written(at(9)), "duration_minutes": 45});
        let made = member.client.post("activities", &rapat).ok(201);
        member.client.post("activities", &json!({"kind": "task", "subject": "Telepon", "due_at": written(at(9))})).ok(201);
        let old = Utc::now() - TimeDelta::days(100);
        member.client.post("activities", &json!({"kind": "meeting", "subject": "Lama", "due_at": written(old)})).ok(201);
        client.post("activities", &json!({"kind": "meeting", "subject": "Orang lain", "due_at": written(at(9))})).ok(201);
        let read = nobody.get(&feed);
        assert_eq!((read.status, read.header("content-type")), (200, "text/calendar; charset=utf-8"));
        let text = read.text();
        let Entry::ICalendar(found) = Parser::new(&text).entry() else { panic!("{text}") };
        assert_eq!(found.components.len(), 3, "{text}");
        assert!(text.contains("SUMMARY:Rapat\\, pagi") && text.contains(&format!("UID:{}", id(&made))) && text.contains("SEQUENCE:0"), "{text}");
        assert!(!text.contains("Orang lain") && !text.contains("Lama"), "{text}");
        let tag = read.header("etag").to_owned();
        let same = nobody.send(Method::GET, &feed, &[("if-none-match", tag.as_str())], b"");
        assert_eq!((same.status, same.bytes.len()), (304, 0));
        member.client.patch(&format!("activities/{}", id(&made)), 1, &json!({"outcome": "cancelled"})).ok(200);
        let changed = nobody.send(Method::GET, &feed, &[("if-none-match", tag.as_str())], b"");
        assert!(changed.status == 200 && changed.text().contains("STATUS:CANCELLED") && changed.text().contains("SEQUENCE:1"), "{}", changed.text());
        put(json!({"on": true, "busy_only": true}));
        let private = nobody.get(&feed).text();
        assert!(private.contains("SUMMARY:Busy") && !private.contains("Rapat") && !private.contains("Telepon"), "{private}");
        let fresh = member.client.post("calendar-feed/renew", &json!({})).ok(200)["path"].as_str().unwrap().to_owned();
        assert_eq!((nobody.get(&feed).status, nobody.get(&fresh).status), (404, 200));
        for path in ["/calendar/x.ics", &fresh[..fresh.len() - 4]] {
            assert_eq!(nobody.get(path).status, 404, "{path}");
        }
        let left = membership(client, &member.email);
        client.patch(&format!("members/{}", id(&left)), version(&left), &json!({"active": false})).ok(200);
        assert_eq!(nobody.get(&fresh).status, 404);
    }
}
