//! The workspace's tags: their words and colours, and making new ones.

use leptos::prelude::*;
use relasi_domain::people::tag;
use relasi_domain::record::Document;
use wasm_bindgen_futures::spawn_local;

use super::store::{self, Query, Record};
use crate::api::{Api, ApiError};
use crate::ui::combobox::{Finder, finder};
use crate::ui::select::Choice;
use crate::ui::tag::Tone;

/// All tags, loaded once per session: `use_tags()`.
#[derive(Clone, Copy)]
pub struct TagNames {
    tags: RwSignal<Vec<Record>>,
}

/// The app's tags.
pub fn use_tags() -> TagNames {
    expect_context()
}

impl TagNames {
    /// Makes the cache; the app does it once.
    pub fn provide() {
        provide_context(Self {
            tags: RwSignal::default(),
        });
    }

    /// Loads the tags again, the first 200 by name. Failing keeps what was there.
    pub fn load(self, api: Api) {
        let query = Query {
            sort: "name".to_owned(),
            limit: 200,
            ..Query::default()
        };
        spawn_local(async move {
            if let Ok(page) = store::list(api, &tag::OBJECT, &query).await {
                self.tags.set(page.items);
            }
        });
    }

    /// Word and colour of a tag; tracked.
    pub fn get(self, id: &str) -> Option<(String, Tone)> {
        self.tags.with(|tags| {
            let tag = tags.iter().find(|tag| tag.id() == id)?;
            Some((tag.title(&tag::OBJECT), tone(tag.text("colour"))))
        })
    }

    /// All tags as choices; tracked.
    pub fn choices(self) -> Vec<Choice> {
        let choice = |tag: &Record| Choice::new(tag.id(), tag.title(&tag::OBJECT));
        self.tags.with(|tags| tags.iter().map(choice).collect())
    }

    /// Finds tags by their word.
    pub fn finder(self) -> Finder {
        finder(move |text: String| {
            let wanted = text.to_lowercase();
            let mut found = untrack(|| self.choices());
            found.retain(|choice| choice.label.to_lowercase().contains(&wanted));
            found.truncate(50);
            async move { found }
        })
    }

    /// Makes a tag and remembers it.
    pub async fn create(self, api: Api, name: &str) -> Result<Choice, ApiError> {
        let mut body = Document::new();
        body.insert("name".to_owned(), name.into());
        let tag = store::create(api, &tag::OBJECT, body).await?;
        let choice = Choice::new(tag.id(), tag.title(&tag::OBJECT));
        self.tags.update(|tags| tags.push(tag));
        Ok(choice)
    }
}

/// The tone nearest to a tag's colour.
pub fn tone(colour: Option<&str>) -> Tone {
    match colour {
        Some("teal") => Tone::Accent,
        Some("gold") => Tone::Gold,
        Some("red") => Tone::Bad,
        Some("blue" | "violet") => Tone::Info,
        Some("green") => Tone::Ok,
        _ => Tone::Neutral,
    }
}
