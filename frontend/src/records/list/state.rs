//! What a list shows now. Every part of it is in the address, so that each state is a link.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leptos::prelude::*;
use relasi_domain::record::Document;

use super::filters;
use super::look::{Arrangement, Look, Shown, further_keys, read_sort, sort_text, with_widths};
use super::spec::ListSpec;
use crate::api::{Api, use_api};
use crate::records::{Query, Record};
use crate::storage;
use crate::ui::filter_bar::Conditions;
use crate::ui::table::Sort;
use crate::ui::toast::{Toasts, use_toasts};

/// The state of one list.
#[derive(Clone, Copy)]
pub struct ListState {
    /// What is listed.
    pub spec: &'static ListSpec,
    /// For requests.
    pub api: Api,
    /// For what was done.
    pub toasts: Toasts,
    /// Id of the view: empty for all, a given one's name, or a saved one's id.
    pub view: RwSignal<String>,
    /// The saved views; `None` until they have come.
    pub views: RwSignal<Option<Vec<Record>>>,
    /// Pills.
    pub conditions: RwSignal<Conditions>,
    /// A filter too rich for pills.
    pub rich: RwSignal<String>,
    /// Order.
    pub sort: RwSignal<Option<Sort>>,
    /// Further keys of the order, as text, and the order that they belong to.
    pub then: RwSignal<(Option<Sort>, String)>,
    /// Layout and groups.
    pub arrangement: RwSignal<Arrangement>,
    /// Which of several boards is shown: the id of a pipeline; empty for the usual one.
    pub part: RwSignal<String>,
    /// The layout of views that are nobody's, when the list was opened.
    pub layout: StoredValue<String>,
    /// What the layout shows at the moment, in the filter grammar: the days of a calendar, a place.
    pub within: RwSignal<String>,
    /// Counts the changes saved, for figures that follow from the records.
    pub saved: RwSignal<u64>,
    /// What the next new record begins with: the day of a calendar, the column of a board.
    pub given: RwSignal<Document>,
    /// Columns.
    pub columns: RwSignal<Vec<Shown>>,
    /// A link brought the columns.
    pub linked: RwSignal<bool>,
    /// Widths given by hand, by field.
    pub widths: RwSignal<BTreeMap<String, u32>>,
    /// Words searched for.
    pub text: RwSignal<String>,
    /// Id of the record in the drawer.
    pub peek: RwSignal<Option<String>>,
    /// Id of the record that something is written down about.
    pub log: RwSignal<Option<String>>,
    /// Ids of the selected rows.
    pub selected: RwSignal<BTreeSet<String>>,
    /// The view named in the address has not come yet.
    pub waiting: RwSignal<bool>,
}

impl ListState {
    /// A list as it begins.
    pub fn new(spec: &'static ListSpec) -> Self {
        Self {
            spec,
            api: use_api(),
            toasts: use_toasts(),
            view: RwSignal::default(),
            views: RwSignal::new(None),
            conditions: RwSignal::default(),
            rich: RwSignal::default(),
            sort: RwSignal::new(read_sort(spec.sort)),
            then: RwSignal::default(),
            arrangement: RwSignal::default(),
            part: RwSignal::default(),
            layout: StoredValue::new(usual_layout(spec)),
            within: RwSignal::default(),
            saved: RwSignal::new(0),
            given: RwSignal::default(),
            columns: RwSignal::new(spec.usual_columns()),
            linked: RwSignal::new(false),
            widths: RwSignal::default(),
            text: RwSignal::default(),
            peek: RwSignal::new(None),
            log: RwSignal::new(None),
            selected: RwSignal::default(),
            waiting: RwSignal::new(false),
        }
    }

    fn currency(self) -> String {
        self.api
            .session()
            .with(|s| s.as_ref().map(|s| s.workspace.currency.clone()))
            .unwrap_or_default()
    }

    /// The whole filter as text; tracked.
    pub fn filter(self) -> String {
        let currency = self.currency();
        let pills = self
            .conditions
            .with(|c| filters::text_of(self.spec.object, c, &currency));
        both(&self.rich.get(), &pills)
    }

    /// A filter in the words that its pills would write; what can't be pills stays as it is. Tracked.
    pub fn as_pills_say(self, text: &str) -> String {
        let currency = self.currency();
        let read = filters::conditions_of(self.spec.object, text, &currency);
        read.map_or_else(
            || text.to_owned(),
            |conditions| filters::text_of(self.spec.object, &conditions, &currency),
        )
    }

