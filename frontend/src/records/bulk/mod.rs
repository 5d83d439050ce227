//! Work on many records: the bar over a list while rows are selected, a dialog that says how many it concerns, the
//! progress, and what came of it. All but the little that a list needs to know comes with the forms.

mod dialog;
mod forms;
mod model;
mod panel;
mod words;
mod work;

use std::collections::BTreeSet;

use leptos::prelude::*;
use relasi_domain::record::Object;
use serde_json::Value;

use super::store::Count;
use crate::api::{Api, use_api};
use crate::lazy;
use crate::ui::toast::{Toasts, use_toasts};
pub use model::get as operation;
pub use model::{Action, Counts, Operation, Work, operations, save_export, save_refused, undo};
pub use panel::Panel;
pub use words::{action_name, outcome};

/// What a list lets people do to many of its records.
#[derive(Clone, Copy)]
pub struct Bulk {
    api: Api,
    toasts: Toasts,
    /// What the list is of.
    pub object: Signal<&'static Object>,
    /// Ids of the selected rows.
    pub selected: RwSignal<BTreeSet<String>>,
    /// All that match are meant, loaded or not.
    pub all: RwSignal<bool>,
    /// The dialog that is open.
    pub ask: RwSignal<Option<Action>>,
    /// What runs, or has ended and is still to be read.
    work: RwSignal<Option<Work>>,
    list: List,
}

/// What there is to know of the list itself.
#[derive(Clone, Copy)]
pub struct List {
    /// How many records it has.
    pub count: Signal<Option<Count>>,
    /// Its filter, search and order, as the API takes them.
    pub target: Callback<(), Value>,
    /// The fields that it shows; none where it is not to be exported.
    pub columns: Callback<(), Vec<String>>,
    /// What can be done to its records.
    pub actions: &'static [Action],
    /// Records have changed.
    pub on_change: Callback<()>,
}

impl Bulk {
    /// For a list of these objects.
    pub fn new(
        object: impl Into<Signal<&'static Object>>,
        selected: RwSignal<BTreeSet<String>>,
        list: List,
    ) -> Self {
        let bulk = Self {
            api: use_api(),
            toasts: use_toasts(),
            object: object.into(),
            selected,
            all: RwSignal::new(false),
            ask: RwSignal::new(None),
            work: RwSignal::new(None),
            list,
        };
        // Who selects other rows no longer means all.
        Effect::watch(
            move || selected.get(),
            move |_, _, _| bulk.all.set(false),
            false,
        );
        bulk
    }

    /// How many records an action is for; `None` while nothing is selected. Tracked.
    fn chosen(self) -> Option<Count> {
        if self.all.get() {
            return self.list.count.get();
        }
        let count = i64::try_from(self.selected.with(BTreeSet::len)).unwrap_or(i64::MAX);
        (count > 0).then_some(Count {
            count,
            capped: false,
        })
    }

    /// Opens the dialog of an action for a whole list, whatever is selected.
    pub fn ask_for_all(self, action: Action) {
        self.all.set(true);
        self.ask.set(Some(action));
    }
}

/// The bar, the dialog and the progress of a list.
#[component]
pub fn BulkPart(bulk: Bulk) -> impl IntoView {
    let wanted = Memo::new(move |_| {
        bulk.chosen().is_some() || bulk.ask.with(Option::is_some) || bulk.work.with(Option::is_some)
    });
    view! { <Show when=move || wanted.get()>{lazy::many(bulk)}</Show> }
}
