//! A product: something that is sold, alone or as part of a bundle.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    exact::Exact,
    money::{MAX_AMOUNT, share},
};
use crate::{
    choices,
    fault::{Fault, Faults},
    field::{Field, Kind},
    record::{Document, Guard, Object, Record},
};

/// Something that is sold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// What it is called, in the language of the workspace.
    pub name: String,
    /// By which it is ordered and counted; no two have the same.
    pub code: Option<String>,
    /// good, service or bundle.
    pub kind: Option<String>,
    /// For grouping.
    pub category: Option<String>,
    /// What quantities count: piece, kg, hour.
    pub unit: Option<String>,
    /// Price for one without a price book, in minor units of `currency`.
    pub price: Option<i64>,
    /// What one costs oneself, in the same currency.
    pub cost: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// The tax that lines of it have.
    pub tax_rate_id: Option<Uuid>,
    /// What there is to choose: [`Choice`].
    pub options: Vec<Choice>,
    /// What a bundle consists of: [`Component`].
    pub components: Vec<Component>,
    /// fixed or sum.
    pub bundle_price: Option<String>,
    /// No longer offered.
    pub discontinued: bool,
    /// Free description.
    pub description: Option<String>,
}

/// Something to choose, such as a size.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// What it is called.
    pub name: String,
    /// What there is.
    pub values: Vec<ChoiceValue>,
}

/// One thing to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChoiceValue {
    /// What it is called.
    pub name: String,
    /// By how much it changes the price, in minor units of the product's currency.
    pub price: i64,
}

/// A part of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// What.
    pub product_id: Uuid,
    /// How many.
    pub quantity: Exact,
}

macro_rules! codes {
    ($($code:literal),*) => { &[$(Cow::Borrowed($code)),*] };
}

