//! The audit log of the workspace: who did what, narrowed by filters, and as a file.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use wasm_bindgen_futures::spawn_local;

use super::audit_filters::{Filters, Narrowed};
use super::rights::may;
use crate::api::{Api, ApiError, Reply, use_api};
use crate::download::save_csv;
use crate::i18n::k;
use crate::records::change_list::ChangeList;
use crate::records::changes::{self, Entries, Entry};
use crate::records::refs::{Titles, page_path, use_titles};
use crate::records::store::{self, encode};
use crate::records::{Page, Record, instant};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// Pages read at a time while nothing has been found.
const PAGES_AT_ONCE: u32 = 5;

/// The page.
#[component]
pub fn Audit() -> impl IntoView {
    let allowed = may(Action::Audit);
    view! {
        <Show when=move || allowed.get() fallback=|| view! { <Banner text=k::history::LOG_CLOSED tone=Tone::Info/> }>
            <Log/>
        </Show>
    }
}

/// What has been read of the log.
#[derive(Clone, Copy)]
struct Found {
    api: Api,
    titles: Titles,
    entries: RwSignal<Vec<Entry>>,
    cursor: RwSignal<Option<String>>,
    /// How far back was looked without filling the page.
    reached: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    loaded: RwSignal<bool>,
    busy: RwSignal<bool>,
    turn: StoredValue<u32>,
}

impl Found {
    fn read(self, filters: String, from: Option<String>) {
        self.turn.update_value(|n| *n += 1);
        let mine = self.turn.get_value();
        self.busy.set(true);
        spawn_local(async move {
            let mut from = from;
            let mut first = from.is_none();
            for _ in 0..PAGES_AT_ONCE {
                let cursor = from
                    .as_deref()
                    .map(|cursor| format!("&cursor={}", encode(cursor)));
                let path = format!(
                    "/audit-entries?limit=50{filters}{}",
                    cursor.unwrap_or_default()
                );
                let page = self.api.get(&path).await.and_then(Reply::read::<Entries>);
                if self.turn.try_get_value() != Some(mine) {
                    return;
                }
                let enough = self.take(page, first);
                from = self.cursor.get_untracked();
                first = false;
                if enough || from.is_none() {
                    break;
                }
            }
            self.busy.set(false);
        });
    }

    /// Whether that is all for now.
    fn take(self, page: Result<Entries, ApiError>, first: bool) -> bool {
        self.loaded.set(true);
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                self.failure.set(Some(error));
                return true;
            }
        };
        self.failure.set(None);
        self.titles.learn(&Page {
            items: Vec::new(),
            next_cursor: None,
            included: page.included,
        });
        self.cursor.set(page.next_cursor);
        self.reached.set(page.reached);
        let some = !page.items.is_empty();
        self.entries.update(|all| {
            if first {
                all.clear();
            }
            all.extend(page.items);
        });
        some
    }
}

#[component]
fn Log() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let narrowed = Narrowed::of_address();
    let found = Found {
        api,
        titles: use_titles(),
        entries: RwSignal::default(),
        cursor: RwSignal::new(None),
        reached: RwSignal::new(None),
        failure: RwSignal::new(None),
        loaded: RwSignal::new(false),
        busy: RwSignal::new(false),
        turn: StoredValue::new(0),
    };
    Effect::new(move |_| found.read(narrowed.parameters(), None));
    let again = move || found.read(narrowed.parameters_now(), None);
    let older = move |()| found.read(narrowed.parameters_now(), found.cursor.get_untracked());
    let saving = RwSignal::new(false);
    let save = move |()| {
        saving.set(true);
        let path = format!(
            "/audit-entries/export?{}",
            narrowed.parameters_now().trim_start_matches('&')
        );
        spawn_local(async move {
            match api.get(&path).await {
                Ok(reply) => {
                    // A browser that refuses says so itself.
                    let _ = save_csv("audit-log.csv", reply.body.as_str().unwrap_or_default());
                }
                Err(error) => toasts.bad(error.text()),
            }
            let _ = saving.try_set(false);
        });
    };
    let broken = move || {
        found.failure.get().map(|error| {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| again()/> }
        })
    };
    let nothing = move || found.entries.with(Vec::is_empty) && found.failure.with(Option::is_none);
    view! {
        <p class="secondary">{k::history::LOG_TEXT}</p>
        <Filters narrowed/>
        <div class="row"><Button label=k::history::EXPORT icon=icon::DOWNLOAD busy=saving on_press=save/></div>
        <Show when=move || found.loaded.get() fallback=|| view! { <Skeleton lines=8/> }>
            {broken}
            <Show when=move || nothing() && !found.busy.get()><EmptyState text=k::history::NOTHING icon=icon::HISTORY/></Show>
            <Entries found/>
            <Foot found older=Callback::new(older)/>
        </Show>
    }
}

#[component]
fn Entries(found: Found) -> impl IntoView {
    let currencies = Currencies::of(found.api);
    let beside = Callback::new(move |entry: Entry| currencies.beside(&entry));
    let subject = Callback::new(|entry: Entry| view! { <Subject entry/> }.into_any());
    view! { <ChangeList entries=found.entries beside subject/> }
}

#[component]
fn Foot(found: Found, older: Callback<()>) -> impl IntoView {
    let label = move || match found.reached.get() {
        Some(at) => k::history::further(&instant::shown(&at)),
        None => k::ui::OLDER.get().to_owned(),
    };
    view! {
        <Show when=move || found.cursor.with(Option::is_some)>
            <div class="row"><Button label variant=Variant::Quiet busy=found.busy on_press=older/></div>
        </Show>
    }
}

/// What an entry is about: "Contact Siti Rahmawati".
#[component]
fn Subject(entry: Entry) -> impl IntoView {
    let titles = use_titles();
    let kind = entry.object.clone();
    let object = relasi_domain::object(&entry.object);
    let href = object.and_then(|object| page_path(object, &entry.record_id));
    let name = move || match object {
        Some(object) => titles.get(object, &entry.record_id).unwrap_or_default(),
        None => String::new(),
    };
    let words = move || {
        format!("{} {}", changes::about(&kind), name())
            .trim()
            .to_owned()
    };
    match href {
        Some(href) => view! { <a href=href>{words}</a> }.into_any(),
        None => view! { <span>{words}</span> }.into_any(),
    }
}

/// Currencies of records whose amounts were changed, which the entries do not name.
#[derive(Clone, Copy)]
struct Currencies {
    api: Api,
    known: RwSignal<HashMap<String, Record>>,
    asked: StoredValue<HashSet<String>>,
}

impl Currencies {
    fn of(api: Api) -> Self {
        Self {
            api,
            known: RwSignal::default(),
            asked: StoredValue::default(),
        }
    }

    /// The record of an entry, as far as its amounts need it; tracked, asked for once.
    fn beside(self, entry: &Entry) -> Record {
        let object = relasi_domain::object(&entry.object);
        let Some(object) = object.filter(|object| changes::wants_currency(object, entry)) else {
            return Record::default();
        };
        let id = entry.record_id.clone();
        let first = self
            .asked
            .try_update_value(|asked| asked.insert(id.clone()));
        if first == Some(true) {
            spawn_local(async move {
                if let Ok(record) = store::get(self.api, object, &id).await {
                    self.known.try_update(|known| known.insert(id, record));
                }
            });
        }
        self.known
            .with(|known| known.get(&entry.record_id).cloned())
            .unwrap_or_default()
    }
}
