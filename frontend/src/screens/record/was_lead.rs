//! The leads that a person was before they became a contact.

use leptos::prelude::*;
use relasi_domain::sales::lead::OBJECT;

use super::live::Live;
use super::related::{Listing, Section};
use crate::i18n::k;
use crate::records::store::Query;
use crate::records::{Record, instant};

/// Leads that became this contact, the newest first.
pub fn listing(live: Live) -> Listing {
    Listing::of(live, &OBJECT, move || Query {
        filter: format!("contact_id = \"{}\"", live.id()),
        sort: "-created_at".to_owned(),
        ..Query::default()
    })
}

/// Where the person came from; nothing for those who were no lead.
#[component]
pub fn WasLead(leads: Listing) -> impl IntoView {
    let some = Memo::new(move |_| leads.count().is_some_and(|count| count > 0));
    move || {
        some.get().then(|| {
            view! {
                <Section title=k::leads::WAS_LEAD count=Signal::derive(move || leads.count()) empty="">
                    <ul class="cards">{move || leads.all().into_iter().map(card).collect_view()}</ul>
                </Section>
            }
        })
    }
}

fn card(lead: Record) -> impl IntoView {
    let from = ["source", "campaign"].into_iter();
    let from: Vec<String> = from
        .filter_map(|name| lead.text(name).map(str::to_owned))
        .collect();
    let met = lead.text("first_touch_at").map(str::to_owned);
    let met = move || {
        let met = met.as_deref();
        met.map(|at| k::leads::first_touch(&instant::shown(at)))
    };
    view! {
        <li class="related-card">
            <p class="related-card-head"><a href=format!("/app/leads/{}", lead.id())>{lead.title(&OBJECT)}</a></p>
            <p class="secondary">{from.join(" · ")}</p>
            <p class="hint">{met}</p>
        </li>
    }
}
