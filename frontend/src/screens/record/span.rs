//! What lasts from a day to a day: roles and relationships, ended and taken away with a way back.

use relasi_domain::record::{Document, Object};
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use crate::api::use_api;
use crate::i18n::{Day, date_short, k, today};
use crate::records::Record;
use crate::records::store;
use crate::ui::toast::use_toasts;

/// Whether it has ended.
pub fn is_past(record: &Record) -> bool {
    day_of(record, "to_date").is_some_and(|day| day < today())
}

/// "12 Jan 2024 – 3 Mar 2025"; tracked.
pub fn words(record: &Record) -> impl Fn() -> String + Send + Sync + use<> {
    let (from, to) = (day_of(record, "from_date"), day_of(record, "to_date"));
    move || match (from, to) {
        (Some(from), Some(to)) => format!("{} – {}", date_short(from), date_short(to)),
        (Some(from), None) => k::record::since(&date_short(from)),
        (None, Some(to)) => k::record::until(&date_short(to)),
        (None, None) => String::new(),
    }
}

fn day_of(record: &Record, field: &str) -> Option<Day> {
    record.text(field).and_then(Day::parse_iso)
}

/// Ends a record today and says so, with a way back.
pub fn use_ending(
    live: Live,
    object: &'static Object,
) -> impl Fn(&Record, String) + Clone + Send + Sync + 'static {
    let (api, toasts) = (use_api(), use_toasts());
    let change = |day: Value| Document::from_iter([("to_date".to_owned(), day)]);
    move |record, said| {
        let (id, version) = (record.id().to_owned(), record.version());
        spawn_local(async move {
            match store::patch(api, object, &id, version, change(today().iso().into())).await {
                Ok(now) => toasts.undoable(said, move || {
                    let (id, version) = (id.clone(), now.version());
                    spawn_local(async move {
                        match store::patch(api, object, &id, version, change(Value::Null)).await {
                            Ok(_) => toasts.ok(k::common::UNDONE.get()),
                            Err(error) => toasts.bad(error.text()),
                        }
                        live.refresh();
                    });
                }),
                Err(error) => toasts.bad(error.text()),
            }
            live.refresh();
        });
    }
}

/// Takes a record away and says so, with a way back.
pub fn use_removing(
    live: Live,
    object: &'static Object,
) -> impl Fn(&Record, String) + Clone + Send + Sync + 'static {
    let (api, toasts) = (use_api(), use_toasts());
    move |record, said| {
        let (id, version) = (record.id().to_owned(), record.version());
        spawn_local(async move {
            match store::delete(api, object, &id, version).await {
                Ok(()) => toasts.undoable(said, move || {
                    let id = id.clone();
                    spawn_local(async move {
                        match store::restore(api, object, &id).await {
                            Ok(_) => toasts.ok(k::common::UNDONE.get()),
                            Err(error) => toasts.bad(error.text()),
                        }
                        live.refresh();
                    });
                }),
                Err(error) => toasts.bad(error.text()),
            }
            live.refresh();
        });
    }
}
