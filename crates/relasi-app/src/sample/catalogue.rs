//! What the sample firm sells, and what was bought with the deals that were won.

use relasi_domain::{
    commerce::{exact::Exact, line::NewLine, product, tax_rate},
    insight::forecast::parts,
    locale::Language,
    record::Document,
};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::{
    Setting,
    adopt::of_sample,
    document::{members, stamped},
    money::price,
    offers, quotes,
    words::{self, Words as _},
};
use crate::{
    commerce::lines::{self, Owner as LinesOf},
    insight::suggestions::pair_products,
    platform::vault::Vault,
    records::{Batch, Work, member_id},
    refusal::Result,
};

/// Writes taxes, products and quotes; deals have to be there.
pub(super) fn write(
    work: &mut Work<'_>,
    (setting, vault): (&Setting<'_>, &Vault),
    batch: Batch,
) -> Result<()> {
    let tax = tax(setting);
    work.create_many(&tax_rate::OBJECT, vec![tax.clone()], batch)?;
    let products = products(setting, &tax);
    work.create_many(&product::OBJECT, products.clone(), batch)?;
    bought(work, setting, &products)?;
    quotes::write(work, (setting, vault), &products, batch)?;
    offers::write(work, setting, &products, batch)
}

/// Won deals with lines.
const BOUGHT: u32 = 40;

/// What goes together, by places in the list of products: the machine with its grinder and its care, and so on.
const TOGETHER: [&[usize]; 6] = [
    &[0, 1, 16],
    &[9, 10],
    &[0, 1, 9],
    &[0, 16],
    &[7, 8],
    &[5, 8, 16],
];

/// What was bought with the deals that were won: their amount, spread over two or three products.
fn bought(work: &mut Work<'_>, setting: &Setting<'_>, products: &[Document]) -> Result<()> {
    let mut statement = Statement::new("SELECT id FROM deals WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    statement
        .push(" AND status = 'won' AND amount > 0 AND currency = ")
        .bind(setting.currency)
        .push(" ORDER BY created_at DESC, id")
        .limit(BOUGHT);
    let ids = work.conn.rows(&statement, |row| row.text(0))?;
    let deals = work
        .store()
        .find_all(&relasi_domain::sales::deal::OBJECT, &ids)?;
    for (place, deal) in deals.iter().enumerate() {
        let amount = deal.get("amount").and_then(serde_json::Value::as_i64);
        let lines = whole(products, place, amount.unwrap_or(0));
        lines::fill(work, LinesOf::Deal, deal, &lines)?;
    }
    pair_products(work)
}

/// Two or three products that go together and cost an amount, without taxes as the amount of a deal is.
pub(super) fn whole(products: &[Document], place: usize, amount: i64) -> Vec<NewLine> {
    let together = TOGETHER[place % TOGETHER.len()].iter();
    let chosen: Vec<&Document> = together.filter_map(|place| products.get(*place)).collect();
    let parts = parts(amount, chosen.len());
    let lines = chosen
        .into_iter()
        .zip(parts)
        .map(|(product, part)| NewLine {
            product_id: member_id(product, "id"),
            quantity: Exact::whole(1),
            unit_price: Some(part),
            tax_rate_id: Some(None),
            ..NewLine::default()
        });
    lines.collect()
}

fn document(setting: &Setting<'_>) -> Document {
    stamped(Uuid::now_v7(), setting.now, setting.owners[0])
}

/// A document that belongs to everybody, as settings do.
pub(super) fn settings_document(setting: &Setting<'_>) -> Document {
    let mut document = document(setting);
    document.remove("owner_id");
    document.remove("team_id");
    document
}

/// The tax that is usual where the currency is.
fn tax(setting: &Setting<'_>) -> Document {
    let (name, percent) = match setting.currency {
        "IDR" => ("PPN", "11"),
        "THB" => ("VAT", "7"),
        "SGD" => ("GST", "9"),
        _ => ("VAT", "10"),
    };
    let mut tax = settings_document(setting);
    tax.extend(members([
        ("name", json!(format!("{name} {percent}%"))),
        ("percent", json!(percent)),
    ]));
    tax
}

fn products(setting: &Setting<'_>, tax: &Document) -> Vec<Document> {
    let unit = |kind: &str| match (kind, setting.language) {
        ("supply", _) => "kg",
        ("project", _) => "m²",
        ("service", Language::En) => "month",
        ("service", Language::Id) => "bulan",
        ("service", Language::Th) => "เดือน",
        (_, Language::En | Language::Id) => "unit",
        (_, Language::Th) => "เครื่อง",
    };
    let rows = words::products().into_iter();
    rows.map(|[code, kind, dollars, ..]| {
        let word = setting.language.word("product", code);
        let word = word.split('|').next().unwrap_or(word).trim();
        let amount = price(dollars.parse().unwrap_or(1), setting.currency);
        let mut product = document(setting);
        product.extend(members([
            ("name", json!(capital(word))),
            ("code", json!(format!("SMP-{}", code.to_uppercase()))),
            (
                "kind",
                json!(if kind == "service" { "service" } else { "good" }),
            ),
            ("unit", json!(unit(kind))),
            ("price", json!(amount)),
            ("cost", json!(amount / 100 * 62)),
            ("currency", json!(setting.currency)),
            ("tax_rate_id", json!(tax.get("id"))),
            ("options", offers::options(code, setting.language, amount)),
        ]));
        product
    })
    .collect()
}

/// Heads of lines begin with a capital letter, where there are any.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
