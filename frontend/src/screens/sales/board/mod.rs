//! `/app/deals` as a board: a column per stage of a pipeline.

mod address;
mod card;
mod lost;
mod model;
mod moves;
mod new_deal;
mod phone;
mod pipelines;
mod sums;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use relasi_domain::platform::saved_view::OBJECT as VIEW;
use relasi_domain::record::Document;
use relasi_domain::sales::deal::OBJECT;

use crate::frame::PageBar;
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::records::list::filter_fields;
use crate::records::store::encode;
use crate::records::{Record, labels};
use crate::screens::tasks::actions::Tasks;
use crate::screens::tasks::dialog::{Task, TaskDialog};
use crate::screens::tasks::new_task;
use crate::ui::board::{Board, BoardColumn, CardKind, CardMove};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::filter_bar::FilterBar;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tabs::{Segmented, Tab};
use address::Address;
pub use address::LAYOUT;
use card::DealCard;
use lost::LostDialog;
use model::Deals;
use moves::Losing;
pub use new_deal::NewDealDialog;
use phone::StageChips;
pub use pipelines::{Pipelines, Stage};
pub use sums::Sums;

/// The board with its bars and dialogs.
#[component]
pub fn DealsBoard() -> impl IntoView {
    let pipelines = Pipelines::load();
    let address = Address::new(pipelines);
    let deals = Deals::new(pipelines, address.pipeline, address.filter);
    let losing = RwSignal::new(None::<Losing>);
    let adding = RwSignal::new(None::<String>);
    let task = RwSignal::new(None::<Task>);
    let tasks = Tasks::new(RwSignal::default(), Callback::new(move |()| deals.reload()));
    let add = move || {
        adding.set(
            untrack(|| deals.stages())
                .into_iter()
                .find(Stage::is_open)
                .map(|stage| stage.id),
        );
    };
    keys::bind(Scope::Page, "C", k::board::NEW, add);
    Effect::new(move |_| {
        if address.wants_new.get() && pipelines.loaded.get() {
            add();
        }
    });
    let sums = move || {
        pipelines.loaded.get().then(|| {
            let (open, weighted) = deals.open_sums();
            view! { <span class="board-sums secondary" title=k::board::open_and_weighted(&open.exact(), &weighted.exact())>{k::board::open_and_weighted(&open.brief(), &weighted.brief())}</span> }
        })
    };
    let body = move || {
        if let Some(error) = pipelines.fault.get().or_else(|| deals.fault.get()) {
            let retry = move |()| {
                if pipelines.loaded.get_untracked() {
                    deals.reload();
                } else {
                    pipelines.reload();
                }
            };
            return view! { <ErrorState text=error.text() error_id=error.id().unwrap_or_default() on_retry=retry/> }.into_any();
        }
        if !pipelines.loaded.get() {
            return view! { <div class="page-body"><Skeleton lines=8/></div> }.into_any();
        }
        if address.pipeline.with(String::is_empty) {
            return view! { <EmptyState text=k::board::NO_PIPELINE icon=icon::HANDSHAKE><a class="btn plain medium" href="/app/settings/pipelines">{k::place::SETTINGS}</a></EmptyState> }.into_any();
        }
        view! { <StageChips deals/><Columns deals losing adding task/> }.into_any()
    };
    view! {
        <PageBar title=k::place::DEALS marks=move || view! { <PipelineSwitch address pipelines/> }>
            {sums}
            <Button label=k::board::NEW icon=icon::PLUS variant=Variant::Primary key_hint="C" on_press=move |()| add()/>
        </PageBar>
        <BoardFilters address/>
        {body}
        <NewDealDialog stage=adding pipelines on_done=Callback::new(move |deal| { deals.put(deal); deals.load_totals(); })/>
        <LostDialog losing deals/>
        <TaskDialog task tasks/>
    }
}

/// The menu that goes to another pipeline; just the name while there is one only.
#[component]
fn PipelineSwitch(address: Address, pipelines: Pipelines) -> impl IntoView {
    let items = Signal::derive(move || {
        let item = |one: &Record| {
            let id = one.id().to_owned();
            MenuItem::new(one.text("name").unwrap_or_default().to_owned(), move || {
                address.go_to(&id);
            })
        };
        pipelines
            .all
            .with(|all| all.iter().map(item).collect::<Vec<_>>())
    });
    let name = move || {
        let here = address.pipeline.get();
        pipelines.all.with(|all| {
            all.iter()
                .find(|one| one.id() == here)
                .and_then(|one| one.text("name"))
                .unwrap_or_default()
                .to_owned()
        })
    };
    move || match pipelines.all.with(Vec::len) {
        0 => ().into_any(),
        1 => view! { <span class="secondary">{name}</span> }.into_any(),
        _ => view! { <Menu label=name items icon=icon::CHEVRON_DOWN/> }.into_any(),
    }
}

