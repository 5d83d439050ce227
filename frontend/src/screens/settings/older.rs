//! Lists of the API that are read on demand, newest first.

use leptos::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::spawn_local;

use crate::api::{ApiError, Reply, use_api};
use crate::i18n::{Key, k};
use crate::records::store::encode;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon::Icon;

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

/// A list with a line for each item, and a button for older ones.
#[component]
pub fn NewestFirst<T>(
    /// Where it is read, without parameters.
    path: String,
    /// Items of a page.
    #[prop(default = 20)]
    limit: u32,
    /// Lines of the skeleton while the first page comes.
    #[prop(default = 4)]
    waiting: usize,
    /// Said when there are none.
    none: Key,
    /// Drawn above it.
    icon: Icon,
    /// Further class of the list.
    #[prop(optional)]
    class: &'static str,
    /// Draws an item.
    line: Callback<T, AnyView>,
) -> impl IntoView
where
    T: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let api = use_api();
    let path = StoredValue::new(path);
    let found = RwSignal::new(Vec::<T>::new());
    let cursor = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<String>);
    let (loaded, busy) = (RwSignal::new(false), RwSignal::new(false));
    let load = move || {
        busy.set(true);
        let from = cursor
            .get_untracked()
            .map(|cursor| format!("&cursor={}", encode(&cursor)));
        let from = from.unwrap_or_default();
        let path = path.with_value(|path| format!("{path}?limit={limit}{from}"));
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Page<T>>);
            // The page may be gone by now.
            let _ = failure.try_set(answer.as_ref().err().map(ApiError::text));
            if let Ok(page) = answer {
                let _ = cursor.try_set(page.next_cursor);
                found.try_update(|all| all.extend(page.items));
            }
            let _ = loaded.try_set(true);
            let _ = busy.try_set(false);
        });
    };
    load();
    let nothing = move || found.with(Vec::is_empty) && failure.with(Option::is_none);
    let class = format!("settings-lines {class}");
    view! {
        <Show when=move || loaded.get() fallback=move || view! { <Skeleton lines=waiting/> }>
            {move || failure.get().map(|text| view! { <ErrorState text on_retry=move |()| load()/> })}
            <Show when=nothing><EmptyState text=none icon/></Show>
            <ul class=class.clone()>{move || found.get().into_iter().map(|one| line.run(one)).collect_view()}</ul>
            <Show when=move || cursor.with(Option::is_some)>
                <div class="row"><Button label=k::ui::OLDER variant=Variant::Quiet busy on_press=move |()| load()/></div>
            </Show>
        </Show>
    }
}
