//! The roles of the workspace, for whatever names or gives one.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::identity::field_right::FieldRights;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use crate::api::Api;
use crate::records::labels;
use crate::screens::settings::listed::items;
use crate::ui::select::Choice;

/// How far the actions on records reach, by their codes.
pub type Scopes = BTreeMap<String, String>;

/// What a role may do, as the API says it.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Rights {
    /// On records of every object.
    pub records: Scopes,
    /// On single objects.
    #[serde(default)]
    pub objects: BTreeMap<String, Scopes>,
    /// On the workspace.
    #[serde(default)]
    pub workspace: Vec<String>,
    /// The fields that it does not see, or not change.
    #[serde(default)]
    pub fields: FieldRights,
}

/// A role as the settings need it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Role {
    /// Code of a built-in role, id of another one.
    pub id: String,
    /// It cannot be changed.
    pub built_in: bool,
    /// Its name; none of a built-in one.
    pub name: Option<String>,
    /// What it is for.
    pub description: String,
    /// What it may do.
    pub rights: Rights,
    /// Active members who have it.
    pub members: i64,
    /// The person may give it and change it.
    pub assignable: bool,
    /// For `If-Match`.
    pub version: i64,
}

impl Role {
    /// What it is called; tracked.
    pub fn called(&self) -> String {
        self.name.clone().unwrap_or_else(|| role_label(&self.id))
    }
}

/// What a built-in role is called; tracked.
pub fn role_label(code: &str) -> String {
    labels::text(&format!("role.{code}")).map_or_else(|| code.to_owned(), str::to_owned)
}

/// All roles of the workspace, once they have come.
#[derive(Clone, Copy)]
pub struct Known(RwSignal<Vec<Role>>);

/// Reads the roles for everything below.
pub fn provide_roles(api: Api) {
    let known = Known(RwSignal::default());
    spawn_local(async move {
        // Without them, members are shown with the names of the built-in roles and cannot be changed.
        if let Ok(roles) = items(api, "/roles").await {
            let _ = known.0.try_set(roles);
        }
    });
    provide_context(known);
}

/// The roles that were read above.
pub fn use_roles() -> Known {
    use_context().unwrap_or_else(|| Known(RwSignal::default()))
}

impl Known {
    /// What a role is called; tracked.
    pub fn name(self, id: &str) -> String {
        self.0.with(|all| {
            let role = all.iter().find(|role| role.id == id);
            role.map_or_else(|| role_label(id), Role::called)
        })
    }

    /// Whether the person may give or take it; tracked.
    pub fn may_give(self, id: &str) -> bool {
        self.0
            .with(|all| all.iter().any(|role| role.id == id && role.assignable))
    }

    /// The roles that the person may give, and the one that is; tracked.
    pub fn choices(self, now: &str) -> Vec<Choice> {
        self.0.with(|all| {
            let given = all.iter().filter(|role| role.assignable || role.id == now);
            given
                .map(|role| Choice::new(role.id.clone(), role.called()))
                .collect()
        })
    }
}
