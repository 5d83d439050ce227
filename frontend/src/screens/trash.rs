//! What was moved to the trash, and the way back.

use std::collections::BTreeSet;

use leptos::prelude::*;
use relasi_domain::interaction::activity;
use relasi_domain::people::{company, contact};
use relasi_domain::record::Object;
use relasi_domain::sales::{deal, lead};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{ApiError, use_api};
use crate::frame::PageBar;
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::records::bulk::{Action, Bulk, BulkPart, List};
use crate::records::fields::is_shown;
use crate::records::list::{reason, settled};
use crate::records::refs::use_titles;
use crate::records::store::{self, Count, Query};
use crate::records::{Record, instant, labels, value};
use crate::ui::button::{Button, Size};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::table::{Column, RowKey, Sort, Table};
use crate::ui::tabs::{Tab, Tabs};
use crate::ui::text_input::SearchInput;
use crate::ui::toast::use_toasts;

static KINDS: [&Object; 5] = [
    &contact::OBJECT,
    &company::OBJECT,
    &lead::OBJECT,
    &deal::OBJECT,
    &activity::OBJECT,
];

#[derive(Clone, Copy)]
struct Bin {
    object: RwSignal<&'static Object>,
    rows: RwSignal<Option<Vec<Record>>>,
    next: RwSignal<Option<String>>,
    sort: RwSignal<Option<Sort>>,
    /// What is typed into the search field.
    text: RwSignal<String>,
    /// What is searched for: the text after a pause in typing.
    words: RwSignal<String>,
    error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    selected: RwSignal<BTreeSet<String>>,
    count: RwSignal<Option<Count>>,
}

/// `/app/trash`.
#[component]
pub fn Trash() -> impl IntoView {
    let newest = Sort {
        column: "deleted_at".to_owned(),
        descending: true,
    };
    let text = RwSignal::default();
    let bin = Bin {
        object: RwSignal::new(KINDS[0]),
        rows: RwSignal::new(None),
        next: RwSignal::new(None),
        sort: RwSignal::new(Some(newest)),
        text,
        words: settled(text),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        selected: RwSignal::default(),
        count: RwSignal::new(None),
    };
    let load = loader(bin);
    Effect::new(move |_| {
        bin.sort.track();
        bin.object.track();
        bin.words.track();
        bin.selected.update(BTreeSet::clear);
        load.run(false);
    });
    let restore = restorer(bin);
    let choose = move |name: String| {
        if let Some(object) = KINDS.iter().find(|object| object.name == name) {
            bin.rows.set(None);
            bin.object.set(object);
        }
    };
    let tabs = Signal::derive(|| {
        let shown = KINDS.iter().filter(|object| is_shown(object));
        shown
            .map(|object| Tab::new(object.name, move || labels::many(object)))
            .collect()
    });
    let bulk = bulk_of(bin, load);
    keys::bind(Scope::Page, "R", k::lists::RESTORE, move || {
        if !bin.selected.with_untracked(BTreeSet::is_empty) {
            bulk.ask.set(Some(Action::Restore));
        }
    });
    view! {
        <PageBar title=k::place::TRASH><SearchInput label=k::lists::SEARCH value=bin.text/></PageBar>
        <div class="view-tabs"><Tabs label=k::place::TRASH tabs current=Signal::derive(move || bin.object.get().name.to_owned()) on_choose=choose/></div>
        <p class="trash-note">{k::lists::TRASH_TEXT}</p>
        <Rows bin load restore/>
        <BulkPart bulk/>
    }
}

/// Many are restored together.
fn bulk_of(bin: Bin, load: Callback<bool>) -> Bulk {
    let list = List {
        count: bin.count.into(),
        target: Callback::new(move |()| {
            bin.words.with_untracked(|words| match words.trim() {
                "" => json!({}),
                words => json!({ "q": words }),
            })
        }),
        columns: Callback::new(|()| Vec::new()),
        actions: &[Action::Restore],
        on_change: Callback::new(move |()| load.run(false)),
    };
    Bulk::new(bin.object, bin.selected, list)
}

