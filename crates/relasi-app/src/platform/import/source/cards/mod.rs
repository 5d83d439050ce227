//! Cards of an address book as rows: one card at a time, in the columns that any of them fills.

mod card;
mod stream;

use std::path::Path;

use encoding_rs::Encoding;

pub(in crate::platform::import) use card::COLUMNS;

use self::{card::Row, stream::Cards};
use super::{Table, fault};
use crate::{Result, platform::import::upload::disk};

/// Writes the cards of a file into a table that [`Table`] makes at `to`. Answers how many there were.
///
/// # Errors
/// A fault at `/file`: `record_too_long`, `file_empty`.
pub(super) fn write(path: &Path, encoding: &'static Encoding, to: &Path) -> Result<u64> {
    let mut filled = [false; COLUMNS.len()];
    let mut cards = Cards::open(path, encoding).map_err(disk)?;
    while let Some(card) = cards.next()? {
        for (filled, cell) in filled.iter_mut().zip(Row::of(&card).0) {
            *filled |= !cell.is_empty();
        }
    }
    let chosen = |cells: &[String]| -> Vec<String> {
        let all = cells.iter().zip(filled);
        all.filter(|(_, filled)| *filled)
            .map(|(cell, _)| cell.clone())
            .collect()
    };
    if !filled.contains(&true) {
        return Err(fault("file_empty"));
    }
    let mut out = Table::create(to).map_err(disk)?;
    let headings = COLUMNS.map(|(heading, _)| heading.to_owned());
    out.add(&chosen(&headings)).map_err(disk)?;
    let mut cards = Cards::open(path, encoding).map_err(disk)?;
    while let Some(card) = cards.next()? {
        out.add(&chosen(&Row::of(&card).0)).map_err(disk)?;
    }
    out.finish().map_err(disk)
}

/// Whether a text begins with a card.
pub(super) fn begins(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    stream::is_mark(text.lines().next().unwrap_or_default(), "BEGIN")
}
