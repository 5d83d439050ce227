//! Sheets of a workbook as rows of text, read as a stream; only the texts that cells share are held in memory.

use std::{
    fs::File,
    io::BufReader,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError, open_workbook};
use relasi_domain::fault::Fault;

use super::{MAX_COLUMNS, Table, fault, guard, number};
use crate::{Refusal, Result, platform::import::upload::disk};

/// Rows that a sheet can have.
const MAX_ROWS: u32 = 1 << 20;

type Book = Xlsx<BufReader<File>>;

/// A workbook and the names of the sheets that people see.
pub(super) struct Workbook {
    book: Book,
    pub(super) sheets: Vec<String>,
}

impl Workbook {
    /// Opens a file that came in.
    ///
    /// # Errors
    /// Faults at `/file`: `file_damaged`, `file_encrypted`, `file_unpacks_large`, `file_is_spreadsheet` for other packed
    /// files, `file_no_sheet` when there are none but those of macros and charts.
    pub(super) fn open(path: &Path) -> Result<Self> {
        guard::check(path)?;
        let book = calmly(|| open_workbook::<Book, _>(path).map_err(unreadable))?;
        let seen = |sheet: &&calamine::Sheet| {
            sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
        };
        let names = book.sheets_metadata().iter().filter(seen);
        let sheets: Vec<String> = names.map(|sheet| sheet.name.clone()).collect();
        if sheets.is_empty() {
            return Err(fault("file_no_sheet"));
        }
        Ok(Self { book, sheets })
    }

    /// Writes the rows of a sheet into a table. Answers whether some numbers have a fraction.
    pub(super) fn write(&mut self, sheet: usize, out: &mut Table) -> Result<bool> {
        let Self { book, sheets } = self;
        calmly(|| rows(book, &sheets[sheet], out))
    }
}

/// What is read comes from strangers; a fault of the reading must stay one of this file.
fn calmly<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(fault("file_damaged")))
}

fn rows(book: &mut Book, sheet: &str, out: &mut Table) -> Result<bool> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let (mut row, mut at, mut fractions) = (Vec::new(), 0, false);
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (line, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(Fault::field("file", "too_many")
                .with("max", MAX_COLUMNS)
                .into());
        }
        // Rows stand in their order, each once.
        if line < at || line >= MAX_ROWS {
            return Err(fault("file_damaged"));
        }
        while at < line {
            out.add(&row).map_err(disk)?;
            row.clear();
            at += 1;
        }
        fractions |= matches!(cell.get_value(), DataRef::Float(number) if number.fract() != 0.0);
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    out.add(&row).map_err(disk)?;
    Ok(fractions)
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number::plain(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(at) => number::moment(*at),
        DataRef::DateTimeIso(at) => number::iso(at),
        DataRef::DurationIso(span) => span.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn unreadable(error: XlsxError) -> Refusal {
    match error {
        XlsxError::Io(error) if error.raw_os_error().is_some() => disk(error),
        // Sheets of macros have a kind that is not known.
        XlsxError::Unrecognized {
            typ: "sheet:type", ..
        } => fault("file_no_sheet"),
        XlsxError::Password => fault("file_encrypted"),
        // Other programs' packed files, and workbooks in the binary form, have no such parts.
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => {
            fault("file_is_spreadsheet")
        }
        _ => fault("file_damaged"),
    }
}