/// Kinds of products.
pub static KINDS: &[Cow<'static, str>] = codes!["good", "service", "bundle"];
static BUNDLE_PRICES: &[Cow<'static, str>] = codes!["fixed", "sum"];

static FIELDS: &[Field] = &[
    Field::text("name", 200)
        .required()
        .searched()
        .sortable()
        .keyed()
        .aliases(&[
            "product",
            "product name",
            "item",
            "produk",
            "nama produk",
            "nama",
            "สินค้า",
            "ชื่อสินค้า",
        ]),
    Field::text("code", 60)
        .searched()
        .sortable()
        .keyed()
        .aliases(&["sku", "kode", "kode produk", "รหัส", "รหัสสินค้า"]),
    Field::choice("kind", KINDS).sortable(),
    Field::text("category", 80)
        .sortable()
        .keyed()
        .aliases(&["kategori", "หมวดหมู่"]),
    Field::text("unit", 20).aliases(&["satuan", "หน่วย"]),
    Field::money("price", "currency").sortable().aliases(&[
        "list price",
        "unit price",
        "harga",
        "ราคา",
    ]),
    Field::money("cost", "currency").aliases(&["biaya", "harga pokok", "ต้นทุน"]),
    Field::text("currency", 3).aliases(&["mata uang", "สกุลเงิน"]),
    Field::reference("tax_rate_id", "tax_rate").aliases(&["tax", "vat", "pajak", "ppn", "ภาษี"]),
    Field::new("options", Kind::Json),
    Field::new("components", Kind::Json),
    Field::choice("bundle_price", BUNDLE_PRICES),
    Field::new("discontinued", Kind::Boolean),
    Field::long_text("description", 10_000).aliases(&["deskripsi", "รายละเอียด"]),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "product",
    plural: "products",
    table: "products",
    title: "name",
    fields: FIELDS,
    searchable: true,
    extensible: true,
    guard: Guard::Records,
};

/// The most options of a product, values of an option, and parts of a bundle.
const MOST: usize = 50;
/// The most characters of a name in options.
const MAX_NAME: usize = 60;

impl Record for Product {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "product";

    fn validate(&self, faults: &mut Faults) {
        let currency = self.currency.as_deref();
        faults.check(
            currency.is_some_and(choices::bad_currency),
            "currency",
            "not_currency",
        );
        for (name, amount) in [("price", self.price), ("cost", self.cost)] {
            let beyond = amount.is_some_and(|a| !(0..=MAX_AMOUNT).contains(&a));
            faults.check(beyond, name, "out_of_range");
        }
        self.check_options(faults);
        self.check_components(faults);
    }
}

impl Product {
    fn check_options(&self, faults: &mut Faults) {
        if self.options.len() > MOST {
            faults.push(Fault::field("options", "too_many").with("max", MOST));
            return;
        }
        let mut names = BTreeSet::new();
        for (place, option) in self.options.iter().enumerate() {
            let at = format!("/options/{place}");
            check_name(&format!("{at}/name"), &option.name, &mut names, faults);
            let values = || format!("{at}/values");
            faults.wrong(option.values.is_empty(), values, "required");
            if option.values.len() > MOST {
                faults.push(Fault::at(values(), "too_many").with("max", MOST));
                continue;
            }
            let mut known = BTreeSet::new();
            for (place, value) in option.values.iter().enumerate() {
                let at = format!("{at}/values/{place}");
                check_name(&format!("{at}/name"), &value.name, &mut known, faults);
                let beyond = value.price.checked_abs().is_none_or(|p| p > MAX_AMOUNT);
                faults.wrong(beyond, || format!("{at}/price"), "out_of_range");
            }
        }
    }

    fn check_components(&self, faults: &mut Faults) {
        let bundle = self.kind.as_deref() == Some("bundle");
        faults.check(
            !bundle && !self.components.is_empty(),
            "components",
            "not_a_bundle",
        );
        if self.components.len() > MOST {
            faults.push(Fault::field("components", "too_many").with("max", MOST));
        }
        let mut seen = BTreeSet::new();
        for (place, part) in self.components.iter().enumerate() {
            let at = format!("/components/{place}");
            let twice = !seen.insert(part.product_id);
            faults.wrong(twice, || format!("{at}/product_id"), "named_twice");
            let none = part.quantity.0 <= 0;
            faults.wrong(none, || format!("{at}/quantity"), "not_positive");
        }
    }

    /// What the options that were chosen add to the price; a fault for one that there is not.
    pub fn surcharge(&self, chosen: &BTreeMap<String, String>, at: &str) -> Result<i64, Faults> {
        let mut faults = Faults::default();
        let mut sum = 0;
        for (name, value) in chosen {
            let option = self.options.iter().find(|option| option.name == *name);
            let value = option.and_then(|o| o.values.iter().find(|known| known.name == *value));
            match value {
                Some(value) => sum += value.price,
                None => faults.push(Fault::at(
                    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    "no_such_option",
                )),
            }
        }
        faults.into_result().map(|()| sum)
    }
}

fn check_name<'n>(at: &str, name: &'n str, known: &mut BTreeSet<&'n str>, faults: &mut Faults) {
    if name.trim().is_empty() {
        faults.push(Fault::at(at, "required"));
    } else if name.chars().count() > MAX_NAME {
        faults.push(Fault::at(at, "too_long").with("max", MAX_NAME));
    } else if name.chars().any(char::is_control) {
        faults.push(Fault::at(at, "control_character"));
    } else if !known.insert(name) {
        faults.push(Fault::at(at, "named_twice"));
    }
}

/// Faults of members whose JSON has another shape than options and components have.
pub fn forms(document: &Document, faults: &mut Faults) {
    let value = |name: &str| document.get(name).filter(|value| !value.is_null()).cloned();
    let options = value("options").map(serde_json::from_value::<Vec<Choice>>);
    faults.check(
        options.is_some_and(|read| read.is_err()),
        "options",
        "malformed_options",
    );
    let parts = value("components").map(serde_json::from_value::<Vec<Component>>);
    faults.check(
        parts.is_some_and(|read| read.is_err()),
        "components",
        "malformed_components",
    );
}

/// What a bundle costs whose price is the sum of its parts, each with its price; none when one has none.
pub fn sum_of_parts(parts: &[(Exact, Option<i64>)]) -> Option<i64> {
    parts.iter().try_fold(0_i64, |sum, (quantity, price)| {
        sum.checked_add(share((*price)?, quantity.0, super::exact::ONE)?)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(product: serde_json::Value) -> Vec<(String, &'static str)> {
        let product: Product = serde_json::from_value(product).unwrap();
        let mut faults = Faults::default();
        product.validate(&mut faults);
        let found = faults.0.into_iter();
        found.map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn options_have_names_and_values() {
        let size =
            json!({"name": "Size", "values": [{"name": "250 g"}, {"name": "1 kg", "price": 900}]});
        assert_eq!(found(json!({"name": "Gayo", "options": [size]})), []);
        let at = |at: &str, code| (at.to_owned(), code);
        assert_eq!(
            found(
                json!({"name": "Gayo", "options": [size, {"name": "Size", "values": [{"name": "a"}, {"name": "a"}]}, {"name": "Grind"}]})
            ),
            [
                at("/options/1/name", "named_twice"),
                at("/options/1/values/1/name", "named_twice"),
                at("/options/2/values", "required"),
            ]
        );
    }

    #[test]
    fn only_bundles_have_parts() {
        let part = json!({"product_id": Uuid::nil(), "quantity": 2});
        assert_eq!(
            found(json!({"name": "Set", "kind": "bundle", "components": [part]})),
            []
        );
        assert_eq!(
            found(json!({"name": "Set", "kind": "good", "components": [part]})),
            [("/components".to_owned(), "not_a_bundle")]
        );
        assert_eq!(
            sum_of_parts(&[(Exact::whole(2), Some(500)), (Exact(500_000), Some(301))]),
            Some(1_151)
        );
        assert_eq!(sum_of_parts(&[(Exact::whole(2), None)]), None);
    }

    #[test]
    fn choices_change_the_price() {
        let product: Product = serde_json::from_value(
            json!({"options": [{"name": "Size", "values": [{"name": "1 kg", "price": 900}]}]}),
        )
        .unwrap();
        let chosen =
            |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        assert_eq!(product.surcharge(&chosen("Size", "1 kg"), ""), Ok(900));
        let refused = product.surcharge(&chosen("Size", "2 kg"), "/lines/0/options");
        assert_eq!(refused.unwrap_err().0[0].pointer, "/lines/0/options/Size");
    }
}
