//! The list every object is shown in: views, filter, table, peek, bulk actions. Driven by the object's fields.

mod address;
mod between;
mod cell_form;
mod cells;
mod chooser;
mod columns;
mod conflict;
mod content;
mod create;
mod default_view;
mod edit;
mod empty;
pub mod filter_fields;
pub mod filter_words;
pub mod filters;
mod layouts;
mod logging;
mod look;
mod many;
mod others;
mod peek;
mod seen;
mod source;
mod spec;
mod state;
mod view_changes;
mod view_dialogs;
mod view_menu;
mod views;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use relasi_domain::record::Document;

pub use cell_form::CellForm;
pub use cells::next_step;
pub use chooser::ColumnChoices;
pub use create::CreateDialog;
pub use edit::reason;
pub use logging::is_logged;
pub use peek::Facts;
pub use spec::{GivenView, ListSpec};
pub use state::{ListState, settled};
pub use view_dialogs::{AddForm, RenameForm, ShareForm};

use crate::frame::PageBar;
use crate::i18n::{k, number};
use crate::keys::{self, Scope};
use crate::lazy;
use crate::records::Record;
use crate::records::bulk::BulkPart;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::filter_bar::FilterBar;
use crate::ui::icon;
use crate::ui::popover::Popover;
use crate::ui::text_input::SearchInput;
use crate::ui::view_tabs::ViewTabs;
use chooser::ColumnChooser;
use conflict::ConflictDialog;
use content::Content;
pub use content::{Hands, PlainTable};
pub use edit::Editing;
pub use layouts::{LayoutSwitch, board_fields, day_fields, has_verbs, usual_by};
use logging::LogDialog;
pub use look::{Arrangement, Shown};
use many::bulk_of;
use others::{NewRows, Others};
use peek::Peek;
pub use source::Rows;
pub use state::both;
use view_dialogs::{AddView, RenameView, ShareView};

/// A whole list screen.
#[component]
pub fn RecordList(
    /// What is listed, and how at first.
    spec: &'static ListSpec,
    /// At the right end of the filter row, such as a switch to another layout.
    #[prop(optional, into)]
    bar: Option<ViewFn>,
    /// Makes a record in a way of its own, instead of the usual dialog.
    #[prop(optional, into)]
    on_new: Option<Callback<()>>,
    /// Draws a board of stages in a way of its own.
    #[prop(optional, into)]
    stages: Option<Callback<Hands, AnyView>>,
) -> impl IntoView {
    let spec = spec.whole();
    let state = ListState::new(spec);
    address::follow(state);
    views::load(state);
    views::remember(state);
    state::remember_layout(state);
    let rows = Rows::follow(state);
    let others = Others::follow(state, rows);
    let editing = Editing::new(state, rows);
    let bulk = bulk_of(state, rows);
    provide_context(editing);
    let creating = RwSignal::new(false);
    Effect::new(move |_| {
        if !creating.get() {
            state.given.update(Document::clear);
        }
    });
    let (adding, renaming, sharing) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let opens = RwSignal::new(default_view::of(spec.object));
    let search = NodeRef::<leptos::html::Input>::new();
    let add_filter = NodeRef::new();
    bind_keys(state, creating, search, add_filter);
    new_by_address(creating, on_new);
    words_follow(state);
    view! {
        <PageBar title=spec.title marks=move || view! { <Total rows/> }>
            <SearchInput label=k::lists::SEARCH value=state.text node=search/>
            <Button label=spec.new variant=Variant::Primary icon=icon::PLUS key_hint="C" on_press=move |()| creating.set(true)/>
        </PageBar>
        <ViewTabs views=Signal::derive(move || views::tabs(state)) current=state.view
            on_choose=move |id| views::choose(state, id) on_add=move |()| adding.set(true)
            actions=Signal::derive(move || view_menu::actions(state, bulk, renaming, sharing, opens))/>
        <Filters state opener=add_filter adding bar/>
        <NewRows new=others.new much=others.much rows=StoredValue::new(rows)/>
        <Content state rows bulk creating stages/>
        <BulkPart bulk/>
        <Peek state rows/>
        <LogDialog state rows/>
        <ConflictDialog state/>
        {on_new.is_none().then(|| view! { <CreateDialog object=spec.object title=spec.new fields=spec.form open=creating
            start=move |()| state.given.get_untracked() on_done=move |record| made(state, rows, record)/> })}
        <AddView state open=adding/>
        <RenameView state open=renaming/>
        <ShareView state open=sharing/>
    }
}

