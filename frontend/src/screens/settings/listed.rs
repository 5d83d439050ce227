//! Lists of the API that come whole.

use leptos::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply};

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

/// What has come of a list so far: its items, or why there are none.
pub type Listed<T> = RwSignal<Option<Result<Vec<T>, String>>>;

/// The items of a list.
pub async fn items<T: DeserializeOwned>(api: Api, path: &str) -> Result<Vec<T>, ApiError> {
    let answer = api.get(path).await.and_then(Reply::read::<Items<T>>);
    answer.map(|list| list.items)
}

/// A list, and what asks for it.
pub fn listed<T>(api: Api, path: &'static str) -> (Listed<T>, impl Fn() + Copy + Send + Sync)
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let found = RwSignal::new(None);
    let load = move || {
        spawn_local(async move {
            let answer = items(api, path).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = found.try_set(Some(answer));
        });
    };
    (found, load)
}
