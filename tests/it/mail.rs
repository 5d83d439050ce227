//! Messages: written with what they are about, sent by a job, seen by those who may change settings.

use std::{thread::sleep, time::Duration};

use relasi_tests::{
    Backend, Client, Method, Start, TestApp, fresh_email, on_both,
    smtp::{Answer, Sink},
};
use serde_json::{Value, json};

/// A server with a mail account.
pub struct Mailing {
    pub app: TestApp,
    pub sink: Sink,
}

impl Start for Mailing {
    fn start(backend: Backend) -> Self {
        let sink = Sink::start();
        let app = TestApp::with(backend, &environment(&sink));
        Self { app, sink }
    }
}

/// The variables of a mail account at a server.
pub fn environment(sink: &Sink) -> [(&'static str, &str); 4] {
    [
        // The message of a killed server is taken up again soon.
        ("RELASI_JOB_LEASE", "3"),
        ("RELASI_SMTP_URL", &sink.url),
        ("RELASI_MAIL_FROM", "Relasi <crm@relasi.example>"),
        ("RELASI_PUBLIC_URL", "https://crm.relasi.example"),
    ]
}

fn messages(client: &Client) -> Vec<Value> {
    let all = client.get("mail/messages").ok(200)["items"].clone();
    all.as_array().expect("a list").clone()
}

/// The newest message once it stands so.
#[track_caller]
fn settled(client: &Client, state: &str) -> Value {
    for _ in 0..3_000 {
        let newest = messages(client)[0].clone();
        if newest["state"] == state {
            return newest;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("not {state}: {}", messages(client)[0]);
}

on_both! {
    fn a_test_message_arrives_whole(at: Mailing) {
        let client = at.app.client();
        let state = client.get("mail").ok(200);
        assert_eq!(state, json!({"configured": true, "from": "Relasi <crm@relasi.example>", "server": "127.0.0.1"}));
        client.post("mail/test", &json!({})).ok(202);
        let sent = settled(client, "sent");
        assert_eq!((&sent["purpose"], &sent["attempts"], &sent["retryable"]), (&json!("test"), &json!(1), &json!(false)), "{sent}");
        let mail = at.sink.wait_for(&at.app.owner.email, 1)[0].clone();
        assert_eq!(mail.header("Subject"), "Messages from Relasi arrive");
        assert_eq!(mail.header("From"), "Relasi <crm@relasi.example>");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("Content-Language"), "en");
        assert!(mail.header("Message-ID").ends_with("@crm.relasi.example>"), "{}", mail.raw);
        assert!(mail.text().contains("Dewi Lestari") && mail.html().contains("Dewi Lestari"), "{}", mail.raw);
        let log = client.get("audit-entries?object=mail_message").ok(200);
        assert_eq!(log["items"][0]["action"], "test_sent", "{log}");
        let manager = at.app.member("manager");
        for path in ["mail", "mail/messages"] {
            manager.client.get(path).problem(403, "forbidden");
        }
        manager.client.post("mail/test", &json!({})).problem(403, "forbidden");
        let page = client.get("mail/messages?limit=1").ok(200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
        let next = format!("mail/messages?limit=1&cursor={}", page["next_cursor"].as_str().expect("more"));
        assert_ne!(client.get(&next).ok(200)["items"], page["items"]);
    }

    fn what_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_is_not(at: Mailing) {
        let client = at.app.client();
        at.sink.answer(&[Answer::Refuse(421), Answer::Refuse(451)]);
        client.post("mail/test", &json!({})).ok(202);
        let sent = settled(client, "sent");
        assert_eq!((&sent["attempts"], &sent["last_error"]), (&json!(3), &Value::Null), "{sent}");
        at.sink.answer(&[Answer::Refuse(550)]);
        client.post("mail/test", &json!({})).ok(202);
        let failed = settled(client, "failed");
        assert_eq!((&failed["last_error"], &failed["attempts"], &failed["retryable"]), (&json!("mail_refused"), &json!(1), &json!(true)), "{failed}");
        assert!(failed["last_reply"].as_str().is_some_and(|reply| reply.contains("not now, not you")), "{failed}");
        let tries = at.sink.tries();
        sleep(Duration::from_secs(2));
        assert_eq!(at.sink.tries(), tries, "it is not tried again by itself");
        let again = format!("mail/messages/{}/retry", failed["id"].as_str().expect("an id"));
        client.post(&again, &json!({})).ok(202);
        settled(client, "sent");
        client.post(&again, &json!({})).problem(409, "mail_not_retryable");
        let log = at.app.at.server().log();
        assert!(log.contains("o…@relasi.example") && !log.contains(&at.app.owner.email), "addresses are masked: {log}");
    }

    // J2 for single messages: at least once, and by one Message-ID, so that mailboxes see one.
    fn a_message_whose_answer_got_lost_comes_again_as_the_same_one(at: Mailing) {
        at.sink.answer(&[Answer::CutAfterData]);
        at.app.client().post("mail/test", &json!({})).ok(202);
        settled(at.app.client(), "sent");
        let both = at.sink.wait_for(&at.app.owner.email, 2);
        assert_eq!(both.len(), 2);
        assert_eq!(both[0].header("Message-ID"), both[1].header("Message-ID"));
        assert_eq!(both[0].header("Date"), both[1].header("Date"));
    }

    fn a_message_written_before_a_crash_is_sent_after_it(at: Mailing) {
        let mut at = at;
        at.sink.answer(&[Answer::Refuse(421)]);
        at.app.client().post("mail/test", &json!({})).ok(202);
        at.app.crash_and_restart();
        settled(at.app.client(), "sent");
        assert_eq!(at.sink.wait_for(&at.app.owner.email, 1).len(), 1);
    }

    fn invitations_go_out_in_the_language_of_the_workspace_and_again_by_a_new_link(at: Mailing) {
        let client = at.app.client();
        let workspace = client.get("workspace").ok(200);
        client.patch("workspace", workspace["version"].as_i64().expect("a version"), &json!({"language": "id"})).ok(200);
        let email = fresh_email("tamu");
        let invited = client.post("invitations", &json!({"email": email, "role": "member"})).ok(201);
        assert_eq!(invited["mailed"], true);
        let first = at.sink.wait_for(&email, 1)[0].clone();
        assert!(first.text().contains("mengundang Anda"), "{}", first.text());
        assert_eq!(first.token("invite"), invited["token"].as_str().expect("a token"));
        let id = invited["id"].as_str().expect("an id");
        let again = client.post(&format!("invitations/{id}/resend"), &json!({})).ok(200);
        let second = at.sink.wait_for(&email, 2)[1].clone();
        assert_eq!(second.token("invite"), again["token"].as_str().expect("a token"));
        let anyone = at.app.anonymous();
        anyone.get(&format!("invitations/{}/preview", first.token("invite"))).problem(404, "invitation_expired");
        let answer = json!({"full_name": "Tamu Baru", "password": relasi_tests::PASSWORD, "language": "th"});
        anyone.post(&format!("invitations/{}/accept", second.token("invite")), &answer).ok(200);
        client.post(&format!("invitations/{id}/resend"), &json!({})).problem(404, "not_found");
        at.app.member("manager").client.post(&format!("invitations/{id}/resend"), &json!({})).problem(403, "forbidden");
    }

    // P4: nothing in the database opens an account, neither while a message waits nor afterwards.
    fn the_database_holds_no_link(at: Mailing) {
        let mut at = at;
        at.sink.answer(&[Answer::Refuse(550)]);
        let email = fresh_email("tamu");
        let invited = at.app.client().post("invitations", &json!({"email": email, "role": "member"})).ok(201);
        settled(at.app.client(), "failed");
        at.app.client().post("mail/test", &json!({})).ok(202);
        settled(at.app.client(), "sent");
        let token = invited["token"].as_str().expect("a token").to_owned();
        assert!(!messages(at.app.client())[1].to_string().contains(&token));
        assert!(!at.app.at.server().log().contains(&token));
        at.app.anonymous().post("password-resets", &json!({"email": at.app.owner.email}));
        at.app.at.kill();
        let database = crate::integrity::open(&at.app.at.settings);
        let texts = |sql: &'static str| {
            let found = database.across().read_blocking(|conn| conn.rows(&relasi_persistence::Statement::new(sql), |row| row.opt_text(0)));
            found.expect("rows")
        };
        let sealed: Vec<String> = texts("SELECT sealed FROM mail_messages").into_iter().flatten().collect();
        assert!(!sealed.is_empty() && sealed.len() < 3, "what was sent is forgotten: {}", sealed.len());
        assert!(sealed.iter().all(|text| !text.contains(&token) && !text.contains("Dewi") && !text.contains("http")), "{sealed:?}");
        let waiting = texts("SELECT token_hash FROM sign_in_challenges WHERE kind = 'password_reset'");
        assert_eq!(waiting.len(), 1);
        assert!(waiting[0].as_deref().is_some_and(|hash| hash.len() == 43), "a SHA-256");
    }
}

#[test]
fn without_a_mail_account_nothing_is_written() {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.client();
    assert_eq!(client.get("mail").ok(200)["configured"], false);
    assert_eq!(app.anonymous().get("setup").ok(200)["mail"], false);
    let body = json!({"email": fresh_email("tamu"), "role": "member"});
    assert_eq!(client.post("invitations", &body).ok(201)["mailed"], false);
    client
        .post("mail/test", &json!({}))
        .problem(409, "mail_off");
    let forgotten = json!({"email": app.owner.email});
    app.anonymous()
        .post("password-resets", &forgotten)
        .problem(409, "mail_off");
    assert_eq!(messages(client), Vec::<Value>::new());
    let repeated = [("idempotency-key", "sekali")];
    client
        .json(Method::POST, "mail/test", &repeated, &json!({}))
        .problem(409, "mail_off");
}
