//! A product: its options and parts, and what it costs by each price book.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use relasi_domain::commerce::{price, price_book, product};

use super::id_of;
use super::live::Live;
use super::marks::marks;
use super::more::More;
use super::page::may_edit;
use super::part_page::PartPage;
use super::product_parts::{BundleParts, ProductOptions};
use super::related::{Listing, Section};
use crate::i18n::{k, money};
use crate::records::store::{Query, Record};
use crate::records::{labels, value};

const LIST: &str = "/app/products";

/// `/app/products/:id`.
#[component]
pub fn ProductPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_of(&params.get()));
    move || view! { <Product id=id.get()/> }
}

#[component]
fn Product(id: String) -> impl IntoView {
    let live = Live::open(&product::OBJECT, id);
    let edits = may_edit(live.object);
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(LIST, NavigateOptions::default()));
    view! {
        <PartPage
            live
            list=(k::place::PRODUCTS, LIST)
            parts=k::commerce::OPTIONS
            marks=marks(live, "kind")
            actions=ViewFn::from(move || view! { <More live may_edit=edits gone/> })
            middle=ViewFn::from(move || view! { <ProductOptions live may_edit=edits/><BundleParts live may_edit=edits/> })
            related=ViewFn::from(move || view! { <Prices live/> })
        />
    }
}

/// Its prices by price book.
#[component]
fn Prices(live: Live) -> impl IntoView {
    let prices = Listing::of(live, &price::OBJECT, move || Query {
        filter: format!("product_id = \"{}\"", live.id()),
        sort: "unit_price".to_owned(),
        include: "price_book".to_owned(),
        ..Query::default()
    });
    view! {
        <Section title=k::commerce::PRICES count=Signal::derive(move || prices.count()) empty=k::commerce::NONE_YET>
            <ul class="cards">{move || prices.all().into_iter().map(card).collect_view()}</ul>
        </Section>
    }
}

fn card(price: Record) -> impl IntoView {
    let book = price.text("price_book_id").unwrap_or_default().to_owned();
    let amount = price
        .integer("unit_price")
        .zip(price.text("currency").map(str::to_owned));
    let from = price.text("min_quantity").map(str::to_owned);
    let words = move || {
        let amount = amount
            .as_ref()
            .map(|(minor, currency)| money(*minor, currency));
        let from = from.as_ref().map(|from| {
            let label = labels::field(&price::OBJECT, "min_quantity");
            format!("{label} {from}")
        });
        [amount, from]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    view! {
        <li class="related-card">
            <p class="related-card-head">{value::reference(price_book::OBJECT.name, book)}</p>
            <p class="secondary">{words}</p>
        </li>
    }
}