/// Loads the first page, or (with `true`) the one after the loaded ones.
fn loader(bin: Bin) -> Callback<bool> {
    let (api, titles) = (use_api(), use_titles());
    let run = StoredValue::new(0_u32);
    Callback::new(move |more: bool| {
        let cursor = bin.next.get_untracked().filter(|_| more);
        if more && (cursor.is_none() || bin.busy.get_untracked()) {
            return;
        }
        let sort = bin.sort.with_untracked(|sort| {
            sort.as_ref().map_or_else(String::new, |s| {
                format!("{}{}", if s.descending { "-" } else { "" }, s.column)
            })
        });
        let query = Query {
            sort,
            text: bin.words.with_untracked(|words| words.trim().to_owned()),
            cursor,
            limit: 100,
            trashed: true,
            ..Query::default()
        };
        let object = bin.object.get_untracked();
        run.update_value(|run| *run += 1);
        let mine = run.get_value();
        bin.busy.set(true);
        let counted = query.clone();
        spawn_local(async move {
            let count = store::count(api, object, &counted).await;
            if run.try_get_value() == Some(mine) {
                bin.count.set(count.ok());
            }
        });
        spawn_local(async move {
            let page = store::list(api, object, &query).await;
            if run.try_get_value() != Some(mine) {
                return;
            }
            bin.busy.set(false);
            match page {
                Ok(page) => {
                    titles.learn(&page);
                    bin.error.set(None);
                    bin.next.set(page.next_cursor);
                    bin.rows.update(|rows| match rows {
                        Some(rows) if more => rows.extend(page.items),
                        _ => *rows = Some(page.items),
                    });
                }
                Err(error) => bin.error.set(Some(error)),
            }
        });
    })
}

/// Restores one record; a toast says so and offers to move it back.
fn restorer(bin: Bin) -> Callback<String> {
    let (api, toasts) = (use_api(), use_toasts());
    Callback::new(move |id: String| {
        let object = bin.object.get_untracked();
        spawn_local(async move {
            let record = match store::restore(api, object, &id).await {
                Ok(record) => record,
                Err(error) => return toasts.bad(reason(&error)),
            };
            bin.rows.update(|rows| {
                if let Some(rows) = rows {
                    rows.retain(|row| row.id() != id);
                }
            });
            bin.selected.update(|selected| _ = selected.remove(&id));
            toasts.undoable(k::lists::restored(&record.title(object)), move || {
                let record = record.clone();
                spawn_local(async move {
                    match store::delete(api, object, record.id(), record.version()).await {
                        Ok(()) => {
                            _ = bin.rows.try_update(|rows| {
                                rows.get_or_insert_default().insert(0, record);
                            });
                        }
                        Err(error) => toasts.bad(reason(&error)),
                    }
                });
            });
        });
    })
}

fn columns(bin: Bin, restore: Callback<String>) -> Vec<Column<Record>> {
    let object = bin.object.get();
    let label = |name: &'static str| TextProp::from(move || labels::field(object, name));
    let mut columns = vec![
        Column::new(
            object.title,
            label(object.title),
            320,
            move |record: &Record| view! { <strong class="cut">{record.title(object)}</strong> },
        )
        .sortable(),
        Column::new("deleted_at", label("deleted_at"), 200, |record: &Record| {
            let at = record.text("deleted_at").map(str::to_owned);
            move || at.as_deref().map(instant::shown)
        })
        .sortable(),
        Column::new("restore", k::lists::RESTORE, 150, move |record: &Record| {
            let id = record.id().to_owned();
            view! { <Button label=k::lists::RESTORE size=Size::Small icon=icon::ARCHIVE_RESTORE on_press=move |()| restore.run(id.clone())/> }
        }),
    ];
    if let Some(owner) = object.field("owner_id") {
        let column = Column::new(
            "owner_id",
            label("owner_id"),
            180,
            move |record: &Record| value::show(object, owner, record),
        );
        columns.push(column.sortable());
    }
    columns
}

#[component]
fn Rows(bin: Bin, load: Callback<bool>, restore: Callback<String>) -> impl IntoView {
    let list = Signal::derive(move || bin.rows.get().unwrap_or_default());
    let empty = Memo::new(move |_| bin.rows.with(|rows| rows.as_ref().map(Vec::is_empty)));
    let shown = Signal::derive(move || columns(bin, restore));
    let on_key = move |key: RowKey| {
        let used = key.key == "R" && bin.selected.with_untracked(BTreeSet::is_empty);
        if used {
            restore.run(key.row);
        }
        used
    };
    let fault = Memo::new(move |_| {
        bin.error
            .with(|e| e.as_ref().map(|e| (e.text(), e.id().unwrap_or_default())))
    });
    move || {
        match (empty.get(), fault.get()) {
        (_, Some((text, error_id))) => view! {
            <ErrorState text error_id on_retry=move |()| load.run(false)/>
        }.into_any(),
        (None, None) => view! { <div class="list-wait"><Skeleton lines=8/></div> }.into_any(),
        (Some(true), None) if !bin.words.with(String::is_empty) => view! {
            <EmptyState text=k::lists::TRASH_NO_MATCH icon=icon::SEARCH/>
        }.into_any(),
        (Some(true), None) => view! { <EmptyState text=k::lists::TRASH_EMPTY icon=icon::TRASH_2/> }.into_any(),
        (Some(false), None) => view! {
            <Table label=k::place::TRASH name="trash" columns=shown rows=list row_id=|r| r.id().to_owned() sort=bin.sort
                selected=bin.selected on_open=|_| () on_key=on_key on_end=move |()| load.run(true) busy=bin.busy/>
        }.into_any(),
    }
    }
}
