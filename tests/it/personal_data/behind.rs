//! The word where other programs and the product itself write.

use relasi_persistence::Statement;
use relasi_tests::{Client, TestApp};
use serde_json::json;

use super::canary::{CANARY, EMAIL, Filled, NAME};
use crate::{bodies::id, events::receiver::until, integrity};

/// Something comes to an inbound hook, and a letter is on its way.
pub(super) fn sent_and_written(client: &Client, at: &str) {
    let mapping = json!([{"field": "full_name", "from": ["/nama"]}, {"field": "emails", "from": ["/surel"]}, {"field": "job_title", "from": ["/jabatan"]}]);
    let hook = json!({"name": "Formulir", "object": "contact", "mapping": mapping});
    let hook = client.post("inbound-hooks", &hook).ok(201);
    let to = format!("inbound/{}", hook["token"].as_str().unwrap());
    let body = json!({"nama": NAME, "surel": EMAIL, "jabatan": format!("{CANARY} formulir")});
    client.post(&to, &body).ok(202);
    let requests = format!("inbound-hooks/{}/requests?state=updated", id(&hook));
    until("the request to be taken", || {
        (client.get(&requests).ok(200)["items"] != json!([])).then_some(())
    });
    crate::email::account(client, 25);
    let letter = json!({"to": [EMAIL], "subject": CANARY, "text": CANARY});
    client.post(&format!("{at}/emails"), &letter).ok(201);
}

/// The word where only the product itself writes, as it would.
pub(super) fn fill_behind(app: &TestApp, filled: &Filled) {
    let database = integrity::open(&app.at.settings);
    let workspace = "(SELECT id FROM workspaces)";
    let contact = &filled.contact;
    for sql in [
        format!(
            "UPDATE webhook_deliveries SET payload = '{{\"x\": \"{CANARY}\"}}', response = '{CANARY}', error = '{CANARY}' WHERE record_id = '{contact}'"
        ),
        format!(
            "INSERT INTO jobs (workspace_id, id, queue, kind, payload, state, max_attempts, result, last_error, created_at, finished_at) \
             SELECT {workspace}, '0190aaaa-0000-7000-8000-000000000001', 'x', 'x', '{{\"name\": \"{NAME}\"}}', 'done', 1, '{{\"to\": \"{EMAIL}\"}}', '{NAME}', 1, 1"
        ),
        format!(
            "INSERT INTO mail_messages (workspace_id, id, purpose, recipient, language, message_id, state, attempts, last_reply, created_at, expires_at) \
             SELECT {workspace}, '0190aaaa-0000-7000-8000-000000000002', 'test', '{EMAIL}', 'id', 'm', 'sent', 1, 'no {EMAIL}', 1, 2"
        ),
        format!(
            "INSERT INTO notifications (workspace_id, id, user_id, kind, object, record_id, data, created_at, topic, shows_at) \
             SELECT {workspace}, '0190aaaa-0000-7000-8000-000000000003', (SELECT min(user_id) FROM memberships), 'assigned', 'contact', '{contact}', '{{\"title\": \"{CANARY}\"}}', 1, 'you', 1"
        ),
        format!(
            "INSERT INTO inbound_requests (workspace_id, hook_id, id, received_at, sender_key, body, state, error) \
             SELECT workspace_id, hook_id, '0190aaaa-0000-7000-8000-000000000004', 1, '{CANARY}', '{{\"name\": \"{NAME}\"}}', 'failed', '{CANARY}' FROM inbound_requests WHERE record_id = '{contact}'"
        ),
        format!(
            "UPDATE email_messages SET sender = '{EMAIL}', sender_name = '{NAME}', body = '{CANARY}', html = '{CANARY}', last_reply = '{CANARY}' WHERE id IN (SELECT email_id FROM email_links WHERE contact_id = '{contact}')"
        ),
        format!(
            "INSERT INTO email_suppressions (workspace_id, id, address, reason, detail, email_id, created_at) \
             SELECT workspace_id, '0190aaaa-0000-7000-8000-000000000005', '{EMAIL}', 'hard_bounce', '{CANARY}', email_id, 1 FROM email_links WHERE contact_id = '{contact}'"
        ),
        format!(
            "INSERT INTO email_soft_bounces (workspace_id, address, times, last_at) SELECT {workspace}, '{EMAIL}', 1, 1"
        ),
    ] {
        database
            .across()
            .write_blocking(move |conn| conn.execute(&Statement::new(sql.clone())).map(drop))
            .unwrap_or_else(|error| panic!("{error}"));
    }
}
