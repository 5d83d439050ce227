//! `/app/deals`: the list of deals, at first as a board of the stages of a pipeline.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use relasi_domain::sales::{attention, deal::OBJECT};

use super::board::{NewDealDialog, Pipelines, Stage, StageBoard};
use crate::i18n::k;
use crate::records::Record;
use crate::records::list::{GivenView, Hands, ListSpec, RecordList};

pub static DEALS: ListSpec = ListSpec {
    object: &OBJECT,
    title: k::place::DEALS,
    path: "/app/deals",
    empty: k::board::EMPTY,
    new: k::board::NEW,
    columns: &[
        ("name", 250),
        ("company_id", 190),
        ("stage_id", 140),
        ("status", 100),
        ("amount", 150),
        ("next_step_at", 160),
        ("close_date", 130),
        ("owner_id", 160),
    ],
    phone: ["company_id", "amount"],
    sort: "-created_at",
    layout: "board",
    form: &[
        "name",
        "company_id",
        "contact_id",
        "amount",
        "close_date",
        "source",
    ],
    peek: &[
        "company_id",
        "contact_id",
        "stage_id",
        "status",
        "amount",
        "close_date",
        "next_step_at",
        "owner_id",
        "tags",
        "source",
        "lost_reason",
        "stage_since",
        "last_activity_at",
        "created_at",
        "description",
    ],
    views: &[
        GivenView {
            id: "open",
            label: k::board::VIEW_OPEN,
            filter: "status = open",
        },
        GivenView {
            id: "mine",
            label: k::board::MINE,
            filter: "owner_id = me and status = open",
        },
        GivenView {
            id: "no-step",
            label: k::tasks::NO_NEXT_STEP,
            filter: "status = open and next_step_at is empty",
        },
        GivenView {
            id: "attention",
            label: k::suggestions::ATTENTION,
            filter: attention::NEEDY,
        },
        GivenView {
            id: "quiet",
            label: k::deals::QUIET_VIEW,
            filter: attention::QUIET,
        },
    ],
};

/// `/app/deals`.
#[component]
pub fn DealsPage() -> impl IntoView {
    let pipelines = Pipelines::load();
    let adding = RwSignal::new(None::<String>);
    let wanted = RwSignal::new(false);
    // The pipeline of the board, while there is one, and what was made for it.
    let (shown, made) = (RwSignal::new(None::<String>), RwSignal::new(None::<Record>));
    // The stages may still be on their way when the key is pressed.
    Effect::new(move |_| {
        if wanted.get() && pipelines.loaded.get() {
            wanted.set(false);
            adding.set(first_stage(pipelines, shown.get_untracked()));
        }
    });
    let navigate = use_navigate();
    let done = Callback::new(move |deal: Record| {
        if shown.with_untracked(Option::is_some) {
            made.set(Some(deal));
        } else {
            let path = format!("/app/deals/{}", deal.id());
            navigate(&path, NavigateOptions::default());
        }
    });
    let stages = Callback::new(move |hands: Hands| {
        view! { <StageBoard hands pipelines adding shown made/> }.into_any()
    });
    view! {
        <RecordList spec=&DEALS on_new=move |()| wanted.set(true) stages/>
        <NewDealDialog stage=adding pipelines on_done=done/>
    }
}

/// The first open stage of the pipeline that is shown, else of the first one.
fn first_stage(pipelines: Pipelines, shown: Option<String>) -> Option<String> {
    let first = || {
        let all = pipelines.all;
        all.with_untracked(|all| all.first().map(|one| one.id().to_owned()))
    };
    let pipeline = shown.or_else(first)?;
    untrack(|| pipelines.stages_of(&pipeline))
        .into_iter()
        .find(Stage::is_open)
        .map(|stage| stage.id)
}
