//! A request for each operation that takes a key.

use relasi_domain::{people::contact, record::Object};
use relasi_tests::{Client, Method};
use serde_json::{Value, json};

use super::{
    hooks::{inbound, is_upload, webhook},
    leads,
};
use crate::{bodies, booking::minimal as page};

/// Something to send twice: path, version that it is based on, body.
pub(crate) struct Request(
    pub(crate) String,
    pub(crate) Option<i64>,
    pub(crate) Vec<u8>,
    /// Who sends it; the owner if nobody else is said.
    pub(crate) Option<Client>,
);

impl Request {
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self(path.into(), None, b"{}".to_vec(), None)
    }

    pub(crate) fn on(self, version: i64) -> Self {
        Self(self.0, Some(version), self.2, self.3)
    }

    pub(crate) fn with(self, body: &Value) -> Self {
        Self(self.0, self.1, body.to_string().into_bytes(), self.3)
    }

    pub(crate) fn by(self, client: Client) -> Self {
        Self(self.0, self.1, self.2, Some(client))
    }

    pub(super) fn send(&self, client: &Client, key: &str) -> relasi_tests::Reply {
        let etag = self.1.map(|version| format!("\"{version}\""));
        let mut headers = vec![("idempotency-key", key)];
        if !is_upload(&self.0) {
            headers.push(("content-type", "application/json"));
        }
        headers.extend(etag.as_deref().map(|etag| ("if-match", etag)));
        let client = self.3.as_ref().unwrap_or(client);
        client.send(Method::POST, &self.0, &headers, &self.2)
    }
}

