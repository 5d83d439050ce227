//! Own open deals without a next step, each with the button that gives it one.

use leptos::prelude::*;
use relasi_domain::people::company;
use relasi_domain::sales::deal::OBJECT;
use wasm_bindgen_futures::spawn_local;

use crate::api::use_api;
use crate::i18n::{k, money};
use crate::records::fields::whole;
use crate::records::refs::use_titles;
use crate::records::store::encode;
use crate::records::{Query, Record, store};
use crate::screens::tasks::dialog::Task;
use crate::screens::tasks::new_task;
use crate::ui::button::{Button, Size};

const FILTER: &str = "owner_id = me and status = open and next_step_at is empty";
const SHOWN: u32 = 5;

/// The largest five; nothing when every deal has its step.
#[component]
pub fn BareDeals(
    /// How many there are in all.
    total: i64,
    /// Opens the form of a task.
    form: RwSignal<Option<Task>>,
) -> impl IntoView {
    let (api, titles) = (use_api(), use_titles());
    let deals = RwSignal::new(Vec::<Record>::new());
    if total > 0 {
        spawn_local(async move {
            let query = Query {
                filter: FILTER.to_owned(),
                sort: "-amount".to_owned(),
                include: "company".to_owned(),
                limit: SHOWN,
                ..Query::default()
            };
            if let Ok(page) = store::list(api, &OBJECT, &query).await {
                titles.learn(&page);
                // The page may have been left.
                _ = deals.try_set(page.items);
            }
        });
    }
    let line = move |deal: Record| {
        let company = whole(&OBJECT).field("company_id");
        let company = company.and_then(|field| deal.text(&field.name).map(str::to_owned));
        let company = move || {
            company
                .as_ref()
                .map(|id| titles.get(&company::OBJECT, id).unwrap_or_default())
        };
        let currency = deal.text("currency").unwrap_or_default().to_owned();
        let amount = deal
            .integer("amount")
            .map(|minor| view! { <span class="money">{move || money(minor, &currency)}</span> });
        let href = format!("/app/deals/{}", deal.id());
        let name = deal.title(&OBJECT);
        let set = move |()| {
            let mut given = new_task();
            for (from, to) in [
                ("id", "deal_id"),
                ("company_id", "company_id"),
                ("contact_id", "contact_id"),
            ] {
                given.insert(to.to_owned(), deal.value(from).clone());
            }
            form.set(Some(Task::New(given)));
        };
        view! {
            <li class="bare-deal">
                <span class="bare-deal-words"><a href=href>{name}</a><span class="secondary">{company}</span></span>
                {amount}
                <Button label=k::home::SET_STEP size=Size::Small on_press=set/>
            </li>
        }
    };
    let all = format!("/app/deals?layout=table&f={}", encode(FILTER));
    (total > 0).then(|| view! {
        <section class="panel" aria-labelledby="bare-deals">
            <header class="row"><h2 id="bare-deals">{k::home::BARE}</h2><a class="count" href=all>{move || k::home::all_deals(total)}</a></header>
            <ul>{move || deals.get().into_iter().map(line).collect_view()}</ul>
        </section>
    })
}
