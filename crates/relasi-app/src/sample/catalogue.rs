//! What the sample firm sells, quotes for some of its open deals, and what was bought with those that were won.

use relasi_domain::{
    commerce::{exact::Exact, line::NewLine, product, quote, tax_rate},
    insight::forecast::parts,
    locale::Language,
    record::Document,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::json;
use uuid::Uuid;

use super::{
    Setting,
    adopt::of_sample,
    document::{members, stamped},
    money::price,
    words::{self, Words as _},
};
use crate::{
    commerce::lines::{self, Owner as LinesOf},
    insight::suggestions::pair_products,
    records::{Batch, Work, member_id},
    refusal::Result,
};

/// Quotes that come with the data.
const QUOTES: u32 = 6;

/// Writes taxes, products and quotes; deals have to be there.
pub(super) fn write(work: &mut Work<'_>, setting: &Setting<'_>, batch: Batch) -> Result<()> {
    let tax = tax(setting);
    work.create_many(&tax_rate::OBJECT, vec![tax.clone()], batch)?;
    let products = products(setting, &tax);
    work.create_many(&product::OBJECT, products.clone(), batch)?;
    let deals = open_deals(work)?;
    let quotes: Vec<Document> = deals
        .iter()
        .enumerate()
        .map(|(place, deal)| quote(setting, place, deal))
        .collect();
    work.create_many(&quote::OBJECT, quotes.clone(), batch)?;
    for (place, quote) in quotes.iter().enumerate() {
        let lines = lines_of(
            &products,
            place,
            &text_of(quote, "currency"),
            setting.currency,
        );
        let totals = lines::fill(work, LinesOf::Quote, quote, &lines)?;
        let values = [
            ("subtotal", totals.subtotal.into()),
            ("discount", totals.discount.into()),
            ("tax", totals.tax.into()),
            ("total", totals.total.into()),
        ];
        let id = member_id(quote, "id").unwrap_or_default();
        work.store().maintain(&quote::OBJECT, id, &values)?;
    }
    bought(work, setting, &products)
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
        let together = TOGETHER[place % TOGETHER.len()];
        let chosen: Vec<&Document> = together
            .iter()
            .filter_map(|place| products.get(*place))
            .collect();
        let parts = parts(amount.unwrap_or(0), chosen.len());
        let lines: Vec<NewLine> = chosen
            .into_iter()
            .zip(parts)
            .map(|(product, part)| NewLine {
                product_id: member_id(product, "id"),
                quantity: Exact::whole(1),
                unit_price: Some(part),
                // The amount of the deal is without taxes.
                tax_rate_id: Some(None),
                ..NewLine::default()
            })
            .collect();
        lines::fill(work, LinesOf::Deal, deal, &lines)?;
    }
    pair_products(work)
}

fn document(setting: &Setting<'_>) -> Document {
    stamped(Uuid::now_v7(), setting.now, setting.owners[0])
}

/// The tax that is usual where the currency is.
fn tax(setting: &Setting<'_>) -> Document {
    let (name, percent) = match setting.currency {
        "IDR" => ("PPN", "11"),
        "THB" => ("VAT", "7"),
        "SGD" => ("GST", "9"),
        _ => ("VAT", "10"),
    };
    let mut tax = document(setting);
    // Settings belong to everybody.
    tax.remove("owner_id");
    tax.remove("team_id");
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

/// Open deals of the sample with a company, the first of them.
fn open_deals(work: &mut Work<'_>) -> Result<Vec<Document>> {
    let mut statement = Statement::new("SELECT id FROM deals WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    statement
        .push(" AND status = 'open' AND company_id IS NOT NULL ORDER BY created_at, id")
        .limit(QUOTES);
    let ids = work.conn.rows(&statement, |row| row.text(0))?;
    Ok(work
        .store()
        .find_all(&relasi_domain::sales::deal::OBJECT, &ids)?)
}

fn quote(setting: &Setting<'_>, place: usize, deal: &Document) -> Document {
    let mut quote = document(setting);
    quote.extend(members([
        ("name", json!(deal.get("name"))),
        // Own numbers go on without a gap.
        ("number", json!(format!("S-{:05}", place + 1))),
        ("deal_id", json!(deal.get("id"))),
        ("currency", json!(deal.get("currency"))),
        ("owner_id", json!(deal.get("owner_id"))),
        ("team_id", json!(deal.get("team_id"))),
    ]));
    quote
}

/// Two or three products each, some with a discount.
fn lines_of(products: &[Document], place: usize, currency: &str, own: &str) -> Vec<NewLine> {
    let count = 2 + place % 2;
    let chosen = products.iter().cycle().skip(place * 3).take(count);
    chosen
        .enumerate()
        .map(|(at, product)| {
            let known = product.get("price").and_then(serde_json::Value::as_i64);
            // In another currency than that of the products something has to be said.
            let other = (currency != own).then(|| price(500, currency));
            NewLine {
                product_id: member_id(product, "id"),
                quantity: Exact::whole(2 + i64::try_from(place + at).unwrap_or(0) % 5),
                unit_price: other.or(known),
                discount_percent: (at == 0 && place.is_multiple_of(2)).then(|| Exact::whole(5)),
                ..NewLine::default()
            }
        })
        .collect()
}
