//! What can be done with a record besides changing its fields: its verbs, and the trash.

use leptos::prelude::*;
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::{Live, current};
use crate::api::{ApiError, Reply, Request};
use crate::i18n::k;
use crate::records::{Record, store};

/// A verb of a record, such as `move`.
#[derive(Debug)]
pub struct Verb {
    /// Last part of its address.
    pub name: &'static str,
    /// What it is told.
    pub body: Value,
    /// What it makes of the record, shown until the answer is there.
    pub guess: Document,
    /// Said when it worked.
    pub said: String,
    /// The verb that undoes it, and what that is told.
    pub back: (&'static str, Value),
}

impl Live {
    /// Runs a verb of the record. `answered` is told what came of it, and says whether a refusal is shown already.
    pub fn verb(self, step: Verb, answered: impl FnOnce(Result<(), &ApiError>) -> bool + 'static) {
        let id = self.id();
        let version = self.record.get_untracked().map(|record| record.version());
        for (field, value) in step.guess {
            self.show(&field, value);
        }
        spawn_local(async move {
            match self.run(&id, step.name, &step.body, version).await {
                Ok(record) => {
                    answered(Ok(()));
                    self.take(record);
                    self.news.try_update(|n| *n += 1);
                    let (back, body) = step.back;
                    self.toasts.undoable(step.said, move || {
                        let (id, body) = (id.clone(), body.clone());
                        spawn_local(async move {
                            let done = self.run(&id, back, &body, None).await;
                            self.finish(done);
                        });
                    });
                }
                Err(error) => {
                    match current(&error) {
                        Some(now) => self.take(now),
                        None => self.load(),
                    }
                    if !answered(Err(&error)) {
                        self.toasts.bad(error.text());
                    }
                }
            }
        });
    }

    /// Runs a verb, on the newest version unless one is named.
    pub(super) async fn run(
        self,
        id: &str,
        verb: &str,
        body: &Value,
        version: Option<i64>,
    ) -> Result<Record, ApiError> {
        let version = match version {
            Some(version) => version,
            None => store::get(self.api, self.object, id).await?.version(),
        };
        let path = format!("/{}/{id}/{verb}", self.object.plural);
        let request = Request::post(&path).json(body).version(version);
        request.send(self.api).await.and_then(Reply::read)
    }

    /// Moves the record to the trash, with a way back; `then` runs when it is there.
    pub fn trash(self, then: impl Fn() + 'static) {
        let Some(record) = self.record.get_untracked() else {
            return;
        };
        let (api, object, toasts) = (self.api, self.object, self.toasts);
        spawn_local(async move {
            let id = record.id().to_owned();
            if let Err(error) = store::delete(api, object, &id, record.version()).await {
                toasts.bad(error.text());
                return;
            }
            toasts.undoable(k::record::trashed(&record.title(object)), move || {
                let id = id.clone();
                spawn_local(async move {
                    let done = store::restore(api, object, &id).await;
                    self.finish(done);
                });
            });
            then();
        });
    }
}
