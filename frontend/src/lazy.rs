//! What the sign-in page does not need: which screens and forms that are, in which part each comes, and what stands in
//! its place until the part is there.
//!
//! A part is fetched once. What several parts share comes in files of its own, one for each set of parts, so few large
//! parts are better than many small ones. What is not named here is in what every visit loads.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;

use futures_util::FutureExt;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use relasi_domain::interaction::outcome::Outcomes;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;

use crate::api::Request;
use crate::frame::{Frame, KeyList, PageBar, PaletteContent};
use crate::i18n::k;
use crate::records::bulk::{Bulk, Panel};
use crate::records::fields::{self, Objects, Rules};
use crate::records::list::{
    AddForm, CellForm, ColumnChoices, Facts, Hands, ListState, RenameForm, ShareForm,
};
use crate::records::views::{Arranged, Options};
use crate::records::{Form, Record};
use crate::screens::calendar::CalendarPage;
use crate::screens::calls::{CallListPage, CallListsPage};
use crate::screens::commerce::{ProductList, QuoteList};
use crate::screens::home::HomePage;
use crate::screens::insight::forecast::ForecastPage;
use crate::screens::insight::quality::{AuditPage, QualityPage, WorkPage};
use crate::screens::insight::sales::{RowsPage, SalesPage};
use crate::screens::notifications::NotificationsPage;
use crate::screens::people::{CompanyList, ContactList, DuplicatesPage, MergePage};
use crate::screens::platform::import::{ImportPage, ImportStart};
use crate::screens::platform::jobs::JobsPage;
use crate::screens::record::{
    CompanyPage, ContactPage, DealPage, LeadPage, LogOne, PastPage, ProductPage, QuotePage,
};
use crate::screens::sales::{DealsPage, LeadList, SpeedPage};
use crate::screens::settings::{Consent, SecondFactorFirst, Settings};
use crate::screens::tasks::{ActivityList, TasksPage};
use crate::screens::trash::Trash;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::filter_bar::{Condition, FilterField, FilterFields, Group};
use crate::ui::filter_editor::ConditionEditor;
use crate::ui::filter_group::GroupEditor;

/// How long nothing must have been waited for before parts are fetched that nobody has asked for.
const QUIET_MS: u32 = 2000;

thread_local! {
    /// Parts that a screen waits for.
    static AWAITED: Cell<usize> = const { Cell::new(0) };
}

/// Makes the functions it is given such that they draw what stands behind `=`, once its part is there.
macro_rules! parts {
    ($($part:ident { $($place:ident $name:ident($($given:ident: $kind:ty),*) = $view:expr;)+ })+) => {
        $($(
            #[doc = concat!("Draws what comes in the part `", stringify!($part), "`.")]
            pub fn $name($($given: $kind),*) -> AnyView {
                #[wasm_split($part, fallible, wasm_split_path = ::leptos::wasm_split, preload(fetch))]
                fn $name($($given: $kind),*) -> Result<AnyView, SplitLoaderError> {
                    Ok($view.into_any())
                }
                arriving(
                    Place::$place,
                    || Box::pin(fetch()),
                    Box::new(move || $name($(Clone::clone(&$given)),*).now_or_never()?.ok()),
                )
            }
        )+)+

        /// Fetches every part that is not there yet, one after the other.
        async fn fetch_all() {
            $({
                #[wasm_split($part, fallible, wasm_split_path = ::leptos::wasm_split, preload(fetch))]
                fn $part() -> Result<(), SplitLoaderError> {
                    Ok(())
                }
                // Who needs the part asks again, and says what is wrong.
                let _ = fetch().await;
            })+
        }
    };
}

