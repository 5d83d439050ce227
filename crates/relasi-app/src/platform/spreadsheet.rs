//! CSV files for people and their spreadsheets.

use std::io;

/// A cell that no spreadsheet takes for a formula.
pub(crate) fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A piece of a file: the first one begins with the mark by which spreadsheets know UTF-8. The builder says how its
/// lines may differ.
pub(crate) fn piece(builder: &mut csv::WriterBuilder, is_first: bool) -> csv::Writer<Vec<u8>> {
    let begin = if is_first { "\u{feff}" } else { "" };
    builder
        .terminator(csv::Terminator::CRLF)
        .from_writer(begin.as_bytes().to_vec())
}

/// The bytes of a piece.
pub(crate) fn bytes(writer: csv::Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}
