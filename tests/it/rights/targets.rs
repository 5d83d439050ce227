//! Something for every operation to be tried on, made by an administrator who is none of those who try.

use std::collections::BTreeMap;

use relasi_domain::OBJECTS;
use relasi_tests::{Member, Method, Reply, TestApp, fresh_email};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    made::{merged, reviewed},
    role,
};
use crate::{
    bodies::{fresh, id, make, membership, minimal, version},
    isolation::acceptable,
};

pub struct Targets<'a> {
    app: &'a TestApp,
    maker: Member,
    /// What is only read, by the first part of its path.
    kept: BTreeMap<String, String>,
}

impl<'a> Targets<'a> {
    pub fn of(app: &'a TestApp) -> Self {
        let maker = app.member("admin");
        Self {
            app,
            maker,
            kept: BTreeMap::new(),
        }
    }

    /// Sends what the operation takes, on something that the maker has made.
    pub fn ask(&mut self, actor: &Member, operation: &str, method: &Method, path: &str) -> Reply {
        let part = path
            .trim_start_matches("/api/v1/")
            .split('/')
            .next()
            .unwrap_or_default();
        let mut at = path.replace("{report}", "funnel");
        if path.contains("{id}") {
            at = path.replace("{id}", &self.target(part, *method != Method::GET));
        }
        if operation == "copy_lines_to_quote" {
            // Only a quote of a deal has lines to copy.
            at = crate::commerce::prepared(&self.maker.client, operation).0;
        }
        if operation == "remove_sample_data" {
            let loaded = self.maker.client.post("sample-data", &json!({}));
            assert!(matches!(loaded.status, 204 | 409), "{}", loaded.text());
        }
        if operation == "remove_sign_in_provider" {
            let body = self.body("set_sign_in_provider", &Method::PUT, path);
            self.app
                .client()
                .json(Method::PUT, path, &[], &body)
                .ok(200);
        }
        let client = &actor.client;
        match operation {
            _ if *method == Method::GET && operation == "search" => {
                client.get(&format!("{at}?q=Siti"))
            }
            _ if *method == Method::GET && operation.ends_with("_as_of") => {
                client.get(&format!("{at}?at=2100-01-01T00:00:00Z"))
            }
            _ if *method == Method::GET && operation.starts_with("group_") => {
                client.get(&format!("{at}?by=owner_id"))
            }
            "may_contact" | "may_contact_lead" => {
                let purpose = id(&self
                    .maker
                    .client
                    .post("consent-purposes", &purpose())
                    .ok(201));
                client.get(&format!("{at}?purpose={purpose}&channel=email"))
            }
            _ if *method == Method::GET => client.get(&at),
            "upload_import" => client.send(
                Method::POST,
                "imports?object=contact&file_name=a.csv",
                &[],
                b"Name\nSiti\n",
            ),
            _ if operation.starts_with("attach_file_to") || operation == "add_file_version" => {
                client.send(Method::POST, &format!("{at}?name=a.txt"), &[], b"satu")
            }
            "resend_webhook_delivery" => {
                let test = at.replace("resend", "test");
                let sent = self.maker.client.post(&test, &json!({}));
                let body = json!({"delivery_id": id(&sent.ok(202))});
                client.post(&at, &body)
            }
            "release_submission" | "discard_submission" => {
                let form = self
                    .maker
                    .client
                    .get(at.rsplit_once('/').unwrap().0)
                    .ok(200);
                let held = crate::web_forms::held(&self.maker.client, &form);
                client.post(&at, &json!({"submission_id": held["id"]}))
            }
            "replay_inbound_request" => {
                let hook = at.trim_end_matches("/replay");
                let maker = &self.maker.client;
                let turned = maker.verb(
                    &format!("{hook}/rotate-token"),
                    version(&maker.get(hook).ok(200)),
                    &json!({}),
                );
                let to = format!("inbound/{}", turned.ok(200)["token"].as_str().unwrap());
                let came = maker.post(&to, &json!({"nama": "Siti"})).ok(202);
                client.post(&at, &json!({"request_id": came["id"]}))
            }
            _ => {
                let body = self.body(operation, method, path);
                client.json(method.clone(), &at, &[("if-match", "\"1\"")], &body)
            }
        }
    }

