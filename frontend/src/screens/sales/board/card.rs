//! How a deal looks on the board.

use leptos::prelude::*;
use relasi_domain::people::company;
use relasi_domain::sales::deal::OBJECT;

use crate::i18n::money;
use crate::records::Record;
use crate::records::fields::whole;
use crate::records::people::use_people;
use crate::records::refs::use_titles;
use crate::screens::tasks::due::NextStepMark;
use crate::ui::tag::Avatar;

/// Name, company, amount, next step, owner.
#[component]
pub fn DealCard(
    /// The deal.
    deal: Record,
) -> impl IntoView {
    let (titles, people) = (use_titles(), use_people());
    let href = format!("/app/deals/{}", deal.id());
    let company = whole(&OBJECT).field("company_id");
    let company = company.and_then(|field| deal.text(&field.name).map(str::to_owned));
    let company = move || {
        company
            .as_ref()
            .map(|id| titles.get(&company::OBJECT, id).unwrap_or_default())
    };
    let owner = deal.text("owner_id").map(str::to_owned);
    let currency = deal.text("currency").unwrap_or_default().to_owned();
    let amount = deal
        .integer("amount")
        .map(|minor| view! { <strong class="money">{move || money(minor, &currency)}</strong> });
    let open = deal.text("status") == Some("open");
    let step = deal.text("next_step_at").map(str::to_owned);
    let avatar = owner.map(|id| {
        let of = id.clone();
        let name = Signal::derive(move || people.name(&of).unwrap_or_default());
        view! { <Avatar name id size="small" named=true/> }
    });
    view! {
        <a class="card-name" href=href tabindex="-1" draggable="false">{deal.title(&OBJECT)}</a>
        <span class="secondary cut">{company}</span>
        <div class="card-foot">
            <span class="card-facts">{amount}{open.then(|| view! { <NextStepMark at=step/> })}</span>
            {avatar}
        </div>
    }
}
