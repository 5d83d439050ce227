//! The price of a product in a price book, from some quantity on.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{exact::Exact, money::MAX_AMOUNT};
use crate::{
    fault::Faults,
    field::Field,
    record::{Guard, Object, Record},
};

/// A price for one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Price {
    /// The book.
    pub price_book_id: Uuid,
    /// What it is the price of.
    pub product_id: Uuid,
    /// For one, in minor units of the book's currency.
    pub unit_price: i64,
    /// What one costs oneself, in the same currency; that of the product when empty.
    pub unit_cost: Option<i64>,
    /// That of the book; maintained.
    pub currency: Option<String>,
    /// From how many on, as plain decimal text; from the first when empty.
    pub min_quantity: Option<String>,
    /// Why it is so.
    pub note: Option<String>,
}

static FIELDS: &[Field] = &[
    Field::reference("price_book_id", "price_book")
        .required()
        .on_create()
        .aliases(&[
            "book",
            "price list",
            "buku harga",
            "daftar harga",
            "สมุดราคา",
        ]),
    Field::reference("product_id", "product")
        .required()
        .on_create()
        .aliases(&[
            "product code",
            "code",
            "sku",
            "item",
            "produk",
            "kode",
            "kode produk",
            "สินค้า",
            "รหัสสินค้า",
        ]),
    Field::money("unit_price", "currency")
        .required()
        .sortable()
        .aliases(&["price", "harga", "harga satuan", "ราคา", "ราคาต่อหน่วย"]),
    Field::money("unit_cost", "currency").aliases(&["cost", "biaya", "harga pokok", "ต้นทุน"]),
    Field::text("currency", 3).read_only(),
    Field::text("min_quantity", 20).aliases(&[
        "from quantity",
        "quantity",
        "jumlah minimum",
        "jumlah",
        "จํานวนขั้นต่ํา",
        "จำนวนขั้นต่ำ",
        "จำนวน",
    ]),
    Field::text("note", 200).keyed(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "price",
    plural: "prices",
    table: "prices",
    title: "note",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for Price {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "price";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            !(0..=MAX_AMOUNT).contains(&self.unit_price),
            "unit_price",
            "out_of_range",
        );
        let beyond = |cost: i64| !(0..=MAX_AMOUNT).contains(&cost);
        faults.check(
            self.unit_cost.is_some_and(beyond),
            "unit_cost",
            "out_of_range",
        );
        let quantity = self.min_quantity.as_deref().map(Exact::parse);
        let wrong = quantity.is_some_and(|number| number.is_none_or(|number| number.0 < 0));
        faults.check(wrong, "min_quantity", "not_quantity");
    }
}