    fn body(&self, operation: &str, method: &Method, path: &str) -> Value {
        let maker = &self.maker.client;
        let object = OBJECTS.iter().find(|object| {
            path == format!("/api/v1/{}", object.plural)
                || path == format!("/api/v1/{}/duplicates", object.plural)
        });
        let everyone = json!({"object": "contact", "action": "export", "target": {"q": "Siti"}});
        match (operation, object) {
            (_, Some(object)) => minimal(maker, object.name),
            ("invite", _) => json!({"email": fresh_email("guest"), "role": "read_only"}),
            ("create_api_key", _) => json!({"name": fresh("Kunci"), "scopes": ["see"]}),
            ("suppress_email", _) => json!({"address": fresh_email("tidak")}),
            ("create_inbound_hook", _) => json!({"name": fresh("Formulir"), "object": "contact"}),
            ("create_business_calendar", _) => crate::lead_routing::calendar(),
            ("create_routing_rule", _) => {
                json!({"name": fresh("Aturan"), "user_ids": [self.app.owner.id]})
            }
            ("create_score_rule", _) => {
                json!({"name": fresh("Aturan"), "filter": "source = web", "points": 5})
            }
            ("dismiss_suggestion", _) => {
                json!({"object": "deal", "record_id": make(maker, "deal")["id"], "days": 7})
            }
            ("create_booking_page", _) => {
                json!({"name": fresh("Temu"), "hosts": [{"user_id": self.app.owner.id}]})
            }
            ("create_call_list", _) => crate::call_lists::minimal(),
            ("set_calendar_feed", _) => json!({"on": true}),
            ("create_form", _) => json!({"name": fresh("Formulir")}),
            ("create_app", _) => an_app(),
            ("set_sign_in_provider", _) => {
                json!({"label": "Kopi", "issuer": "https://kopi.invalid", "client_id": "x", "domains": ["kopi.example"], "active": false})
            }
            ("create_webhook_endpoint", _) => json!({"url": "https://kopi.invalid/hook"}),
            ("snooze_notifications", _) => {
                json!({"ids": [Uuid::now_v7()], "until": "2100-01-01T00:00:00Z"})
            }
            ("pause_background_work" | "resume_background_work", _) => {
                json!({"scope": "kind", "name": "nothing.at_all"})
            }
            ("requeue_jobs", _) => json!({"kind": "nothing.at_all"}),
            ("create_role", _) => json!({"name": fresh("Peran"), "rights": {"records": {}}}),
            ("start_bulk_operation" | "preview_bulk_operation", _) => everyone,
            ("create_quality_audit", _) => json!({"name": fresh("Tinjauan")}),
            ("create_consent_purpose", _) => purpose(),
            ("create_retention_rule", _) => rule(),
            ("create_processing_entry", _) => json!({"name": fresh("Kegiatan")}),
            ("note_consent_of_contact" | "note_consent_of_lead", _) => {
                let purpose = id(&maker.post("consent-purposes", &purpose()).ok(201));
                json!({"purpose_id": purpose, "state": "withdrawn"})
            }
            ("set_lead_checklist", _) => json!({"items": []}),
            ("set_activity_outcomes", _) => {
                json!({"items": maker.get("activity-outcomes").ok(200)["items"]})
            }
            ("tick_lead", _) => {
                json!({"item_id": crate::leads::asked(maker, &[("mql", "Anggaran", false)])[0], "done": true})
            }
            ("scan_duplicates", _) => json!({"object": "contact"}),
            ("set_duplicate_settings", _) => json!({"review": 51, "sure": 91}),
            ("set_quality_settings", _) => {
                json!({"contact": {"weights": {"complete": 3, "valid": 1, "unique": 0, "fresh": 0}, "fields": ["city"]}})
            }
            ("set_quotas", _) => {
                let one = json!({"kind": "workspace", "period": "2026-01", "value": 1});
                json!({"year": 2026, "measure": "won_amount", "cells": [one]})
            }
            ("say_forecast_call", _) => json!({"period": "2026", "kind": "workspace", "amount": 1}),
            ("update_me" | "update_workspace", _) => json!({}),
            ("change_password", _) => json!({"current_password": "", "new_password": ""}),
            (name, _) if name.starts_with("revert_") => json!({"at": "2100-01-01T00:00:00Z"}),
            _ => acceptable(maker, method, path),
        }
    }

    /// The id of something; of a new one when it may be changed.
    fn target(&mut self, part: &str, anew: bool) -> String {
        // What takes long to make is not changed by being tried on.
        let anew = anew
            && !matches!(
                part,
                "bulk-operations"
                    | "jobs"
                    | "job-schedules"
                    | "workspace"
                    | "person-copies"
                    | "duplicates"
            );
        if let Some(kept) = self.kept.get(part).filter(|_| !anew) {
            return kept.clone();
        }
        let made = self.make(part);
        if !anew {
            self.kept.insert(part.to_owned(), made.clone());
        }
        made
    }

