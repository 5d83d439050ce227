use chrono::NaiveDate;
use relasi_domain::{
    commerce::{
        exact::Exact,
        line::{Chosen, Line, Tax, totals},
    },
    fault::Faults,
    locale::Language,
};
use uuid::Uuid;

use super::{
    layout::{Mark, pages},
    *,
};
use crate::commerce::document::Party;

fn line(name: &str, description: &str, quantity: i64, price: i64) -> Line {
    let mut line = Line {
        id: Uuid::nil(),
        product_id: None,
        name: name.into(),
        description: Some(description.into()).filter(|text: &String| !text.is_empty()),
        unit: Some("kg".into()),
        options: Chosen::from([("Size".into(), "1 kg".into())]),
        quantity: Exact::whole(quantity),
        unit_price: price,
        list_price: None,
        discount_percent: Some(Exact::whole(5)),
        discount_amount: None,
        tax: Some(Tax {
            id: Uuid::nil(),
            name: "VAT".into(),
            percent: Exact::whole(7),
            included: false,
        }),
        gross: 0,
        discount: 0,
        net: 0,
        unit_cost: None,
    };
    line.compute("", &mut Faults::default());
    line
}

/// A quote with so many lines in a language.
pub(crate) fn sample(language: Language, count: usize) -> Printed {
    let (name, item, text, terms) = match language {
        Language::En => (
            "Roastery contract 2026",
            "Gayo, washed",
            "Whole beans, roasted to order",
            "Payment within 30 days. Delivery free of charge above THB 20,000.",
        ),
        Language::Id => (
            "Kontrak pemanggangan 2026",
            "Gayo, cuci basah",
            "Biji utuh, dipanggang sesuai pesanan",
            "Pembayaran dalam 30 hari. Pengiriman gratis untuk pesanan di atas Rp 20.000.000.",
        ),
        Language::Th => (
            "สัญญาโรงคั่วกาแฟ ปี ๒๕๖๙ ที่เชียงใหม่",
            "กาแฟกาโย่ ล้างเปียก น้ำหนักเต็ม",
            "เมล็ดเต็ม คั่วตามคำสั่งซื้อ ปลอดภัยทั้งที่อยู่และผู้ดื่ม",
            "ชำระเงินภายใน ๓๐ วันนับจากวันที่ได้รับสินค้า ผู้ซื้อเป็นผู้รับผิดชอบค่าใช้จ่ายในการขนส่งสินค้าที่มีมูลค่าต่ำกว่าสองหมื่นบาท ทั้งนี้ใบเสนอราคานี้ใช้ได้ถึงวันที่ระบุไว้เท่านั้น",
        ),
    };
    let lines: Vec<Line> = (0..count)
        .map(|place| line(&format!("{item} {}", place + 1), text, 120, 42_000))
        .collect();
    Printed {
        number: "Q-00088".into(),
        revision: 2,
        name: name.into(),
        language,
        currency: if language == Language::Id {
            "IDR"
        } else {
            "THB"
        }
        .into(),
        day: NaiveDate::from_ymd_opt(2026, 11, 30),
        valid_until: NaiveDate::from_ymd_opt(2026, 12, 15),
        seller: "CV Kopi Nusantara".into(),
        contact: Some("Rudi Hartono".into()),
        buyer: Party {
            name: "บริษัท สยามครัว จำกัด".into(),
            person: Some("คุณมาลี ศรีสุข".into()),
            address: vec!["99/1 ถนนนิมมานเหมินท์".into(), "เชียงใหม่, 50200".into()],
            tax_id: Some("0105556000000".into()),
        },
        totals: totals(&lines).expect("small amounts"),
        lines,
        terms: Some(terms.into()),
    }
}

fn texts(page: &[Mark]) -> Vec<&str> {
    let texts = page.iter().filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some(text.as_str()),
        Mark::Rule { .. } => None,
    });
    texts.collect()
}

#[test]
fn the_same_quote_makes_the_same_file() {
    for language in Language::ALL {
        let quote = sample(language, 3);
        let file = render(&quote).expect("a file");
        assert!(file.starts_with(b"%PDF-"));
        assert_eq!(render(&quote).expect("a file"), file, "{language:?}");
        assert!(file.len() < 120_000, "{} bytes", file.len());
        // To be looked at: RELASI_PDF_DIR=/some/folder cargo test.
        if let Some(folder) = std::env::var_os("RELASI_PDF_DIR") {
            let folder = std::path::PathBuf::from(folder);
            let name = format!("quote-{}.pdf", language.tag());
            std::fs::write(folder.join(name), &file).expect("the folder is there");
            let long = render(&sample(language, 40)).expect("a file");
            let name = format!("quote-{}-long.pdf", language.tag());
            std::fs::write(folder.join(name), long).expect("the folder is there");
        }
    }
}

#[test]
fn heads_are_repeated_and_every_line_stands_once() {
    let quote = sample(Language::En, 40);
    let pages = pages(&quote);
    assert!(pages.len() > 1);
    let mut items = Vec::new();
    for (place, page) in pages.iter().enumerate() {
        let texts = texts(page);
        if texts.iter().any(|text| text.starts_with("Gayo, washed ")) {
            assert!(texts.contains(&"Item"), "page {place}");
        }
        let foot = format!("Page {} of {}", place + 1, pages.len());
        assert!(texts.contains(&foot.as_str()), "page {place}");
        items.extend(
            texts
                .into_iter()
                .filter(|text| text.starts_with("Gayo, washed ")),
        );
        for mark in page {
            let (Mark::Text { x, y, .. } | Mark::Rule { x, y, .. }) = mark;
            assert!(*x >= 40.0 && *y > 30.0 && *y < PAGE.1 - 30.0, "{mark:?}");
        }
    }
    let all: Vec<String> = (1..=40).map(|n| format!("Gayo, washed {n}")).collect();
    assert_eq!(items, all);
}

#[test]
fn amounts_and_days_are_in_the_language_of_the_quote() {
    let told = |language| {
        let quote = sample(language, 1);
        let pages = pages(&quote);
        texts(&pages[0]).join("|")
    };
    let english = told(Language::En);
    assert!(
        english.contains("15 December 2026") && english.contains("THB 51,231.60"),
        "{english}"
    );
    let indonesian = told(Language::Id);
    assert!(
        indonesian.contains("15 Desember 2026") && indonesian.contains("IDR 51.231,60"),
        "{indonesian}"
    );
    let thai = told(Language::Th);
    assert!(
        thai.contains("15 ธันวาคม 2569") && thai.contains("ยอดรวมทั้งสิ้น"),
        "{thai}"
    );
}

#[test]
fn texts_of_any_length_end() {
    let mut quote = sample(Language::Th, 2);
    quote.lines[0].description = Some("ยาวมาก ".repeat(280));
    quote.lines[1].name = "x".repeat(200);
    quote.name = "ย".repeat(200);
    quote.seller = "W".repeat(120);
    let pages = pages(&quote);
    assert!(pages.len() < 6);
    render(&quote).expect("a file");
}
