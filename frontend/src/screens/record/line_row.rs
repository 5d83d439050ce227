//! One line while it is being written.

use std::collections::HashMap;

use leptos::prelude::*;
use relasi_domain::commerce::exact::Exact;
use relasi_domain::commerce::line::{Chosen, Line};
use relasi_domain::commerce::money::share;
use relasi_domain::commerce::product::{self, Choice as ProductOption};
use relasi_domain::field::written;
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::line_paste::Pasted;
use crate::api::{Api, use_api};
use crate::i18n::{k, money};
use crate::records::input::number;
use crate::records::refs::reference_finder;
use crate::records::store;
use crate::ui::button::IconButton;
use crate::ui::combobox::Combobox;
use crate::ui::icon;
use crate::ui::money::MoneyInput;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextInput;

/// What is typed into a line.
#[derive(Clone, Copy)]
pub struct Row {
    /// Tells lines apart as long as they are shown.
    pub key: usize,
    item: RwSignal<Option<Choice>>,
    description: RwSignal<String>,
    unit: RwSignal<String>,
    quantity: RwSignal<String>,
    price: RwSignal<Option<i64>>,
    discount: RwSignal<String>,
    /// A discount that was given as an amount, as long as nobody types another one.
    fixed: StoredValue<Option<i64>>,
    tax: RwSignal<String>,
    options: RwSignal<Vec<ProductOption>>,
    chosen: RwSignal<Chosen>,
}

/// Stands for the tax of the product.
pub const OWN_TAX: &str = "own";

impl Row {
    /// An empty line.
    pub fn new(key: usize) -> Self {
        Self {
            key,
            item: RwSignal::new(None),
            description: RwSignal::default(),
            unit: RwSignal::default(),
            quantity: RwSignal::new("1".to_owned()),
            price: RwSignal::new(None),
            discount: RwSignal::default(),
            fixed: StoredValue::new(None),
            tax: RwSignal::new(OWN_TAX.to_owned()),
            options: RwSignal::default(),
            chosen: RwSignal::default(),
        }
    }

    /// A line that is there.
    pub fn of(key: usize, line: &Line, api: Api) -> Self {
        let row = Self::new(key);
        let id = line.product_id.map(|id| id.to_string()).unwrap_or_default();
        row.item
            .set(Some(Choice::new(id.clone(), line.name.clone())));
        row.description
            .set(line.description.clone().unwrap_or_default());
        row.unit.set(line.unit.clone().unwrap_or_default());
        row.quantity.set(written(line.quantity.0));
        row.price.set(Some(line.unit_price));
        row.discount
            .set(line.discount_percent.map(Exact::text).unwrap_or_default());
        row.fixed.set_value(line.discount_amount);
        let tax = line.tax.as_ref().map(|tax| tax.id.to_string());
        row.tax.set(tax.unwrap_or_default());
        row.chosen.set(line.options.clone());
        if !id.is_empty() {
            row.learn(api, id, false);
        }
        row
    }

    /// A line out of a sheet; `product` is its id and name, where it names one.
    pub fn pasted(
        key: usize,
        pasted: &Pasted,
        product: Option<&(String, String)>,
        api: Api,
    ) -> Self {
        let row = Self::new(key);
        let (id, name) = product
            .cloned()
            .unwrap_or_else(|| (String::new(), pasted.item.clone()));
        row.item.set(Some(Choice::new(id.clone(), name)));
        row.description.set(pasted.description.clone());
        row.unit.set(pasted.unit.clone());
        row.quantity.set(pasted.quantity.clone());
        row.price.set(pasted.price);
        row.discount.set(pasted.discount.clone());
        if id.is_empty() {
            row.tax.set(String::new());
        } else {
            row.learn(api, id, pasted.unit.is_empty());
        }
        row
    }

    /// Whether nothing was written into it yet.
    pub fn is_blank(self) -> bool {
        untrack(|| self.item.with(Option::is_none))
    }

    /// Reads what the product says of a line of it; `fill` also takes its unit over.
    fn learn(self, api: Api, id: String, fill: bool) {
        spawn_local(async move {
            let Ok(found) = store::get(api, &product::OBJECT, &id).await else {
                return;
            };
            let options = serde_json::from_value(found.value("options").clone());
            let _ = self.options.try_set(options.unwrap_or_default());
            if fill {
                let _ = self
                    .unit
                    .try_set(found.text("unit").unwrap_or_default().to_owned());
            }
        });
    }

    fn product(self) -> Option<String> {
        let item = self.item.get();
        item.map(|item| item.value).filter(|id| !id.is_empty())
    }

    /// As the server takes it.
    pub fn body(self) -> Value {
        let item = self.item.get_untracked();
        let product = untrack(|| self.product());
        let text = |signal: RwSignal<String>| {
            let text = signal.get_untracked().trim().to_owned();
            Some(text).filter(|text| !text.is_empty())
        };
        let mut line = Document::new();
        let mut put = |name: &str, value: Value| _ = line.insert(name.to_owned(), value);
        put("product_id", json!(product));
        put("name", json!(item.map(|item| item.label)));
        put("description", json!(text(self.description)));
        put("unit", json!(text(self.unit)));
        put("quantity", number(&self.quantity.get_untracked()));
        let chosen = self.chosen.get_untracked();
        put("options", json!(chosen));
        if let Some(price) = self.price.get_untracked() {
            put("unit_price", json!(price));
        }
        let percent = number(self.discount.get_untracked().trim().trim_end_matches('%'));
        match (percent, self.fixed.get_value()) {
            (Value::Null, Some(amount)) => put("discount_amount", json!(amount)),
            (percent, _) => put("discount_percent", percent),
        }
        let tax = self.tax.get_untracked();
        if tax != OWN_TAX {
            put("tax_rate_id", json!(Some(tax).filter(|id| !id.is_empty())));
        }
        Value::Object(line)
    }

