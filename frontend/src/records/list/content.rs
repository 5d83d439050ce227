//! What stands below the bars of a list: the table, or another layout.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::columns;
use super::edit::{Editing, reason};
use super::empty::Nothing;
use super::look::Arrangement;
use super::many::row_key;
use super::source::Rows;
use super::state::ListState;
use crate::lazy;
use crate::records::Record;
use crate::records::bulk::Bulk;
use crate::records::refs::page_path;
use crate::ui::banner::Banner;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::table::{Column, Edit, RowKey, Table};
use crate::ui::tag::Tone;

/// What every layout of a list works with.
#[derive(Clone, Copy)]
pub struct Hands(StoredValue<Held>);

#[derive(Clone, Copy)]
struct Held {
    state: ListState,
    rows: Rows,
    editing: Editing,
    bulk: Bulk,
    creating: RwSignal<bool>,
    open: Callback<String>,
    peek: Callback<String>,
    columns: Signal<Vec<Column<Record>>>,
}

impl Hands {
    /// What is shown.
    pub fn state(self) -> ListState {
        self.0.with_value(|held| held.state)
    }

    /// The records.
    pub fn rows(self) -> Rows {
        self.0.with_value(|held| held.rows)
    }

    /// Saves changes.
    pub fn editing(self) -> Editing {
        self.0.with_value(|held| held.editing)
    }

    /// Asks for the dialog that makes a record.
    pub fn creating(self) -> RwSignal<bool> {
        self.0.with_value(|held| held.creating)
    }

    /// Opens the page of a record, or else the drawer.
    pub fn open(self) -> Callback<String> {
        self.0.with_value(|held| held.open)
    }

    /// Shows a record in the drawer, or takes it away.
    pub fn peek(self) -> Callback<String> {
        self.0.with_value(|held| held.peek)
    }

    /// The columns of a table.
    pub fn columns(self) -> Signal<Vec<Column<Record>>> {
        self.0.with_value(|held| held.columns)
    }

    /// Stores an edit of a cell.
    pub fn edit(self) -> Callback<Edit> {
        let editing = self.editing();
        Callback::new(move |edit: Edit| editing.take(&edit))
    }

    /// Answers a key on a row.
    pub fn key(self) -> Callback<RowKey, bool> {
        let (state, bulk) = self.0.with_value(|held| (held.state, held.bulk));
        Callback::new(move |key: RowKey| row_key(state, bulk, &key))
    }
}

#[component]
pub fn Content(
    state: ListState,
    rows: Rows,
    bulk: Bulk,
    creating: RwSignal<bool>,
    stages: Option<Callback<Hands, AnyView>>,
) -> impl IntoView {
    let spec = state.spec;
    let navigate = use_navigate();
    let open = move |id: String| match page_path(spec.object, &id) {
        Some(path) => navigate(&path, NavigateOptions::default()),
        None => state.peek.set(Some(id)),
    };
    let peek = move |id: String| {
        state.peek.update(|now| {
            *now = if now.as_ref() == Some(&id) {
                None
            } else {
                Some(id)
            }
        });
    };
    let searching = Memo::new(move |_| state.text.with(|words| !words.is_empty()));
    let hands = Hands(StoredValue::new(Held {
        state,
        rows,
        editing: expect_context(),
        bulk,
        creating,
        open: Callback::new(open),
        peek: Callback::new(peek),
        columns: Signal::derive(move || columns::build(state, searching.get())),
    }));
    let plain = Memo::new(move |_| state.arrangement.with(Arrangement::is_plain));
    let of_stages = Memo::new(move |_| state.arrangement.with(Arrangement::is_of_stages));
    move || {
        if let Some(stages) = stages.filter(|_| of_stages.get()) {
            stages.run(hands)
        } else if plain.get() {
            view! { <PlainTable hands/> }.into_any()
        } else {
            lazy::arranged(hands)
        }
    }
}

/// The rows in a table without groups.
#[component]
pub fn PlainTable(hands: Hands) -> impl IntoView {
    let (state, rows) = (hands.state(), hands.rows());
    let spec = state.spec;
    let total =
        Signal::derive(move || rows.count.get().and_then(|c| usize::try_from(c.count).ok()));
    let has_rows = Memo::new(move |_| rows.list.with(|list| !list.is_empty()));
    let waits = Memo::new(move |_| rows.fresh.get());
    let fault = Memo::new(move |_| {
        rows.error
            .with(|e| e.as_ref().map(|e| (reason(e), e.id().unwrap_or_default())))
    });
    move || {
        match (has_rows.get(), fault.get(), waits.get()) {
            (false, Some((text, error_id)), _) => view! {
                <ErrorState text error_id on_retry=move |()| rows.reload()/>
            }.into_any(),
            (false, None, true) => view! { <div class="list-wait"><Skeleton lines=12/></div> }.into_any(),
            (false, None, false) => view! { <Nothing state creating=hands.creating()/> }.into_any(),
            (true, fault, _) => view! {
                {fault.map(|(text, _)| view! { <Banner text tone=Tone::Bad/> })}
                <Table label=spec.title name=spec.object.name columns=hands.columns() rows=rows.list row_id=|r| r.id().to_owned()
                    total flashing=rows.flashing sort=state.sort selected=state.selected widths=state.widths busy=rows.busy
                    on_open=hands.open() on_peek=hands.peek() on_edit=hands.edit()
                    on_end=move |()| rows.more() on_key=hands.key()/>
            }.into_any(),
        }
    }
}
