//! Taxes, price books and prices.

use leptos::prelude::*;
use relasi_domain::commerce::{price, price_book, product, tax_rate};
use relasi_domain::record::Object;

use super::record_lines::{FromFile, Lines, RecordLines};
use crate::i18n::{Day, date_short, k, money};
use crate::records::labels;
use crate::records::refs::use_titles;
use crate::records::store::Record;

static TAXES: Lines = Lines {
    object: &tax_rate::OBJECT,
    title: k::commerce::TAXES,
    about: || k::commerce::TAXES_TEXT.get().to_owned(),
    new: k::commerce::ADD_TAX,
    fields: &["name", "percent", "included"],
    sort: "name",
    include: "",
    words: tax,
};

static BOOKS: Lines = Lines {
    object: &price_book::OBJECT,
    title: k::commerce::BOOKS,
    about: || k::commerce::BOOKS_TEXT.get().to_owned(),
    new: k::commerce::ADD_BOOK,
    fields: &[
        "name",
        "currency",
        "segment",
        "valid_from",
        "valid_to",
        "priority",
        "inactive",
    ],
    sort: "name",
    include: "",
    words: book,
};

static PRICES: Lines = Lines {
    object: &price::OBJECT,
    title: k::commerce::PRICES,
    about: || k::commerce::PRICES_TEXT.get().to_owned(),
    new: k::commerce::ADD_PRICE,
    fields: &[
        "price_book_id",
        "product_id",
        "unit_price",
        "unit_cost",
        "min_quantity",
        "note",
    ],
    sort: "-updated_at",
    include: "price_book,product",
    words: price_words,
};

fn tax(record: &Record) -> String {
    let percent = record.text("percent").unwrap_or_default();
    let words = k::commerce::tax_line(&record.title(&tax_rate::OBJECT), percent);
    if record.value("included") == true {
        let included = labels::field(&tax_rate::OBJECT, "included");
        return format!("{words} · {included}");
    }
    words
}

fn book(record: &Record) -> String {
    let day = |name: &str| {
        let day = record.text(name).and_then(Day::parse_iso)?;
        let label = labels::field(&price_book::OBJECT, name);
        Some(format!("{label} {}", date_short(day)))
    };
    let inactive =
        (record.value("inactive") == true).then(|| labels::field(&price_book::OBJECT, "inactive"));
    let parts = [
        Some(record.title(&price_book::OBJECT)),
        record.text("currency").map(str::to_owned),
        record.text("segment").map(str::to_owned),
        day("valid_from"),
        day("valid_to"),
        inactive,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn price_words(record: &Record) -> String {
    let titles = use_titles();
    let title = |object: &'static Object, name: &str| {
        let id = record.text(name).unwrap_or_default();
        titles.get(object, id).unwrap_or_default()
    };
    let amount = record
        .integer("unit_price")
        .map(|minor| money(minor, record.text("currency").unwrap_or_default()));
    let from = record.text("min_quantity").map(|from| {
        let label = labels::field(&price::OBJECT, "min_quantity");
        format!("{label} {from}")
    });
    let parts = [
        Some(title(&price_book::OBJECT, "price_book_id")),
        Some(title(&product::OBJECT, "product_id")),
        amount,
        from,
        record.text("note").map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The page.
#[component]
pub fn PriceSettings() -> impl IntoView {
    view! {
        <RecordLines of=&TAXES/>
        <RecordLines of=&BOOKS/>
        <RecordLines of=&PRICES/>
        <FromFile object=&price::OBJECT/>
    }
}
