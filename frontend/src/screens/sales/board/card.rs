//! How a deal looks on the board.

use leptos::prelude::*;
use relasi_domain::people::company;
use relasi_domain::sales::deal::OBJECT;

use super::model::Deals;
use crate::i18n::money;
use crate::records::fields::whole;
use crate::records::list::Shown;
use crate::records::people::use_people;
use crate::records::refs::use_titles;
use crate::records::{Record, labels, value};
use crate::screens::sales::quiet::{QuietMark, quiet_days};
use crate::screens::tasks::due::NextStepMark;
use crate::ui::tag::Avatar;

/// What a card has a place of its own for.
const PLACED: [&str; 5] = [
    OBJECT.title,
    "company_id",
    "amount",
    "next_step_at",
    "owner_id",
];
/// What the column says, or the list of all deals has beside the board.
const KNOWN: [&str; 4] = ["stage_id", "status", "pipeline_id", "close_date"];

/// What cards show of the columns of a view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shows {
    placed: Vec<&'static str>,
    more: Vec<String>,
}

/// Company, amount, next step and owner as far as the view has them, then its other columns. That the name is a column
/// as well goes without saying.
pub fn fields(columns: &[Shown]) -> Shows {
    let has = |name: &str| columns.iter().any(|column| column.field == name);
    let names = columns.iter().map(|column| column.field.as_str());
    let more = names.filter(|name| !PLACED.contains(name) && !KNOWN.contains(name));
    Shows {
        placed: PLACED.into_iter().filter(|name| has(name)).collect(),
        more: more.map(str::to_owned).collect(),
    }
}

/// The deal with what the view shows of it.
#[component]
pub fn DealCard(
    /// The deal.
    deal: Record,
    /// What of it.
    fields: Memo<Shows>,
    /// The board.
    deals: Deals,
) -> impl IntoView {
    move || view! { <Drawn deal=deal.clone() shows=fields.get() deals/> }
}

#[component]
fn Drawn(deal: Record, shows: Shows, deals: Deals) -> impl IntoView {
    let has = |name: &&str| shows.placed.contains(name);
    let (titles, people) = (use_titles(), use_people());
    let href = format!("/app/deals/{}", deal.id());
    let company = whole(&OBJECT)
        .field("company_id")
        .filter(|field| has(&&*field.name));
    let company = company.and_then(|field| deal.text(&field.name).map(str::to_owned));
    let company = move || {
        company
            .as_ref()
            .map(|id| titles.get(&company::OBJECT, id).unwrap_or_default())
    };
    let owner = deal.text("owner_id").filter(|_| has(&"owner_id"));
    let owner = owner.map(str::to_owned);
    let currency = deal.text("currency").unwrap_or_default().to_owned();
    let amount = deal
        .integer("amount")
        .filter(|_| has(&"amount"))
        .map(|minor| view! { <strong class="money">{move || money(minor, &currency)}</strong> });
    let is_open = deal.text("status") == Some("open");
    // A pipeline that wants a next step says so on every card without one.
    let pipeline = deals.pipelines.pipeline(&deals.pipeline.get_untracked());
    let wants_step = pipeline.is_some_and(|one| one.value("next_step_required") == true);
    let owes = is_open && wants_step && deal.text("next_step_at").is_none();
    let open = is_open && (owes || has(&"next_step_at"));
    let stage = deal
        .text("stage_id")
        .and_then(|id| deals.pipelines.stage(id));
    let quiet = stage.and_then(|stage| quiet_days(&deal, &stage.record));
    let line = |name: &String| {
        let field = whole(&OBJECT).field(name)?;
        let value = deal.value(name);
        if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
            return None;
        }
        let label = labels::field(&OBJECT, name);
        let shown = value::show(&OBJECT, field, &deal);
        Some(view! { <span class="card-line cut" title=label>{shown}</span> })
    };
    let more = shows.more.iter().filter_map(line).collect_view();
    let step = deal.text("next_step_at").map(str::to_owned);
    let avatar = owner.map(|id| {
        let of = id.clone();
        let name = Signal::derive(move || people.name(&of).unwrap_or_default());
        view! { <Avatar name id size="small" named=true/> }
    });
    view! {
        <a class="card-name" href=href tabindex="-1" draggable="false">{deal.title(&OBJECT)}</a>
        {has(&"company_id").then(|| view! { <span class="secondary cut">{company}</span> })}
        {more}
        <div class="card-foot">
            <span class="card-facts">{amount}{open.then(|| view! { <NextStepMark at=step/> })}{quiet.map(|days| view! { <QuietMark days/> })}</span>
            {avatar}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, fields};

    #[test]
    fn cards_show_the_columns_of_the_view() {
        let column = |field: &str| Shown {
            field: field.to_owned(),
            width: 100,
        };
        let shows = fields(&["name", "stage_id", "source", "amount"].map(column));
        assert_eq!(shows.placed, ["name", "amount"]);
        assert_eq!(shows.more, ["source"]);
    }
}
