//! The rows that an import could not take, each with its reasons.
//!
//! They are kept with codes and become text in the reader's language when they are fetched.

use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use relasi_domain::{
    fault::{Fault, Faults},
    field::CUSTOM,
};
use serde::{Deserialize, Serialize};

use super::{Column, reader::Row};
use crate::platform::{
    growing::Growing,
    spreadsheet::{self, harmless},
};

/// Why a row was rejected, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Field of the record that the row would have made; empty for the row as a whole.
    pub field: String,
    /// Code of the fault, a translation key.
    pub code: String,
    /// Values that its text names.
    #[serde(default)]
    pub params: Vec<(String, String)>,
}

impl Reason {
    pub(super) fn of(fault: &Fault) -> Self {
        let mut parts = fault.pointer.trim_start_matches('/').split('/');
        let field = match (parts.next().unwrap_or_default(), parts.next()) {
            ("custom", Some(name)) => format!("{CUSTOM}{name}"),
            (field, _) => field.to_owned(),
        };
        Self {
            field,
            code: fault.code.to_owned(),
            params: fault
                .params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }
}

/// The file of rejected rows while it is written.
pub(in crate::platform) struct Rejected(Growing);

impl Rejected {
    /// Opens the file at `length` bytes; what was written after that belongs to a chunk that was not committed.
    pub(in crate::platform) fn open(path: &Path, length: u64) -> io::Result<Self> {
        Growing::open(path, length).map(Self)
    }

    /// Forgets everything after `length` bytes.
    pub(in crate::platform) fn back_to(&mut self, length: u64) -> io::Result<()> {
        self.0.back_to(length)
    }

    /// Bytes so far.
    pub(in crate::platform) fn length(&self) -> u64 {
        self.0.length()
    }

    /// Adds rows; they are on disk afterwards, so that a checkpoint may count on them.
    pub(in crate::platform) fn add<'r>(
        &mut self,
        rows: impl IntoIterator<Item = (&'r Row, &'r Faults)>,
    ) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        for (row, faults) in rows {
            let reasons: Vec<Reason> = faults.0.iter().map(Reason::of).collect();
            let number = row.number.to_string();
            let reasons = serde_json::to_string(&reasons)?;
            let cells = row.cells.iter().map(String::as_str);
            writer.write_record([number.as_str(), reasons.as_str()].into_iter().chain(cells))?;
        }
        self.0.add(&spreadsheet::bytes(writer)?)
    }
}

/// The words that a file of rejected rows needs besides those of the file itself, in the reader's language.
pub trait Wording: Send {
    /// Heading of the column with the row number.
    fn row(&self) -> String;

    /// Heading of the column with the reasons.
    fn reason(&self) -> String;

    /// The text of a reason; the heading of its column is put before it.
    fn text(&self, reason: &Reason) -> String;
}

/// The rejected rows as a CSV file for people, piece by piece: the original columns, then row number and reasons.
pub struct RejectedCsv {
    records: csv::StringRecordsIntoIter<BufReader<File>>,
    columns: Vec<Column>,
    begun: bool,
    wording: Box<dyn Wording>,
}

/// Bytes per piece.
const PIECE: usize = 1 << 16;

impl RejectedCsv {
    /// Reads the rows that [`Rejected`] wrote; none when there is no such file.
    pub(in crate::platform) fn open(
        path: &Path,
        columns: Vec<Column>,
        wording: Box<dyn Wording>,
    ) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(BufReader::new(file));
        Ok(Some(Self {
            records: reader.into_records(),
            columns,
            begun: false,
            wording,
        }))
    }

    fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut writer = spreadsheet::piece(csv::WriterBuilder::new().flexible(true), !self.begun);
        if !self.begun {
            self.begun = true;
            let headings = self.columns.iter().map(|column| column.heading.clone());
            let own = [self.wording.row(), self.wording.reason()];
            writer.write_record(headings.chain(own).map(|cell| harmless(&cell)))?;
        }
        while writer.get_ref().len() < PIECE {
            let Some(record) = self.records.next() else {
                break;
            };
            writer.write_record(self.cells(&record?)?)?;
            writer.flush()?;
        }
        let bytes = spreadsheet::bytes(writer)?;
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    fn cells(&self, record: &csv::StringRecord) -> io::Result<Vec<String>> {
        let mut fields = record.iter();
        let number = fields.next().unwrap_or_default().to_owned();
        let reasons: Vec<Reason> = serde_json::from_str(fields.next().unwrap_or("[]"))?;
        let mut cells: Vec<String> = fields.map(harmless).collect();
        cells.resize(cells.len().max(self.columns.len()), String::new());
        let texts = reasons.iter().map(|reason| {
            let column = self
                .columns
                .iter()
                .find(|column| column.field.as_deref() == Some(&reason.field));
            let text = self.wording.text(reason);
            column.map_or_else(
                || text.clone(),
                |column| format!("{}: {text}", column.heading),
            )
        });
        let reasons = texts.collect::<Vec<_>>().join("; ");
        cells.extend([number, harmless(&reasons)]);
        Ok(cells)
    }
}

impl Iterator for RejectedCsv {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.piece().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, cells: &[&str]) -> Row {
        Row {
            number,
            cells: cells.iter().map(|&cell| cell.to_owned()).collect(),
        }
    }

    struct Plain;

    impl Wording for Plain {
        fn row(&self) -> String {
            "Baris".to_owned()
        }

        fn reason(&self) -> String {
            "Alasan".to_owned()
        }

        fn text(&self, reason: &Reason) -> String {
            format!("{} {:?}", reason.code, reason.params)
        }
    }

    fn column(heading: &str, field: Option<&str>) -> Column {
        Column {
            index: 0,
            heading: heading.to_owned(),
            sample: Vec::new(),
            field: field.map(str::to_owned),
            confidence: String::new(),
        }
    }

    #[test]
    fn rows_come_back_with_their_reasons_and_without_formulas() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejected");
        let mut rejected = Rejected::open(&path, 0).unwrap();
        let faults = Faults(vec![
            Fault::at("/emails/0/value", "not_email"),
            Fault::at("", "too_many_cells").with("max", 2),
        ]);
        rejected
            .add([(&row(7, &["=cmd()", "a\nb"]), &faults)])
            .unwrap();
        let length = rejected.length();
        rejected
            .add([(&row(8, &["never committed"]), &faults)])
            .unwrap();
        rejected.back_to(length).unwrap();
        rejected
            .add([(&row(9, &["+62 812"]), &Faults(vec![Fault::field("x", "y")]))])
            .unwrap();

        let columns = vec![column("Nama", None), column("Surel", Some("emails"))];
        let csv = RejectedCsv::open(&path, columns, Box::new(Plain))
            .unwrap()
            .unwrap();
        let bytes: Vec<u8> = csv.flat_map(Result::unwrap).collect();
        let wanted = "\u{feff}Nama,Surel,Baris,Alasan\r\n\
            '=cmd(),\"a\nb\",7,\"Surel: not_email []; too_many_cells [(\"\"max\"\", \"\"2\"\")]\"\r\n\
            '+62 812,,9,y []\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }

    #[test]
    fn no_file_no_rows() {
        let path = Path::new("/nonexistent/rejected");
        assert!(
            RejectedCsv::open(path, Vec::new(), Box::new(Plain))
                .unwrap()
                .is_none()
        );
    }
}
