//! What belongs to a record: lists that load by themselves, drawn as folding sections of cards.

use leptos::prelude::*;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use crate::api::{Api, Reply, use_api};
use crate::i18n::{Day, date_short, k, money, number};
use crate::records::labels;
use crate::records::refs::{Titles, use_titles};
use crate::records::store::{self, Query, Record};
use crate::records::value::choice_tone;
use crate::ui::feedback::Skeleton;
use crate::ui::tag::Tag;

/// As many as one page of the API has; a person with more is seen in the list itself.
const MOST: u32 = 200;

/// Records that refer to the one on the page.
#[derive(Clone, Copy)]
pub struct Listing {
    api: Api,
    titles: Titles,
    items: RwSignal<Option<Vec<Record>>>,
}

impl Listing {
    /// Loads what matches, and again whenever there is news. `query` is asked each time.
    pub fn of(
        live: Live,
        object: &'static Object,
        query: impl Fn() -> Query + Send + Sync + 'static,
    ) -> Self {
        let listing = Self {
            api: use_api(),
            titles: use_titles(),
            items: RwSignal::new(None),
        };
        Effect::new(move |_| {
            live.news();
            listing.load(object, untrack(&query));
        });
        listing
    }

    fn load(self, object: &'static Object, mut query: Query) {
        query.limit = MOST;
        spawn_local(async move {
            // What can't be read stays as it was; the timeline says when the server is gone.
            if let Ok(page) = store::list(self.api, object, &query).await {
                self.titles.learn(&page);
                self.items.try_set(Some(page.items));
            }
        });
    }

    /// The same of a list with an address of its own, which is not paged.
    pub fn at(live: Live, path: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let listing = Self {
            api: use_api(),
            titles: use_titles(),
            items: RwSignal::new(None),
        };
        Effect::new(move |_| {
            live.news();
            let path = untrack(&path);
            spawn_local(async move {
                // As above.
                if let Ok(page) = listing
                    .api
                    .get(&path)
                    .await
                    .and_then(Reply::read::<store::Page>)
                {
                    listing.titles.learn(&page);
                    listing.items.try_set(Some(page.items));
                }
            });
        });
        listing
    }

    /// How many there are; tracked.
    pub fn count(self) -> Option<i64> {
        self.items
            .with(|items| items.as_ref().and_then(|all| i64::try_from(all.len()).ok()))
    }

    /// The records, an empty list while they are being read; tracked.
    pub fn all(self) -> Vec<Record> {
        self.items.get().unwrap_or_default()
    }
}

/// A part of the related side that folds: heading, number, button, cards.
#[component]
pub fn Section(
    /// Heading.
    #[prop(into)]
    title: TextProp,
    /// Number behind it; none while loading.
    #[prop(into)]
    count: Signal<Option<i64>>,
    /// A button at the right end.
    #[prop(optional, into)]
    action: Option<ViewFn>,
    /// Said when there is nothing.
    #[prop(into)]
    empty: TextProp,
    /// The cards.
    children: ChildrenFn,
) -> impl IntoView {
    let body = move || match count.get() {
        None => view! { <Skeleton lines=2/> }.into_any(),
        Some(0) => {
            let empty = empty.clone();
            view! { <p class="hint">{move || empty.get()}</p> }.into_any()
        }
        Some(_) => children().into_any(),
    };
    let some = Memo::new(move |_| count.get().map(|n| n > 0));
    view! {
        <section class="related-section">
            <div class="related-head">
                <h2>{move || title.get()}</h2>
                <span class="count">{move || count.get().map(number)}</span>
                <span class="spacer"></span>
                {action.map(|action| action.run())}
            </div>
            {move || { some.track(); body() }}
        </section>
    }
}

/// Deals as cards: name, stage, amount, when they should close.
#[component]
pub fn DealCards(
    /// The deals.
    deals: Listing,
) -> impl IntoView {
    view! {
        <ul class="cards">
            {move || deals.all().into_iter().map(|deal| view! { <DealCard deal/> }).collect_view()}
        </ul>
    }
}

#[component]
fn DealCard(deal: Record) -> impl IntoView {
    use relasi_domain::sales::{deal, stage};
    let titles = use_titles();
    let status = deal.text("status").unwrap_or_default().to_owned();
    let stage = deal.text("stage_id").map(str::to_owned);
    let stage = move || {
        stage
            .as_deref()
            .and_then(|id| titles.get(&stage::OBJECT, id))
            .unwrap_or_default()
    };
    let amount = deal
        .integer("amount")
        .zip(deal.text("currency").map(str::to_owned));
    let close = deal
        .text("close_date")
        .and_then(Day::parse_iso)
        .filter(|_| status == "open");
    let line = move || {
        let amount = amount
            .as_ref()
            .map(|(minor, currency)| money(*minor, currency));
        let close = close.map(|day| k::record::closes(&date_short(day)));
        let parts = [Some(stage()), amount, close].into_iter().flatten();
        parts
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let closed = (status != "open").then(|| {
        let tone = choice_tone(&status);
        view! { <Tag label=move || labels::choice(&deal::OBJECT, "status", &status) tone/> }
    });
    view! {
        <li class="related-card">
            <p class="related-card-head"><a href=format!("/app/deals/{}", deal.id())>{deal.title(&deal::OBJECT)}</a>{closed}</p>
            <p class="secondary">{line}</p>
        </li>
    }
}