/// A request that this operation carries out with success.
pub(super) fn prepared(client: &Client, operation: &str, path: &str) -> Request {
    let plural = path.split('/').nth(3).expect("a resource");
    let object = relasi_domain::OBJECTS
        .iter()
        .find(|object| object.plural == plural);
    match (operation, object) {
        (name, Some(object)) if name.starts_with("create_") => {
            Request::new(plural).with(&bodies::minimal(client, object.name))
        }
        (name, Some(object)) if name.starts_with("find_duplicates_of_") => {
            Request::new(path.trim_start_matches("/api/v1/"))
                .with(&bodies::minimal(client, object.name))
        }
        ("merge_reasons_of_pipeline", _) => {
            let lists = json!({"lost_reasons": ["Price", "Budget"]});
            let made = bodies::make_with(client, "pipeline", lists);
            Request::new(format!("pipelines/{}/merge-reasons", bodies::id(&made)))
                .on(1)
                .with(&json!({"kind": "lost", "from": ["Price"], "to": "Budget"}))
        }
        (name, Some(object)) if name.starts_with("merge_") => merge(client, object),
        ("undo_merge", _) => {
            let Request(at, version, body, _) = merge(client, &contact::OBJECT);
            let order = serde_json::from_slice(&body).expect("JSON");
            let done = client
                .verb(&at, version.expect("a version"), &order)
                .ok(200);
            Request::new(format!("merges/{}/undo", bodies::id(&done["merge"])))
        }
        ("measure_quality", _) => Request::new("quality/measure"),
        ("pause_background_work" | "resume_background_work", _) => {
            Request::new(path.trim_start_matches("/api/v1/"))
                .with(&json!({"scope": "kind", "name": "nothing.at_all"}))
        }
        ("requeue_jobs", _) => {
            Request::new("background-work/requeue").with(&json!({"kind": "nothing.at_all"}))
        }
        ("run_job_schedule", _) => {
            let first = || client.get("job-schedules").ok(200)["items"][0].clone();
            crate::jobs::queue::until(|| first().is_object());
            Request::new(format!("job-schedules/{}/run", bodies::id(&first())))
        }
        ("create_quality_audit", _) => {
            Request::new("quality-audits").with(&json!({"name": bodies::fresh("Tinjauan")}))
        }
        ("finish_quality_audit", _) => {
            let audit = crate::quality::begun(client, json!({}));
            crate::quality::all_done(client, &audit);
            Request::new(format!("quality-audits/{}/finish", bodies::id(&audit))).on(1)
        }
        ("create_quality_finding", _) => {
            let audit = crate::quality::begun(client, json!({}));
            let step = bodies::id(&audit["steps"][0]);
            Request::new(format!("quality-steps/{step}/findings"))
                .with(&json!({"text": "Nomor lama", "severity": "low"}))
        }
        ("create_consent_purpose", _) => Request::new("consent-purposes").with(&purpose()),
        ("note_consent_of_contact" | "note_consent_of_lead", Some(object)) => {
            let purpose = client.post("consent-purposes", &purpose()).ok(201);
            let at = bodies::path(object, &bodies::make(client, object.name));
            Request::new(format!("{at}/consents"))
                .with(&json!({"purpose_id": purpose["id"], "state": "given"}))
        }
        ("create_retention_rule", _) => Request::new("retention-rules").with(
            &json!({"name": bodies::fresh("Aturan"), "object": "file", "months": 12, "action": "list"}),
        ),
        ("create_processing_entry", _) => {
            Request::new("processing-entries").with(&json!({"name": bodies::fresh("Kegiatan")}))
        }
        ("copy_contact" | "copy_lead", Some(object)) => {
            let at = bodies::path(object, &bodies::make(client, object.name));
            Request::new(format!("{at}/copy"))
        }
        ("create_webhook_endpoint", _) => {
            Request::new("webhook-endpoints").with(&json!({"url": "https://kopi.example/hook"}))
        }
        ("create_inbound_hook", _) => {
            Request::new("inbound-hooks").with(&json!({"name": "Formulir", "object": "contact"}))
        }
        ("create_business_calendar", _) => {
            Request::new("business-calendars").with(&crate::lead_routing::calendar())
        }
        ("create_routing_rule", _) => Request::new("routing-rules").with(&rule(client)),
        ("route_lead", _) => {
            client.post("routing-rules", &rule(client)).ok(201);
            let lead = client.create("leads", &json!({"name": bodies::fresh("Siti")}));
            Request::new(format!("leads/{}/route", bodies::id(&lead))).on(1)
        }
        ("create_score_rule", _) => Request::new("score-rules").with(
            &json!({"name": bodies::fresh("Aturan"), "filter": "source = web", "points": 5}),
        ),
        ("say_forecast_call", _) => Request::new("forecast-calls")
            .with(&json!({"period": "2026-Q4", "kind": "workspace", "amount": 1_000})),
        ("dismiss_suggestion", _) => {
            let deal = bodies::make(client, "deal");
            Request::new("suggestions/dismiss")
                .with(&json!({"object": "deal", "record_id": deal["id"], "days": 7}))
        }
        ("create_booking_page", _) => Request::new("booking-pages").with(&page(client)),
        ("renew_calendar_feed", _) => Request::new(crate::booking::feed(client)),
        ("create_form", _) => {
            Request::new("forms").with(&json!({"name": bodies::fresh("Formulir")}))
        }
        ("release_submission" | "discard_submission", _) => {
            let form = crate::web_forms::form(client, &json!({}));
            let held = crate::web_forms::held(client, &form);
            let verb = path.rsplit('/').next().expect("a verb");
            Request::new(format!("forms/{}/{verb}", bodies::id(&form)))
                .with(&json!({"submission_id": held["id"]}))
        }
        ("rotate_inbound_token", _) => inbound(client, "rotate-token").0.on(1),
        ("replay_inbound_request", _) => {
            let (request, came) = inbound(client, "replay");
            request.with(&json!({"request_id": came}))
        }
        ("rotate_webhook_secret", _) => webhook(client, "rotate-secret").on(1),
        ("test_webhook_endpoint", _) => webhook(client, "test"),
        ("replay_webhook_endpoint", _) => {
            webhook(client, "replay").with(&json!({"since": chrono::Utc::now()}))
        }
        ("resend_webhook_delivery", _) => {
            let Request(test, ..) = webhook(client, "test");
            let delivery = client.post(&test, &json!({})).ok(202);
            Request::new(test.replace("/test", "/resend"))
                .with(&json!({"delivery_id": delivery["id"]}))
        }
        ("create_email_account", _) => {
            Request::new("email-accounts").with(&crate::email::plain(25))
        }
        ("make_email_key", _) => {
            let account = crate::email::account(client, 25);
            Request::new(format!("email-accounts/{}/dkim", bodies::id(&account))).on(1)
        }
        ("test_email_account" | "sync_email_account", _) => {
            let account = crate::email::account(client, 25);
            let imap = json!({"imap": {"host": "mail.kopi.invalid", "user": "kantor"}});
            let at = format!("email-accounts/{}", bodies::id(&account));
            client.patch(&at, 1, &imap).ok(200);
            let verb = path.rsplit('/').next().expect("a verb");
            Request::new(format!("email-accounts/{}/{verb}", bodies::id(&account)))
        }
        ("write_email_to_contact" | "write_email_to_lead", Some(object)) => {
            crate::email::account(client, 25);
            let at = bodies::path(object, &bodies::make(client, object.name));
            Request::new(format!("{at}/emails"))
                .with(&json!({"to": ["siti@kopi.example"], "subject": "Kopi", "text": "Halo"}))
        }
        ("suppress_email", _) => {
            Request::new("email-suppressions").with(&json!({"address": "tidak@kopi.example"}))
        }
        ("scan_duplicates", _) => {
            Request::new("duplicates/scan").with(&json!({"object": "contact"}))
        }
        (name, Some(object)) if name.starts_with("restore_") => {
            let at = bodies::path(object, &bodies::make(client, object.name));
            client.delete(&at, 1).ok(204);
            Request::new(format!("{at}/restore"))
        }
        (name, Some(object)) if name.starts_with("revert_") => {
            let made = bodies::make(client, object.name);
            let back = json!({"at": made["updated_at"]});
            let at = bodies::path(object, &made);
            let title = json!({object.title: bodies::fresh("Lain")});
            let written = client.patch(&at, 1, &title).status == 200;
            Request::new(format!("{at}/revert"))
                .on(1 + i64::from(written))
                .with(&back)
        }
        (name, Some(object)) if object.name == "lead" && name != "create_lead" && leads::is_verb(name) => {
            leads::request(client, path)
        }
        (
            "send_quote" | "mail_quote" | "request_approval_of_quote" | "approve_quote" | "reject_quote"
            | "copy_lines_to_quote",
            _,
        ) => crate::commerce::prepared(client, operation),
        ("move_deal" | "win_deal" | "lose_deal" | "reopen_deal", _) => deal(client, path),
        ("repeat_activity" | "change_series_of_activity" | "end_series_of_activity", _) => {
            crate::calendar::prepared(client, operation)
        }
        (
            "create_call_list" | "take_next_of_call_list" | "log_call_of_entry"
            | "move_call_list_entry",
            _,
        ) => crate::call_lists::prepared(client, operation),
        ("complete_activity", _) => Request::new(format!(
            "activities/{}/complete",
            bodies::id(&bodies::make(client, "activity"))
        ))
        .on(1),
        ("reopen_activity", _) => {
            let at = format!(
                "activities/{}",
                bodies::id(&bodies::make(client, "activity"))
            );
            client
                .verb(&format!("{at}/complete"), 1, &json!({}))
                .ok(200);
            Request::new(format!("{at}/reopen")).on(2)
        }
        (name, Some(object)) if name.starts_with("comment_on_") => {
            let at = bodies::path(object, &bodies::make(client, object.name));
            Request::new(format!("{at}/comments")).with(&json!({"body": "Baik"}))
        }
        (name, Some(object)) if name.starts_with("attach_file_to_") => {
            let at = bodies::path(object, &bodies::make(client, object.name));
            Request(format!("{at}/files?name=a.txt"), None, b"satu".to_vec(), None)
        }
        (name, Some(object)) if name.starts_with("share_") => {
            let at = bodies::path(object, &bodies::make(client, object.name));
            let team = bodies::make(client, "team");
            Request::new(format!("{at}/shares")).with(&json!({"team_id": team["id"]}))
        }
        ("restore_comment", _) => {
            Request::new(format!("comments/{}/restore", removed(client, "comments")))
        }
        ("restore_file", _) => Request::new(format!("files/{}/restore", removed(client, "files"))),
        ("add_file_version", _) => {
            let path = format!("files/{}/versions?name=b.txt", attached(client, "files"));
            Request(path, None, b"dua".to_vec(), None)
        }
        ("start_bulk_operation", _) => {
            let contact = bodies::make(client, "contact");
            let order = json!({"object": "contact", "action": "delete", "target": {"ids": [contact["id"]]}});
            Request::new("bulk-operations").with(&order)
        }
        ("send_test_mail", _) => Request::new("mail/test"),
        ("create_role", _) => Request::new("roles").with(&new_role()),
        ("copy_role", _) => {
            Request::new("roles/member/copy").with(&json!({"name": bodies::fresh("Peran")}))
        }
        ("hand_over", _) => {
            let guest = json!({"email": relasi_tests::fresh_email("guest"), "role": "member"});
            let invited = client.post("invitations", &guest).ok(201);
            let token = invited["token"].as_str().expect("a token");
            let joined = json!({"full_name": "Rudi Hartono", "password": relasi_tests::PASSWORD, "language": "en"});
            client
                .anonymous()
                .post(&format!("invitations/{token}/accept"), &joined)
                .ok(200);
            let email = guest["email"].as_str().expect("an address");
            let member = bodies::membership(client, email);
            let owner = bodies::make(client, "contact")["owner_id"].clone();
            Request::new(format!("members/{}/hand-over", bodies::id(&member)))
                .with(&json!({"to": {"contact": owner}}))
        }
        ("export_workspace", _) => Request::new("workspace/exports"),
        ("upload_import", _) => Request(
            "imports?file_name=a.csv".into(),
            None,
            b"Name,City\nSiti,Bandung\n".to_vec(),
            None,
        ),
        ("import_another_sheet", _) => {
            let file = crate::doors::workbook::two_sheets();
            let first = client.send(Method::POST, "imports", &[], &file).ok(201);
            Request::new(format!("imports/{}/sheets", bodies::id(&first)))
                .with(&json!({"sheet": 1, "object": "company"}))
        }
        ("check_import", _) => Request::new(format!("imports/{}/check", uploaded(client, "Malee"))),
        ("run_import", _) => Request::new(format!("imports/{}/run", uploaded(client, "Rudi"))),
        other => panic!("{other:?} takes an Idempotency-Key: say here how it is called"),
    }
}

