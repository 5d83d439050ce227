//! A deal: where it stands, what comes next, who is part of it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use relasi_domain::people::contact;
use relasi_domain::record::Object;
use relasi_domain::sales::deal;

use super::competitors::{self, Competitors};
use super::deal_people::{self, DealPeople};
use super::figures::{LastContact, NextDue};
use super::id_of;
use super::lines::Sheet;
use super::live::Live;
use super::log::Log;
use super::marks::marks;
use super::more::More;
use super::page::{RecordPage, may_edit};
use super::quotes::{DealLines, DealQuotes};
use super::related::{Listing, Section};
use super::stage_bar::{StageBar, Way};
use super::steps::Steps;
use super::suggested::SuggestedProducts;
use crate::i18n::{Day, date_short, k, money, money_compact, percent, relative_days, today};
use crate::keys::{self, Scope};
use crate::records::Record;
use crate::records::store::Query;
use crate::records::value;
use crate::ui::button::Button;
use crate::ui::icon;
use crate::ui::kpi::Kpi;
use crate::ui::tag::{Avatar, Tag, Tone};

const LIST: &str = "/app/deals";

/// `/app/deals/:id`.
#[component]
pub fn DealPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_of(&params.get()));
    move || view! { <Deal id=id.get()/> }
}

#[component]
fn Deal(id: String) -> impl IntoView {
    let live = Live::open(&deal::OBJECT, id);
    let (log, steps, way) = (Log::of(live), Steps::of(live), Way::of(live));
    let (roles, rivals) = (deal_people::listing(live), competitors::listing(live));
    let sheet = Sheet::of(live);
    let may_edit = may_edit(live.object);
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(LIST, NavigateOptions::default()));
    let can_close = move || may_edit.get() && live.with(is_open);
    let win = move || {
        if untrack(can_close) {
            way.close("won");
        }
    };
    let lose = move || {
        if untrack(can_close) {
            way.close("lost");
        }
    };
    keys::bind(Scope::Page, "W", k::record::WIN, win);
    keys::bind(Scope::Page, "Q", k::record::LOSE, lose);
    let actions = move || {
        view! {
            <Show when=can_close>
                <Button label=k::record::WIN icon=icon::TROPHY key_hint="W" on_press=move |()| win()/>
                <Button label=k::record::LOSE icon=icon::CIRCLE_X key_hint="Q" on_press=move |()| lose()/>
            </Show>
            <Show when=move || may_edit.get() && live.with(|deal| !is_open(deal))>
                <Button label=k::record::REOPEN icon=icon::UNDO_2 on_press=move |()| reopen(way)/>
            </Show>
            <More live may_edit gone/>
        }
    };
    view! {
        <RecordPage
            live log steps
            list=(k::place::DEALS, LIST)
            marks=marks(live, "status")
            actions=ViewFn::from(actions)
            below_bar=ViewFn::from(move || view! { <StageBar way may_edit/> })
            figures=ViewFn::from(move || view! { <DealFigures live way/> })
            related=ViewFn::from(move || view! {
                <DealLines sheet may_edit/>
                <DealQuotes live sheet/>
                <SuggestedProducts live sheet may_edit/>
                <People live/>
                <DealPeople live roles may_edit/>
                <Competitors live rivals may_edit/>
            })
        />
    }
}

fn is_open(deal: &Record) -> bool {
    deal.text("status") == Some("open")
}

/// A closed deal opens in the last open stage of its pipeline.
fn reopen(way: Way) {
    let stages = untrack(|| way.stages());
    if let Some(stage) = stages
        .iter()
        .rfind(|stage| stage.text("kind") == Some("open"))
    {
        way.move_to(stage);
    }
}

