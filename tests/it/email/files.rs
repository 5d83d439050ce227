//! Files that go with messages: which may, in which version, and how they arrive.

use std::{thread::sleep, time::Duration};

use relasi_tests::{Client, Method, on_both, smtp::Answer};
use serde_json::{Value, json};

use super::{
    Writing, on_timeline,
    servers::{digest, enclosed, is_signed},
    settled,
    through::{Real, SITI},
};
use crate::{bodies::id, isolation::second_workspace};

/// A name in an address.
fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02X}").expect("a text takes it");
        text
    })
}

fn put(client: &Client, path: &str, name: &str, bytes: &[u8]) -> Value {
    let headers = [("content-type", "application/octet-stream")];
    let path = format!("{path}?name={}", encoded(name));
    client.send(Method::POST, &path, &headers, bytes).ok(201)
}

/// A file that is kept with a contact.
fn kept(client: &Client, contact: &Value, name: &str, bytes: &[u8]) -> Value {
    put(
        client,
        &format!("contacts/{}/files", id(contact)),
        name,
        bytes,
    )
}

fn ids(files: &[&Value]) -> Value {
    json!({"file_ids": files.iter().map(|one| one["id"].clone()).collect::<Vec<_>>()})
}

/// Bytes without an order that anything could pack or repair.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).expect("the machine has randomness");
    bytes
}

on_both! {
    fn files_arrive_byte_by_byte_under_names_that_are_harmless(at: Real) {
        let client = at.client();
        let account = at.account(json!({}));
        let path = format!("email-accounts/{}", id(&account));
        let keyed = client.verb(&format!("{path}/dkim"), 1, &json!({})).ok(200);
        let siti = at.contact("Siti Rahayu", SITI);
        // Ends of lines of every kind, a line with a dot alone, one that looks like a header, and no end at all.
        let odd = b"satu\ndua\r\ntiga\rempat\r\n.\r\nFrom x\r\nBcc: x@y.example\r\n\r\n--B--\r\nlima \xe0\xb8\x81".to_vec();
        let long = "\u{e01}".repeat(190) + ".bin";
        let all = [
            ("foto kebun.bin", "foto kebun.bin", noise(3 << 20)),
            ("..\\..\\ใบเสนอราคา ๑; \"kopi\"\r\nBcc: x@y.example.txt", "ใบเสนอราคา ๑; kopiBcc x@y.example.txt", odd),
            ("fdp.\u{202e}exe", "fdp.exe", b"MZ\0\0".to_vec()),
            (long.as_str(), long.as_str(), vec![0; 7]),
            ("kosong", "kosong", vec![0]),
        ];
        let files: Vec<Value> = all.iter().map(|(name, _, bytes)| kept(client, &siti, name, bytes)).collect();
        let written = at.write_with(&siti, ids(&files.iter().collect::<Vec<_>>()));
        let shown: Vec<&Value> = written["attachments"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(shown, all.iter().map(|(_, name, _)| name).collect::<Vec<_>>(), "{written}");
        settled(client, &written, "sent");
        let raw = at.servers.wait_for_mail(SITI, 1)[0].clone();
        let arrived = enclosed(&raw);
        let sent: Vec<(String, String)> = all.iter().map(|(_, name, bytes)| ((*name).to_owned(), digest(bytes))).collect();
        assert_eq!(arrived, sent);
        assert!(is_signed(&raw, keyed["dkim"]["value"].as_str().unwrap()), "with files the signature holds as well");
        let head = raw.split("\n\n").next().unwrap_or_default();
        assert!(!head.contains("Bcc"), "{head}");
        let told = &on_timeline(client, &siti)[0]["email"];
        assert_eq!((&told["attachments"][0]["file_id"], &told["attachments"][0]["number"]), (&files[0]["id"], &json!(1)), "{told}");
    }

    fn a_message_takes_the_version_that_it_was_written_with(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        at.account(json!({}));
        let offer = kept(client, &siti, "offer.txt", b"seratus ribu");
        let gone = kept(client, &siti, "gone.txt", b"masih ada");
        at.sink.answer(&[Answer::Refuse(451)]);
        let written = at.write(&siti, ids(&[&offer, &gone, &offer]));
        assert_eq!(written["attachments"].as_array().unwrap().len(), 2, "once each: {written}");
        for _ in 0..3_000 {
            if at.sink.tries() > 0 {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        put(client, &format!("files/{}/versions", id(&offer)), "offer-2.txt", b"dua ratus ribu");
        client.delete(&format!("files/{}", id(&gone)), 1).ok(204);
        settled(client, &written, "sent");
        let mail = at.sink.wait_for("siti@warung.example", 1)[0].clone();
        let names = [("offer.txt".to_owned(), digest(b"seratus ribu")), ("gone.txt".to_owned(), digest(b"masih ada"))];
        assert_eq!(enclosed(&mail.raw), names);
        assert!(mail.text().contains("Halo Siti"), "{}", mail.raw);
    }

    fn only_files_that_one_sees_go_and_not_too_many_bytes(at: Writing) {
        let mut at = at;
        let stranger = second_workspace(&mut at.app).client;
        let (client, siti) = (at.client(), at.siti());
        let account = at.account(json!({}));
        let limit = account["attachment_limit"].as_u64().unwrap();
        assert_eq!(limit, 18 << 20);
        let path = format!("contacts/{}/emails", id(&siti));
        let draft = |more: Value| {
            let mut body = json!({"subject": "x", "text": "y"});
            body["file_ids"] = more["file_ids"].clone();
            client.post(&path, &body)
        };
        let theirs = crate::bodies::make(&stranger, "contact");
        let foreign = kept(&stranger, &theirs, "rahasia.txt", b"rahasia");
        let gone = kept(client, &siti, "gone.txt", b"x");
        client.delete(&format!("files/{}", id(&gone)), 1).ok(204);
        let good = kept(client, &siti, "good.txt", b"x");
        assert_eq!(draft(ids(&[&good, &foreign, &gone])).faults(), ["/file_ids/1 no_such_record", "/file_ids/2 no_such_record"]);
        let many: Vec<Value> = (0..21).map(|_| json!({"id": uuid::Uuid::now_v7()})).collect();
        assert_eq!(draft(ids(&many.iter().collect::<Vec<_>>())).faults(), ["/file_ids too_many"]);
        let half = usize::try_from(limit / 2).unwrap();
        let (one, two) = (kept(client, &siti, "a.bin", &noise(half)), kept(client, &siti, "b.bin", &noise(half)));
        assert_eq!(draft(ids(&[&one, &two, &good])).faults(), ["/file_ids email_files_too_large"]);
        let exact = draft(ids(&[&one, &two])).ok(201);
        settled(client, &exact, "sent");
        let log = client.get("audit-entries?object=email").ok(200);
        assert!(log.to_string().contains(&id(&one)), "which files went is on record: {log}");
    }
}
