//! A lead: who it is, where they came from, what is to be done until they are a contact.

mod checklist;
mod convert;
mod deal_fields;
mod hand_off;
mod reason;
mod score;
mod standing;
mod verbs;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use relasi_domain::identity::access::Action;
use relasi_domain::sales::lead::{self, CONVERTED};
use serde_json::json;

use super::consent::ConsentCard;
use super::figures::{LastContact, NextDue};
use super::id_of;
use super::live::Live;
use super::log::Log;
use super::marks::{ReachLinks, marks};
use super::more::More;
use super::page::{RecordPage, may_edit};
use super::person_copy::CopyDialog;
use super::person_erase::EraseDialog;
use super::person_head::head;
use super::person_hold::HoldDialog;
use super::related::Section;
use super::steps::Steps;
use crate::i18n::{k, number};
use crate::records::{instant, value};
use crate::screens::sales::span;
use crate::screens::settings::rights::may;
use crate::ui::button::{Button, Variant};
use crate::ui::icon;
use crate::ui::kpi::Kpi;
use crate::ui::popover::MenuItem;
use crate::ui::tag::Tone;
use checklist::ChecklistCard;
use convert::ConvertDialog;
use hand_off::HandOffDialog;
use reason::{Ending, ReasonDialog};
use score::ScoreCard;
use standing::Standing;
use verbs::act;

const LIST: &str = "/app/leads";

/// `/app/leads/:id`.
#[component]
pub fn LeadPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_of(&params.get()));
    move || view! { <Lead id=id.get()/> }
}

/// What is asked of the person before a verb goes.
#[derive(Clone, Copy)]
pub struct Asking {
    hand_off: RwSignal<bool>,
    convert: RwSignal<bool>,
    ending: RwSignal<Option<Ending>>,
}

#[component]
fn Lead(id: String) -> impl IntoView {
    let live = Live::open(&lead::OBJECT, id);
    let (log, steps) = (Log::of(live), Steps::of(live));
    let status =
        Memo::new(move |_| live.with(|lead| lead.text("status").unwrap_or_default().to_owned()));
    let may_edit = may_edit(live.object);
    let may_work = Signal::derive(move || {
        may_edit.get() && status.with(|status| !status.is_empty() && status != CONVERTED)
    });
    let asking = Asking {
        hand_off: RwSignal::new(false),
        convert: RwSignal::new(false),
        ending: RwSignal::new(None),
    };
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(LIST, NavigateOptions::default()));
    let asked = [(); 3].map(|()| RwSignal::new(false));
    let [copying, erasing, holding] = asked;
    let items = more_items(live, asking, status, may_work);
    let items = person_items(items, status, asked);
    let is_open = move || may_work.get() && status.with(|status| status != "unqualified");
    let actions = move || {
        view! {
            <ReachLinks live/>
            <Show when=is_open>
                <Button label=k::leads::CONVERT icon=icon::USER_PLUS on_press=move |()| asking.convert.set(true)/>
            </Show>
            <Show when=move || may_work.get() && status.with(|status| status == "unqualified")>
                <Button label=k::leads::REOPEN icon=icon::UNDO_2 on_press=move |()| act(live, "reopen", json!({}), k::leads::REOPENED)/>
            </Show>
            <More live may_edit=may_work gone items/>
            <HandOffDialog live open=asking.hand_off/>
            <ConvertDialog live open=asking.convert/>
            <ReasonDialog live ending=asking.ending/>
            <CopyDialog live open=copying/>
            <EraseDialog live open=erasing gone/>
            <HoldDialog live open=holding/>
        }
    };
    let related = move || {
        view! {
            <Became live/>
            <ScoreCard live/>
            <ChecklistCard live may_work/>
            <ConsentCard live may_edit=may_work/>
        }
    };
    view! {
        <RecordPage
            live log steps
            list=(k::place::LEADS, LIST)
            marks=marks(live, "status")
            actions=ViewFn::from(actions)
            below_bar=ViewFn::from(move || view! { <Standing live may_edit asking/> })
            head=head(live, "company_name", None)
            figures=ViewFn::from(move || view! { <LeadFigures live/> })
            related=ViewFn::from(related)
        />
    }
}

