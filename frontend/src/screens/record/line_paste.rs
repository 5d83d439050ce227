//! Rows of a sheet that become lines.

use std::collections::HashMap;

use relasi_domain::commerce::product;
use relasi_domain::field::written;
use relasi_domain::locale::{DecimalMark, detect_decimal_mark, minor_digits, parse_number};
use relasi_domain::platform::import::heading_key;
use relasi_domain::text::sort_key;

use crate::api::Api;
use crate::i18n::k;
use crate::records::store::{self, Query, Record};

/// Names asked for with one request.
const TOGETHER: usize = 20;

/// What a row says of a line.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Pasted {
    /// A code, a name or free text.
    pub item: String,
    /// How many, as plain decimal text.
    pub quantity: String,
    /// What the quantity counts.
    pub unit: String,
    /// For one, in minor units.
    pub price: Option<i64>,
    /// Taken off, in per cent.
    pub discount: String,
    /// More about it.
    pub description: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Item,
    Quantity,
    Unit,
    Price,
    Discount,
    Description,
}

/// Headings that mean a column, as [`heading_key`] writes them, beside what the columns are called on the screen.
const HEADINGS: [(Column, &[&str]); 6] = [
    (
        Column::Item,
        &[
            "item",
            "product",
            "code",
            "sku",
            "name",
            "produk",
            "barang",
            "kode",
            "nama",
            "สินค้า",
            "รหัส",
            "ชื่อ",
        ],
    ),
    (Column::Quantity, &["quantity", "qty", "jumlah", "จํานวน"]),
    (Column::Unit, &["unit", "satuan", "หน่วย"]),
    (
        Column::Price,
        &[
            "price",
            "unit price",
            "harga",
            "harga satuan",
            "ราคา",
            "ราคาต่อหน่วย",
        ],
    ),
    (
        Column::Discount,
        &["discount", "discount %", "diskon", "diskon %", "ส่วนลด"],
    ),
    (
        Column::Description,
        &["description", "deskripsi", "keterangan", "รายละเอียด"],
    ),
];

fn column(heading: &str) -> Option<Column> {
    let key = heading_key(heading);
    let means = |names: &[&str]| names.iter().any(|name| heading_key(name) == key);
    let mut all = HEADINGS.iter();
    all.find(|(_, names)| !key.is_empty() && means(names))
        .map(|(column, _)| *column)
}

/// Without headings: item, quantity, then price and discount, with the unit before them where there is one.
fn usual(rows: &[Vec<&str>], mark: Option<DecimalMark>) -> Vec<Option<Column>> {
    let third = rows.iter().filter_map(|cells| cells.get(2));
    let mut third = third.filter(|cell| !cell.trim().is_empty());
    let numbers = third.all(|cell| parse_number(cell, mark).is_some());
    let all: &[Column] = if numbers {
        &[
            Column::Item,
            Column::Quantity,
            Column::Price,
            Column::Discount,
        ]
    } else {
        &[
            Column::Item,
            Column::Quantity,
            Column::Unit,
            Column::Price,
            Column::Discount,
        ]
    };
    all.iter().copied().map(Some).collect()
}

/// The lines that pasted rows are; the number of the first row that is none.
pub fn rows(text: &str, currency: &str) -> Result<Vec<Pasted>, usize> {
    let mark = if text.contains('\t') { '\t' } else { ';' };
    let all = text.lines().enumerate();
    let all = all.filter(|(_, line)| !line.trim().is_empty());
    let (places, mut cells): (Vec<usize>, Vec<Vec<&str>>) = all
        .map(|(at, line)| (at + 1, line.split(mark).map(str::trim).collect()))
        .unzip();
    let numbers = cells.iter().flat_map(|row| row.iter().skip(1).copied());
    let decimal = detect_decimal_mark(numbers.collect::<Vec<_>>());
    let named: Vec<Option<Column>> = cells
        .first()
        .map(|first| first.iter().map(|cell| column(cell)).collect())
        .unwrap_or_default();
    let headed = named.contains(&Some(Column::Item));
    let columns = if headed {
        named
    } else {
        usual(&cells, decimal)
    };
    let skipped = usize::from(headed);
    cells.drain(..skipped);
    let lines = cells.iter().zip(places.iter().skip(skipped));
    lines
        .map(|(cells, place)| line(cells, &columns, (decimal, currency)).ok_or(*place))
        .collect()
}

