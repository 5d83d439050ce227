//! What a list shows now. Every part of it is in the address, so that each state is a link.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leptos::prelude::*;

use super::filters;
use super::look::{Look, Shown, read_sort, sort_text, with_widths};
use super::spec::ListSpec;
use crate::api::{Api, use_api};
use crate::records::{Query, Record};
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
    /// Columns.
    pub columns: RwSignal<Vec<Shown>>,
    /// Widths given by hand, by field.
    pub widths: RwSignal<BTreeMap<String, u32>>,
    /// Words searched for.
    pub text: RwSignal<String>,
    /// Id of the record in the drawer.
    pub peek: RwSignal<Option<String>>,
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
            columns: RwSignal::new(spec.usual_columns()),
            widths: RwSignal::default(),
            text: RwSignal::default(),
            peek: RwSignal::new(None),
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
        match (self.rich.get(), pills) {
            (rich, pills) if rich.is_empty() => pills,
            (rich, pills) if pills.is_empty() => rich,
            (rich, pills) => format!("({rich}) and ({pills})"),
        }
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
            sort: self.sort.with(|s| sort_text(s.as_ref())),
            columns: self
                .columns
                .with(|columns| self.widths.with(|w| with_widths(columns, w))),
        }
    }

    /// Shows a look.
    pub fn set_look(self, look: Look) {
        self.set_filter(&look.filter);
        self.sort.set(read_sort(&look.sort));
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
            filter: self.filter(),
            sort: self.sort.with(|s| sort_text(s.as_ref())),
            text: words.to_owned(),
            limit: 100,
            include,
            ..Query::default()
        })
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
