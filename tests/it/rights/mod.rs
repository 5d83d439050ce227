//! Roles of the workspace's own, people who report to each other, and what every operation asks for.

mod fields;
mod leaving;
mod made;
mod matrix;
mod roles;
mod shares;
mod targets;
mod tree;
mod wide;

use relasi_tests::{Member, TestApp};
use serde_json::{Value, json};

use crate::bodies::{fresh, id};

/// A role with these rights; its id.
#[track_caller]
pub fn role(app: &TestApp, rights: &Value) -> String {
    let body = json!({"name": fresh("Peran"), "rights": rights});
    id(&app.client().post("roles", &body).ok(201))
}

/// Somebody with a role of these rights.
#[track_caller]
pub fn member_with(app: &TestApp, rights: &Value, team: Option<&str>) -> Member {
    app.owner.invite(&role(app, rights), team)
}