#[component]
fn BoardFilters(address: Address) -> impl IntoView {
    let fields = Signal::stored(filter_fields::fields(crate::api::use_api(), &OBJECT));
    let opener = NodeRef::<leptos::html::Button>::new();
    keys::bind(Scope::Page, "F", k::filter::ADD, move || {
        if let Some(button) = opener.get_untracked() {
            button.click();
        }
    });
    view! {
        <FilterBar fields conditions=address.conditions opener>
            <Button label=k::board::MINE size=Size::Small variant=Variant::Quiet on_press=move |()| address.only_mine()/>
            <LayoutSwitch address/>
        </FilterBar>
    }
}

/// The other layouts keep the filter; all stay at `/app/deals`.
#[component]
fn LayoutSwitch(address: Address) -> impl IntoView {
    let navigate = use_navigate();
    let items = Signal::derive(|| {
        let tab = |layout| Tab::new(layout, labels::choice(&VIEW, "layout", layout));
        ["table", "board", "calendar"].map(tab).to_vec()
    });
    let choose = move |id: String| {
        crate::storage::write(address::LAYOUT, &id);
        let filter = address.filter.get_untracked();
        let filter = if filter.is_empty() {
            String::new()
        } else {
            format!("&f={}", encode(&filter))
        };
        navigate(
            &format!("/app/deals?layout={id}{filter}"),
            NavigateOptions::default(),
        );
    };
    let current = Signal::stored("board".to_owned());
    view! { <Segmented label=k::views::LAYOUT items current on_choose=choose/> }
}

/// The columns, with what a card's keys do: `W` won, `Q` lost, `T` next step.
#[component]
fn Columns(
    deals: Deals,
    losing: RwSignal<Option<Losing>>,
    adding: RwSignal<Option<String>>,
    task: RwSignal<Option<Task>>,
) -> impl IntoView {
    let navigate = use_navigate();
    let kind = CardKind {
        id: |deal: &Record| deal.id().to_owned(),
        column: |deal: &Record| deal.text("stage_id").unwrap_or_default().to_owned(),
        name: |deal: &Record| deal.title(&OBJECT),
        view: Arc::new(|deal: Record| view! { <DealCard deal/> }.into_any()),
    };
    let keys = move |(key, id): (String, String)| {
        let closing = match key.as_str() {
            "W" => deals.closing("won"),
            "Q" => deals.closing("lost"),
            "T" => {
                task.set(deals.card(&id).map(|deal| Task::New(step_for(&deal))));
                return true;
            }
            _ => return false,
        };
        if let Some(stage) = closing {
            deals.place(&id, &stage.id, losing);
        }
        true
    };
    let columns = Memo::new(move |_| deals.columns());
    let foot = move |id: String| view! { <ColumnFoot stage=id deals adding columns/> }.into_any();
    view! {
        <Board label=k::place::DEALS columns cards=deals.cards kind
            on_move=move |asked: CardMove| deals.place(&asked.card, &asked.to, losing)
            on_open=move |id: String| navigate(&format!("/app/deals/{id}"), NavigateOptions::default())
            on_key=keys
            column_foot=foot/>
    }
}

fn step_for(deal: &Record) -> Document {
    let mut given = new_task();
    for (from, to) in [
        ("id", "deal_id"),
        ("company_id", "company_id"),
        ("contact_id", "contact_id"),
    ] {
        given.insert(to.to_owned(), deal.value(from).clone());
    }
    given
}

/// Below the cards: more of them, a new one; on closed stages the button that shows them.
#[component]
fn ColumnFoot(
    stage: String,
    deals: Deals,
    adding: RwSignal<Option<String>>,
    columns: Memo<Vec<BoardColumn>>,
) -> impl IntoView {
    let open = deals
        .pipelines
        .stage(&stage)
        .is_some_and(|stage| stage.is_open());
    let id = StoredValue::new(stage);
    let column = move || {
        columns.with(|all| id.with_value(|id| all.iter().find(|column| column.id == *id).cloned()))
    };
    let folded = Memo::new(move |_| column().is_some_and(|column| column.folded));
    let title = move || column().map(|column| column.title).unwrap_or_default();
    let loaded = Memo::new(move |_| id.with_value(|id| deals.loaded(id)));
    let more = move |()| {
        if let Some(stage) = deals.pipelines.stage(&id.get_value()) {
            deals.load(&stage);
        }
    };
    let fold_label = move || {
        if folded.get() {
            k::board::unfold(&title())
        } else {
            k::board::fold(&title())
        }
    };
    view! {
        <footer class="column-foot">
            <Show when=move || loaded.with(|loaded| loaded.busy)><Skeleton lines=3/></Show>
            <Show when=move || loaded.with(|loaded| loaded.cursor.is_some() && !loaded.busy)>
                <Button label=k::board::MORE size=Size::Small variant=Variant::Quiet on_press=more/>
            </Show>
            {if open {
                view! { <Button label=k::board::ADD icon=icon::PLUS size=Size::Small variant=Variant::Quiet on_press=move |()| adding.set(Some(id.get_value()))/> }.into_any()
            } else {
                view! { <Button label=fold_label size=Size::Small variant=Variant::Quiet on_press=move |()| deals.fold(&id.get_value())/> }.into_any()
            }}
        </footer>
    }
}