/// What is seldom done to a lead.
fn more_items(
    live: Live,
    asking: Asking,
    status: Memo<String>,
    may_work: Signal<bool>,
) -> Signal<Vec<MenuItem>> {
    Signal::derive(move || {
        if !may_work.get() || status.with(|status| status == "unqualified") {
            return Vec::new();
        }
        let hand_off = move || asking.hand_off.set(true);
        let ending = move || asking.ending.set(Some(Ending::Disqualify));
        let route = move || act(live, "route", json!({}), k::routing::ROUTED_AGAIN);
        vec![
            MenuItem::new(k::leads::HAND_OFF, hand_off).icon(icon::SEND),
            MenuItem::new(k::routing::ROUTE_AGAIN, route).icon(icon::GIT_BRANCH),
            MenuItem::new(k::leads::DISQUALIFY, ending).icon(icon::CIRCLE_X),
        ]
    })
}

/// A copy of everything about the person, a hold, and the end of it; whoever became a contact asks for that there.
fn person_items(
    items: Signal<Vec<MenuItem>>,
    status: Memo<String>,
    [copying, erasing, holding]: [RwSignal<bool>; 3],
) -> Signal<Vec<MenuItem>> {
    let (exports, erases) = (may(Action::Export), may(Action::Erase));
    let settings = may(Action::Settings);
    Signal::derive(move || {
        let mut items = items.get();
        if status.with(|status| status == CONVERTED) {
            return items;
        }
        if exports.get() {
            let copy = MenuItem::new(k::privacy::COPY, move || copying.set(true));
            items.push(copy.icon(icon::DATABASE));
        }
        if settings.get() {
            let hold = MenuItem::new(k::privacy::HOLD, move || holding.set(true));
            items.push(hold.icon(icon::LOCK));
        }
        if exports.get() && erases.get() {
            let erase = MenuItem::new(k::privacy::ERASE, move || erasing.set(true));
            items.push(erase.icon(icon::SHIELD).danger());
        }
        items
    })
}

#[component]
fn LeadFigures(live: Live) -> impl IntoView {
    let of = |name: &'static str| {
        Memo::new(move |_| live.with(|lead| lead.text(name).map(str::to_owned)))
    };
    let (made, answered, due) = (
        of("created_at"),
        of("first_response_at"),
        of("response_due_at"),
    );
    let score = Memo::new(move |_| live.with(|lead| lead.integer("score")));
    let after = move || {
        let (from, to) = (made.get()?, answered.get()?);
        let millis = |text: &str| js_sys::Date::parse(text);
        let seconds = (millis(&to) - millis(&from)) / 1_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
        let seconds = seconds.max(0.0) as i64;
        Some(k::leads::response_after(&span(seconds)))
    };
    let value = move || after().unwrap_or_else(|| k::leads::RESPONSE_NONE.get().to_owned());
    let waits = move || answered.with(Option::is_none);
    let note = move || {
        due.get()
            .filter(|_| waits())
            .map(|due| k::leads::response_due(&instant::shown(&due)))
            .unwrap_or_default()
    };
    let late = move || waits() && due.get().as_deref().is_some_and(instant::is_past);
    let tone = Signal::derive(move || if late() { Tone::Bad } else { Tone::Neutral });
    let points = move || {
        score
            .get()
            .map_or_else(|| k::common::NONE.get().to_owned(), number)
    };
    view! {
        <div class="kpis">
            <Kpi label=k::leads::RESPONSE value exact=move || answered.get().as_deref().map(instant::shown).unwrap_or_default() note tone/>
            <Kpi label=k::leads::SCORE value=points/>
            <LastContact live/>
            <NextDue live/>
        </div>
    }
}

/// Links to the contact, company and deal that a lead became.
#[component]
fn Became(live: Live) -> impl IntoView {
    let became = Memo::new(move |_| {
        live.with(|lead| {
            ["contact", "company", "deal"]
                .into_iter()
                .filter_map(|name| {
                    let id = lead.text(&format!("{name}_id"))?.to_owned();
                    Some((name, id))
                })
                .collect::<Vec<_>>()
        })
    });
    let count = Signal::derive(move || became.with(|all| i64::try_from(all.len()).ok()));
    move || {
        became.with(|all| !all.is_empty()).then(|| {
            view! {
                <Section title=k::leads::BECAME count empty="">
                    <ul class="cards">
                        {move || became.get().into_iter().map(|(name, id)| view! { <li class="related-card">{value::reference(name, id)}</li> }).collect_view()}
                    </ul>
                </Section>
            }
        })
    }
}

/// The button that goes on with a lead, in the line that says where it stands.
fn main_button(label: crate::i18n::Key, press: impl Fn() + Send + Sync + 'static) -> impl IntoView {
    view! { <Button label variant=Variant::Primary on_press=move |()| press()/> }
}
