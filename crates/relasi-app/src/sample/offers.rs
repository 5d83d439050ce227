//! What there is to choose and to buy together, and prices for distributors and for abroad.

use chrono::{Datelike, NaiveDate};
use relasi_domain::{
    commerce::{exact::Exact, price, price_book, product},
    locale::Language,
    record::Document,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Setting,
    catalogue::settings_document,
    document::{members, stamped},
    money,
    reception::said,
    words::{self, Words as _},
};
use crate::{
    records::{Batch, Work, member_id},
    refusal::Result,
};

/// An option with its values, each in the order of languages and with what it adds in hundredths of the price.
type Choice = ([&'static str; 3], &'static [([&'static str; 3], i64)]);

const GROUPS: Choice = (
    ["Groups", "Group", "หัวชง"],
    &[
        (["1 group", "1 group", "1 หัว"], -20),
        (["2 groups", "2 group", "2 หัว"], 0),
        (["3 groups", "3 group", "3 หัว"], 35),
    ],
);
const ROAST: Choice = (
    ["Roast", "Tingkat sangrai", "ระดับการคั่ว"],
    &[
        (["Light", "Terang", "คั่วอ่อน"], 0),
        (["Medium", "Sedang", "คั่วกลาง"], 0),
        (["Dark", "Gelap", "คั่วเข้ม"], 0),
    ],
);
const GRIND: Choice = (
    ["Grind", "Gilingan", "การบด"],
    &[
        (["Whole beans", "Biji utuh", "เมล็ดกาแฟ"], 0),
        (["Ground", "Giling", "บด"], 3),
    ],
);
const VOLTAGE: Choice = (
    ["Power", "Listrik", "ไฟฟ้า"],
    &[
        (["Single phase", "1 fasa", "1 เฟส"], 0),
        (["Three phases", "3 fasa", "3 เฟส"], 6),
    ],
);

/// What there is to choose of a product that costs `amount`.
pub(super) fn options(code: &str, language: Language, amount: i64) -> Value {
    let choices: &[Choice] = match code {
        "espresso" => &[GROUPS, VOLTAGE],
        "oven" => &[VOLTAGE],
        "beans" | "blend" => &[ROAST, GRIND],
        _ => &[],
    };
    let value = |(name, more): &([&'static str; 3], i64)| json!({"name": said(language, *name), "price": amount / 100 * more});
    let choice = |(name, values): &Choice| json!({"name": said(language, *name), "values": values.iter().map(value).collect::<Vec<_>>()});
    Value::Array(choices.iter().map(choice).collect())
}

/// A set: name, code, price in hundredths of the parts, and the parts with how many of each.
type Set = (
    [&'static str; 3],
    &'static str,
    i64,
    &'static [(&'static str, i64)],
);

const BUNDLES: [Set; 2] = [
    (
        ["Coffee corner", "Paket pojok kopi", "ชุดมุมกาแฟ"],
        "SMP-CORNER",
        92,
        &[("espresso", 1), ("grinder", 1), ("beans", 10)],
    ),
    (
        ["Cafe opening", "Paket buka kafe", "ชุดเปิดร้านกาแฟ"],
        "SMP-OPENING",
        90,
        &[
            ("espresso", 1),
            ("grinder", 2),
            ("chiller", 1),
            ("water", 1),
            ("service", 12),
        ],
    ),
];

/// Writes bundles, and price books with their prices; products have to be there.
pub(super) fn write(
    work: &mut Work<'_>,
    setting: &Setting<'_>,
    products: &[Document],
    batch: Batch,
) -> Result<()> {
    let bundles = BUNDLES
        .into_iter()
        .map(|bundle| bundled(setting, products, bundle));
    work.create_many(&product::OBJECT, bundles.collect(), batch)?;
    let today = setting.now.with_timezone(&setting.zone).date_naive();
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1);
    let end = NaiveDate::from_ymd_opt(today.year(), 12, 31);
    let industry = setting.language.word("industry", "distributor");
    let mut distributors = settings_document(setting);
    distributors.extend(members([
        (
            "name",
            json!(said(
                setting.language,
                ["Distributors", "Distributor", "ตัวแทนจำหน่าย"]
            )),
        ),
        ("currency", json!(setting.currency)),
        ("segment", json!(format!("industry = \"{industry}\""))),
        ("valid_from", json!(year)),
        ("valid_to", json!(end)),
        ("priority", json!(10)),
    ]));
    let abroad = if setting.currency == "USD" {
        "SGD"
    } else {
        "USD"
    };
    let mut export = settings_document(setting);
    export.extend(members([
        (
            "name",
            json!(format!(
                "{} ({abroad})",
                said(setting.language, ["Export", "Ekspor", "ส่งออก"])
            )),
        ),
        ("currency", json!(abroad)),
    ]));
    let mut prices = Vec::new();
    for (code, from, share) in [
        ("beans", None, 88),
        ("beans", Some("100"), 82),
        ("blend", None, 88),
        ("blend", Some("100"), 83),
        ("coldbrew", None, 90),
        ("grinder", None, 93),
    ] {
        prices.extend(priced(
            setting,
            products,
            (&distributors, setting.currency),
            (code, from, share),
        ));
    }
    for code in ["beans", "blend", "coldbrew", "roaster"] {
        prices.extend(priced(
            setting,
            products,
            (&export, abroad),
            (code, None, 104),
        ));
    }
    work.create_many(&price_book::OBJECT, vec![distributors, export], batch)?;
    work.create_many(&price::OBJECT, prices, batch).map(drop)
}

fn find<'p>(products: &'p [Document], code: &str) -> Option<&'p Document> {
    let place = words::products().iter().position(|row| row[0] == code);
    products.get(place?)
}

fn price_of(product: &Document) -> i64 {
    product.get("price").and_then(Value::as_i64).unwrap_or(0)
}

fn bundled(
    setting: &Setting<'_>,
    products: &[Document],
    (name, code, share, parts): Set,
) -> Document {
    let found = parts
        .iter()
        .filter_map(|(code, count)| Some((find(products, code)?, count)));
    let found: Vec<(&Document, &i64)> = found.collect();
    let sum: i64 = found
        .iter()
        .map(|(part, count)| price_of(part) * **count)
        .sum();
    let components = found.iter().map(
        |(part, count)| json!({"product_id": member_id(part, "id"), "quantity": Exact::whole(**count)}),
    );
    let tax = found.first().and_then(|(part, _)| part.get("tax_rate_id"));
    let mut bundle = stamped(Uuid::now_v7(), setting.now, setting.owners[0]);
    bundle.extend(members([
        ("name", json!(said(setting.language, name))),
        ("code", json!(code)),
        ("kind", json!("bundle")),
        ("unit", json!("set")),
        ("price", json!(sum / 100 * share)),
        ("cost", json!(sum / 100 * 62)),
        ("currency", json!(setting.currency)),
        ("tax_rate_id", json!(tax)),
        ("components", Value::Array(components.collect())),
        ("bundle_price", json!("fixed")),
    ]));
    bundle
}

/// The price of a product in a book, in hundredths of what it usually costs.
fn priced(
    setting: &Setting<'_>,
    products: &[Document],
    (book, currency): (&Document, &str),
    (code, from, share): (&'static str, Option<&str>, i64),
) -> Option<Document> {
    let dollars = words::products().into_iter().find(|row| row[0] == code)?[2];
    let usual = money::price(dollars.parse().ok()?, currency);
    let mut price = settings_document(setting);
    price.extend(members([
        ("price_book_id", json!(member_id(book, "id"))),
        ("product_id", json!(member_id(find(products, code)?, "id"))),
        ("unit_price", json!(usual / 100 * share)),
        ("unit_cost", json!(usual / 100 * 62)),
        ("currency", json!(currency)),
        ("min_quantity", json!(from)),
    ]));
    Some(price)
}
