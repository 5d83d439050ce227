//! Forms on the web: their page, what is sent, and what becomes of it.

use std::time::{Duration, Instant};

use relasi_persistence::Statement;
use relasi_tests::{Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id},
    integrity,
    isolation::second_workspace,
};

/// A form that is switched on.
pub fn form(client: &Client, more: &Value) -> Value {
    let mut design = json!({
        "title": {"en": "Price list", "id": "Daftar harga"}, "source": "Situs",
        "questions": [{"field": "name", "required": true}, {"field": "emails", "required": true}, {"field": "description"}],
    });
    for (name, value) in more.as_object().unwrap() {
        design[name] = value.clone();
    }
    let body = json!({"name": fresh("Formulir"), "design": design, "active": true});
    client.post("forms", &body).ok(201)
}

fn address(form: &Value) -> String {
    format!("/f/{}", form["slug"].as_str().unwrap())
}

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page
        .split(&mark)
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

pub fn coded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    let one = |b: u8| {
        if plain(b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    text.bytes().map(one).collect()
}

/// Sends answers with the seal of a page.
fn sent(client: &Client, form: &Value, page: &str, answers: &[(&str, &str)]) -> Reply {
    let mut all = vec![("page", page)];
    all.extend_from_slice(answers);
    let body: Vec<String> = all
        .iter()
        .map(|(name, text)| format!("{}={}", coded(name), coded(text)))
        .collect();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    client.send(
        Method::POST,
        &address(form),
        &kind,
        body.join("&").as_bytes(),
    )
}

fn page(client: &Client, form: &Value) -> String {
    let shown = client.get(&address(form));
    assert_eq!(shown.status, 200, "{}", shown.text());
    shown.text()
}

/// Somebody opens the page and takes the time that people need.
fn opened(app: &TestApp, form: &Value) -> String {
    let seal = hidden(&page(&app.anonymous(), form), "page");
    let since = Instant::now();
    crate::jobs::queue::until(|| since.elapsed() > Duration::from_millis(3_100));
    seal
}

/// What came of it, the newest first.
fn submissions(client: &Client, form: &Value) -> Vec<Value> {
    let at = format!("forms/{}/submissions", id(form));
    client.get(&at).ok(200)["items"].as_array().unwrap().clone()
}

/// Something that is held: a field was filled in that people do not see.
pub fn held(client: &Client, form: &Value) -> Value {
    let nobody = client.anonymous();
    let name = fresh("Siti");
    let email = format!("{}@kopi.example", name.to_lowercase().replace(' ', ""));
    let seal = hidden(&page(&nobody, form), "page");
    let answers = [
        ("q.name", name.as_str()),
        ("q.emails", &email),
        ("url", "x"),
    ];
    assert_eq!(sent(&nobody, form, &seal, &answers).status, 303);
    submissions(client, form).remove(0)
}

const SITI: [(&str, &str); 3] = [
    ("q.name", "Siti Rahmawati"),
    ("q.emails", "siti@kopi.example"),
    ("q.description", "Berapa harga Gayo?"),
];

on_both! {
    fn whoever_fills_in_a_form_becomes_a_lead(app: TestApp) {
        let client = app.client();
        let purpose = client.post("consent-purposes", &json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email"]})).ok(201);
        let seller = app.member("member");
        client.post("routing-rules", &json!({"name": "Situs", "user_ids": [seller.id], "filter": "source = Situs", "active": true})).ok(201);
        let consents = json!([{"purpose_id": purpose["id"], "text": {"en": "Send me news."}}]);
        let made = form(client, &json!({"consents": consents, "campaign": "November"}));
        let shown = page(&app.anonymous(), &made);
        assert!(shown.len() < 60_000 && !shown.contains("<script") && !shown.contains(" checked"), "{shown}");
        let seal = opened(&app, &made);
        let agreed = format!("c.{}", purpose["id"].as_str().unwrap());
        let mut answers = SITI.to_vec();
        answers.extend([(agreed.as_str(), "yes"), ("from", "https://kopi.example/harga")]);
        let done = sent(&app.anonymous(), &made, &seal, &answers);
        assert_eq!((done.status, done.header("location")), (303, format!("{}?done=1&lang=en", address(&made)).as_str()));
        // The page sent once more has no effect.
        assert_eq!(sent(&app.anonymous(), &made, &seal, &answers).status, 303);
        let leads = client.get("leads").ok(200)["items"].clone();
        let lead = &leads[0];
        assert_eq!(leads.as_array().unwrap().len(), 1);
        assert_eq!((&lead["name"], &lead["source"], &lead["campaign"], &lead["language"], &lead["source_detail"], &lead["owner_id"]), (
            &json!("Siti Rahmawati"), &json!("Situs"), &json!("November"), &json!("en"), &json!("https://kopi.example/harga"), &json!(seller.id)));
        assert!(lead["response_due_at"].is_string());
        let kept = submissions(client, &made);
        assert_eq!((kept.len(), &kept[0]["state"], &kept[0]["lead_id"], &kept[0]["consents"][0]["text"]), (1, &json!("taken"), &lead["id"], &json!("Send me news.")));
        let agreed = client.get(&format!("leads/{}/consents", id(lead))).ok(200);
        let note = &agreed["history"][0];
        assert_eq!((&note["state"], &note["source"], &note["proof"]), (&json!("given"), &json!("form"), &json!("Send me news.")));
        let history = client.get(&format!("leads/{}/history", id(lead))).ok(200);
        assert!(history.to_string().contains(&format!("form:{}", id(&made))), "{history}");
        // A stranger did it, none of the members.
        assert_eq!(lead["created_by"], Value::Null);
        let told = client.get(&format!("leads/{}/timeline", id(lead))).ok(200);
        for event in told["items"].as_array().unwrap() {
            let kind = event["kind"].as_str().unwrap();
            assert!(!["lead.form_sent", "lead.created"].contains(&kind) || event["actor_id"].is_null(), "{event}");
        }
    }

    fn what_is_wrong_stands_beside_its_field_and_nothing_is_lost(app: TestApp) {
        let client = app.client();
        let made = form(client, &json!({}));
        let answers = [("q.name", "<script>alert(1)</script>"), ("q.emails", "nowhere")];
        let refused = sent(&app.anonymous(), &made, "x", &answers);
        let text = refused.text();
        assert_eq!(refused.status, 422);
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !text.contains("<script"), "{text}");
        assert!(text.contains("href=\"#q1\"") && text.contains("aria-describedby=\"q1e\"") && text.contains("role=\"alert\""), "{text}");
        let thai = client.anonymous().in_language("th").get(&address(&made)).text();
        assert!(thai.contains("<html lang=\"th\">") && thai.contains("ส่ง"), "{thai}");
        assert!(page(&app.anonymous(), &made).contains("Price list"));
        let indonesian = client.anonymous().get(&format!("{}?lang=id", address(&made))).text();
        assert!(indonesian.contains("Daftar harga"), "{indonesian}");
        // A page that was never shown, or one of another form, is shown anew with what was written.
        let other = hidden(&page(&app.anonymous(), &form(client, &json!({}))), "page");
        for seal in ["x", &other] {
            let old = sent(&app.anonymous(), &made, seal, &SITI);
            assert!(old.status == 422 && old.text().contains("siti@kopi.example"), "{}", old.text());
        }
        assert_eq!(submissions(client, &made).len(), 0);
    }

    fn pages_run_no_script_and_are_shown_by_those_alone_who_are_named(app: TestApp) {
        let client = app.client();
        let made = form(client, &json!({"origins": ["https://kopi.example"], "redirect_url": "https://kopi.example/danke"}));
        let shown = app.anonymous().get(&address(&made));
        let policy = shown.header("content-security-policy").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'self' https://kopi.example"), "{policy}");
        assert_eq!(shown.header("cache-control"), "no-store");
        let seal = opened(&app, &made);
        assert_eq!(sent(&app.anonymous(), &made, &seal, &SITI).header("location"), "https://kopi.example/danke");
        assert!(matches!(app.anonymous().post(&address(&made), &json!([])).status, 400 | 422));
        let at = format!("forms/{}", id(&made));
        client.patch(&at, 1, &json!({"active": false})).ok(200);
        for path in [address(&made), "/f/nothing".into(), "/f/..%2f".into()] {
            let gone = app.anonymous().get(&path);
            assert!(gone.status == 404 && gone.text().contains("<html"), "{path}: {}", gone.text());
        }
        assert_eq!(app.anonymous().send(Method::PUT, &address(&made), &[], b"x").status, 405);
        let big = vec![b'a'; 70_000];
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        assert_eq!(app.anonymous().send(Method::POST, &address(&made), &kind, &big).status, 413);
    }

    fn what_looks_like_a_machine_is_held_until_somebody_decides(app: TestApp) {
        let client = app.client();
        let made = form(client, &json!({}));
        let fresh_page = || hidden(&page(&app.anonymous(), &made), "page");
        let mut trapped = SITI.to_vec();
        trapped.push(("url", "https://spam.example"));
        assert_eq!(sent(&app.anonymous(), &made, &fresh_page(), &trapped).status, 303, "nothing is told to machines");
        assert_eq!(sent(&app.anonymous(), &made, &fresh_page(), &SITI).status, 303);
        let held = submissions(client, &made);
        assert_eq!((&held[0]["reason"], &held[1]["reason"], &held[0]["state"]), (&json!("too_fast"), &json!("trap"), &json!("held")));
        assert_eq!(client.get("leads").ok(200)["items"], json!([]));
        assert_eq!(client.get(&format!("forms/{}", id(&made))).ok(200)["held"], 2);
        let at = |verb: &str| format!("forms/{}/{verb}", id(&made));
        let which = |one: &Value| json!({"submission_id": one["id"]});
        let member = app.member("member");
        let released = member.client.post(&at("release"), &which(&held[0])).ok(200);
        assert_eq!((&released["state"], &released["decided_by"]), (&json!("taken"), &json!(member.id)));
        client.post(&at("release"), &which(&held[0])).problem(409, "submission_not_held");
        client.post(&at("discard"), &which(&held[1])).ok(204);
        client.post(&at("discard"), &which(&held[1])).problem(404, "not_found");
        assert_eq!(client.get("leads").ok(200)["items"].as_array().unwrap().len(), 1);
        let reader = app.member("read_only");
        reader.client.get(&format!("forms/{}/submissions", id(&made))).problem(403, "forbidden");
    }

    fn a_known_person_adds_to_the_lead_that_is_open(app: TestApp) {
        let client = app.client();
        let known = client.post("leads", &json!({"name": "Siti", "emails": [{"value": "SITI@kopi.example"}], "description": "Lama"})).ok(201);
        let made = form(client, &json!({"questions": [{"field": "name", "required": true}, {"field": "emails"}, {"field": "description"}, {"field": "city"}]}));
        let seal = opened(&app, &made);
        let mut answers = SITI.to_vec();
        answers.push(("q.city", "Bandung"));
        sent(&app.anonymous(), &made, &seal, &answers);
        let leads = client.get("leads").ok(200)["items"].clone();
        assert_eq!(leads.as_array().unwrap().len(), 1);
        assert_eq!((&leads[0]["name"], &leads[0]["city"], &leads[0]["description"]), (&json!("Siti"), &json!("Bandung"), &json!("Lama\n\nBerapa harga Gayo?")));
        let kept = submissions(client, &made);
        assert_eq!((&kept[0]["state"], &kept[0]["lead_id"]), (&json!("added"), &known["id"]));
        assert_eq!(client.get(&format!("forms/{}/submissions?state=held", id(&made))).ok(200)["items"], json!([]));
    }

    fn a_page_of_submissions_is_as_long_as_asked_for(app: TestApp) {
        let client = app.client();
        let made = form(client, &json!({}));
        let mut all: Vec<Value> = (0..3).map(|_| held(client, &made)["id"].clone()).collect();
        all.reverse();
        let at = format!("forms/{}/submissions?limit=2", id(&made));
        let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
        let first = client.get(&at).ok(200);
        assert_eq!(ids(&first), all[..2]);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = client.get(&format!("{at}&cursor={cursor}")).ok(200);
        assert_eq!((ids(&second), &second["next_cursor"]), (all[2..].to_vec(), &Value::Null));
    }

    fn much_from_one_address_is_slowed_down(app: TestApp) {
        let made = form(app.client(), &json!({}));
        let statuses: Vec<u16> = (0..25).map(|_| sent(&app.anonymous(), &made, "x", &[]).status).collect();
        assert_eq!((statuses[0], statuses[24]), (422, 429), "{statuses:?}");
        let slowed = sent(&app.anonymous(), &made, "x", &[]);
        assert!(!slowed.header("retry-after").is_empty() && slowed.text().contains("<html"));
    }

    fn what_is_wrong_with_a_form_is_named(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let client = app.client();
        let design = json!({
            "questions": [{"field": "nothing"}, {"field": "owner_id"}], "redirect_url": "http://x.example", "origins": ["*"],
            "consents": [{"purpose_id": neighbour.id, "text": {}}],
        });
        let faults = client.post("forms", &json!({"name": "", "design": design})).faults();
        assert_eq!(faults, [
            "/design/consents/0/purpose_id no_such_record", "/design/consents/0/text required", "/design/origins/0 not_origin",
            "/design/questions form_needs_name", "/design/questions form_needs_way_back", "/design/questions/0/field unknown_field",
            "/design/questions/1/field unknown_field", "/design/redirect_url not_https", "/design/title required", "/name required",
        ]);
        let plain = client.post("forms", &json!({"name": "Hubungi kami"})).ok(201);
        assert_eq!((&plain["active"], plain["slug"].as_str().unwrap().starts_with("hubungi-kami-")), (&json!(false), true));
        let at = format!("forms/{}", id(&plain));
        client.patch(&at, 5, &json!({"name": "x"})).problem(412, "stale_version");
        neighbour.client.get(&at).problem(404, "not_found");
        neighbour.client.patch(&at, 1, &json!({"active": true})).problem(404, "not_found");
        let member = app.member("member");
        member.client.get(&at).ok(200);
        member.client.patch(&at, 1, &json!({"active": true})).problem(403, "forbidden");
        client.delete(&at, 1).ok(204);
    }

    fn addresses_are_kept_as_digests_and_leads_by_whoever_is_left(app: TestApp) {
        let mut app = app;
        let admin = app.member("admin");
        let made = form(&admin.client, &json!({}));
        let member = crate::bodies::membership(app.client(), &admin.email);
        let at = format!("members/{}", id(&member));
        app.client().patch(&at, crate::bodies::version(&member), &json!({"active": false})).ok(200);
        let seal = opened(&app, &made);
        sent(&app.anonymous(), &made, &seal, &SITI);
        let kept = submissions(app.client(), &made);
        assert_eq!(kept[0]["state"], "taken", "{kept:?}");
        let lead = app.client().get("leads").ok(200)["items"][0].clone();
        assert_eq!((&lead["owner_id"], &lead["created_by"]), (&json!(app.owner.id), &Value::Null));
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let rows = database.across().read_blocking(|conn| {
            let all = Statement::new("SELECT ip_hash FROM form_submissions");
            conn.rows(&all, |row| row.text(0))
        });
        let rows = rows.unwrap();
        assert!(rows.len() == 1 && rows[0].len() == 64 && !rows[0].contains("127"), "{rows:?}");
    }
}
