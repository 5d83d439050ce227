//! The table with its rows in groups: headings with counts and sums that open and close.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::groups::{self, Group, Groups};
use crate::api::ApiError;
use crate::i18n::{k, number};
use crate::records::list::{Hands, both, reason};
use crate::records::{Query, Record, store};
use crate::ui::banner::Banner;
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::table::{Headings, Table};

/// Rows of a page of a group.
const PAGE: u32 = 50;

/// How far a group is loaded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Opened {
    ids: Vec<String>,
    next: Option<String>,
    busy: bool,
}

/// The groups of a list.
#[derive(Clone, Copy)]
struct Model {
    hands: Hands,
    groups: RwSignal<Option<Groups>>,
    fault: RwSignal<Option<ApiError>>,
    /// The open groups by their filter.
    open: RwSignal<BTreeMap<String, Opened>>,
    /// Answers to an earlier question are thrown away.
    run: StoredValue<u64>,
}

/// Member of a row that is a heading: the place of its group.
const HEADING: &str = "heading";
/// Member of a row that asks for more of a group: its place.
const MORE: &str = "more";

impl Model {
    fn follow(hands: Hands) -> Self {
        let model = Self {
            hands,
            groups: RwSignal::new(None),
            fault: RwSignal::new(None),
            open: RwSignal::default(),
            run: StoredValue::new(0),
        };
        let state = hands.state();
        let asked = Memo::new(move |_| {
            let by = state
                .arrangement
                .with(|now| (now.group_by.clone(), now.sums.clone()));
            (hands.rows().turn.get(), by)
        });
        Effect::new(move |_| {
            asked.track();
            untrack(|| model.reload());
        });
        // Figures follow a change; the rows stay where they are.
        Effect::watch(
            move || state.saved.get(),
            move |_, _, _| model.count(),
            false,
        );
        model
    }

    fn by(self) -> (String, String) {
        let now = self.hands.state().arrangement;
        now.with_untracked(|now| (now.group_by.clone(), now.sums.clone()))
    }

    /// Loads the groups, and the open ones from their start.
    fn reload(self) {
        self.run.update_value(|run| *run += 1);
        self.count();
        let open: Vec<String> = self
            .open
            .with_untracked(|open| open.keys().cloned().collect());
        self.open.set(BTreeMap::new());
        for filter in open {
            self.load(&filter);
        }
    }

