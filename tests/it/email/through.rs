//! The whole way through Postfix and Dovecot: out, in, back, signed.

use std::{thread::sleep, time::Duration};

use relasi_tests::{Backend, Client, Start, TestApp, on_both};
use serde_json::{Value, json};

use super::{
    on_timeline,
    servers::{MailServers, PASSWORD, is_signed},
    settled,
};
use crate::bodies::{id, make_with};

pub const OWN: &str = "kantor@kopi.test";
pub const SITI: &str = "siti@warung.test";

/// A server of ours with the two of them.
pub struct Real {
    pub app: TestApp,
    pub servers: MailServers,
}

impl Start for Real {
    fn start(backend: Backend) -> Self {
        Self::with(backend, &[("RELASI_MAIL_WATCH", "0")])
    }
}

impl Real {
    /// With further settings.
    pub fn with(backend: Backend, more: &[(&str, &str)]) -> Self {
        let servers = MailServers::start(&[OWN, "b@kopi.test", SITI]);
        let authority = servers.authority().display().to_string();
        let mut environment = vec![
            ("RELASI_MAIL_ALLOW", "127.0.0.0/8"),
            ("RELASI_MAIL_EVERY", "86400"),
            ("SSL_CERT_FILE", authority.as_str()),
        ];
        environment.extend(more);
        Self {
            app: TestApp::with(backend, &environment),
            servers,
        }
    }

    pub fn client(&self) -> &Client {
        self.app.client()
    }

    /// An account at the servers, with further members. Bounces come to its own mailbox.
    pub fn account(&self, more: Value) -> Value {
        let mut body = json!({
            "address": OWN, "sender_name": "Kopi Gayo", "is_default": true, "per_minute": 6000, "bounce_address": OWN,
            "smtp": {"host": "localhost", "port": self.servers.smtp, "tls": "required"},
            "imap": {"host": "localhost", "port": self.servers.imaps, "tls": "implicit", "user": OWN, "password": PASSWORD}
        });
        for (name, value) in more.as_object().expect("members") {
            body[name] = value.clone();
        }
        self.client().post("email-accounts", &body).ok(201)
    }

    pub fn contact(&self, name: &str, address: &str) -> Value {
        let body = json!({"full_name": name, "emails": [{"value": address}]});
        make_with(self.client(), "contact", body)
    }

    fn write(&self, contact: &Value) -> Value {
        self.write_with(contact, json!({}))
    }

    /// Writes to a contact, with further members.
    pub fn write_with(&self, contact: &Value, more: Value) -> Value {
        let path = format!("contacts/{}/emails", id(contact));
        let mut body =
            json!({"subject": "Pesanan kopi", "text": "Halo,\n\nสวัสดี  dua   spasi \n.titik"});
        for (name, value) in more.as_object().expect("members") {
            body[name] = value.clone();
        }
        self.client().post(&path, &body).ok(201)
    }

    /// Fetches, and answers the account once that is done.
    #[track_caller]
    pub fn sync(&self, account: &Value) -> Value {
        let path = format!("email-accounts/{}", id(account));
        let before = self.client().get(&path).ok(200)["synced_at"].clone();
        self.client()
            .post(&format!("{path}/sync"), &json!({}))
            .ok(202);
        for _ in 0..6_000 {
            let now = self.client().get(&path).ok(200);
            if now["synced_at"] != before {
                assert_eq!(
                    now["sync_error"],
                    Value::Null,
                    "{now}\n{}",
                    self.servers.logs()
                );
                return now;
            }
            assert_eq!(
                now["sync_error"],
                Value::Null,
                "{now}\n{}",
                self.servers.logs()
            );
            sleep(Duration::from_millis(20));
        }
        panic!("not fetched: {}", self.servers.logs());
    }
}

pub fn header(raw: &str, name: &str) -> String {
    let head = raw.replace("\r\n", "\n");
    let head = head
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace("\n ", " ")
        .replace("\n\t", " ");
    let prefix = format!("{name}: ");
    let line = head.lines().find_map(|line| line.strip_prefix(&prefix));
    line.unwrap_or_default().to_owned()
}

