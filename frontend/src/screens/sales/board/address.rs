//! What the board shows, as its address says: `?p=` the pipeline, `&f=` the filter.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use relasi_domain::sales::deal::OBJECT;

use super::pipelines::Pipelines;
use crate::api::use_api;
use crate::i18n::k;
use crate::records::list::{filter_words, filters};
use crate::records::store::encode;
use crate::storage;
use crate::ui::filter_bar::{Condition, Conditions, Part};
use crate::ui::select::Choice;

/// The layout of deals this browser showed last.
pub const LAYOUT: &str = "relasi.deals-layout";
/// The pipeline this browser showed last.
const LAST: &str = "relasi.pipeline";

/// The address of the board, read and written.
#[derive(Clone, Copy)]
pub struct Address {
    /// Id of the pipeline; empty until there is one.
    pub pipeline: Memo<String>,
    /// In the filter grammar.
    pub filter: Memo<String>,
    /// The pills.
    pub conditions: RwSignal<Conditions>,
    /// The link asks for the dialog of a new deal.
    pub wants_new: Memo<bool>,
    go: Callback<(String, bool)>,
}

impl Address {
    /// Follows the address and keeps it up to date.
    pub fn new(pipelines: Pipelines) -> Self {
        let query = use_query_map();
        let named = Memo::new(move |_| query.with(|all| all.get("p")));
        let written = Memo::new(move |_| query.with(|all| all.get("f").unwrap_or_default()));
        let pipeline = Memo::new(move |_| {
            let wanted = named.get().or_else(|| storage::read(LAST));
            pipelines.all.with(|all| {
                let known = all.iter().find(|one| Some(one.id()) == wanted.as_deref());
                known
                    .or_else(|| all.first())
                    .map(|one| one.id().to_owned())
                    .unwrap_or_default()
            })
        });
        let session = use_api().session();
        let currency = move || {
            session
                .with(|s| s.as_ref().map(|s| s.workspace.currency.clone()))
                .unwrap_or_default()
        };
        let read = move |text: &str| {
            untrack(|| {
                let found = filters::conditions_of(&OBJECT, text, &currency()).unwrap_or_default();
                filter_words::with_words(&OBJECT, found)
            })
        };
        let conditions = RwSignal::new(read(&written.get_untracked()));
        let filter =
            Memo::new(move |_| conditions.with(|all| filters::text_of(&OBJECT, all, &currency())));
        let navigate = use_navigate();
        let go = Callback::new(move |(path, replace): (String, bool)| {
            navigate(
                &path,
                NavigateOptions {
                    replace,
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        });
        let here = Self {
            pipeline,
            filter,
            conditions,
            wants_new: Memo::new(move |_| query.with(|all| all.get("new").is_some())),
            go,
        };
        // A link or Back brings other conditions; a pill another address.
        Effect::watch(
            move || written.get(),
            move |text, _, _| {
                if *text != filter.get_untracked() {
                    conditions.set(read(text));
                }
            },
            false,
        );
        Effect::watch(
            move || filter.get(),
            move |text, _, _| {
                if *text != written.get_untracked() {
                    here.write(&pipeline.get_untracked(), text, true);
                }
            },
            false,
        );
        here
    }

    fn write(self, pipeline: &str, filter: &str, replace: bool) {
        let mut path = format!("/app/deals?layout=board&p={pipeline}");
        if !filter.is_empty() {
            path.push_str("&f=");
            path.push_str(&encode(filter));
        }
        self.go.run((path, replace));
    }

    /// Shows another pipeline.
    pub fn go_to(self, pipeline: &str) {
        storage::write(LAST, pipeline);
        self.write(pipeline, &self.filter.get_untracked(), false);
    }

    /// Adds "owner is me", or takes it away.
    pub fn only_mine(self) {
        let mine = |condition: &Condition| {
            condition.field == "owner_id"
                && condition.operator == "="
                && condition.values.iter().all(|v| v.value == "me")
        };
        self.conditions.update(|all| {
            let before = all.list.len();
            all.list
                .retain(|part| !matches!(part, Part::One(one) if mine(one)));
            if all.list.len() == before {
                all.list.push(Part::One(Condition {
                    field: "owner_id".to_owned(),
                    operator: "=".to_owned(),
                    values: vec![Choice::new("me", k::common::YOU.get())],
                }));
            }
        });
    }
}
