//! What the page of fields works on.

use leptos::prelude::*;
use relasi_domain::platform::custom_field::OBJECT;
use relasi_domain::record::Document;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, use_api};
use crate::i18n::{k, number};
use crate::records::store::{self, Query};
use crate::records::{Record, fields};
use crate::screens::settings::saving::Saving;
use crate::ui::toast::{Toasts, use_toasts};

/// The definitions, and the one that is being written.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The client.
    pub api: Api,
    /// How saves of the order go.
    pub saving: Saving,
    /// Whose fields are shown.
    pub object: RwSignal<String>,
    /// The definitions of all objects in their order.
    pub found: RwSignal<Option<Result<Vec<Record>, String>>>,
    /// Those in the trash.
    pub gone: RwSignal<Vec<Record>>,
    /// The sheet is open.
    pub editing: RwSignal<bool>,
    /// What it changes; none for a new one.
    pub edited: RwSignal<Option<Record>>,
    /// Said aloud after a move.
    pub said: RwSignal<String>,
    /// Where it says what was done.
    pub toasts: Toasts,
}

impl Desk {
    /// Reads the definitions.
    pub fn new() -> Self {
        let desk = Self {
            api: use_api(),
            saving: Saving::new(),
            object: RwSignal::new("contact".to_owned()),
            found: RwSignal::new(None),
            gone: RwSignal::default(),
            editing: RwSignal::new(false),
            edited: RwSignal::new(None),
            said: RwSignal::default(),
            toasts: use_toasts(),
        };
        desk.load();
        desk
    }

    /// Reads everything anew; the rest of the app follows.
    pub fn load(self) {
        spawn_local(async move {
            let found = fields::read(self.api).await;
            let _ = self
                .found
                .try_set(Some(found.map_err(|error| error.text())));
            let trashed = Query {
                sort: "-deleted_at".to_owned(),
                limit: 100,
                trashed: true,
                ..Query::default()
            };
            if let Ok(page) = store::list(self.api, &OBJECT, &trashed).await {
                let _ = self.gone.try_set(page.items);
            }
            fields::reload(self.api).await;
        });
    }

    /// The definitions of the object that is chosen; tracked.
    pub fn shown(self) -> Vec<Record> {
        let object = self.object.get();
        let all = self.found.get().and_then(Result::ok).unwrap_or_default();
        let own = all.into_iter();
        own.filter(|field| field.text("object") == Some(object.as_str()))
            .collect()
    }

    /// Opens the sheet.
    pub fn open(self, field: Option<Record>) {
        self.edited.set(field);
        self.editing.set(true);
    }

    /// What the sheet is about; tracked.
    pub fn heading(self) -> String {
        self.edited.with(|field| match field {
            Some(field) => k::fields::edit(&field.title(&OBJECT)),
            None => k::fields::NEW.get().to_owned(),
        })
    }

    /// Moves a field by one place.
    pub fn shift(self, id: &str, up: bool) {
        let mut all = untrack(|| self.shown());
        let Some(from) = all.iter().position(|field| field.id() == id) else {
            return;
        };
        let to = if up {
            from.checked_sub(1)
        } else {
            Some(from + 1)
        };
        let Some(to) = to.filter(|to| *to < all.len()) else {
            return;
        };
        let name = all[from].title(&OBJECT);
        all.swap(from, to);
        let place = number(i64::try_from(to + 1).unwrap_or_default());
        self.said.set(k::fields::moved(&name, &place));
        self.saving.run(async move {
            let stored = self.store_order(&all).await;
            self.load();
            stored
        });
    }

    async fn store_order(self, all: &[Record]) -> Result<(), ApiError> {
        for (place, field) in all.iter().enumerate() {
            let place = i64::try_from(place).unwrap_or_default();
            if field.integer("position") != Some(place) {
                let changes = Document::from_iter([("position".to_owned(), json!(place))]);
                store::patch(self.api, &OBJECT, field.id(), field.version(), changes).await?;
            }
        }
        Ok(())
    }

    /// Deletes a field, with a way back.
    pub fn trash(self, field: Record) {
        spawn_local(async move {
            let (id, name) = (field.id().to_owned(), field.title(&OBJECT));
            if let Err(error) = store::delete(self.api, &OBJECT, &id, field.version()).await {
                self.toasts.bad(error.text());
                return;
            }
            self.load();
            let back = move || self.restore(id.clone(), None);
            self.toasts.undoable(k::fields::trashed(&name), back);
        });
    }

    /// Brings a field back with its values.
    pub fn restore(self, id: String, said: Option<String>) {
        spawn_local(async move {
            match store::restore(self.api, &OBJECT, &id).await {
                Ok(_) => {
                    if let Some(said) = said {
                        self.toasts.ok(said);
                    }
                }
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }
}
