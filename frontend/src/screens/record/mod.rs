//! Record pages: one frame for contacts, companies, leads and deals.

mod access;
mod attached;
mod called;
mod company;
mod competitors;
mod consent;
mod consent_form;
mod contact;
mod deal;
mod deal_people;
mod fact_row;
mod facts;
mod figures;
mod history;
mod lead;
mod letter;
mod letter_files;
mod line_editor;
mod line_paste;
mod line_row;
mod lines;
mod live;
mod log;
mod log_box;
mod log_dialog;
mod mail;
mod mail_files;
mod marks;
pub mod moment;
mod more;
mod new_deal;
mod next_step;
mod page;
mod part_page;
mod past;
mod person_copy;
mod person_erase;
mod person_head;
mod person_hold;
mod product;
mod product_parts;
mod quote;
mod quote_mail;
mod quote_preview;
mod quote_send;
mod quotes;
mod related;
mod relations;
mod roles;
mod span;
mod stage_bar;
mod steps;
mod suggested;
mod timeline_feed;
mod timeline_text;
mod tree;
mod verb;
mod was_lead;

use leptos_router::params::ParamsMap;

pub use called::Called;
pub use company::CompanyPage;
pub use contact::ContactPage;
pub use deal::DealPage;
pub use lead::LeadPage;
pub use log_dialog::LogOne;
pub use past::PastPage;
pub use product::ProductPage;
pub use quote::QuotePage;
pub use timeline_text::days_between;

use crate::records::store::Query;

/// The id in the address of a record page.
fn id_of(params: &ParamsMap) -> String {
    params.get("id").unwrap_or_default()
}

/// The deals of a person or company, the latest first.
fn deals_of(live: live::Live) -> related::Listing {
    related::Listing::of(live, &relasi_domain::sales::deal::OBJECT, move || Query {
        filter: timeline_feed::about(live),
        sort: "-updated_at".to_owned(),
        include: "stage".to_owned(),
        ..Query::default()
    })
}
