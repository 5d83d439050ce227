//! What kind of file came in, and its rows as one plain table on disk, which is all that the rest of an import reads.

mod cards;
mod guard;
mod number;
#[cfg(test)]
mod properties;
mod workbook;

pub(super) use cards::COLUMNS as CARD_COLUMNS;

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write as _},
    path::Path,
};

use encoding_rs::Encoding;
use relasi_domain::fault::Fault;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::workbook::Workbook;
use super::{
    inspect::head,
    upload::{Files, disk, remove},
};
use crate::Result;

/// The most columns.
pub(super) const MAX_COLUMNS: usize = 500;

/// What kind of file an import came as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with one row a line.
    #[default]
    Csv,
    /// A workbook of sheets.
    Xlsx,
    /// Cards of an address book.
    Vcard,
}

/// Where the rows of an import come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// The kind of file.
    pub format: Format,
    /// Names of a workbook's sheets.
    pub sheets: Vec<String>,
    /// The sheet that is imported, from 0.
    pub sheet: usize,
    /// The program whose export it seems to be.
    pub preset: Option<Program>,
}

/// A program that others come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name in requests: `hubspot`.
    pub name: String,
    /// What it is called: `HubSpot`.
    pub title: String,
}

/// A table made of a file that is no table itself.
pub(super) struct Made {
    pub(super) source: Source,
    /// Whether numbers with a point before their fraction are among its cells.
    pub(super) has_fractions: bool,
}

/// Tells the kind of file by its first bytes, whatever its name says.
///
/// # Errors
/// A fault at `/file`: `file_is_spreadsheet` for the forms of spreadsheets that are not read, `file_encrypted`.
pub(super) fn sniff(path: &Path, encoding: &'static Encoding) -> Result<Format> {
    let mut begin = Vec::new();
    let mut file = File::open(path).map_err(disk)?;
    (&mut file).take(8).read_to_end(&mut begin).map_err(disk)?;
    match begin.as_slice() {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Ok(Format::Xlsx),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            let code = if names_encrypted(&mut file).map_err(disk)? {
                "file_encrypted"
            } else {
                "file_is_spreadsheet"
            };
            Err(fault(code))
        }
        _ => {
            let head = head(path, encoding, 1 << 10).map_err(disk)?;
            Ok(if cards::begins(&head) {
                Format::Vcard
            } else {
                Format::Csv
            })
        }
    }
}

/// A workbook with a password is an old container around an encrypted stream of this name.
fn names_encrypted(file: &mut File) -> io::Result<bool> {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut found = guard::Finder::new(&name);
    file.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(false),
            count if found.sees(&buffer[..count]) => return Ok(true),
            _ => {}
        }
    }
}

/// Makes the table of a workbook's sheet, the first with anything in it when none is named. The file itself stays
/// beside it while there are other sheets.
///
/// # Errors
/// Faults at `/file`, or at `/sheet` for a sheet that is not there or empty.
pub(super) fn unpack(
    files: &Files,
    workspace: Uuid,
    id: Uuid,
    sheet: Option<usize>,
) -> Result<Made> {
    let whole = files.source_path(workspace, id);
    let mut book = Workbook::open(&whole)?;
    let count = book.sheets.len();
    let wanted = match sheet {
        Some(sheet) if sheet < count => sheet..sheet + 1,
        Some(_) => return Err(Fault::field("sheet", "out_of_range").into()),
        None => 0..count,
    };
    for at in wanted {
        let path = files.table_path(workspace, id, at);
        let (rows, has_fractions) = write(&mut book, at, &path).inspect_err(|_| remove(&path))?;
        if rows == 0 {
            remove(&path);
            continue;
        }
        if count == 1 {
            remove(&whole);
        }
        let source = Source {
            format: Format::Xlsx,
            sheets: book.sheets,
            sheet: at,
            preset: None,
        };
        return Ok(Made {
            source,
            has_fractions,
        });
    }
    let at = if sheet.is_some() { "sheet" } else { "file" };
    Err(Fault::field(at, "file_empty").into())
}

/// Makes the table of a file of cards, which is not needed any more then.
///
/// # Errors
/// Faults at `/file`: `file_empty`, `record_too_long`.
pub(super) fn unpack_cards(
    files: &Files,
    workspace: Uuid,
    id: Uuid,
    encoding: &'static Encoding,
) -> Result<Made> {
    let whole = files.source_path(workspace, id);
    cards::write(&whole, encoding, &files.table_path(workspace, id, 0))?;
    remove(&whole);
    let source = Source {
        format: Format::Vcard,
        ..Source::default()
    };
    Ok(Made {
        source,
        has_fractions: false,
    })
}

fn write(book: &mut Workbook, sheet: usize, path: &Path) -> Result<(u64, bool)> {
    let mut out = Table::create(path).map_err(disk)?;
    let has_fractions = book.write(sheet, &mut out)?;
    Ok((out.finish().map_err(disk)?, has_fractions))
}

fn fault(code: &'static str) -> crate::Refusal {
    Fault::field("file", code).into()
}

/// Rows on their way into a plain table: UTF-8, parted by commas.
pub(super) struct Table {
    csv: csv::Writer<BufWriter<File>>,
    filled: u64,
}

impl Table {
    fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 16, File::create(path)?);
        let csv = csv::WriterBuilder::new().flexible(true).from_writer(file);
        Ok(Self { csv, filled: 0 })
    }

    /// Adds a row; one without cells keeps the numbers of those that follow.
    pub(super) fn add(&mut self, cells: &[String]) -> io::Result<()> {
        if cells.is_empty() {
            return Ok(self.csv.write_record([""])?);
        }
        self.filled += 1;
        Ok(self.csv.write_record(cells)?)
    }

    /// How many rows had cells.
    fn finish(self) -> io::Result<u64> {
        let file = self
            .csv
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?;
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.flush()?;
        file.sync_all()?;
        Ok(self.filled)
    }
}
