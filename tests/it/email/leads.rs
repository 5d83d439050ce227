//! E-mail with somebody who is a lead, and with the contact that they become.

use relasi_tests::{Client, on_both};
use serde_json::{Value, json};

use super::{
    Writing, settled,
    through::{OWN, Real, SITI, header},
};
use crate::bodies::{id, make_with};

fn lead(client: &Client, address: &str) -> Value {
    let body = json!({"name": "Siti Rahayu", "emails": [{"value": address}]});
    make_with(client, "lead", body)
}

fn letters(client: &Client, path: &str) -> Vec<Value> {
    let all = client.get(&format!("{path}/timeline")).ok(200)["items"].clone();
    let all = all.as_array().expect("a list").clone();
    all.into_iter()
        .filter(|one| one["kind"] == "email")
        .collect()
}

on_both! {
    fn a_lead_is_written_to_and_its_messages_follow_to_the_contact(at: Writing) {
        let client = at.app.client();
        at.account(json!({}));
        let siti = lead(client, "siti@warung.example");
        let path = format!("leads/{}", id(&siti));
        let text = json!({"subject": "Pesanan kopi", "text": "Halo Siti"});
        let written = client.post(&format!("{path}/emails"), &text).ok(201);
        assert_eq!((&written["to"][0]["address"], &written["contact_ids"], &written["lead_ids"]), (&json!("siti@warung.example"), &json!([]), &json!([siti["id"]])), "{written}");
        at.sink.wait_for("siti@warung.example", 1);
        let sent = settled(client, &written, "sent");
        assert_eq!(letters(client, &path).len(), 1);
        let now = client.get(&path).ok(200);
        assert!(now["first_response_at"].is_string(), "it is the first response: {now}");
        assert_eq!(now["last_activity_at"], sent["at"], "and the last contact");
        assert_eq!(now["version"], siti["version"], "maintained, not changed");
        // Whoever sees the lead reads it; whoever may not change the lead writes none.
        let reader = app_reader(&at);
        assert_eq!(reader.get(&format!("emails/{}", id(&sent))).ok(200)["subject"], "Pesanan kopi");
        reader.post(&format!("{path}/emails"), &text).problem(403, "forbidden");
        assert_eq!(client.post(&format!("{path}/emails"), &json!({"subject": "", "text": ""})).faults(), ["/subject required", "/text required"]);
        // To an address that the lead does not have it stands on its timeline as well.
        let other = json!({"to": ["toko@warung.example"], "subject": "Untuk Siti", "text": "Halo"});
        client.post(&format!("{path}/emails"), &other).ok(201);
        assert_eq!(letters(client, &path).len(), 2);
        let version = client.get(&path).ok(200)["version"].as_i64().unwrap();
        let done = client.verb(&format!("{path}/convert"), version, &json!({})).ok(200);
        let contact = format!("contacts/{}", done["contact_id"].as_str().unwrap());
        assert_eq!(client.get(&format!("emails/{}", id(&sent))).ok(200)["contact_ids"], json!([done["contact_id"]]));
        assert_eq!(letters(client, &contact).len(), 2, "they stand on the timeline of the contact");
        assert!(client.get(&contact).ok(200)["last_activity_at"].is_string());
        client.post(&format!("{path}/emails"), &text).problem(409, "lead_is_contact");
        // Undone, they are the lead's alone, and nothing keeps the contact.
        let back = client.verb(&format!("{path}/undo-conversion"), done["version"].as_i64().unwrap(), &json!({})).ok(200);
        assert_eq!(back["left"], json!([]), "{back}");
        assert_eq!(client.get(&format!("emails/{}", id(&sent))).ok(200)["contact_ids"], json!([]));
        assert_eq!(letters(client, &path).len(), 2);
    }

    fn what_a_lead_answers_comes_onto_its_timeline_in_the_same_conversation(at: Real) {
        let client = at.client();
        let account = at.account(json!({}));
        let siti = lead(client, SITI);
        let path = format!("leads/{}", id(&siti));
        let text = json!({"subject": "Pesanan kopi", "text": "Halo"});
        let written = client.post(&format!("{path}/emails"), &text).ok(201);
        settled(client, &written, "sent");
        let raw = at.servers.wait_for_mail(SITI, 1)[0].clone();
        let named = header(&raw, "Message-ID");
        // From another address that nobody knows, and from her own without a word of what it answers.
        at.servers.deliver(OWN, &format!(
            "From: Siti di rumah <siti@rumah.test>\nTo: {OWN}\nSubject: Re: Pesanan kopi\nMessage-ID: <satu@rumah.test>\n\
             In-Reply-To: {named}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"B\"\n\n--B\nContent-Type: text/plain\n\n\
             Dua kilo.\n--B\nContent-Type: text/csv; name=\"pesanan.csv\"\nContent-Disposition: attachment; filename=\"pesanan.csv\"\n\nkopi,2\n--B--\n"
        ));
        at.servers.deliver(OWN, &format!("From: {SITI}\nTo: {OWN}\nSubject: Re: Pesanan kopi\nMessage-ID: <dua@warung.test>\n\nTiga kilo.\n"));
        at.sync(&account);
        let told = letters(client, &path);
        assert_eq!(told.len(), 3, "{told:?}");
        let last = client.get(&path).ok(200)["last_activity_at"].clone();
        assert_eq!(last, told[0]["at"], "what comes in is contact as well");
        for one in &told {
            assert_eq!(one["email"]["thread_id"], written["thread_id"], "{one}");
        }
        let files = client.get(&format!("{path}/files")).ok(200);
        assert_eq!(files["items"][0]["name"], "pesanan.csv", "{files}");
        assert_eq!(client.get("contacts/count").ok(200)["count"], 0, "nobody becomes a contact by writing");
    }
}

fn app_reader(at: &Writing) -> Client {
    at.app.member("read_only").client
}