/// A rule that gives leads to whoever asks.
fn rule(client: &Client) -> Value {
    let me = client.get("me").ok(200)["user"]["id"].clone();
    json!({"name": bodies::fresh("Aturan"), "user_ids": [me], "active": true})
}

fn purpose() -> Value {
    json!({"name": bodies::fresh("Kabar"), "legal_basis": "consent", "channels": ["email"]})
}

fn new_role() -> Value {
    json!({"name": bodies::fresh("Peran"), "rights": {"records": {"see": "own"}}})
}

/// A comment or file of a new contact.
fn attached(client: &Client, part: &str) -> String {
    let at = format!("contacts/{}", bodies::id(&bodies::make(client, "contact")));
    let made = if part == "files" {
        client.send(
            Method::POST,
            &format!("{at}/files?name=a.txt"),
            &[],
            b"satu",
        )
    } else {
        client.post(&format!("{at}/comments"), &json!({"body": "Baik"}))
    };
    bodies::id(&made.ok(201))
}

/// One that was removed.
fn removed(client: &Client, part: &str) -> String {
    let id = attached(client, part);
    client.delete(&format!("{part}/{id}"), 1).ok(204);
    id
}

/// Two records become one.
fn merge(client: &Client, object: &'static Object) -> Request {
    let [survivor, loser] = [(); 2].map(|()| bodies::make(client, object.name));
    Request::new(format!("{}/merge", bodies::path(object, &survivor)))
        .on(1)
        .with(&json!({"loser_id": loser["id"], "loser_version": 1, "fields": {}}))
}

fn uploaded(client: &Client, name: &str) -> String {
    let file = format!("Name,City\n{name},Bandung\n");
    bodies::id(
        &client
            .send(
                Method::POST,
                "imports?file_name=b.csv",
                &[],
                file.as_bytes(),
            )
            .ok(201),
    )
}

fn deal(client: &Client, path: &str) -> Request {
    let (pipeline, stages) = bodies::pipeline(client);
    let body =
        json!({"name": "Mesin", "pipeline_id": pipeline, "stage_id": stages[0], "currency": "IDR"});
    let at = format!("deals/{}", bodies::id(&client.create("deals", &body)));
    let verb = path.rsplit('/').next().expect("a verb");
    let request = Request::new(format!("{at}/{verb}"));
    match verb {
        "move" => request.on(1).with(&json!({"stage_id": stages[1]})),
        "lose" => request.on(1).with(&json!({"reason": "price"})),
        "win" => request.on(1),
        _ => {
            client.verb(&format!("{at}/win"), 1, &json!({})).ok(200);
            request.on(2).with(&json!({"stage_id": stages[0]}))
        }
    }
}
