//! Products that go with those of a deal, or with what a company bought.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::lines::{Lines, Sheet};
use super::live::Live;
use super::related::Section;
use crate::api::{Reply, Request};
use crate::i18n::{decimal, k, number, percent};
use crate::screens::settings::items;
use crate::ui::button::{Button, IconButton, Size};
use crate::ui::icon;

#[derive(Clone, PartialEq, Deserialize)]
struct Suggested {
    product_id: String,
    name: String,
    because: String,
    together: i64,
    purchases: i64,
    confidence: i64,
    lift: i64,
}

/// The section; nothing while nothing is suggested.
#[component]
pub fn SuggestedProducts(
    /// The record.
    live: Live,
    /// The lines to which one can be added.
    #[prop(optional)]
    sheet: Option<Sheet>,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let found = RwSignal::new(Vec::<Suggested>::new());
    let load = move || {
        let path = format!("/{}/{}/product-suggestions", live.object.plural, live.id());
        spawn_local(async move {
            // What can't be read stays as it was.
            if let Ok(all) = items(live.api, &path).await {
                let _ = found.try_set(all);
            }
        });
    };
    Effect::new(move |_| {
        live.news();
        if let Some(sheet) = sheet {
            let _ = sheet.has_some();
        }
        load();
    });
    let count = Signal::derive(move || found.with(|all| i64::try_from(all.len()).ok()));
    let some = Memo::new(move |_| found.with(|all| !all.is_empty()));
    let cards = move || {
        let all = found.get().into_iter();
        all.map(|one| view! { <Card one live sheet may_edit found/> })
            .collect_view()
    };
    move || {
        some.get().then(|| {
            view! {
                <Section title=k::suggestions::PRODUCTS count empty=k::suggestions::PRODUCTS_EMPTY>
                    <ul class="cards">{cards}</ul>
                </Section>
            }
        })
    }
}

#[component]
fn Card(
    one: Suggested,
    live: Live,
    sheet: Option<Sheet>,
    may_edit: Signal<bool>,
    found: RwSignal<Vec<Suggested>>,
) -> impl IntoView {
    let (name, href) = (
        one.name.clone(),
        format!("/app/products/{}", one.product_id),
    );
    let one = StoredValue::new(one);
    let why = move || {
        let said = one.get_value();
        #[expect(clippy::cast_precision_loss, reason = "ten-thousandths")]
        let confidence = percent(said.confidence as f64 / 10_000.0);
        k::suggestions::because(
            &said.because,
            &confidence,
            &decimal(said.lift * 10_000),
            &number(said.purchases),
            &number(said.together),
        )
    };
    let buttons = move || {
        let add = sheet.map(|sheet| {
            let press = move |()| one.with_value(|one| add_line(sheet, one));
            view! { <Button label=k::suggestions::ADD_LINE size=Size::Small icon=icon::PLUS on_press=press/> }
        });
        let label = move || one.with_value(|one| k::suggestions::turn_down(&one.name));
        let press = move |()| turn_down(live, one.with_value(|one| one.product_id.clone()), found);
        view! { <div class="row">{add}<IconButton label icon=icon::X size=Size::Small on_press=press/></div> }
    };
    view! {
        <li class="related-card">
            <div class="related-card-head"><a href=href>{name}</a></div>
            <p class="secondary">{why}</p>
            {move || may_edit.get().then(buttons)}
        </li>
    }
}

/// It is suggested for this record no more.
fn turn_down(live: Live, product: String, found: RwSignal<Vec<Suggested>>) {
    spawn_local(async move {
        let body =
            json!({"object": live.object.name, "record_id": live.id(), "product_id": product});
        match live.api.post("/suggestions/dismiss", &body).await {
            Ok(_) => {
                let _ = found.try_update(|all| all.retain(|one| one.product_id != product));
            }
            Err(error) => live.toasts.bad(error.text()),
        }
    });
}

/// The lines as they are, and one more.
fn add_line(sheet: Sheet, one: &Suggested) {
    let (live, product, name) = (sheet.live, one.product_id.clone(), one.name.clone());
    let Some(lines) = untrack(|| sheet.get()) else {
        return;
    };
    let same = |line: &relasi_domain::commerce::line::Line| {
        let line = json!(line);
        let taken = [
            "product_id",
            "name",
            "description",
            "unit",
            "options",
            "quantity",
            "unit_price",
            "discount_percent",
            "discount_amount",
        ];
        let mut new = serde_json::Map::new();
        for name in taken {
            new.insert(name.to_owned(), line[name].clone());
        }
        new.insert("tax_rate_id".to_owned(), line["tax"]["id"].clone());
        Value::Object(new)
    };
    let mut all: Vec<Value> = lines.all.iter().map(same).collect();
    all.push(json!({"product_id": product, "quantity": 1}));
    spawn_local(async move {
        let request = Request::put(&sheet.path())
            .json(&json!({"lines": all}))
            .version(lines.version);
        match request.send(live.api).await.and_then(Reply::read::<Lines>) {
            Ok(lines) => {
                sheet.take(lines);
                live.refresh();
                live.toasts.ok(k::suggestions::added(&name));
            }
            Err(error) => live.toasts.bad(error.text()),
        }
    });
}
