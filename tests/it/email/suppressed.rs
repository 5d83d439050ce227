//! Addresses that get nothing any more, because of what was said or asked before.

use relasi_tests::{on_both, smtp::Answer};
use serde_json::json;

use super::{Writing, settled};
use crate::bodies::id;

on_both! {
    // Whoever wanted no mail and is erased gets none under that address afterwards, until somebody lifts it.
    fn p2_who_was_erased_stays_suppressed(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        at.account(json!({}));
        client.post("email-suppressions", &json!({"address": "siti@warung.example", "reason": "unsubscribe"})).ok(201);
        let path = format!("contacts/{}/erasure", id(&siti));
        let begun = client.post(&path, &json!({"name": "Siti Rahayu", "reason": "Diminta"})).ok(202);
        at.app.finished(begun["job_id"].as_str().unwrap());
        assert_eq!(client.get("email-suppressions").ok(200)["items"], json!([]), "nobody can read the address");
        let again = at.siti();
        let path = format!("contacts/{}/emails", id(&again));
        let write = || client.post(&path, &json!({"subject": "x", "text": "y"}));
        assert_eq!(write().faults(), ["/to/0 email_suppressed"]);
        let listed = client.post("email-suppressions", &json!({"address": "Siti@warung.example"})).ok(201);
        client.delete(&format!("email-suppressions/{}", id(&listed)), 1).ok(204);
        write().ok(201);
    }

    fn an_address_that_nobody_reads_is_written_to_once(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        at.account(json!({}));
        at.sink.answer(&[Answer::Nobody]);
        settled(client, &at.write(&siti, json!({})), "failed");
        let listed = client.get("email-suppressions").ok(200)["items"][0].clone();
        assert_eq!((&listed["address"], &listed["reason"]), (&json!("siti@warung.example"), &json!("hard_bounce")));
        let path = format!("contacts/{}/emails", id(&siti));
        assert_eq!(client.post(&path, &json!({"subject": "x", "text": "y"})).faults(), ["/to/0 email_suppressed"]);
    }
}
