//! Deals as a board: a column per stage of a pipeline.

mod card;
mod filtered;
mod model;
mod moves;
mod new_deal;
mod pipelines;
mod sum_in;
mod sums;
mod which;

use std::sync::Arc;

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::deal::OBJECT;

use crate::i18n::k;
use crate::records::Record;
use crate::records::list::Hands;
use crate::screens::sales::going::{Asking, Going, GoingDialog};
use crate::screens::tasks::actions::Tasks;
use crate::screens::tasks::dialog::{Task, TaskDialog};
use crate::screens::tasks::new_task;
use crate::ui::board::{Board, BoardColumn, CardKind, CardMove};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use card::DealCard;
use model::Deals;
pub use new_deal::NewDealDialog;
pub use pipelines::{Pipelines, Stage};
use sum_in::SumInChoice;
pub use sums::Sums;
use which::PipelineSwitch;

/// A column for each stage of a pipeline, with the dialogs that its cards need. The filter, the order and the columns
/// are those of the list around it.
#[component]
pub fn StageBoard(
    /// The list.
    hands: Hands,
    /// Pipelines and stages.
    pipelines: Pipelines,
    /// The stage that a new deal begins in, while there is a dialog for it.
    adding: RwSignal<Option<String>>,
    /// Says which pipeline is shown, as long as the board is.
    shown: RwSignal<Option<String>>,
    /// A deal that was made for the board.
    made: RwSignal<Option<Record>>,
) -> impl IntoView {
    let state = hands.state();
    let pipeline = which::follow(state, pipelines);
    let deals = Deals::new(hands, pipelines, pipeline);
    let asking = Asking::default();
    let task = RwSignal::new(None::<Task>);
    let tasks = Tasks::new(RwSignal::default(), Callback::new(move |()| deals.reload()));
    Effect::new(move |_| shown.set(Some(pipeline.get()).filter(|id| !id.is_empty())));
    on_cleanup(move || _ = shown.try_set(None));
    Effect::new(move |_| {
        if let Some(deal) = made.get() {
            made.set(None);
            deals.put(deal);
            deals.load_totals();
        }
    });
    let sums = move || {
        pipelines.loaded.get().then(|| {
            let (open, weighted) = deals.open_sums();
            (!open.is_empty()).then(|| view! { <span class="board-sums secondary" title=k::board::open_and_weighted(&open.exact(), &weighted.exact())>{k::board::open_and_weighted(&open.brief(), &weighted.brief())}</span> })
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
        if pipeline.with(String::is_empty) {
            return view! { <EmptyState text=k::board::NO_PIPELINE icon=icon::HANDSHAKE><a class="btn plain medium" href="/app/settings/pipelines">{k::place::SETTINGS}</a></EmptyState> }.into_any();
        }
        view! { <Columns hands deals asking adding task/> }.into_any()
    };
    view! {
        <div class="board-head"><PipelineSwitch state pipeline pipelines/>{sums}<SumInChoice of=deals.sum_in/></div>
        {body}
        <GoingDialog asking on_go=move |(going, told): (Going, Document)| deals.go(going, told, Some(asking))/>
        <TaskDialog task tasks/>
    }
}

/// The columns, with what a card's keys do: `W` won, `Q` lost, `T` next step, `L` log.
#[component]
fn Columns(
    hands: Hands,
    deals: Deals,
    asking: Asking,
    adding: RwSignal<Option<String>>,
    task: RwSignal<Option<Task>>,
) -> impl IntoView {
    let fields = Memo::new(move |_| hands.state().columns.with(|all| card::fields(all)));
    let kind = CardKind {
        id: |deal: &Record| deal.id().to_owned(),
        column: |deal: &Record| deal.text("stage_id").unwrap_or_default().to_owned(),
        name: |deal: &Record| deal.title(&OBJECT),
        view: Arc::new(move |deal: Record| view! { <DealCard deal fields deals/> }.into_any()),
    };
    let keys = move |(key, id): (String, String)| {
        let closing = match key.as_str() {
            "W" => deals.closing("won"),
            "Q" => deals.closing("lost"),
            "T" => {
                task.set(deals.card(&id).map(|deal| Task::New(step_for(&deal))));
                return true;
            }
            "L" => {
                hands.state().log.set(Some(id));
                return true;
            }
            _ => return false,
        };
        if let Some(stage) = closing {
            deals.place(&id, &stage.id, asking);
        }
        true
    };
    let columns = Memo::new(move |_| deals.columns());
    let foot = move |id: String| view! { <ColumnFoot stage=id deals adding columns/> }.into_any();
    view! {
        <Board label=k::place::DEALS columns cards=deals.cards kind
            on_move=move |asked: CardMove| deals.place(&asked.card, &asked.to, asking)
            on_open=hands.open() on_peek=hands.peek()
            on_key=keys
            column_foot=foot/>
    }
}

/// A task that is the next step of a deal.
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
