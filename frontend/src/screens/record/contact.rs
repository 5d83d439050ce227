//! A person, seen from all sides.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use relasi_domain::identity::access::Action;
use relasi_domain::people::contact;
use wasm_bindgen_futures::spawn_local;

use super::consent::ConsentCard;
use super::deal_people::{self, DealPeople};
use super::figures::Figures;
use super::live::Live;
use super::log::Log;
use super::marks::{ReachLinks, marks};
use super::more::More;
use super::new_deal::NewDeal;
use super::page::{RecordPage, may_edit};
use super::person_copy::CopyDialog;
use super::person_erase::EraseDialog;
use super::person_head::head;
use super::person_hold::HoldDialog;
use super::related::{DealCards, Section};
use super::relations::{self, Relations};
use super::roles::{self, Roles};
use super::steps::Steps;
use super::tree::TreeSection;
use super::was_lead::{self, WasLead};
use super::{deals_of, id_of};
use crate::api::{ApiError, Request};
use crate::download::save_file;
use crate::i18n::k;
use crate::records::fields::people_only;
use crate::screens::settings::rights::may;
use crate::ui::icon;
use crate::ui::popover::MenuItem;

const LIST: &str = "/app/contacts";

/// `/app/contacts/:id`.
#[component]
pub fn ContactPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_of(&params.get()));
    move || view! { <Contact id=id.get()/> }
}

#[component]
fn Contact(id: String) -> impl IntoView {
    let live = Live::open(&contact::OBJECT, id);
    let (log, steps, deals, roles) = (
        Log::of(live),
        Steps::of(live),
        deals_of(live),
        roles::listing(live),
    );
    let (relations, parts) = (relations::listing(live), deal_people::listing(live));
    let leads = was_lead::listing(live);
    let may_edit = may_edit(live.object);
    let adding = RwSignal::new(false);
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(LIST, NavigateOptions::default()));
    let asked = [(); 3].map(|()| RwSignal::new(false));
    let [copying, erasing, holding] = asked;
    let items = menu_items(live, asked);
    let actions = move || {
        view! {
            <ReachLinks live/><More live may_edit gone items/>
            <CopyDialog live open=copying/>
            <EraseDialog live open=erasing gone/>
            <HoldDialog live open=holding/>
        }
    };
    let related = move || {
        view! {
            <Section title=k::place::DEALS count=Signal::derive(move || deals.count()) empty=k::record::NO_DEALS
                action=ViewFn::from(move || view! { <AddDeal adding may_edit/> })>
                <DealCards deals/>
            </Section>
            {move || parts.count().is_some_and(|n| n > 0).then(|| view! { <DealPeople live roles=parts may_edit/> })}
            {(!people_only()).then(|| view! { <Roles live roles title=k::record::ROLES empty=k::record::NO_ROLES may_edit/> })}
            <Relations live relations may_edit/>
            <WasLead leads/>
            <ConsentCard live may_edit/>
            <TreeSection live part="reporting-line" title=k::record::REPORTING_LINE empty=k::record::NO_REPORTING_LINE/>
            <NewDeal live open=adding/>
        }
    };
    view! {
        <RecordPage
            live log steps
            list=(k::place::CONTACTS, LIST)
            marks=marks(live, "lifecycle_stage")
            actions=ViewFn::from(actions)
            head=head(live, "job_title", Some(("company", "company_id")))
            figures=ViewFn::from(move || view! { <Figures live deals/> })
            related=ViewFn::from(related)
        />
    }
}

/// The person as a card for an address book, a copy of everything, and the end of it.
fn menu_items(
    live: Live,
    [copying, erasing, holding]: [RwSignal<bool>; 3],
) -> Signal<Vec<MenuItem>> {
    let (exports, settings) = (may(Action::Export), may(Action::Settings));
    let erases = may(Action::Erase);
    let save = move || {
        let id = live.id();
        spawn_local(async move {
            let path = format!("/contacts/{id}/card");
            let saved = match Request::get(&path).file_of(live.api).await {
                Ok(file) => save_file("contact.vcf", &file)
                    .map_err(|error| ApiError::Unreadable(format!("{error:?}"))),
                Err(error) => Err(error),
            };
            if let Err(error) = saved {
                live.toasts.bad(error.text());
            }
        });
    };
    Signal::derive(move || {
        let mut items = vec![MenuItem::new(k::record::SAVE_CARD, save).icon(icon::DOWNLOAD)];
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

/// The plus behind the deals of a person or company.
#[component]
pub fn AddDeal(adding: RwSignal<bool>, may_edit: Signal<bool>) -> impl IntoView {
    use crate::ui::button::{IconButton, Size};
    use crate::ui::icon;
    view! {
        <Show when=move || may_edit.get()>
            <IconButton label=k::record::ADD_DEAL icon=icon::PLUS size=Size::Small on_press=move |()| adding.set(true)/>
        </Show>
    }
}
