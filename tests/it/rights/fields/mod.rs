//! Fields that a role may not see, or not change: as if they were not there, wherever records are (statement T4).

mod every;
mod reach;
mod subject;
mod surfaces;

use relasi_domain::record::Object;
use relasi_tests::{Client, Member, TestApp};
use serde_json::{Value, json};

use super::role;
use crate::bodies::version;

/// Everything but the right to make records what they are not allowed to be.
pub fn all(fields: &Value) -> Value {
    let records =
        json!({"see": "all", "add": "all", "edit": "all", "delete": "all", "export": "all"});
    json!({"records": records, "workspace": ["import", "audit", "settings"], "fields": fields})
}

/// Somebody whose role is changed again and again.
pub struct Narrowed<'a> {
    pub app: &'a TestApp,
    role: String,
    member: Member,
}

impl<'a> Narrowed<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        let role = role(app, &all(&json!({})));
        let member = app.owner.invite(&role, None);
        Self { app, role, member }
    }

    pub fn set(&self, rights: &Value) -> Vec<String> {
        let at = format!("roles/{}", self.role);
        let now = self.app.client().get(&at).ok(200);
        let reply = self
            .app
            .client()
            .patch(&at, version(&now), &json!({"rights": rights}));
        if reply.status == 422 {
            reply.faults()
        } else {
            reply.ok(200);
            Vec::new()
        }
    }

    pub fn right(&self, object: &Object, field: &str, right: &str) -> Vec<String> {
        self.set(&all(&json!({object.name: {field: right}})))
    }

    pub fn client(&self) -> &Client {
        &self.member.client
    }
}

pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}