#[component]
fn DealFigures(live: Live, way: Way) -> impl IntoView {
    let amount = Memo::new(move |_| {
        live.with(|deal| {
            deal.integer("amount")
                .zip(deal.text("currency").map(str::to_owned))
        })
    });
    let own = move || live.with(|deal| deal.integer("probability").filter(|_| is_open(deal)));
    let chance = move || own().or_else(|| way.here()?.integer("probability"));
    let short = move || {
        amount.get().map_or_else(
            || k::common::NONE.get().to_owned(),
            |(minor, currency)| money_compact(minor, &currency),
        )
    };
    let exact = move || {
        amount
            .get()
            .map(|(minor, currency)| money(minor, &currency))
            .unwrap_or_default()
    };
    #[expect(clippy::cast_precision_loss, reason = "a percentage")]
    let share = move || {
        chance()
            .map(|chance| percent(chance as f64 / 100.0))
            .unwrap_or_default()
    };
    let history = move || {
        let (n, share) = way.rate(way.here()?.id())?;
        Some(k::deals::hist(n, &percent(share)))
    };
    let weighted = move || {
        let weighted = amount
            .get()
            .zip(chance())
            .map(|((minor, currency), chance)| money_compact(minor * chance / 100, &currency));
        let weighted = weighted.map(|amount| k::record::weighted(&amount));
        let own = own().map(|_| k::deals::OWN_CHANCE.get().to_owned());
        let parts = [history(), own, weighted].into_iter().flatten();
        parts.collect::<Vec<_>>().join(" · ")
    };
    let close =
        Memo::new(move |_| live.with(|deal| deal.text("close_date").and_then(Day::parse_iso)));
    let open = move || live.with(is_open);
    let days = move || close.get().map(|day| day.number() - today().number());
    let late = move || open() && days().is_some_and(|days| days < 0);
    let note = move || days().map(relative_days).unwrap_or_default();
    let tone = Signal::derive(move || if late() { Tone::Bad } else { Tone::Neutral });
    let close_value = move || {
        close
            .get()
            .map_or_else(|| k::common::NONE.get().to_owned(), date_short)
    };
    view! {
        <div class="kpis">
            <Kpi label=k::record::AMOUNT value=short exact/>
            <Kpi label=k::record::CHANCE value=share note=weighted/>
            <Kpi label=k::record::CLOSE_DATE value=close_value note tone/>
            <LastContact live/>
            <NextDue live/>
        </div>
    }
}

/// The person of the deal, the company, and its other people.
#[component]
fn People(live: Live) -> impl IntoView {
    let main = Memo::new(move |_| live.with(|deal| deal.text("contact_id").map(str::to_owned)));
    let field = live.object.field("company_id");
    let company = Memo::new(move |_| {
        field.and_then(|field| live.with(|deal| deal.text(&field.name).map(str::to_owned)))
    });
    let filter = move || {
        let of = |field: &str, id: Option<String>| id.map(|id| format!("{field} = \"{id}\""));
        let parts = [of("id", main.get()), of("company_id", company.get())]
            .into_iter()
            .flatten();
        parts.collect::<Vec<_>>().join(" or ")
    };
    let wanted = Memo::new(move |_| filter());
    view! {
        {move || (!wanted.with(String::is_empty)).then(|| {
            let people = Listing::of(live, &contact::OBJECT, move || query(&wanted.get_untracked()));
            view! {
                <Section title=k::record::PEOPLE count=Signal::derive(move || people.count()) empty=k::record::NO_PEOPLE>
                    <ul class="cards">
                        {move || sorted(people.all(), main.get().as_deref()).into_iter().map(|(person, is_main)| person_card(&person, is_main)).collect_view()}
                    </ul>
                </Section>
            }
        })}
        {move || company.get().map(|id| company_card(&relasi_domain::people::company::OBJECT, id))}
        {move || (live.with(|_| true) && wanted.with(String::is_empty)).then(|| view! { <p class="hint">{k::record::NOBODY}</p> })}
    }
}

fn query(filter: &str) -> Query {
    Query {
        filter: filter.to_owned(),
        sort: "full_name".to_owned(),
        ..Query::default()
    }
}

/// The main person first.
fn sorted(people: Vec<Record>, main: Option<&str>) -> Vec<(Record, bool)> {
    let mut people: Vec<_> = people
        .into_iter()
        .map(|person| {
            let is_main = Some(person.id()) == main;
            (person, is_main)
        })
        .collect();
    people.sort_by_key(|(_, is_main)| !is_main);
    people
}

fn person_card(person: &Record, is_main: bool) -> impl IntoView + use<> {
    let name = person.title(&contact::OBJECT);
    let (id, shown) = (person.id().to_owned(), name.clone());
    let title = person.text("job_title").map(str::to_owned);
    view! {
        <li class="related-card with-avatar">
            <Avatar name=Signal::stored(name) id=Signal::stored(id.clone())/>
            <div>
                <p class="related-card-head"><a href=format!("/app/contacts/{id}")>{shown}</a>{is_main.then(|| view! { <Tag label=k::record::MAIN_PERSON/> })}</p>
                {title.map(|title| view! { <p class="secondary">{title}</p> })}
            </div>
        </li>
    }
}

fn company_card(object: &'static Object, id: String) -> impl IntoView {
    view! {
        <Section title=move || crate::records::labels::one(object) count=Signal::stored(Some(1)) empty="">
            <ul class="cards"><li class="related-card"><p>{value::reference("company", id.clone())}</p></li></ul>
        </Section>
    }
}
