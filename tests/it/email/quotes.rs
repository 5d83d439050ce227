//! Quotes that go to their persons: with a link that no stored message has, and with the PDF file.

use relasi_tests::on_both;
use serde_json::{Value, json};

use super::{Writing, on_timeline, settled};
use crate::{
    bodies::{id, make_with, version},
    commerce::{limits, quote_with},
    integrity,
};

/// The path of the link in a text.
#[track_caller]
fn link(text: &str) -> String {
    let from = text
        .find("/q/")
        .unwrap_or_else(|| panic!("no link: {text}"));
    let rest = &text[from..];
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    rest[..end].to_owned()
}

on_both! {
    fn a_quote_goes_to_its_person_with_link_and_file(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        at.account(json!({}));
        let quote = quote_with(client, json!({"contact_id": siti["id"], "language": "id", "name": "Kontrak kopi"}), 0);
        let path = format!("quotes/{}", id(&quote));
        let letter = client.get(&format!("{path}/letter")).ok(200);
        assert_eq!((&letter["to"], &letter["language"]), (&json!("siti@warung.example"), &json!("id")));
        assert_eq!(letter["subject"], format!("Penawaran {}: Kontrak kopi", quote["number"].as_str().unwrap()));
        let text = letter["text"].as_str().unwrap();
        assert!(text.starts_with("Yth. Siti Rahayu,") && text.contains("{link}") && text.contains("berlaku sampai"), "{text}");
        let thai = client.get(&format!("{path}/letter?language=th")).ok(200);
        assert!(thai["text"].as_str().unwrap().starts_with("เรียนคุณ"), "{thai}");
        assert_eq!(client.get(&format!("{path}/letter?language=fr")).faults(), ["/language not_a_choice"]);

        let answer = client.verb(&format!("{path}/mail"), version(&quote), &json!({})).ok(200);
        assert_eq!(answer["status"], "sent");
        assert!(answer["sent_at"].is_string());
        let message = &answer["email"];
        assert_eq!((&message["quote_id"], &message["state"]), (&quote["id"], &json!("queued")), "{message}");
        let mail = at.sink.wait_for("siti@warung.example", 1)[0].clone();
        assert!(mail.raw.contains("application/pdf") && mail.raw.contains("-v1.pdf"), "{}", mail.raw);
        let sent = settled(client, message, "sent");
        assert!(sent["text"].as_str().unwrap().contains("/q/…"), "{sent}");
        let of_quote = client.get(&format!("{path}/emails")).ok(200)["items"].clone();
        assert_eq!((of_quote.as_array().unwrap().len(), &of_quote[0]["id"]), (1, &sent["id"]));
        assert_eq!(on_timeline(client, &siti).len(), 1);
        let files = client.get(&format!("contacts/{}/files", id(&siti))).ok(200)["items"].clone();
        assert!(files[0]["name"].as_str().unwrap().ends_with("-v1.pdf"), "{files}");

        // Once more: the same version, the same link, in one's own words.
        let now = client.get(&path).ok(200);
        let words = json!({"pdf": false, "subject": "Lagi", "text": "Silakan: {link}", "cc": ["rudi@warung.example"]});
        let again = client.verb(&format!("{path}/mail"), version(&now), &words).ok(200);
        assert_eq!((&again["version"], &again["sent_at"]), (&now["version"], &now["sent_at"]));
        let second = at.sink.wait_for("rudi@warung.example", 1)[0].clone();
        assert!(!second.raw.contains("application/pdf"));
        let first = link(&mail.text());
        assert_eq!(first, link(&second.text()));
        assert_eq!(first.len(), "/q/".len() + 64, "{first}");
        let page = client.anonymous().get(&first);
        assert_eq!(page.status, 200, "{}", page.text());
        assert_eq!(client.get(&path).ok(200)["status"], "viewed");

        // The token is in no table.
        let mut at = at;
        at.app.at.kill();
        let database = integrity::open(&at.app.at.settings);
        let token = first.trim_start_matches("/q/");
        let found = integrity::number(&database, &format!("SELECT count(*) FROM email_messages WHERE body LIKE '%{token}%'"));
        let kept = integrity::number(&database, &format!("SELECT count(*) FROM idempotency_keys WHERE body LIKE '%{token}%'"));
        assert_eq!((found, kept), (0, 0));
    }

    fn what_can_not_be_mailed_says_why(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        let mail = |quote: &Value, body: Value| {
            let now = client.get(&format!("quotes/{}", id(quote))).ok(200);
            client.verb(&format!("quotes/{}/mail", id(quote)), version(&now), &body)
        };
        let quote = quote_with(client, json!({"contact_id": siti["id"]}), 0);
        mail(&quote, json!({})).problem(409, "no_email_account");
        assert_eq!(client.get(&format!("quotes/{}", id(&quote))).ok(200)["status"], "draft", "nothing was sent");
        at.account(json!({}));
        let nobody = quote_with(client, json!({"contact_id": null}), 0);
        assert_eq!(mail(&nobody, json!({})).faults(), ["/contact_id required"]);
        let silent = make_with(client, "contact", json!({"emails": []}));
        let to_silent = quote_with(client, json!({"contact_id": silent["id"]}), 0);
        assert_eq!(mail(&to_silent, json!({})).faults(), ["/to required"]);
        assert_eq!(mail(&quote, json!({"to": ["nobody"]})).faults(), ["/to/0 not_email"]);
        assert_eq!(mail(&quote, json!({"colour": 1})).status, 422);
        assert_eq!(mail(&quote, json!({"text": "x".repeat(50_001)})).faults(), ["/text too_long"]);
        let path = format!("quotes/{}/mail", id(&quote));
        client.verb(&path, 99, &json!({})).problem(412, "stale_version");
        client.post(&path, &json!({})).problem(428, "version_required");
        let reader = at.app.member("read_only").client;
        reader.verb(&path, version(&quote), &json!({})).problem(403, "forbidden");
        limits(client, &json!({"member": 10}));
        let mate = at.app.member("member").client;
        let theirs = quote_with(&mate, json!({"contact_id": null}), 20);
        let person = make_with(&mate, "contact", json!({"emails": [{"value": "ani@warung.example"}]}));
        let at_theirs = format!("quotes/{}", id(&theirs));
        let changed = mate.patch(&at_theirs, version(&theirs), &json!({"contact_id": person["id"]})).ok(200);
        mate.verb(&format!("{at_theirs}/mail"), version(&changed), &json!({})).problem(409, "approval_needed");
        let files = client.get(&format!("contacts/{}/files", id(&siti))).ok(200);
        assert_eq!(files["items"], json!([]), "what was refused left no file");
    }
}