    fn make(&self, part: &str) -> String {
        let client = &self.maker.client;
        if let Some(object) = OBJECTS.iter().find(|object| object.plural == part) {
            return id(&make(client, object.name));
        }
        match part {
            "comments" | "files" => self.attached(part),
            "shares" => {
                let at = format!("contacts/{}/shares", id(&make(client, "contact")));
                let with = json!({"team_id": make(client, "team")["id"]});
                id(&client.post(&at, &with).ok(201))
            }
            "mail" => id(&client.post("mail/test", &json!({})).ok(202)),
            "members" => id(&membership(client, &self.app.member("read_only").email)),
            "sessions" | "notifications" | "passkeys" | "work-profiles" => {
                self.app.owner.id.clone()
            }
            "api-keys" => {
                let key = json!({"name": fresh("Kunci"), "scopes": ["see"]});
                id(&client.post("api-keys", &key).ok(201))
            }
            "inbound-hooks" => {
                let hook = json!({"name": fresh("Formulir"), "object": "contact"});
                id(&client.post("inbound-hooks", &hook).ok(201))
            }
            "business-calendars" => {
                let made = client.post("business-calendars", &crate::lead_routing::calendar());
                id(&made.ok(201))
            }
            "routing-rules" => {
                let rule = json!({"name": fresh("Aturan"), "user_ids": [self.app.owner.id]});
                id(&client.post("routing-rules", &rule).ok(201))
            }
            "score-rules" => {
                let rule = json!({"name": fresh("Aturan"), "filter": "source = web", "points": 5});
                id(&client.post("score-rules", &rule).ok(201))
            }
            "booking-pages" => id(&crate::booking::page(
                client,
                &json!([self.app.owner.id]),
                &json!({}),
            )),
            "call-lists" => id(&crate::call_lists::made(client)),
            "call-list-entries" => id(&crate::call_lists::entry(client)),
            "forms" => id(&crate::web_forms::form(client, &json!({}))),
            "email-accounts" => id(&crate::email::account(client, 25)),
            "emails" => {
                let contact = make(client, "contact");
                id(&crate::email::written(client, &contact))
            }
            "email-suppressions" => id(&crate::email::suppressed(client)),
            "apps" | "connected-apps" => id(&client.post("apps", &an_app()).ok(201)),
            "webhook-endpoints" => {
                let hook = json!({"url": "https://kopi.invalid/hook", "kinds": ["webhook.none"]});
                id(&client.post("webhook-endpoints", &hook).ok(201))
            }
            "roles" => role(self.app, &json!({"records": {}})),
            "invitations" => {
                let guest = json!({"email": fresh_email("guest"), "role": "read_only"});
                id(&client.post("invitations", &guest).ok(201))
            }
            "imports" => {
                let file = client.send(
                    Method::POST,
                    "imports?object=contact&file_name=a.csv",
                    &[],
                    b"Name\nSiti\n",
                );
                id(&file.ok(201))
            }
            "bulk-operations" | "jobs" => {
                let order =
                    json!({"object": "contact", "action": "export", "target": {"q": "Siti"}});
                let done = client.post("bulk-operations", &order).ok(202);
                let job = done["job_id"].as_str().unwrap().to_owned();
                self.app.finished(&job);
                if part == "jobs" { job } else { id(&done) }
            }
            "job-schedules" => id(&crate::jobs::schedule(self.app, "quality.remind")),
            "workspace" => {
                let job = client.post("workspace/exports", &json!({})).ok(202)["job_id"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                self.app.finished(&job);
                job
            }
            "consent-purposes" => id(&client.post("consent-purposes", &purpose()).ok(201)),
            "retention-rules" => id(&client.post("retention-rules", &rule()).ok(201)),
            "processing-entries" => {
                let entry = json!({"name": fresh("Kegiatan")});
                id(&client.post("processing-entries", &entry).ok(201))
            }
            "person-copies" => {
                let at = format!("contacts/{}/copy", id(&make(client, "contact")));
                let job = client.post(&at, &json!({})).ok(202)["job_id"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                self.app.finished(&job);
                job
            }
            "merges" => merged(client),
            "duplicates" => self.doubles(),
            _ => reviewed(client, part),
        }
    }

    fn attached(&self, part: &str) -> String {
        let client = &self.maker.client;
        let at = format!("contacts/{}", id(&make(client, "contact")));
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
        id(&made.ok(201))
    }

    /// Two contacts that are one, found by a search for such.
    fn doubles(&self) -> String {
        let client = &self.maker.client;
        for job in ["1", "2"] {
            let twin = json!({"full_name": "Kembar", "phones": [{"value": "+62 812-4000-4000"}], "job_title": job});
            client.post("contacts?duplicates=allow", &twin).ok(201);
        }
        // A search that somebody began before the two were there is under way at times, and answers for the first.
        for _ in 0..3 {
            let scan = client
                .post("duplicates/scan", &json!({"object": "contact"}))
                .ok(202);
            self.app.finished(&id(&scan));
            let found = client.get("duplicates").ok(200)["items"][0].clone();
            if found.is_object() {
                return id(&found);
            }
        }
        panic!("two who are one are not found");
    }
}

fn rule() -> Value {
    json!({"name": fresh("Aturan"), "object": "activity", "months": 120, "action": "list"})
}

fn purpose() -> Value {
    json!({"name": fresh("Kabar"), "legal_basis": "consent", "channels": ["email"]})
}

/// An app with a secret.
fn an_app() -> Value {
    json!({"name": fresh("Aplikasi"), "confidential": true, "redirect_uris": ["https://kopi.example/"], "scopes": ["see"]})
}
