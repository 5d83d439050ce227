//! The forms in which records leave, each written chunk by chunk.

mod calendar;
mod card;
mod line;
mod workbook;

use std::{io, path::Path};

use relasi_domain::{
    interaction::activity,
    locale::Language,
    people::contact,
    record::{Document, Object},
    shape::Shape,
};
use serde::{Deserialize, Serialize};

pub(crate) use self::calendar::Invitation;
pub use self::card::Version;
use self::{calendar::Calendar, card::Cards};
use super::{
    cell::{Cell, Names},
    table::{Table, names},
    task::Export,
};
use crate::{platform::spreadsheet, records::Work, refusal::Result};

/// The form of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with one record a line.
    #[default]
    Csv,
    /// A workbook with one sheet.
    Xlsx,
    /// Cards of an address book; contacts only.
    Vcard,
    /// The same in the former version 3.0.
    Vcard3,
    /// Entries of a calendar; activities only.
    Ical,
}

impl Format {
    pub(super) const ALL: [Self; 5] =
        [Self::Csv, Self::Xlsx, Self::Vcard, Self::Vcard3, Self::Ical];

    /// Those that records of an object can have.
    pub fn of(object: &Object) -> &'static [Self] {
        match object.name {
            "contact" => &[Self::Csv, Self::Xlsx, Self::Vcard, Self::Vcard3],
            "activity" => &[Self::Csv, Self::Xlsx, Self::Ical],
            _ => &[Self::Csv, Self::Xlsx],
        }
    }

    /// Its name in requests.
    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Vcard => "vcard",
            Self::Vcard3 => "vcard3",
            Self::Ical => "ical",
        }
    }

    /// What names of such files end in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Vcard | Self::Vcard3 => "vcf",
            Self::Ical => "ics",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Vcard | Self::Vcard3 => "text/vcard; charset=utf-8",
            Self::Ical => "text/calendar; charset=utf-8",
        }
    }
}

/// Writes records in a form, piece by piece.
pub(super) enum Writer {
    Csv(Table),
    /// Rows as lines of JSON, of which a workbook is made in the end: it can't grow from where a job stopped.
    Xlsx(Table),
    Cards(Cards),
    Calendar(Calendar),
}

impl Writer {
    pub(super) fn new(shape: Shape<'_>, task: &Export, zone: chrono_tz::Tz) -> Self {
        let language = task.language.as_deref().and_then(Language::from_tag);
        let language = language.unwrap_or_default();
        let table = || Table::new(shape, &task.columns, language, zone);
        match task.format {
            Format::Csv => Self::Csv(table()),
            Format::Xlsx => Self::Xlsx(table()),
            Format::Vcard => Self::Cards(Cards(Version::Four)),
            Format::Vcard3 => Self::Cards(Cards(Version::Three)),
            Format::Ical => Self::Calendar(Calendar { language }),
        }
    }

    /// What the file begins with.
    pub(super) fn begin(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Csv(table) => lines(&[table.headings()], true),
            Self::Xlsx(table) => json_lines(&[table.headings()]),
            Self::Cards(_) => Ok(Vec::new()),
            Self::Calendar(_) => Ok(calendar::begin()),
        }
    }

    /// Records, one after the other.
    pub(super) fn records(&self, records: &[Document], names: &Names) -> io::Result<Vec<u8>> {
        let rows = |table: &Table| -> Vec<Vec<Cell>> {
            let all = records.iter();
            all.map(|record| table.row(record, names)).collect()
        };
        match self {
            Self::Csv(table) => lines(&rows(table), false),
            Self::Xlsx(table) => json_lines(&rows(table)),
            Self::Cards(cards) => Ok(cards.write(records, names)),
            Self::Calendar(calendar) => Ok(calendar.write(records, names)),
        }
    }

    /// What the file ends with.
    pub(super) fn end(&self) -> Vec<u8> {
        match self {
            Self::Calendar(_) => calendar::end(),
            _ => Vec::new(),
        }
    }

    /// What the records refer to is called, as far as it is written.
    pub(super) fn names(&self, work: &mut Work<'_>, records: &[Document]) -> Result<Names> {
        match self {
            Self::Csv(table) | Self::Xlsx(table) => table.names(work, records),
            Self::Cards(_) => names(work, records, &contact::OBJECT, &card::references()),
            Self::Calendar(_) => names(work, records, &activity::OBJECT, &calendar::references()),
        }
    }

    /// Makes the file itself of the rows that were written, where they are not the file.
    pub(super) fn finish(&self, rows: &Path, file: &Path, title: &str) -> io::Result<()> {
        match self {
            Self::Xlsx(_) => workbook::make(rows, file, title),
            _ => Ok(()),
        }
    }
}

/// Activities as a calendar that others read again and again.
pub(crate) fn feed(
    work: &mut Work<'_>,
    records: &[Document],
    language: Language,
) -> Result<Vec<u8>> {
    let names = names(work, records, &activity::OBJECT, &calendar::references())?;
    let entries = Calendar { language }.write(records, &names);
    Ok([calendar::begin(), entries, calendar::end()].concat())
}

/// Rows as a CSV file has them.
fn lines(rows: &[Vec<Cell>], is_first: bool) -> io::Result<Vec<u8>> {
    let mut writer = spreadsheet::piece(&mut csv::WriterBuilder::new(), is_first);
    for row in rows {
        writer.write_record(row.iter().map(Cell::plain))?;
    }
    spreadsheet::bytes(writer)
}

fn json_lines(rows: &[Vec<Cell>]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}
