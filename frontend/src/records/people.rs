//! The members of the workspace, for names behind user ids and for choosing owners.

use std::collections::HashMap;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, Reply, use_api};
use crate::ui::combobox::{Finder, finder};
use crate::ui::select::Choice;

/// A person of the workspace.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Member {
    /// Id of the membership.
    pub id: String,
    /// Id that records refer to.
    pub user_id: String,
    /// Full name.
    pub full_name: String,
    /// Address for signing in.
    pub email: String,
    /// owner, admin, manager, member or `read_only`.
    pub role: String,
    /// May sign in.
    pub active: bool,
}

#[derive(Deserialize)]
struct Members {
    items: Vec<Member>,
}

/// All members, loaded once per session: `use_people()`.
#[derive(Clone, Copy)]
pub struct People {
    members: RwSignal<Vec<Member>>,
    /// Names that came with lists, of people who are no members any more too.
    names: RwSignal<HashMap<String, String>>,
}

/// The app's members.
pub fn use_people() -> People {
    expect_context()
}

impl People {
    /// Makes the cache; the app does it once.
    pub fn provide() {
        provide_context(Self {
            members: RwSignal::default(),
            names: RwSignal::default(),
        });
    }

    /// Loads the members again. Failing keeps what was there: names are then missing, nothing else.
    pub fn load(self, api: Api) {
        spawn_local(self.fetch(api));
    }

    async fn fetch(self, api: Api) {
        if let Ok(list) = api.get("/members").await.and_then(Reply::read::<Members>) {
            self.members.set(list.items);
        }
    }

    /// Remembers names that an answer carried along.
    pub fn learn(self, people: impl IntoIterator<Item = (String, String)>) {
        self.names.update(|names| names.extend(people));
    }

    /// All members; tracked.
    pub fn all(self) -> Vec<Member> {
        self.members.get()
    }

    /// The name of a user; tracked.
    pub fn name(self, user_id: &str) -> Option<String> {
        self.members
            .with(|all| {
                let found = all.iter().find(|member| member.user_id == user_id);
                found.map(|member| member.full_name.clone())
            })
            .or_else(|| self.names.with(|names| names.get(user_id).cloned()))
    }

    /// Active members as choices; tracked.
    pub fn choices(self) -> Vec<Choice> {
        let active = |member: &Member| {
            member
                .active
                .then(|| Choice::new(member.user_id.clone(), member.full_name.clone()))
        };
        self.members
            .with(|all| all.iter().filter_map(active).collect())
    }

    /// Finds active members by name.
    pub fn finder(self) -> Finder {
        let api = use_api();
        finder(move |text: String| async move {
            // Who types fast is here before the members are.
            if self.members.with_untracked(Vec::is_empty) {
                self.fetch(api).await;
            }
            let wanted = text.to_lowercase();
            let mut found = untrack(|| self.choices());
            found.retain(|choice| choice.label.to_lowercase().contains(&wanted));
            found.truncate(50);
            found
        })
    }
}
