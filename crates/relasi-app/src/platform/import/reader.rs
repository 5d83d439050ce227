//! A file as rows of text, read as a stream.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::Encoding;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

/// Longest record in bytes: a quote that is never closed must not take the whole file into memory.
const MAX_RECORD: u64 = 4 << 20;

/// Why a file can't be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    /// A record is longer than [`MAX_RECORD`], as a rule after a quote that is never closed.
    #[error("a record is too long")]
    TooLong,
    /// The disk failed.
    #[error(transparent)]
    Disk(io::Error),
}

/// One record of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::platform) struct Row {
    /// As a spreadsheet counts: the headings are row 1, blank lines don't count.
    pub(in crate::platform) number: u64,
    /// Its cells as they stand there.
    pub(in crate::platform) cells: Vec<String>,
}

/// Reads a file's records one after the other.
pub(super) struct Rows {
    csv: csv::Reader<Bounded<DecodeReaderBytes<File, Vec<u8>>>>,
    since_record: Arc<AtomicU64>,
    record: StringRecord,
    number: u64,
}

impl Rows {
    /// Opens the file at its beginning, the headings included.
    pub(super) fn open(
        path: &Path,
        encoding: &'static Encoding,
        delimiter: u8,
    ) -> io::Result<Self> {
        let text = decoded(path, encoding)?;
        let since_record = Arc::new(AtomicU64::new(0));
        let bounded = Bounded {
            inner: text,
            read: Arc::clone(&since_record),
        };
        let csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(bounded);
        Ok(Self {
            csv,
            since_record,
            record: StringRecord::new(),
            number: 0,
        })
    }

    /// The next record that has anything in it; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, ReadError> {
        loop {
            self.since_record.store(0, Ordering::Relaxed);
            if !self.csv.read_record(&mut self.record).map_err(read_error)? {
                return Ok(None);
            }
            self.number += 1;
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                let cells = self.record.iter().map(str::to_owned).collect();
                return Ok(Some(Row {
                    number: self.number,
                    cells,
                }));
            }
        }
    }
}

/// The file's text as UTF-8; bytes that the encoding does not know become replacement characters.
pub(super) fn decoded(
    path: &Path,
    encoding: &'static Encoding,
) -> io::Result<DecodeReaderBytes<File, Vec<u8>>> {
    let mut builder = DecodeReaderBytesBuilder::new();
    builder
        .encoding(Some(encoding))
        .bom_override(true)
        .strip_bom(true);
    Ok(builder.build(File::open(path)?))
}

fn read_error(error: csv::Error) -> ReadError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            ReadError::TooLong
        }
        csv::ErrorKind::Io(error) => ReadError::Disk(error),
        // The text is UTF-8 and records may be of any length, so nothing else can be wrong.
        other => ReadError::Disk(io::Error::other(format!("{other:?}"))),
    }
}

/// Fails when more is read than one record may have.
struct Bounded<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.read.fetch_add(count as u64, Ordering::Relaxed) > MAX_RECORD {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use encoding_rs::{UTF_8, UTF_16LE, WINDOWS_874};

    use super::*;

    fn rows(bytes: &[u8], encoding: &'static Encoding, delimiter: u8) -> Vec<(u64, Vec<String>)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut rows = Rows::open(file.path(), encoding, delimiter).unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            all.push((row.number, row.cells));
        }
        all
    }

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|&cell| cell.to_owned()).collect()
    }

    #[test]
    fn quotes_line_ends_and_blank_rows() {
        let found = rows(
            b"\xef\xbb\xbfa,b\r\n\r\n\"x \"\"y\"\"\nz\", 1\n,\n'+62 812,\"'=1\"\nlast",
            UTF_8,
            b',',
        );
        let wanted = [
            (1, texts(&["a", "b"])),
            (2, texts(&["x \"y\"\nz", " 1"])),
            (4, texts(&["'+62 812", "'=1"])),
            (5, texts(&["last"])),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn other_encodings_become_text() {
        let thai = "ชื่อ;ที่อยู่\nสมชาย;กรุงเทพฯ\n";
        let wanted = [
            (1, texts(&["ชื่อ", "ที่อยู่"])),
            (2, texts(&["สมชาย", "กรุงเทพฯ"])),
        ];
        assert_eq!(rows(&WINDOWS_874.encode(thai).0, WINDOWS_874, b';'), wanted);
        let wide: Vec<u8> = thai.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(
            rows(&[b"\xff\xfe".as_slice(), &wide].concat(), UTF_16LE, b';'),
            wanted
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_and_not_swallowed() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"a,b\n\"open,").unwrap();
        file.write_all(&b"x,y\n".repeat(2 << 20)).unwrap();
        let mut rows = Rows::open(file.path(), UTF_8, b',').unwrap();
        assert!(rows.next().unwrap().is_some());
        assert!(matches!(rows.next(), Err(ReadError::TooLong)));
    }
}