    /// What it comes to before taxes, as far as that is known; tracked.
    pub fn net(self) -> Option<i64> {
        let exact = |text: String| {
            let plain = text.trim().trim_end_matches('%').replace(',', ".");
            Exact::parse(if plain.is_empty() { "0" } else { &plain })
        };
        let quantity = exact(self.quantity.get())?;
        let gross = share(self.price.get()?, quantity.0, 1_000_000)?;
        let percent = exact(self.discount.get())?;
        let off = match (percent.0, self.fixed.get_value()) {
            (0, Some(amount)) => amount,
            (percent, _) => share(gross, percent, 100_000_000)?,
        };
        Some(gross - off)
    }
}

/// The inputs of a line.
#[component]
pub fn LineRow(
    /// What is typed.
    row: Row,
    /// Which one, from 1.
    #[prop(into)]
    number: Signal<i64>,
    /// ISO 4217.
    #[prop(into)]
    currency: Signal<String>,
    /// Taxes there are.
    #[prop(into)]
    taxes: Signal<Vec<Choice>>,
    /// What is wrong, by line and member.
    faults: RwSignal<HashMap<(usize, String), String>>,
    /// Takes the line away.
    #[prop(into)]
    on_remove: Callback<usize>,
) -> impl IntoView {
    let api = use_api();
    let key = row.key;
    let of = move |names: &'static [&'static str]| {
        Signal::derive(move || {
            let at =
                |name: &&str| faults.with(|faults| faults.get(&(key, (*name).to_owned())).cloned());
            names.iter().find_map(at)
        })
    };
    let find = reference_finder(api, &product::OBJECT);
    let chosen = move |choice: Option<Choice>| {
        row.chosen.set(Chosen::new());
        row.options.set(Vec::new());
        row.price.set(None);
        row.tax.set(OWN_TAX.to_owned());
        if let Some(choice) = choice {
            // Behind the name stands what tells products apart in the list.
            let name = choice
                .label
                .split(" · ")
                .next()
                .unwrap_or_default()
                .to_owned();
            row.item.set(Some(Choice::new(choice.value.clone(), name)));
            row.learn(api, choice.value, true);
        }
    };
    let free = move |text: String| {
        row.options.set(Vec::new());
        row.item.set(Some(Choice::new("", text)));
        row.tax.set(String::new());
    };
    let net = move || {
        row.net().map_or_else(
            || k::commerce::BY_RULES.get().to_owned(),
            |net| money(net, &currency.get()),
        )
    };
    let all_taxes = Signal::derive(move || {
        let mut all = Vec::new();
        if row.product().is_some() {
            all.push(Choice::new(OWN_TAX, k::commerce::BY_RULES.get()));
        }
        all.push(Choice::new("", k::commerce::NO_TAX.get()));
        all.extend(taxes.get());
        all
    });
    view! {
        <fieldset class="line-edit">
            <legend class="hidden-visually">{move || k::commerce::version_n(&number.get().to_string())}</legend>
            <div class="line-item">
                <Combobox label=k::commerce::ITEM value=row.item find on_create=free on_change=chosen error=of(&["product_id", "name"])/>
                <TextInput label=k::commerce::DESCRIPTION value=row.description error=of(&["description"])/>
                {move || row.options.get().into_iter().map(|option| view! { <OptionSelect row option/> }).collect_view()}
            </div>
            <TextInput label=k::commerce::QUANTITY value=row.quantity error=of(&["quantity"])/>
            <TextInput label=k::commerce::UNIT value=row.unit error=of(&["unit"])/>
            <MoneyInput label=k::commerce::PRICE value=row.price currency error=of(&["unit_price"])/>
            <TextInput label=k::commerce::DISCOUNT_PERCENT value=row.discount error=of(&["discount_percent", "discount_amount"])/>
            <Select label=k::commerce::TAX value=row.tax choices=all_taxes error=of(&["tax_rate_id"])/>
            <p class="line-net figure"><span class="hint">{k::commerce::AMOUNT}</span>{net}</p>
            <IconButton label=move || k::commerce::remove_line(&number.get().to_string()) icon=icon::TRASH_2 on_press=move |()| on_remove.run(key)/>
        </fieldset>
    }
}

/// One option of the product.
#[component]
fn OptionSelect(row: Row, option: ProductOption) -> impl IntoView {
    let name = StoredValue::new(option.name.clone());
    let start = row
        .chosen
        .with_untracked(|chosen| chosen.get(&option.name).cloned())
        .unwrap_or_default();
    let value = RwSignal::new(start);
    let mut choices = vec![Choice::new("", k::common::NONE.get())];
    choices.extend(
        option
            .values
            .into_iter()
            .map(|one| Choice::new(one.name.clone(), one.name)),
    );
    let change = move |picked: String| {
        row.chosen.update(|chosen| {
            if picked.is_empty() {
                chosen.remove(&name.get_value());
            } else {
                chosen.insert(name.get_value(), picked);
            }
        });
        // Another choice has another price.
        row.price.set(None);
    };
    view! { <Select label=option.name value choices=Signal::stored(choices) on_change=change/> }
}
