//! Titles behind reference ids, and finding records to refer to.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use relasi_domain::record::Object;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::people::{People, use_people};
use super::store::{self, Page, Query, encode};
use crate::api::{Api, Reply, use_api};
use crate::ui::combobox::{Finder, finder};
use crate::ui::select::Choice;

/// Where a record's page is, for objects that have one.
pub fn page_path(object: &Object, id: &str) -> Option<String> {
    matches!(
        object.name,
        "contact" | "company" | "lead" | "deal" | "product" | "quote"
    )
    .then(|| format!("/app/{}/{id}", object.plural))
}

/// Titles of records seen so far: `use_titles()`.
#[derive(Clone, Copy)]
pub struct Titles {
    api: Api,
    people: People,
    known: RwSignal<HashMap<String, String>>,
    /// Asked for already, so that a title nobody may see is not asked for again and again.
    asked: StoredValue<HashSet<String>>,
}

/// The app's titles.
pub fn use_titles() -> Titles {
    expect_context()
}

impl Titles {
    /// Makes the cache; the app does it once.
    pub fn provide() {
        provide_context(Self {
            api: use_api(),
            people: use_people(),
            known: RwSignal::default(),
            asked: StoredValue::default(),
        });
    }

    /// Remembers the titles and names that came with a page.
    pub fn learn(self, page: &Page) {
        let users = page.included.get("users").into_iter().flatten();
        let users: Vec<_> = users
            .map(|user| (user.id.clone(), user.title.clone()))
            .collect();
        if !users.is_empty() {
            self.people.learn(users);
        }
        let records: Vec<_> = page
            .included
            .iter()
            .filter(|(plural, _)| *plural != "users")
            .flat_map(|(_, all)| all.iter().map(|one| (one.id.clone(), one.title.clone())))
            .collect();
        if !records.is_empty() {
            self.known.update(|known| known.extend(records));
        }
    }

    /// Remembers one title.
    pub fn put(self, id: &str, title: &str) {
        self.known
            .update(|known| _ = known.insert(id.to_owned(), title.to_owned()));
    }

    /// The title of a record; tracked. An unknown one is asked for and follows.
    pub fn get(self, object: &'static Object, id: &str) -> Option<String> {
        let known = self.known.with(|known| known.get(id).cloned());
        let first = known.is_none()
            && self
                .asked
                .try_update_value(|asked| asked.insert(id.to_owned()))
                .unwrap_or(false);
        if first {
            let id = id.to_owned();
            spawn_local(async move {
                if let Ok(record) = store::get(self.api, object, &id).await {
                    self.put(&id, &record.title(object));
                }
            });
        }
        known
    }
}

#[derive(Deserialize)]
struct Hits {
    items: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    object: String,
    id: String,
    title: String,
    #[serde(default)]
    subtitle: Option<String>,
}

/// Finds records of an object by their words; without words the newest ones.
pub fn reference_finder(api: Api, object: &'static Object) -> Finder {
    finder(move |text: String| async move {
        if object.searchable && !text.trim().is_empty() {
            let path = format!("/search?limit=50&q={}", encode(text.trim()));
            let hits = api.get(&path).await.and_then(Reply::read::<Hits>);
            let hits = hits.map(|hits| hits.items).unwrap_or_default();
            return hits
                .into_iter()
                .filter(|hit| hit.object == object.name)
                .map(|hit| Choice::new(hit.id, with_subtitle(hit.title, hit.subtitle)))
                .collect();
        }
        let sort = if object.searchable {
            "-updated_at"
        } else {
            object.title
        };
        let mut query = Query {
            sort: sort.to_owned(),
            limit: 20,
            ..Query::default()
        };
        if !text.trim().is_empty() {
            query.filter = format!("{} ~ {}", object.title, store::quoted(text.trim()));
        }
        let page = store::list(api, object, &query).await;
        page.map(|page| page.items)
            .unwrap_or_default()
            .iter()
            .map(|record| Choice::new(record.id(), record.title(object)))
            .collect()
    })
}

fn with_subtitle(title: String, subtitle: Option<String>) -> String {
    match subtitle.filter(|s| !s.is_empty()) {
        Some(more) => format!("{title} · {more}"),
        None => title,
    }
}
