//! E-mail with people: accounts, the outbox, the list of addresses that nothing is sent to, who reads what.

mod domain;
mod files;
mod leads;
mod pace;
mod quotes;
mod servers;
mod suppressed;
mod through;
mod watch;

use std::{thread::sleep, time::Duration};

use relasi_tests::{
    Backend, Client, Start, TestApp, on_both,
    smtp::{Answer, Sink},
};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make, make_with},
    integrity,
};

/// A server that may reach mail servers on this machine.
struct Writing {
    app: TestApp,
    sink: Sink,
}

impl Start for Writing {
    fn start(backend: Backend) -> Self {
        let app = TestApp::with(backend, &environment());
        Self {
            app,
            sink: Sink::start(),
        }
    }
}

/// What lets it do so.
fn environment() -> [(&'static str, &'static str); 4] {
    [
        ("RELASI_MAIL_ALLOW", "127.0.0.0/8"),
        ("RELASI_MAIL_EVERY", "86400"),
        ("RELASI_MAIL_WATCH", "0"),
        ("RELASI_JOB_LEASE", "3"),
    ]
}

/// What makes an account whose server is not there.
pub fn plain(port: u16) -> Value {
    json!({
        "address": "kantor@kopi.example", "sender_name": "Kopi Gayo", "is_default": true,
        "smtp": {"host": "mail.kopi.invalid", "port": port, "user": "kantor", "password": "rahasia"}
    })
}

/// An account whose server is not there.
pub fn account(client: &Client, port: u16) -> Value {
    client.post("email-accounts", &plain(port)).ok(201)
}

/// A message to a contact.
pub fn written(client: &Client, contact: &Value) -> Value {
    if client.get("email-accounts").ok(200)["items"] == json!([]) {
        account(client, 25);
    }
    let mail = json!({"to": ["siti@kopi.example"], "subject": "Kopi", "text": "Halo"});
    let path = format!("contacts/{}/emails", id(contact));
    client.post(&path, &mail).ok(201)
}

/// An address that nothing is sent to.
pub fn suppressed(client: &Client) -> Value {
    let address = relasi_tests::fresh_email("tidak");
    let body = json!({"address": address, "detail": "asked on the phone"});
    client.post("email-suppressions", &body).ok(201)
}

impl Writing {
    fn client(&self) -> &Client {
        self.app.client()
    }

    /// An account at the sink, with further members.
    fn account(&self, more: Value) -> Value {
        let mut body = json!({
            "address": "kantor@kopi.example", "sender_name": "Kopi Gayo", "is_default": true, "per_minute": 6000,
            "smtp": {"host": "127.0.0.1", "port": self.sink.port(), "tls": "none"}
        });
        for (name, value) in more.as_object().expect("members") {
            body[name] = value.clone();
        }
        self.client().post("email-accounts", &body).ok(201)
    }

    fn siti(&self) -> Value {
        let siti =
            json!({"full_name": "Siti Rahayu", "emails": [{"value": "siti@warung.example"}]});
        make_with(self.client(), "contact", siti)
    }

    fn write(&self, contact: &Value, more: Value) -> Value {
        let mut body =
            json!({"subject": "Pesanan kopi", "text": "Halo Siti,\n.titik di depan\nสวัสดี"});
        for (name, value) in more.as_object().expect("members") {
            body[name] = value.clone();
        }
        let path = format!("contacts/{}/emails", id(contact));
        self.client().post(&path, &body).ok(201)
    }
}

