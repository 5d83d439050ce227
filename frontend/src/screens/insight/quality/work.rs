//! A queue, worked through one by one: its records are those of the ordinary list.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;

use super::model::{Quality, queue_name};
use super::work_form::WorkForm;
use crate::api::{Api, ApiError, Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::{k, number};
use crate::records::fields::whole;
use crate::records::store::{self, Query};
use crate::records::{Record, labels};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;

const PAGE: u32 = 20;

/// The records of a queue, and the one that is looked at.
#[derive(Clone, Copy)]
pub struct Work {
    /// The API.
    pub api: Api,
    /// What the records are.
    pub object: &'static Object,
    /// Which queue.
    pub queue: StoredValue<String>,
    /// Fields that should be filled.
    pub asked: RwSignal<Vec<String>>,
    records: RwSignal<Option<Vec<Record>>>,
    at: RwSignal<usize>,
    query: StoredValue<Query>,
    more: StoredValue<Option<String>>,
    count: RwSignal<Option<i64>>,
    error: RwSignal<Option<ApiError>>,
}

#[derive(serde::Deserialize)]
struct Measure {
    fields: Vec<String>,
}

impl Work {
    fn new(object: &'static Object, queue: String) -> Self {
        let work = Self {
            api: use_api(),
            object: whole(object),
            queue: StoredValue::new(queue),
            asked: RwSignal::default(),
            records: RwSignal::new(None),
            at: RwSignal::new(0),
            query: StoredValue::new(Query::default()),
            more: StoredValue::new(None),
            count: RwSignal::new(None),
            error: RwSignal::new(None),
        };
        work.begin();
        work
    }

    /// Finds out which records they are, and reads the first ones.
    fn begin(self) {
        self.error.set(None);
        spawn_local(async move {
            let filter = match self.filter().await {
                Ok(Some(filter)) => filter,
                Ok(None) => {
                    _ = self.records.try_set(Some(Vec::new()));
                    return;
                }
                Err(error) => {
                    _ = self.error.try_set(Some(error));
                    return;
                }
            };
            let query = Query {
                filter,
                sort: self.object.title.to_owned(),
                limit: PAGE,
                ..Query::default()
            };
            if self.query.try_set_value(query.clone()).is_some() {
                return;
            }
            if let Ok(found) = store::count(self.api, self.object, &query).await {
                _ = self.count.try_set(Some(found.count));
            }
            self.read().await;
        });
    }

    async fn filter(self) -> Result<Option<String>, ApiError> {
        let quality: Quality = self.api.get("/quality").await.and_then(Reply::read)?;
        let settings = self.api.get("/quality/settings").await;
        let mut settings: std::collections::HashMap<String, Measure> =
            settings.and_then(Reply::read)?;
        let measure = settings.remove(self.object.name);
        _ = self
            .asked
            .try_set(measure.map(|measure| measure.fields).unwrap_or_default());
        let wanted = self.queue.try_get_value().unwrap_or_default();
        let of = quality
            .objects
            .into_iter()
            .find(|one| one.object == self.object.name);
        let queue = of.and_then(|of| of.queues.into_iter().find(|queue| queue.name == wanted));
        Ok(queue.and_then(|queue| queue.filter))
    }

    async fn read(self) {
        let Some(mut query) = self.query.try_get_value() else {
            return;
        };
        query.cursor = self.more.try_get_value().flatten();
        match store::list(self.api, self.object, &query).await {
            Ok(page) => {
                _ = self.more.try_set_value(page.next_cursor);
                _ = self.records.try_update(|records| {
                    records.get_or_insert_default().extend(page.items);
                });
            }
            Err(error) => _ = self.error.try_set(Some(error)),
        }
    }

    /// Goes on to the next record.
    pub fn next(self) {
        let Some(at) = self.at.try_update(|at| {
            *at += 1;
            *at
        }) else {
            return;
        };
        let read = self
            .records
            .with_untracked(|records| records.as_ref().map_or(0, Vec::len));
        if at + 3 >= read && self.more.with_value(Option::is_some) {
            spawn_local(self.read());
        }
    }
}

/// `/app/quality/work/:object/:queue`.
#[component]
pub fn WorkPage() -> impl IntoView {
    let params = use_params_map();
    let wanted = Memo::new(move |_| {
        params.with(|params| {
            let object = relasi_domain::object(&params.get("object").unwrap_or_default());
            object.map(|object| (object.name, params.get("queue").unwrap_or_default()))
        })
    });
    move || {
        let (name, queue) = wanted.get()?;
        let object = relasi_domain::object(name)?;
        Some(view! { <Queue object queue/> })
    }
}

#[component]
fn Queue(object: &'static Object, queue: String) -> impl IntoView {
    let name = queue_name(&queue);
    let work = Work::new(object, queue);
    let title = move || format!("{}: {}", labels::many(object), name.get());
    let place = move || {
        let total = work.count.get()?;
        let at = i64::try_from(work.at.get() + 1).ok()?;
        (at <= total).then(|| k::quality::place(&number(at), &number(total)))
    };
    let current = Memo::new(move |_| {
        let at = work.at.get();
        work.records
            .with(|records| records.as_ref().map(|all| all.get(at).cloned()))
    });
    let body = move || match (current.get(), work.error.get()) {
        (_, Some(error)) => {
            view! { <ErrorState text=error.text() on_retry=move |()| work.begin()/> }.into_any()
        }
        (None, None) => view! { <Skeleton lines=6/> }.into_any(),
        (Some(Some(record)), None) => view! { <WorkForm work record/> }.into_any(),
        (Some(None), None) => view! {
            <EmptyState text=k::quality::ALL_SEEN icon=icon::CIRCLE_CHECK>
                <a class="btn plain medium" href="/app/quality">{k::quality::TITLE}</a>
            </EmptyState>
        }
        .into_any(),
    };
    view! {
        <PageBar title trail=(k::quality::TITLE.into(), "/app/quality")><span class="secondary quality-place" role="status">{place}</span></PageBar>
        <div class="page-body quality-work">{body}</div>
    }
}
