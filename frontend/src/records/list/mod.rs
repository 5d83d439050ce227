//! The list every object is shown in: views, filter, table, peek, bulk actions. Driven by the object's fields.

mod address;
mod between;
mod cells;
mod chooser;
mod columns;
mod conflict;
mod create;
mod default_view;
mod edit;
mod empty;
pub mod filter_fields;
pub mod filter_words;
pub mod filters;
mod look;
mod many;
mod peek;
mod source;
mod spec;
mod state;
mod view_changes;
mod view_dialogs;
mod view_menu;
mod views;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

pub use cells::next_step;
pub use chooser::ColumnChoices;
pub use create::CreateDialog;
pub use edit::reason;
pub use peek::Facts;
pub use spec::{GivenView, ListSpec};
pub use state::{ListState, settled};
pub use view_dialogs::{AddForm, RenameForm};

use crate::frame::PageBar;
use crate::i18n::{k, number};
use crate::keys::{self, Scope};
use crate::records::bulk::{Bulk, BulkPart};
use crate::records::refs::page_path;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::filter_bar::FilterBar;
use crate::ui::icon;
use crate::ui::table::{Edit, RowKey, Table};
use crate::ui::tag::Tone;
use crate::ui::text_input::SearchInput;
use crate::ui::view_tabs::ViewTabs;
use chooser::ColumnChooser;
use conflict::ConflictDialog;
use edit::Editing;
use empty::Nothing;
use many::{bulk_of, row_key};
use peek::Peek;
use source::Rows;
use view_dialogs::{AddView, RenameView};

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
) -> impl IntoView {
    let spec = spec.whole();
    let state = ListState::new(spec);
    address::follow(state);
    views::load(state);
    views::remember(state);
    let rows = Rows::follow(state);
    let editing = Editing::new(state, rows);
    let bulk = bulk_of(state, rows);
    provide_context(editing);
    let creating = RwSignal::new(false);
    let (adding, renaming) = (RwSignal::new(false), RwSignal::new(false));
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
            actions=Signal::derive(move || view_menu::actions(state, bulk, renaming, opens))/>
        <Filters state opener=add_filter adding bar/>
        <Content state rows bulk creating/>
        <BulkPart bulk/>
        <Peek state rows/>
        <ConflictDialog state/>
        {on_new.is_none().then(|| view! { <CreateDialog object=spec.object title=spec.new fields=spec.form open=creating on_done=move |record| rows.add(record)/> })}
        <AddView state open=adding/>
        <RenameView state open=renaming/>
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
        Some(view) if untrack(|| views::is_own(state, &view)) => view_changes::save(state),
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
            <ColumnChooser state/>
            {bar.map(|bar| bar.run())}
        </FilterBar>
    }
}

#[component]
fn Content(state: ListState, rows: Rows, bulk: Bulk, creating: RwSignal<bool>) -> impl IntoView {
    let editing = expect_context::<Editing>();
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
    let total =
        Signal::derive(move || rows.count.get().and_then(|c| usize::try_from(c.count).ok()));
    let on_key = move |key: RowKey| row_key(state, bulk, &key);
    let has_rows = Memo::new(move |_| rows.list.with(|list| !list.is_empty()));
    let waits = Memo::new(move |_| rows.fresh.get());
    let fault = Memo::new(move |_| {
        rows.error
            .with(|e| e.as_ref().map(|e| (reason(e), e.id().unwrap_or_default())))
    });
    let searching = Memo::new(move |_| state.text.with(|words| !words.is_empty()));
    let shown_columns = Signal::derive(move || columns::build(state, searching.get()));
    let open = Callback::new(open);
    move || {
        match (has_rows.get(), fault.get(), waits.get()) {
            (false, Some((text, error_id)), _) => view! {
                <ErrorState text error_id on_retry=move |()| rows.reload()/>
            }.into_any(),
            (false, None, true) => view! { <div class="list-wait"><Skeleton lines=12/></div> }.into_any(),
            (false, None, false) => view! { <Nothing state creating/> }.into_any(),
            (true, fault, _) => view! {
                {fault.map(|(text, _)| view! { <Banner text tone=Tone::Bad/> })}
                <Table label=spec.title name=spec.object.name columns=shown_columns rows=rows.list row_id=|r| r.id().to_owned()
                    total sort=state.sort selected=state.selected widths=state.widths busy=rows.busy
                    on_open=open on_peek=peek on_edit=move |edit: Edit| editing.take(&edit)
                    on_end=move |()| rows.more() on_key=on_key/>
            }.into_any(),
        }
    }
}
