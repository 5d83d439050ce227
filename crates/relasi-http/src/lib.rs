//! The REST API: extractors, problems, generic record routes, verbs, OpenAPI. Names no table.

pub mod api;
pub mod audit;
pub mod body;
pub mod caller;
pub mod commerce;
pub mod compress;
mod download;
pub mod envelope;
pub mod events;
pub mod identity;
pub mod insight;
pub mod interaction;
pub mod limits;
pub mod machine;
pub mod marketing;
mod moment;
pub mod people;
pub mod platform;
pub mod problem;
mod range;
pub mod records;
pub mod sales;
pub mod search;
pub mod state;

use relasi_domain::{
    commerce::{
        price::Price, price_book::PriceBook, product::Product, quote::Quote, tax_rate::TaxRate,
    },
    identity::team::Team,
    interaction::activity::Activity,
    people::{
        company::Company, contact::Contact, contact_role::ContactRole, relationship::Relationship,
        tag::Tag,
    },
    platform::{custom_field::CustomField, exchange_rate::ExchangeRate, saved_view::SavedView},
    sales::{
        competitor::Competitor, deal::Deal, deal_competitor::DealCompetitor,
        deal_contact::DealContact, lead::Lead, pipeline::Pipeline, stage::Stage,
    },
};

use api::Api;
use records::{crud, schema};

/// All operations of the product.
pub fn api() -> Api {
    let mut api = Api::default();
    schema::register_shared(&mut api);
    identity::register(&mut api);
    crud::<Contact>(&mut api);
    crud::<Company>(&mut api);
    people::register(&mut api);
    crud::<ContactRole>(&mut api);
    crud::<Relationship>(&mut api);
    crud::<Tag>(&mut api);
    crud::<Activity>(&mut api);
    interaction::register(&mut api);
    crud::<Lead>(&mut api);
    crud::<Deal>(&mut api);
    crud::<DealContact>(&mut api);
    crud::<DealCompetitor>(&mut api);
    crud::<Competitor>(&mut api);
    crud::<Pipeline>(&mut api);
    crud::<Stage>(&mut api);
    sales::register(&mut api);
    marketing::register(&mut api);
    crud::<TaxRate>(&mut api);
    crud::<Product>(&mut api);
    crud::<PriceBook>(&mut api);
    crud::<Price>(&mut api);
    crud::<Quote>(&mut api);
    crud::<ExchangeRate>(&mut api);
    commerce::register(&mut api);
    crud::<SavedView>(&mut api);
    crud::<CustomField>(&mut api);
    crud::<Team>(&mut api);
    search::register(&mut api);
    insight::register(&mut api);
    audit::register(&mut api);
    events::register(&mut api);
    platform::import::register(&mut api);
    platform::bulk::register(&mut api);
    platform::single::register(&mut api);
    platform::archive::register(&mut api);
    platform::jobs::register(&mut api);
    platform::background::register(&mut api);
    platform::business_hours::register(&mut api);
    platform::mail::register(&mut api);
    platform::notification::register(&mut api);
    platform::sample::register(&mut api);
    platform::schema::register(&mut api);
    api
}