parts! {
    app {
        Page frame() = view! { <Frame/> };
        Page contacts() = view! { <ContactList/> };
        Page companies() = view! { <CompanyList/> };
    }
    day {
        Page home() = view! { <HomePage/> };
        Page tasks() = view! { <TasksPage/> };
        Page activities() = view! { <ActivityList/> };
        Page calendar() = view! { <CalendarPage/> };
        Page call_lists() = view! { <CallListsPage/> };
        Page notifications() = view! { <NotificationsPage/> };
    }
    records {
        Page leads() = view! { <LeadList/> };
        Page deals() = view! { <DealsPage/> };
        Page contact() = view! { <ContactPage/> };
        Page company() = view! { <CompanyPage/> };
        Page lead() = view! { <LeadPage/> };
        Page deal() = view! { <DealPage/> };
        Page quotes() = view! { <QuoteList/> };
        Page quote() = view! { <QuotePage/> };
        Page products() = view! { <ProductList/> };
        Page product() = view! { <ProductPage/> };
        Within log_one(object: &'static Object, id: String, open: RwSignal<bool>, on_logged: Callback<Record>)
            = view! { <LogOne object id open on_logged/> };
        Page call_list() = view! { <CallListPage/> };
        Page past() = view! { <PastPage/> };
        Page duplicates() = view! { <DuplicatesPage/> };
        Page merge() = view! { <MergePage/> };
    }
    forms {
        Within record_form(form: Form) = form.inputs();
        Within edited_cell(cell: CellForm) = cell.editor();
        Within columns(state: ListState) = view! { <ColumnChoices state/> };
        Within new_view(state: ListState, open: RwSignal<bool>) = view! { <AddForm state open/> };
        Within shown_view(state: ListState, open: RwSignal<bool>) = view! { <ShareForm state open/> };
        Within renamed_view(state: ListState, open: RwSignal<bool>) = view! { <RenameForm state open/> };
        Within facts(state: ListState, record: Record) = view! { <Facts state record/> };
        Within condition(field: FilterField, start: Condition, on_apply: Callback<Condition>)
            = view! { <ConditionEditor field start on_apply/> };
        Within filter_group(fields: Signal<FilterFields>, start: Group, on_apply: Callback<Group>)
            = view! { <GroupEditor fields start on_apply/> };
        Within many(bulk: Bulk) = view! { <Panel bulk/> };
        Within palette(open: RwSignal<bool>) = view! { <PaletteContent open/> };
        Within keys(open: RwSignal<bool>) = view! { <KeyList open/> };
    }
    views {
        Within arranged(hands: Hands) = view! { <Arranged hands/> };
        Within view_options(state: ListState) = view! { <Options state/> };
    }
    admin {
        Page quality() = view! { <QualityPage/> };
        Page speed_to_lead() = view! { <SpeedPage/> };
        Page quality_work() = view! { <WorkPage/> };
        Page quality_audit() = view! { <AuditPage/> };
        Page sales_figures() = view! { <SalesPage/> };
        Page forecast() = view! { <ForecastPage/> };
        Page sales_rows() = view! { <RowsPage/> };
        Page trash() = view! { <Trash/> };
        Page import_start() = view! { <ImportStart/> };
        Page import() = view! { <ImportPage/> };
        Page jobs() = view! { <JobsPage/> };
        Page settings() = view! { <Settings/> };
        Page consent() = view! { <Consent/> };
        Page second_factor() = view! { <SecondFactorFirst/> };
    }
}

/// Objects with the fields that the workspace has added; none when the part does not come.
#[expect(clippy::unnecessary_wraps, reason = "what is behind it may not come")]
pub async fn with_added(
    definitions: Vec<Record>,
    rules: Rules,
    outcomes: Outcomes,
) -> Option<Objects> {
    #[wasm_split(added, fallible, wasm_split_path = ::leptos::wasm_split)]
    fn with_added(
        definitions: Vec<Record>,
        rules: Rules,
        outcomes: Outcomes,
    ) -> Result<Objects, SplitLoaderError> {
        Ok(fields::objects(&definitions, &rules, &outcomes))
    }
    with_added(definitions, rules, outcomes).await.ok()
}

type Fetching = Pin<Box<dyn Future<Output = Result<(), SplitLoaderError>>>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Awaited,
    There,
    Failed,
}

/// Where a part is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It brings the page's heading, without which the fault has one of its own.
    Page,
    /// In a dialog or menu.
    Within,
}

/// `draw` gives nothing as long as its part is not there.
fn arriving(
    place: Place,
    fetch: fn() -> Fetching,
    draw: Box<dyn Fn() -> Option<AnyView> + Send>,
) -> AnyView {
    let arrival = RwSignal::new(Arrival::Awaited);
    let ask = move |before: Arrival| {
        arrival.set(Arrival::Awaited);
        spawn_local(async move {
            AWAITED.set(AWAITED.get() + 1);
            let there = fetch().await.is_ok();
            AWAITED.set(AWAITED.get() - 1);
            if !there && before == Arrival::Failed {
                reload_if_renewed().await;
            }
            // The view may be gone by now.
            arrival.try_set(if there {
                Arrival::There
            } else {
                Arrival::Failed
            });
        });
    };
    ask(Arrival::Awaited);
    let on_retry = Callback::new(move |()| ask(Arrival::Failed));
    let wait = || view! { <div class="part-wait"><Skeleton lines=4/></div> }.into_any();
    (move || match arrival.get() {
        Arrival::Awaited => wait(),
        Arrival::There => draw().unwrap_or_else(wait),
        Arrival::Failed => {
            let heading =
                (place == Place::Page).then(|| view! { <PageBar title=k::error::PART_TITLE/> });
            view! { {heading}<ErrorState text=k::error::PART on_retry/> }.into_any()
        }
    })
    .into_any()
}

/// A server that answers, but does not have the part, has been renewed since the page was loaded.
async fn reload_if_renewed() {
    if Request::get("/setup").send_open().await.is_ok() {
        // A browser that refuses leaves the screen as it is, with its button.
        let _ = window().location().reload();
    }
}

/// Fetches the rest while nothing else goes on, so that going to another screen takes no time.
pub fn fetch_the_rest() {
    spawn_local(async {
        loop {
            TimeoutFuture::new(QUIET_MS).await;
            if AWAITED.get() == 0 {
                break;
            }
        }
        fetch_all().await;
    });
}
