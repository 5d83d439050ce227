//! A workbook made of rows that lie in a file, one row in memory at a time.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::Path,
};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::super::cell::Cell;

/// Rows of a sheet, the headings included.
const ROWS: u32 = 1 << 20;

/// Characters of a cell.
const CHARACTERS: usize = 32_767;

/// Digits that a spreadsheet's number has; longer ones are written as texts, so that nothing is rounded.
const DIGITS: usize = 15;

/// Width of a column, in characters.
const WIDTH: f64 = 20.0;

struct Formats {
    heading: Format,
    day: Format,
    moment: Format,
    /// By the number of decimals.
    amounts: Vec<Format>,
}

/// Makes the workbook `file` of the lines of JSON in `rows`; the first line is the headings. It is there whole or not at
/// all.
pub(super) fn make(rows: &Path, file: &Path, title: &str) -> io::Result<()> {
    let mut book = Workbook::new();
    if let Some(folder) = file.parent() {
        book.set_tempdir(folder).map_err(fault)?;
    }
    let formats = Formats {
        heading: Format::new().set_bold(),
        day: Format::new().set_num_format("yyyy-mm-dd"),
        moment: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        amounts: (0..=4)
            .map(|decimals| Format::new().set_num_format(decimals_of(decimals)))
            .collect(),
    };
    let mut lines = BufReader::new(File::open(rows)?).lines();
    let headings = lines.next().transpose()?.unwrap_or_else(|| "[]".to_owned());
    let headings: Vec<Cell> = serde_json::from_str(&headings)?;
    let mut more = true;
    let mut number = 0;
    while more {
        number += 1;
        let sheet = book.add_worksheet_with_constant_memory().map_err(fault)?;
        let name: String = title.chars().take(25).collect();
        let name = if number == 1 {
            name
        } else {
            format!("{name} {number}")
        };
        begin(sheet, &name, &headings, &formats).map_err(fault)?;
        more = false;
        for (at, line) in (1..).zip(lines.by_ref()) {
            let cells: Vec<Cell> = serde_json::from_str(&line?)?;
            row(sheet, at, &cells, &formats).map_err(fault)?;
            if at == ROWS - 1 {
                more = true;
                break;
            }
        }
    }
    let part = file.with_extension("part");
    book.save(&part).map_err(fault)?;
    File::open(&part)?.sync_all()?;
    fs::rename(&part, file)
}

fn begin(
    sheet: &mut Worksheet,
    name: &str,
    headings: &[Cell],
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, heading) in (0..).zip(headings) {
        sheet.set_column_width(column, WIDTH)?;
        sheet.write_string_with_format(0, column, &*cut(&heading.text()), &formats.heading)?;
    }
    Ok(())
}

fn row(sheet: &mut Worksheet, at: u32, cells: &[Cell], formats: &Formats) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        match cell {
            Cell::Empty => {}
            Cell::Yes(yes) => _ = sheet.write_boolean(at, column, *yes)?,
            Cell::Number(text) => number(sheet, (at, column), text, None)?,
            Cell::Amount(text) => number(sheet, (at, column), text, Some(formats))?,
            Cell::Day(text) => moment(sheet, (at, column), text, &formats.day)?,
            Cell::Moment(text) => moment(sheet, (at, column), text, &formats.moment)?,
            Cell::Text(text) => _ = sheet.write_string(at, column, &*cut(text))?,
        }
    }
    Ok(())
}

fn number(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    formats: Option<&Formats>,
) -> Result<(), XlsxError> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    let format = formats.and_then(|formats| formats.amounts.get(decimals));
    match (text.parse::<f64>(), format) {
        (Ok(number), Some(format)) if digits <= DIGITS => {
            sheet.write_number_with_format(row, column, number, format)?;
        }
        (Ok(number), None) if digits <= DIGITS => _ = sheet.write_number(row, column, number)?,
        _ => _ = sheet.write_string(row, column, text)?,
    }
    Ok(())
}

/// Days before 1900 are none there and stay texts.
fn moment(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    match ExcelDateTime::parse_from_str(text) {
        Ok(at) => sheet.write_datetime_with_format(row, column, &at, format)?,
        Err(_) => sheet.write_string(row, column, text)?,
    };
    Ok(())
}

fn decimals_of(decimals: usize) -> String {
    match decimals {
        0 => "#,##0".to_owned(),
        _ => format!("#,##0.{}", "0".repeat(decimals)),
    }
}

/// A text that fits into a cell.
fn cut(text: &str) -> std::borrow::Cow<'_, str> {
    // A spreadsheet counts as UTF-16 does.
    if text.len() <= CHARACTERS || text.encode_utf16().count() <= CHARACTERS {
        return text.into();
    }
    let mut room = CHARACTERS - 1;
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    kept.chain(['…']).collect::<String>().into()
}

fn fault(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}
