//! The rows that an import could not take, each with its reasons.
//!
//! They are kept with codes and become text in the reader's language when they are fetched.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Write},
    path::Path,
};

use relasi_domain::fault::{Fault, Faults};
use serde::{Deserialize, Serialize};

use super::reader::Row;

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
    fn of(fault: &Fault) -> Self {
        Self {
            field: fault.pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned(),
            code: fault.code.to_owned(),
            params: fault.params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        }
    }
}

/// The file of rejected rows while it is written.
pub(super) struct Rejected {
    file: File,
    length: u64,
}

impl Rejected {
    /// Opens the file at `length` bytes; what was written after that belongs to a chunk that was not committed.
    pub(super) fn open(path: &Path, length: u64) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        let mut rejected = Self { file, length };
        rejected.back_to(length)?;
        Ok(rejected)
    }

    /// Forgets everything after `length` bytes.
    pub(super) fn back_to(&mut self, length: u64) -> io::Result<()> {
        use std::io::{Seek, SeekFrom};
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length))?;
        self.length = length;
        Ok(())
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Adds rows; they are on disk afterwards, so that a checkpoint may count on them.
    pub(super) fn add<'r>(&mut self, rows: impl IntoIterator<Item = (&'r Row, &'r Faults)>) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for (row, faults) in rows {
            let reasons: Vec<Reason> = faults.0.iter().map(Reason::of).collect();
            let number = row.number.to_string();
            let reasons = serde_json::to_string(&reasons)?;
            let cells = row.cells.iter().map(String::as_str);
            writer.write_record([number.as_str(), reasons.as_str()].into_iter().chain(cells))?;
        }
        let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        if !bytes.is_empty() {
            self.file.write_all(&bytes)?;
            self.file.sync_data()?;
            self.length += bytes.len() as u64;
        }
        Ok(())
    }
}

/// The words that a file of rejected rows needs besides those of the file itself.
pub struct Wording<'w> {
    /// Heading of the column with the row number.
    pub row: &'w str,
    /// Heading of the column with the reasons.
    pub reason: &'w str,
    /// The text of a reason; the column's own heading is put before it.
    pub text: Box<dyn Fn(&Reason) -> String + Send + 'w>,
    /// The heading of the column that a field was read from.
    pub heading: Box<dyn Fn(&str) -> Option<String> + Send + 'w>,
}

/// The rejected rows as a CSV file for people, piece by piece: the original columns, then row number and reasons.
pub struct RejectedCsv<'w> {
    records: csv::StringRecordsIntoIter<BufReader<File>>,
    headings: Option<Vec<String>>,
    width: usize,
    wording: Wording<'w>,
}

/// Bytes per piece.
const PIECE: usize = 1 << 16;

impl<'w> RejectedCsv<'w> {
    /// Reads the rows that [`Rejected`] wrote; none when there is no such file.
    pub(super) fn open(path: &Path, headings: Vec<String>, wording: Wording<'w>) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(BufReader::new(file));
        Ok(Some(Self {
            records: reader.into_records(),
            width: headings.len(),
            headings: Some(headings),
            wording,
        }))
    }

    fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        if let Some(headings) = self.headings.take() {
            // The mark by which spreadsheets know UTF-8.
            writer = csv::WriterBuilder::new()
                .flexible(true)
                .terminator(csv::Terminator::CRLF)
                .from_writer("\u{feff}".as_bytes().to_vec());
            let own = [self.wording.row, self.wording.reason].map(str::to_owned);
            writer.write_record(headings.into_iter().chain(own).map(|cell| harmless(&cell)))?;
        }
        while writer.get_ref().len() < PIECE {
            let Some(record) = self.records.next() else { break };
            let record = record?;
            let mut fields = record.iter();
            let number = fields.next().unwrap_or_default().to_owned();
            let reasons: Vec<Reason> = serde_json::from_str(fields.next().unwrap_or("[]"))?;
            let mut cells: Vec<String> = fields.map(harmless).collect();
            cells.resize(cells.len().max(self.width), String::new());
            cells.push(number);
            cells.push(harmless(&self.reasons(&reasons)));
            writer.write_record(cells)?;
            writer.flush()?;
        }
        let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    fn reasons(&self, reasons: &[Reason]) -> String {
        let texts = reasons.iter().map(|reason| {
            let text = (self.wording.text)(reason);
            match (self.wording.heading)(&reason.field) {
                Some(heading) => format!("{heading}: {text}"),
                None => text,
            }
        });
        texts.collect::<Vec<_>>().join("; ")
    }
}

impl Iterator for RejectedCsv<'_> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.piece().transpose()
    }
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
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

    fn wording() -> Wording<'static> {
        Wording {
            row: "Baris",
            reason: "Alasan",
            text: Box::new(|reason| format!("{} {:?}", reason.code, reason.params)),
            heading: Box::new(|field| (field == "emails").then(|| "Surel".to_owned())),
        }
    }

    #[test]
    fn rows_come_back_with_their_reasons_and_without_formulas() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejected");
        let mut rejected = Rejected::open(&path, 0).unwrap();
        let faults = Faults(vec![Fault::at("/emails/0/value", "not_email"), Fault::at("", "too_many_cells").with("max", 2)]);
        rejected.add([(&row(7, &["=cmd()", "a\nb"]), &faults)]).unwrap();
        let length = rejected.length();
        rejected.add([(&row(8, &["never committed"]), &faults)]).unwrap();
        rejected.back_to(length).unwrap();
        rejected.add([(&row(9, &["+62 812"]), &Faults(vec![Fault::field("x", "y")]))]).unwrap();

        let headings = vec!["Nama".to_owned(), "Surel".to_owned()];
        let csv = RejectedCsv::open(&path, headings, wording()).unwrap().unwrap();
        let bytes: Vec<u8> = csv.flat_map(Result::unwrap).collect();
        let wanted = "\u{feff}Nama,Surel,Baris,Alasan\r\n\
            '=cmd(),\"a\nb\",7,\"Surel: not_email []; too_many_cells [(\"\"max\"\", \"\"2\"\")]\"\r\n\
            '+62 812,,9,y []\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }

    #[test]
    fn no_file_no_rows() {
        let path = Path::new("/nonexistent/rejected");
        assert!(RejectedCsv::open(path, Vec::new(), wording()).unwrap().is_none());
    }
}