/// The message once it stands so.
#[track_caller]
fn settled(client: &Client, message: &Value, state: &str) -> Value {
    let path = format!("emails/{}", id(message));
    for _ in 0..6_000 {
        let now = client.get(&path).ok(200);
        if now["state"] == state {
            return now;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("not {state}: {}", client.get(&path).ok(200));
}

/// Waits for something.
#[track_caller]
fn until(is_so: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("it does not come about");
}

fn on_timeline(client: &Client, contact: &Value) -> Vec<Value> {
    let path = format!("contacts/{}/timeline", id(contact));
    let all = client.get(&path).ok(200)["items"].clone();
    let all = all.as_array().expect("a list").clone();
    all.into_iter()
        .filter(|one| one["kind"] == "email")
        .collect()
}

on_both! {
    // The whole way: account, composer, outbox, the other side.
    fn a_message_is_written_sent_and_seen_on_the_timeline(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        at.account(json!({}));
        let written = at.write(&siti, json!({"cc": ["Rudi <rudi@warung.example>"]}));
        assert_eq!((&written["state"], &written["direction"]), (&json!("queued"), &json!("outbound")), "{written}");
        assert_eq!(written["to"], json!([{"address": "siti@warung.example", "name": ""}]), "the first address of the contact");
        let mail = at.sink.wait_for("rudi@warung.example", 1)[0].clone();
        assert_eq!(mail.all, ["siti@warung.example", "rudi@warung.example"]);
        assert_eq!(mail.header("From"), "\"Kopi Gayo\" <kantor@kopi.example>");
        assert_eq!(mail.header("Subject"), "Pesanan kopi");
        assert_eq!(mail.header("Cc"), "Rudi <rudi@warung.example>");
        assert!(mail.text().contains("\n.titik di depan\nสวัสดี"), "{}", mail.raw);
        assert_eq!(mail.from, "kantor@kopi.example");
        let sent = settled(client, &written, "sent");
        assert_eq!((&sent["attempts"], &sent["retryable"]), (&json!(1), &json!(false)), "{sent}");
        let told = on_timeline(client, &siti);
        assert_eq!((told.len(), &told[0]["email"]["state"], &told[0]["email"]["subject"]), (1, &json!("sent"), &json!("Pesanan kopi")), "{told:?}");
        let seen = client.get(&format!("contacts/{}", id(&siti))).ok(200);
        assert!(seen["last_activity_at"].is_string(), "a message is contact: {seen}");
        let log = client.get("audit-entries?object=email").ok(200);
        assert_eq!(log["items"][0]["action"], "sent", "{log}");
        // What goes to several at once goes by the line that is open.
        for _ in 0..4 {
            at.write(&siti, json!({}));
        }
        at.sink.wait_for("siti@warung.example", 4);
        assert!(at.sink.lines() <= 2, "{} lines for five messages", at.sink.lines());
    }

    fn what_cannot_be_sent_says_why_and_is_sent_again(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        at.account(json!({}));
        at.sink.answer(&[Answer::Refuse(550)]);
        let failed = settled(client, &at.write(&siti, json!({})), "failed");
        assert_eq!((&failed["last_error"], &failed["retryable"]), (&json!("mail_refused"), &json!(true)), "{failed}");
        assert!(failed["last_reply"].as_str().is_some_and(|said| said.contains("not now, not you")), "{failed}");
        let again = format!("emails/{}/retry", id(&failed));
        client.post(&again, &json!({})).ok(202);
        settled(client, &failed, "sent");
        client.post(&again, &json!({})).problem(409, "mail_not_retryable");
        let both = at.sink.wait_for("siti@warung.example", 1);
        assert!(both[0].header("Message-ID").contains(&id(&failed).replace('-', "")), "{}", both[0].raw);
        at.sink.answer(&[Answer::Refuse(451)]);
        settled(client, &at.write(&siti, json!({})), "sent");
    }

    fn a_draft_is_checked_field_by_field(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        let path = format!("contacts/{}/emails", id(&siti));
        client.post(&path, &json!({"subject": "x", "text": "y"})).problem(409, "no_email_account");
        let account = at.account(json!({}));
        let wrong = json!({"to": ["siti", "a@b.example\r\nBcc: x@y.example"], "cc": ["@"], "subject": " ", "text": ""});
        let faults = client.post(&path, &wrong).faults();
        assert_eq!(faults, ["/cc/0 not_email", "/subject required", "/text required", "/to/0 not_email", "/to/1 not_email"]);
        let lines = json!({"subject": "x\r\nBcc: x@y.example", "text": "y"});
        assert_eq!(client.post(&path, &lines).faults(), ["/subject control_character"]);
        let nobody = make(client, "contact");
        let alone = json!({"full_name": "Tanpa alamat"});
        let alone = make_with(client, "contact", alone);
        let to_nobody = client.post(&format!("contacts/{}/emails", id(&alone)), &json!({"subject": "x", "text": "y"}));
        assert_eq!(to_nobody.faults(), ["/to required"]);
        let foreign = json!({"account_id": id(&nobody), "subject": "x", "text": "y"});
        assert_eq!(client.post(&path, &foreign).faults(), ["/account_id no_such_record"]);
        let at_account = format!("email-accounts/{}", id(&account));
        client.patch(&at_account, 1, &json!({"active": false})).ok(200);
        client.post(&path, &json!({"subject": "x", "text": "y"})).problem(409, "email_account_paused");
    }

    fn accounts_are_checked_and_their_passwords_never_shown(at: Writing) {
        let mut at = at;
        let client = &at.client().clone();
        let made = account(client, 465);
        assert!(!made.to_string().contains("rahasia") && made["dkim"].is_null(), "{made}");
        assert_eq!((&made["state"], &made["privacy"], &made["may_change"]), (&json!("active"), &json!("everyone"), &json!(true)));
        let path = format!("email-accounts/{}", id(&made));
        let changed = client.patch(&path, 1, &json!({"smtp": {"host": "lain.kopi.invalid", "user": "kantor"}})).ok(200);
        assert_eq!(changed["version"], 2);
        let log = client.get("audit-entries?object=email_account").ok(200).to_string();
        assert!(log.contains("smtp_password") && !log.contains("rahasia"), "the password does not go to another server: {log}");
        client.patch(&path, 1, &json!({"daily_cap": 5})).problem(412, "stale_version");
        for (body, faults) in [
            (json!({}), vec!["/address not_email", "/smtp/host mail_host"]),
            (json!({"address": "a@kopi.example", "smtp": {"host": "10.0.0.1"}}), vec!["/smtp/host mail_address_refused"]),
            (json!({"address": "a@kopi.example", "smtp": {"host": "169.254.169.254"}}), vec!["/smtp/host mail_address_refused"]),
            (json!({"address": "a@kopi.example", "smtp": {"host": "8.8.8.8", "tls": "none"}}), vec!["/smtp/host mail_address_refused"]),
            (json!({"address": "a@kopi.example", "smtp": {"host": "mail x"}, "daily_cap": 0, "privacy": "owner"}),
             vec!["/daily_cap out_of_range", "/privacy email_has_no_owner", "/smtp/host mail_host"]),
        ] {
            assert_eq!(client.post("email-accounts", &body).faults(), faults, "{body}");
        }
        client.delete(&path, 2).ok(204);
        client.get(&path).problem(404, "not_found");
        let other = account(client, 25);
        at.app.at.kill();
        let sealed = integrity::open(&at.app.at.settings);
        let open = "SELECT COUNT(*) FROM email_accounts WHERE sealed LIKE '%rahasia%' OR sealed LIKE '%token_key%'";
        assert_eq!(integrity::number(&sealed, open), 0, "secrets of {other} are encrypted");
    }

    fn personal_accounts_are_their_owners_business(at: Writing) {
        let member = at.app.member("member");
        let mut body = plain(25);
        member.client.post("email-accounts", &body).problem(403, "forbidden");
        body["personal"] = json!(true);
        body["privacy"] = json!("owner");
        let own = member.client.post("email-accounts", &body).ok(201);
        assert_eq!(own["user_id"], json!(member.id), "{own}");
        let path = format!("email-accounts/{}", id(&own));
        at.client().get(&path).problem(404, "not_found");
        at.client().patch(&path, 1, &json!({"sender_name": "x"})).problem(404, "not_found");
        assert_eq!(at.client().get("email-accounts").ok(200)["items"], json!([]));
        member.client.patch(&path, 1, &json!({"sender_name": "Dewi"})).ok(200);
        let shared = account(at.client(), 25);
        let seen = member.client.get("email-accounts").ok(200);
        let seen: Vec<(&Value, &Value)> = seen["items"].as_array().unwrap().iter().map(|one| (&one["id"], &one["may_change"])).collect();
        assert!(seen.contains(&(&shared["id"], &json!(false))) && seen.contains(&(&own["id"], &json!(true))), "{seen:?}");
        member.client.patch(&format!("email-accounts/{}", id(&shared)), 1, &json!({"sender_name": "x"})).problem(403, "forbidden");
    }

    // Privacy is a right that the API keeps, on timelines and by id.
    fn others_read_what_the_privacy_of_an_account_gives(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        let other = at.app.member("admin");
        let account = at.account(json!({"personal": true}));
        let written = at.write(&siti, json!({}));
        let path = format!("emails/{}", id(&written));
        let set = |version: i64, privacy: &str| {
            client.patch(&format!("email-accounts/{}", id(&account)), version, &json!({"privacy": privacy})).ok(200);
        };
        let seen = other.client.get(&path).ok(200);
        assert_eq!((&seen["subject"], &seen["readable"]), (&json!("Pesanan kopi"), &json!(true)));
        set(1, "metadata");
        let seen = other.client.get(&path).ok(200);
        assert_eq!((&seen["subject"], &seen["text"], &seen["readable"]), (&Value::Null, &Value::Null, &json!(false)), "{seen}");
        assert_eq!(seen["to"][0]["address"], "siti@warung.example");
        let told = on_timeline(&other.client, &siti);
        assert!(told.len() == 1 && !json!(told).to_string().contains("Pesanan"), "{told:?}");
        set(2, "owner");
        other.client.get(&path).problem(404, "not_found");
        other.client.post(&format!("{path}/retry"), &json!({})).problem(404, "not_found");
        assert_eq!(on_timeline(&other.client, &siti), Vec::<Value>::new());
        assert_eq!(client.get(&path).ok(200)["subject"], "Pesanan kopi");
        assert_eq!(on_timeline(client, &siti).len(), 1);
        let read_only = at.app.member("read_only");
        set(3, "everyone");
        read_only.client.get(&path).ok(200);
        read_only.client.post(&format!("contacts/{}/emails", id(&siti)), &json!({"subject": "x", "text": "y"})).problem(403, "forbidden");
    }

    // Suppression is looked at when a message is sent, not only when it is written.
    fn nothing_is_sent_to_suppressed_addresses(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        let account = at.account(json!({}));
        let path = format!("contacts/{}/emails", id(&siti));
        let no = client.post("email-suppressions", &json!({"address": "Siti@Warung.example", "reason": "unsubscribe"})).ok(201);
        assert_eq!((&no["address"], &no["reason"]), (&json!("siti@warung.example"), &json!("unsubscribe")));
        assert_eq!(client.post(&path, &json!({"subject": "x", "text": "y"})).faults(), ["/to/0 email_suppressed"]);
        client.delete(&format!("email-suppressions/{}", id(&no)), 1).ok(204);
        // Written while it is good, and no longer when its turn comes.
        let at_account = format!("email-accounts/{}", id(&account));
        at.sink.answer(&[Answer::Refuse(451)]);
        let waiting = at.write(&siti, json!({"cc": ["rudi@warung.example"]}));
        for _ in 0..3_000 {
            if at.sink.tries() > 0 {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        client.post("email-suppressions", &json!({"address": "siti@warung.example"})).ok(201);
        settled(client, &waiting, "sent");
        let mail = at.sink.wait_for("rudi@warung.example", 1)[0].clone();
        assert_eq!(mail.all, ["rudi@warung.example"], "the others get it");
        assert!(!mail.raw.contains("siti@warung.example"), "{}", mail.raw);
        let found = client.get("email-suppressions?address=SITI@warung.example").ok(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        at.app.member("manager").client.get("email-suppressions").problem(403, "forbidden");
        assert_eq!(client.get(&at_account).ok(200)["send_error"], Value::Null);
    }

    fn a_day_has_so_many_messages_and_a_minute_so_many(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        let account = at.account(json!({"daily_cap": 2}));
        let all: Vec<Value> = (0..3).map(|_| at.write(&siti, json!({}))).collect();
        at.sink.wait_for("siti@warung.example", 2);
        let held = || all.iter().filter(|one| {
            let now = client.get(&format!("emails/{}", id(one))).ok(200);
            now["state"] == "queued" && now["last_error"] == "email_daily_cap"
        }).count();
        for _ in 0..3_000 {
            if held() == 1 {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        assert_eq!((held(), at.sink.received().len()), (1, 2), "one waits for tomorrow");
        assert_eq!(client.get(&format!("email-accounts/{}", id(&account))).ok(200)["version"], 1);
    }

    // A server that hangs or is not there holds its own messages and nobody else's.
    fn a_server_that_hangs_holds_nobody_elses_messages(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = silent.local_addr().unwrap().port();
        at.account(json!({}));
        let hanging = client.post("email-accounts", &json!({
            "address": "lain@kopi.example", "smtp": {"host": "127.0.0.1", "port": port, "tls": "none"}
        })).ok(201);
        let stuck: Vec<Value> = (0..6).map(|_| at.write(&siti, json!({"account_id": hanging["id"]}))).collect();
        let good = at.write(&siti, json!({}));
        settled(client, &good, "sent");
        let waiting = |one: &Value| matches!(client.get(&format!("emails/{}", id(one))).ok(200)["state"].as_str(), Some("queued" | "sending"));
        assert!(stuck.iter().all(waiting), "they go on waiting");
        for _ in 0..6_000 {
            if client.get(&format!("email-accounts/{}", id(&hanging))).ok(200)["send_error"] == "mail_unreachable" {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("the account does not say that its server is not there");
    }

    fn a_test_goes_to_who_asks(at: Writing) {
        let account = at.account(json!({}));
        let sent = at.client().post(&format!("email-accounts/{}/test", id(&account)), &json!({})).ok(202);
        settled(at.client(), &sent, "sent");
        let mail = at.sink.wait_for(&at.app.owner.email, 1)[0].clone();
        assert_eq!(mail.header("Subject"), "Messages from Relasi arrive");
    }
}