    fn count(self) {
        let Some(query) = self.hands.rows().asked() else {
            return;
        };
        let (by, sums) = self.by();
        let state = self.hands.state();
        spawn_local(async move {
            let found = groups::load(state.api, state.spec.object, (&by, &sums), &query).await;
            if self.run.try_get_value().is_none() || self.by() != (by, sums) {
                return;
            }
            match found {
                Ok(found) => {
                    self.fault.set(None);
                    self.groups.set(Some(found));
                }
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Loads the next page of a group.
    fn load(self, filter: &str) {
        let Some(asked) = self.hands.rows().asked() else {
            return;
        };
        let (run, filter) = (self.run.get_value(), filter.to_owned());
        let cursor = self
            .open
            .with_untracked(|open| open.get(&filter)?.next.clone());
        self.open
            .update(|open| open.entry(filter.clone()).or_default().busy = true);
        let query = Query {
            filter: both(&asked.filter, &filter),
            limit: PAGE,
            cursor,
            ..asked
        };
        let state = self.hands.state();
        spawn_local(async move {
            let page = store::list(state.api, state.spec.object, &query).await;
            if self.run.try_get_value() != Some(run) {
                return;
            }
            match page {
                Ok(page) => {
                    let ids: Vec<String> =
                        page.items.iter().map(|row| row.id().to_owned()).collect();
                    let next = page.next_cursor.clone();
                    self.hands.rows().take(page);
                    self.open.update(|open| {
                        if let Some(group) = open.get_mut(&filter) {
                            group.ids.extend(ids);
                            (group.next, group.busy) = (next, false);
                        }
                    });
                }
                Err(error) => {
                    self.open.update(|open| _ = open.remove(&filter));
                    state.toasts.bad(reason(&error));
                }
            }
        });
    }

    fn press(self, row: &Record) {
        let (at, more) = match (row.integer(HEADING), row.integer(MORE)) {
            (Some(at), _) => (at, false),
            (None, Some(at)) => (at, true),
            (None, None) => return,
        };
        let at = usize::try_from(at).unwrap_or_default();
        let filter = self.groups.with_untracked(|all| {
            let group = all.as_ref()?.groups.get(at)?;
            Some(group.filter.clone())
        });
        let Some(filter) = filter else { return };
        let is_open = self.open.with_untracked(|open| open.contains_key(&filter));
        if is_open && !more {
            self.open.update(|open| _ = open.remove(&filter));
        } else {
            self.load(&filter);
        }
    }

    /// Headings, and below the open ones their rows; tracked.
    fn lines(self) -> Vec<Record> {
        let mark = |name: &str, at: usize| {
            let mut row = Record::default();
            row.fields.insert(name.to_owned(), json!(at));
            row
        };
        let mut lines = Vec::new();
        let known: BTreeMap<String, Record> = self.hands.rows().list.with(|list| {
            list.iter()
                .map(|row| (row.id().to_owned(), row.clone()))
                .collect()
        });
        let groups = self.groups.get().unwrap_or_default().groups;
        let open = self.open.get();
        for (at, group) in groups.iter().enumerate() {
            lines.push(mark(HEADING, at));
            if let Some(opened) = open.get(&group.filter) {
                lines.extend(opened.ids.iter().filter_map(|id| known.get(id).cloned()));
                if opened.busy || opened.next.is_some() {
                    lines.push(mark(MORE, at));
                }
            }
        }
        lines
    }

    fn group(self, at: Option<i64>) -> Option<Group> {
        let at = usize::try_from(at?).ok()?;
        self.groups
            .with(|all| all.as_ref()?.groups.get(at).cloned())
    }

    fn is_open(self, row: &Record) -> Option<bool> {
        let group = self.group(row.integer(HEADING))?;
        Some(self.open.with(|open| open.contains_key(&group.filter)))
    }
}

/// Draws a heading, or the line that asks for more rows.
fn heading(model: Model, row: &Record) -> AnyView {
    let object = model.hands.state().spec.object;
    if row.value(MORE).is_number() {
        return view! { <span class="group-more">{k::views::MORE_ROWS}</span> }.into_any();
    }
    let Some(group) = model.group(row.integer(HEADING)) else {
        return ().into_any();
    };
    let by = model.by().0;
    let open = model.is_open(row) == Some(true);
    let mark = if open {
        icon::CHEVRON_DOWN
    } else {
        icon::CHEVRON_RIGHT
    };
    let exact = groups::sums(object, &group, true);
    view! {
        <Glyph icon=mark/>
        <strong class="cut">{groups::title(object, &by, &group)}</strong>
        <span class="count">{number(group.count)}</span>
        <span class="group-sums" title=exact>{groups::sums(object, &group, false)}</span>
    }
    .into_any()
}

/// A table whose rows are in groups.
#[component]
pub fn GroupedTable(hands: Hands) -> impl IntoView {
    let model = Model::follow(hands);
    let state = hands.state();
    let lines = Memo::new(move |_| model.lines());
    let headings = move || Headings {
        view: Arc::new(move |row: &Record| {
            let row = row.clone();
            (move || heading(model, &row)).into_any()
        }),
        open: Arc::new(move |row: &Record| model.is_open(row)),
        press: Callback::new(move |row: Record| model.press(&row)),
    };
    let status = Memo::new(move |_| {
        let fault = model
            .fault
            .get()
            .map(|error| (reason(&error), error.id().unwrap_or_default()));
        (
            fault,
            model
                .groups
                .with(|all| all.as_ref().map(|all| (all.groups.is_empty(), all.more))),
        )
    });
    move || {
        match status.get() {
        (Some((text, error_id)), _) => view! { <ErrorState text error_id on_retry=move |()| model.reload()/> }.into_any(),
        (None, None) => view! { <div class="list-wait"><Skeleton lines=12/></div> }.into_any(),
        (None, Some((true, _))) => view! { <EmptyState text=k::lists::NO_MATCH icon=icon::SEARCH/> }.into_any(),
        (None, Some((false, more))) => view! {
            {more.then(|| view! { <Banner text=k::views::MORE_GROUPS/> })}
            <Table label=state.spec.title name=state.spec.object.name columns=hands.columns() rows=lines
                row_id=|r| r.id().to_owned() sort=state.sort selected=state.selected widths=state.widths
                on_open=hands.open() on_peek=hands.peek() on_edit=hands.edit() on_key=hands.key() headings=Some(headings())/>
        }.into_any(),
    }
    }
}