    /// Shows another filter: as pills where it can be, else as text.
    pub fn set_filter(self, text: &str) {
        let currency = untrack(|| self.currency());
        let read = filters::conditions_of(self.spec.object, text, &currency);
        self.rich.set(if read.is_none() {
            text.to_owned()
        } else {
            String::new()
        });
        self.conditions.set(read.unwrap_or_default());
    }

    /// How the list looks now; tracked.
    pub fn look(self) -> Look {
        Look {
            filter: self.filter(),
            sort: self.order(),
            arrangement: self.arrangement.get(),
            columns: self
                .columns
                .with(|columns| self.widths.with(|w| with_widths(columns, w))),
        }
    }

    /// The whole order; tracked.
    pub fn order(self) -> String {
        let first = self.sort.get();
        let text = sort_text(first.as_ref());
        // Who sorts anew by a heading means that key alone.
        self.then.with(|(of, further)| {
            if *of == first && first.is_some() && !further.is_empty() {
                format!("{text},{further}")
            } else {
                text
            }
        })
    }

    /// Sorts by these keys.
    pub fn set_order(self, text: &str) {
        let first = read_sort(text);
        self.then.set((first.clone(), further_keys(text)));
        self.sort.set(first);
    }

    /// Shows a look.
    pub fn set_look(self, look: Look) {
        self.set_filter(&look.filter);
        self.set_order(&look.sort);
        self.arrangement.set(look.arrangement);
        self.widths.set(BTreeMap::new());
        self.columns.set(look.columns);
    }

    /// What to ask the server for; `None` while the view is not known yet. Tracked.
    pub fn query(self, words: &str) -> Option<Query> {
        if self.waiting.get() {
            return None;
        }
        let object = self.spec.object;
        let include = self.columns.with(|columns| {
            let names = columns.iter().filter_map(|shown| {
                let field = object.field(&shown.field)?;
                let named = super::columns::is_named_by_others(field);
                named.then(|| field.name.trim_end_matches("_id").to_owned())
            });
            names.collect::<Vec<_>>().join(",")
        });
        Some(Query {
            filter: both(&self.filter(), &self.within.get()),
            sort: self.order(),
            text: words.to_owned(),
            limit: 100,
            include,
            ..Query::default()
        })
    }
}

fn layout_key(spec: &ListSpec) -> String {
    format!("relasi.layout.{}", spec.object.name)
}

/// The layout that this browser showed last, of lists that begin with one of their own.
fn usual_layout(spec: &ListSpec) -> String {
    if spec.layout.is_empty() {
        return String::new();
    }
    match storage::read(&layout_key(spec)) {
        Some(table) if table == "table" => String::new(),
        Some(layout) => layout,
        None => spec.layout.to_owned(),
    }
}

/// Remembers the layout chosen where no saved view says which one it is.
pub fn remember_layout(state: ListState) {
    if state.spec.layout.is_empty() {
        return;
    }
    let layout = Memo::new(move |_| state.arrangement.with(|now| now.layout.clone()));
    Effect::watch(
        move || layout.get(),
        move |layout, _, _| {
            if untrack(|| super::views::saved(state)).is_none() && !state.waiting.get_untracked() {
                let name = if layout.is_empty() { "table" } else { layout };
                storage::write(&layout_key(state.spec), name);
            }
        },
        false,
    );
}

/// A filter that takes what two filters take; either may be empty.
pub fn both(one: &str, other: &str) -> String {
    match (one.is_empty(), other.is_empty()) {
        (_, true) => one.to_owned(),
        (true, _) => other.to_owned(),
        (false, false) => format!("({one}) and ({other})"),
    }
}

/// A text that follows another one after a pause in typing.
pub fn settled(text: RwSignal<String>) -> RwSignal<String> {
    let after = RwSignal::new(text.get_untracked());
    let pause = StoredValue::new(None::<TimeoutHandle>);
    Effect::watch(
        move || text.get(),
        move |now, _, _| {
            if let Some(handle) = pause.try_update_value(Option::take).flatten() {
                handle.clear();
            }
            let now = now.clone();
            let set = move || _ = after.try_set(now);
            pause.set_value(set_timeout_with_handle(set, Duration::from_millis(180)).ok());
        },
        false,
    );
    after
}
