//! A company with its people, deals and everything that happened with them.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use relasi_domain::people::{company, contact};

use super::contact::AddDeal;
use super::figures::Figures;
use super::live::Live;
use super::log::Log;
use super::marks::{ReachLinks, marks};
use super::more::More;
use super::new_deal::NewDeal;
use super::page::{RecordPage, may_edit};
use super::person_head::head;
use super::related::{DealCards, Listing, Section};
use super::roles::{self, Roles};
use super::steps::Steps;
use super::suggested::SuggestedProducts;
use super::tree::TreeSection;
use super::{deals_of, id_of};
use crate::i18n::k;
use crate::records::Record;
use crate::records::store::Query;
use crate::ui::tag::Avatar;

const LIST: &str = "/app/companies";

/// `/app/companies/:id`.
#[component]
pub fn CompanyPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_of(&params.get()));
    move || view! { <Company id=id.get()/> }
}

#[component]
fn Company(id: String) -> impl IntoView {
    let live = Live::open(&company::OBJECT, id);
    let (log, steps, deals, roles) = (
        Log::of(live),
        Steps::of(live),
        deals_of(live),
        roles::listing(live),
    );
    let people = Listing::of(live, &contact::OBJECT, move || Query {
        filter: format!("company_id = \"{}\"", live.id()),
        sort: "full_name".to_owned(),
        ..Query::default()
    });
    let may_edit = may_edit(live.object);
    let adding = RwSignal::new(false);
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(LIST, NavigateOptions::default()));
    let actions = move || view! { <ReachLinks live/><More live may_edit gone/> };
    let related = move || {
        view! {
            <Section title=k::record::PEOPLE count=Signal::derive(move || people.count()) empty=k::record::NO_PEOPLE>
                <ul class="cards">{move || people.all().into_iter().map(person_card).collect_view()}</ul>
            </Section>
            <Roles live roles title=k::record::ROLES empty=k::record::NO_ROLES_HERE may_edit/>
            <Section title=k::place::DEALS count=Signal::derive(move || deals.count()) empty=k::record::NO_DEALS
                action=ViewFn::from(move || view! { <AddDeal adding may_edit/> })>
                <DealCards deals/>
            </Section>
            <SuggestedProducts live may_edit/>
            <TreeSection live part="family" title=k::record::FAMILY empty=k::record::NO_FAMILY/>
            <NewDeal live open=adding/>
        }
    };
    view! {
        <RecordPage
            live log steps
            list=(k::place::COMPANIES, LIST)
            marks=marks(live, "lifecycle_stage")
            actions=ViewFn::from(actions)
            head=head(live, "industry", None)
            figures=ViewFn::from(move || view! { <Figures live deals/> })
            related=ViewFn::from(related)
        />
    }
}

fn person_card(person: Record) -> impl IntoView {
    let name = person.title(&contact::OBJECT);
    let (id, shown) = (person.id().to_owned(), name.clone());
    let title = person.text("job_title").map(str::to_owned);
    view! {
        <li class="related-card with-avatar">
            <Avatar name=Signal::stored(name) id=Signal::stored(id.clone())/>
            <div>
                <p><a href=format!("/app/contacts/{id}")>{shown}</a></p>
                {title.map(|title| view! { <p class="secondary">{title}</p> })}
            </div>
        </li>
    }
}
