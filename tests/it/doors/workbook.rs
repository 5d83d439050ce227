//! Workbooks as programs write them, and as nobody should.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A workbook with a sheet of people and one of companies.
pub fn two_sheets() -> Vec<u8> {
    let mut book = Workbook::new();
    people(book.add_worksheet());
    companies(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

/// A sheet with cells of every kind, with an empty line at its top and one in its middle.
fn people(sheet: &mut Worksheet) {
    sheet.set_name("Orang").unwrap();
    let headings = [
        "Full name",
        "Email",
        "Phone",
        "Company",
        "Birthday",
        "City",
        "Notes",
    ];
    for (column, heading) in (0..).zip(headings) {
        sheet.write(1, column, heading).unwrap();
    }
    let date = Format::new().set_num_format("d mmm yyyy");
    let rows = [
        (
            2,
            "Siti Rahmawati",
            "siti@kopi.example",
            6_281_255_550_141.0,
            "PT Kopi",
            (1990, 8, 9),
        ),
        (
            4,
            "สมชาย ใจดี",
            "somchai@thai.example",
            66_812_345_678.0,
            "กาแฟไทย",
            (2000, 2, 29),
        ),
    ];
    for (row, name, email, phone, company, (year, month, day)) in rows {
        sheet.write(row, 0, name).unwrap();
        sheet.write(row, 1, email).unwrap();
        sheet.write(row, 2, phone).unwrap();
        sheet.write(row, 3, company).unwrap();
        let birthday = ExcelDateTime::from_ymd(year, month, day).unwrap();
        sheet.write_with_format(row, 4, &birthday, &date).unwrap();
        sheet.write(row, 5, "Bandung").unwrap();
        let formula = Formula::new(r#"=CONCAT("a","b")"#).set_result("=1+1 as text");
        sheet.write(row, 6, formula).unwrap();
    }
}

fn companies(sheet: &mut Worksheet) {
    sheet.set_name("Perusahaan").unwrap();
    for (column, heading) in (0..).zip(["Company name", "Employees", "Domain"]) {
        sheet.write(0, column, heading).unwrap();
    }
    sheet.write(1, 0, "PT Kopi").unwrap();
    sheet.write(1, 1, 1_200.0).unwrap();
    sheet.write(1, 2, "kopi.example").unwrap();
    sheet.write(2, 0, "CV Teh").unwrap();
    sheet.write(2, 1, 12.0).unwrap();
}

/// `rows` people in one sheet.
pub fn many(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().unwrap();
    for (column, heading) in (0..).zip(["Name", "Email"]) {
        sheet.write(0, column, heading).unwrap();
    }
    for row in 1..=rows {
        sheet.write(row, 0, format!("Person {row}")).unwrap();
        sheet
            .write(row, 1, format!("person{row}@kopi.example"))
            .unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// A packed file of these parts.
pub fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/KIND" Target="TARGET"/></Relationships>"#;

/// A workbook written by hand: the kind of its sheet, the sheet itself, and the texts that cells share.
pub fn by_hand(kind: &str, sheet: &str, shared: &str) -> Vec<u8> {
    let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let folder = format!("{kind}s/sheet1.xml");
    let related =
        |kind: &str, target: &str| RELATIONS.replace("KIND", kind).replace("TARGET", target);
    packed(&[
        (
            "_rels/.rels",
            related("officeDocument", "xl/workbook.xml").as_bytes(),
        ),
        ("xl/workbook.xml", book.as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            related(kind, &folder).as_bytes(),
        ),
        (&format!("xl/{folder}"), sheet.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
    ])
}

/// A sheet with this content.
pub fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

/// The list of shared texts with this beginning and content.
pub fn shared(attributes: &str, texts: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" {attributes}>{texts}</sst>"#
    )
}