/// A new record stands in front; in layouts other than a plain table it has a place of its own.
fn made(state: ListState, rows: Rows, record: Record) {
    if state.arrangement.with_untracked(Arrangement::is_plain) {
        rows.add(record);
    } else {
        rows.reload();
    }
}

/// Links with `?new=1` ask for a new record; what has a way of its own is asked for there.
fn new_by_address(creating: RwSignal<bool>, on_new: Option<Callback<()>>) {
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| query.get_str("new").is_some()));
    Effect::new(move |_| {
        if wanted.get() {
            creating.set(true);
        }
    });
    if let Some(make) = on_new {
        Effect::new(move |_| {
            if creating.get() {
                creating.set(false);
                make.run(());
            }
        });
    }
}

fn bind_keys(
    state: ListState,
    creating: RwSignal<bool>,
    search: NodeRef<leptos::html::Input>,
    add_filter: NodeRef<leptos::html::Button>,
) {
    keys::bind(Scope::Page, "C", state.spec.new, move || creating.set(true));
    keys::bind(Scope::Page, "/", k::lists::SEARCH, move || {
        if let Some(input) = search.get_untracked() {
            // Only fails for detached elements.
            let _ = input.focus();
        }
    });
    keys::bind(Scope::Page, "F", k::filter::ADD, move || {
        if let Some(button) = add_filter.get_untracked() {
            button.click();
        }
    });
    keys::bind(Scope::Page, "[", k::lists::VIEW_BEFORE, move || {
        views::step(state, -1);
    });
    keys::bind(Scope::Page, "]", k::lists::VIEW_AFTER, move || {
        views::step(state, 1);
    });
}

/// Pills read from an address get their words as soon as the names are known.
fn words_follow(state: ListState) {
    Effect::new(move |_| {
        let now = state.conditions.get();
        let named = filter_words::with_words(state.spec.object, now.clone());
        if named != now {
            state.conditions.set(named);
        }
    });
}

/// How many rows there are, behind the heading.
#[component]
fn Total(rows: Rows) -> impl IntoView {
    let words = move || {
        let count = rows.count.get()?;
        Some(format!(
            "{}{}",
            number(count.count),
            if count.capped { "+" } else { "" }
        ))
    };
    view! { <span class="total" role="status">{words}</span> }
}

#[component]
fn Filters(
    state: ListState,
    opener: NodeRef<leptos::html::Button>,
    adding: RwSignal<bool>,
    bar: Option<ViewFn>,
) -> impl IntoView {
    let fields = StoredValue::new(filter_fields::fields(state.api, state.spec.object));
    let save = move |()| match untrack(|| views::saved(state)) {
        Some(view) if untrack(|| views::may_change(state, &view)) => view_changes::save(state),
        _ => adding.set(true),
    };
    let rich = move || Some(state.rich.get()).filter(|text| !text.is_empty());
    view! {
        <FilterBar fields=Signal::derive(move || fields.get_value()) conditions=state.conditions opener
            changed=Signal::derive(move || views::changed(state)) on_save=save on_reset=move |()| views::show(state)>
            {move || rich().map(|text| view! {
                <span class="pill rich"><code>{text}</code>
                    <button type="button" class="pill-remove" aria-label=k::lists::REMOVE_RICH on:click=move |_| state.rich.set(String::new())>
                        <icon::Glyph icon=icon::X/>
                    </button>
                </span>
            })}
            {move || state.arrangement.with(Arrangement::is_table).then(|| view! { <ColumnChooser state/> })}
            <Popover label=k::views::OPTIONS icon=icon::SLIDERS_HORIZONTAL icon_only=true size=Size::Small>{lazy::view_options(state)}</Popover>
            <LayoutSwitch state/>
            {bar.map(|bar| bar.run())}
        </FilterBar>
    }
}