on_both! {
    fn a_message_goes_through_postfix_signed_and_its_answer_comes_back_onto_the_contact(at: Real) {
        let client = at.client();
        let account = at.account(json!({}));
        let path = format!("email-accounts/{}", id(&account));
        let keyed = client.verb(&format!("{path}/dkim"), 1, &json!({})).ok(200);
        let record = keyed["dkim"]["value"].as_str().unwrap().to_owned();
        assert!(record.starts_with("v=DKIM1; k=rsa; p=") && keyed["dkim"]["name"].as_str().unwrap().ends_with("._domainkey.kopi.test"), "{keyed}");
        let siti = at.contact("Siti Rahayu", SITI);
        let written = at.write(&siti);
        settled(client, &written, "sent");
        let raw = at.servers.wait_for_mail(SITI, 1)[0].clone();
        assert!(is_signed(&raw, &record), "the signature holds: {raw}");
        assert!(!is_signed(&raw.replace("Pesanan kopi", "Pesanan teh"), &record), "and not for another subject");
        let back = header(&raw, "Return-Path");
        assert!(back.starts_with("<kantor+") && back.ends_with("@kopi.test>"), "{back}");
        // She answers, from another address that nobody knows.
        let named = header(&raw, "Message-ID");
        at.servers.deliver(OWN, &format!(
            "From: Siti di rumah <siti@rumah.test>\nTo: {OWN}\nSubject: Re: Pesanan kopi\nMessage-ID: <jawab@rumah.test>\n\
             In-Reply-To: {named}\nDate: Mon, 2 Nov 2026 10:00:00 +0700\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=\"B\"\n\n--B\nContent-Type: text/html; charset=utf-8\n\n\
             <p>Saya mau <b>dua</b> kilo.</p><script>alert(1)</script><img src=https://x.test/p.gif>\n--B\n\
             Content-Type: text/csv; name=\"pesanan.csv\"\nContent-Disposition: attachment; filename=\"pesanan.csv\"\n\nkopi,2\n--B--\n"
        ));
        // A stranger writes, and a program answers: neither is kept.
        at.servers.deliver(OWN, &format!("From: Orang <orang@lain.test>\nTo: {OWN}\nSubject: Promo\nMessage-ID: <promo@lain.test>\n\nBeli!\n"));
        at.servers.deliver(OWN, &format!(
            "From: {SITI}\nTo: {OWN}\nSubject: Re: Pesanan kopi\nMessage-ID: <cuti@warung.test>\nIn-Reply-To: {named}\nAuto-Submitted: auto-replied\n\nSaya cuti.\n"
        ));
        at.sync(&account);
        let told = on_timeline(client, &siti);
        assert_eq!(told.len(), 2, "{told:?}");
        let answer = told.iter().find(|one| one["email"]["direction"] == "inbound").unwrap();
        let read = client.get(&format!("emails/{}", answer["record_id"].as_str().unwrap())).ok(200);
        assert_eq!((&read["thread_id"], &read["state"]), (&written["thread_id"], &json!("received")), "{read}");
        let html = read["html"].as_str().unwrap();
        assert!(html.contains("<b>dua</b>") && !html.contains("script") && !html.contains("img"), "{html}");
        assert!(read["text"].as_str().unwrap().contains("dua"), "{read}");
        assert_eq!(read["attachments"][0]["name"], "pesanan.csv");
        let files = client.get(&format!("contacts/{}/files", id(&siti))).ok(200);
        assert_eq!(files["items"][0]["id"], read["attachments"][0]["file_id"], "{files}");
        assert_eq!(client.get("contacts?q=orang").ok(200)["items"], json!([]));
        // Read again, nothing comes twice.
        at.sync(&account);
        assert_eq!(on_timeline(client, &siti).len(), 2);
    }

    // A bounce of Postfix: hard, suppressed, told on the message.
    fn an_unknown_address_comes_back_and_nothing_more_is_sent_there(at: Real) {
        let client = at.client();
        let account = at.account(json!({}));
        let gone = at.contact("Sudah pindah", "pindah@warung.test");
        let written = at.write(&gone);
        settled(client, &written, "sent");
        at.servers.wait_for_mail(OWN, 1);
        at.sync(&account);
        let bounced = settled(client, &written, "bounced");
        assert_eq!((&bounced["last_error"], &bounced["retryable"]), (&json!("email_bounced"), &json!(true)), "{bounced}");
        assert!(bounced["last_reply"].as_str().is_some_and(|said| said.starts_with("5.")), "{bounced}");
        let list = client.get("email-suppressions").ok(200);
        let no = &list["items"][0];
        assert_eq!((&no["address"], &no["reason"], &no["email_id"]), (&json!("pindah@warung.test"), &json!("hard_bounce"), &written["id"]), "{list}");
        let again = client.post(&format!("contacts/{}/emails", id(&gone)), &json!({"subject": "x", "text": "y"}));
        assert_eq!(again.faults(), ["/to/0 email_suppressed"]);
        assert_eq!(on_timeline(client, &gone).len(), 1, "the report itself is no message");
    }

    fn forged_reports_change_nothing_and_three_soft_ones_suppress(at: Real) {
        let client = at.client();
        let account = at.account(json!({}));
        let siti = at.contact("Siti Rahayu", SITI);
        let report = |to: &str, status: &str| format!(
            "From: MAILER-DAEMON@warung.test\nTo: {to}\nSubject: Undelivered\nMessage-ID: <{}@warung.test>\nAuto-Submitted: auto-replied\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\n\n--B\nContent-Type: text/plain\n\nMaaf.\n--B\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; warung.test\n\nFinal-Recipient: rfc822; {SITI}\n\
             Action: failed\nStatus: {status}\nDiagnostic-Code: smtp; not today\n\n--B--\n", uuid::Uuid::now_v7()
        );
        let written: Vec<Value> = (0..3).map(|_| at.write(&siti)).collect();
        let raw = at.servers.wait_for_mail(SITI, 3);
        for message in &written {
            settled(client, message, "sent");
        }
        let back = header(&raw[0], "Return-Path");
        let back = back.trim_matches(['<', '>']).to_owned();
        let (token, _) = back.split_once('@').unwrap();
        let other = if token.ends_with('0') { '1' } else { '0' };
        let forged = format!("{}{other}@kopi.test", &token[..token.len() - 1]);
        at.servers.deliver(OWN, &report(&forged, "5.1.1"));
        at.servers.deliver(OWN, &report(OWN, "5.1.1"));
        at.sync(&account);
        assert_eq!(client.get("email-suppressions").ok(200)["items"], json!([]), "forged");
        for (count, one) in raw.iter().enumerate() {
            let back = header(one, "Return-Path");
            at.servers.deliver(OWN, &report(back.trim_matches(['<', '>']), "4.2.2"));
            at.sync(&account);
            let list = client.get("email-suppressions").ok(200);
            let listed = list["items"].as_array().unwrap().len();
            assert_eq!(listed, usize::from(count == 2), "after {} soft bounces: {list}", count + 1);
        }
        assert_eq!(client.get("email-suppressions").ok(200)["items"][0]["reason"], "soft_bounces");
    }

    fn mailboxes_say_what_is_wrong_and_people_who_write_first_can_become_contacts(at: Real) {
        let client = at.client();
        // By STARTTLS, with a password that is wrong.
        let account = at.account(json!({"stores_unknown": true, "privacy": "metadata", "imap": {
            "host": "localhost", "port": at.servers.imap, "tls": "required", "user": OWN, "password": "salah"
        }}));
        let path = format!("email-accounts/{}", id(&account));
        let sync = format!("{path}/sync");
        client.post(&sync, &json!({})).ok(202);
        let mut said = Value::Null;
        for _ in 0..6_000 {
            said = client.get(&path).ok(200)["sync_error"].clone();
            if !said.is_null() {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        assert_eq!(said, "mail_sign_in_refused", "{}", at.servers.logs());
        client.patch(&path, 1, &json!({"imap": {"host": "localhost", "port": at.servers.imap, "tls": "required", "user": OWN, "password": PASSWORD}})).ok(200);
        at.servers.deliver(OWN, &format!("From: Somchai <somchai@ran.test>\nTo: {OWN}\nSubject: Halo rahasia\nMessage-ID: <satu@ran.test>\n\nHalo\n"));
        client.post(&sync, &json!({})).ok(202);
        let mut found = Value::Null;
        for _ in 0..6_000 {
            found = client.get("contacts?q=Somchai").ok(200)["items"][0].clone();
            if found.is_object() {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        assert_eq!(found["emails"][0]["value"], "somchai@ran.test", "{}", at.servers.logs());
        let told = on_timeline(client, &found);
        assert_eq!((told.len(), &told[0]["email"]["subject"]), (1, &Value::Null), "only metadata: {told:?}");
    }
}