fn line(
    cells: &[&str],
    columns: &[Option<Column>],
    (mark, currency): (Option<DecimalMark>, &str),
) -> Option<Pasted> {
    let mut made = Pasted {
        quantity: "1".to_owned(),
        ..Pasted::default()
    };
    let exact = |text: &str| {
        let number = parse_number(text.trim_end_matches('%').trim(), mark)?;
        number.minor_units(6).map(written)
    };
    for (cell, column) in cells.iter().zip(columns) {
        let cell = cell.trim_matches('"').trim();
        if cell.is_empty() {
            continue;
        }
        match column {
            None => {}
            Some(Column::Item) => cell.clone_into(&mut made.item),
            Some(Column::Unit) => cell.clone_into(&mut made.unit),
            Some(Column::Description) => cell.clone_into(&mut made.description),
            Some(Column::Quantity) => made.quantity = exact(cell)?,
            Some(Column::Discount) => made.discount = exact(cell)?,
            Some(Column::Price) => {
                let amount = parse_number(cell, mark)?;
                made.price = Some(amount.minor_units(minor_digits(currency))?);
            }
        }
    }
    Some(made).filter(|made| !made.item.is_empty())
}

/// Products by the keys of their codes and names, of those that rows name. What can't be read is free text.
pub async fn products(api: Api, rows: &[Pasted]) -> HashMap<String, (String, String)> {
    let mut wanted: Vec<String> = rows.iter().map(|row| row.item.clone()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = HashMap::new();
    for names in wanted.chunks(TOGETHER) {
        let quoted = names.iter().map(|name| {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{name}\"")
        });
        let quoted = quoted.collect::<Vec<_>>().join(", ");
        let query = Query {
            filter: format!("code in ({quoted}) or name in ({quoted})"),
            limit: 200,
            ..Query::default()
        };
        let Ok(page) = store::list(api, &product::OBJECT, &query).await else {
            continue;
        };
        let entry = |one: &Record| (one.id().to_owned(), one.title(&product::OBJECT));
        for one in &page.items {
            found
                .entry(sort_key(&one.title(&product::OBJECT)))
                .or_insert_with(|| entry(one));
        }
        // A code means one product, whatever others are called.
        for one in &page.items {
            if let Some(code) = one.text("code") {
                found.insert(sort_key(code), entry(one));
            }
        }
    }
    found
}

/// What is said of a row that is no line; tracked.
pub fn wrong(place: usize) -> String {
    k::commerce::paste_lines_bad(&place.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Pasted, rows};

    fn line(item: &str, quantity: &str, price: Option<i64>) -> Pasted {
        Pasted {
            item: item.to_owned(),
            quantity: quantity.to_owned(),
            price,
            ..Pasted::default()
        }
    }

    #[test]
    fn rows_of_a_sheet_become_lines() {
        let made = rows("Gayo 1 kg\t120\t420,50\t5%\nOngkir\t1\t1.500\n", "THB").unwrap();
        let first = Pasted {
            discount: "5".to_owned(),
            ..line("Gayo 1 kg", "120", Some(42_050))
        };
        assert_eq!(made, [first, line("Ongkir", "1", Some(150_000))]);
    }

    #[test]
    fn headings_say_what_columns_are() {
        let made = rows("Satuan\tHarga\tKode\tJumlah\nkg\t99.50\tGY-1\t2.5\n", "THB").unwrap();
        let one = Pasted {
            unit: "kg".to_owned(),
            ..line("GY-1", "2.5", Some(9_950))
        };
        assert_eq!(made, [one]);
        let made = rows("Gayo\t2\tkg\t10", "JPY").unwrap();
        assert_eq!((made[0].unit.as_str(), made[0].price), ("kg", Some(10)));
    }

    #[test]
    fn what_is_no_line_is_told() {
        assert_eq!(rows("Gayo\tmany\n", "THB"), Err(1));
        assert_eq!(rows("Item\tQty\nGayo\t1\n\t2\n", "THB"), Err(3));
        assert_eq!(rows("Gayo\t1\t0.1234\n", "THB"), Err(1));
        assert_eq!(rows(" \n", "THB"), Ok(Vec::new()));
    }
}
