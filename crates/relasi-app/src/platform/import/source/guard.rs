//! Looks through a packed file before anything is made of it: a small file may unpack to one that fills the memory.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use zip::{ZipArchive, result::ZipError};

use super::fault;
use crate::{Result, platform::import::upload::disk};

/// Bytes that all parts together may unpack to.
const MAX_UNPACKED: u64 = 1 << 30;

/// Bytes of the texts that all sheets share, which are held in memory.
const MAX_SHARED: u64 = 128 << 20;

/// Bytes of parts that are neither sheets nor shared texts but may be read into memory.
const MAX_OTHER: u64 = 64 << 20;

/// Bytes between two marks of a part; a cell has 32,767 characters at most.
const MAX_RUN: u64 = 1 << 20;

/// Parts.
const MAX_PARTS: usize = 10_000;

/// What the list of shared texts begins with says how many there are, and room for so many is made at once.
const COUNT: &[u8] = b"uniqueCount";

/// Unpacks every part once without keeping it.
///
/// # Errors
/// A fault at `/file`: `file_damaged`, `file_encrypted`, `file_unpacks_large`.
pub(super) fn check(path: &Path) -> Result<()> {
    let file = BufReader::new(File::open(path).map_err(disk)?);
    let mut parts = ZipArchive::new(file).map_err(damaged)?;
    if parts.len() > MAX_PARTS {
        return Err(fault("file_unpacks_large"));
    }
    let mut left = MAX_UNPACKED;
    for place in 0..parts.len() {
        let part = parts.by_index(place).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        let shared = name.ends_with("sharedstrings.xml");
        let marked = matches!(name.rsplit('.').next(), Some("xml" | "rels"));
        let cap = if shared {
            MAX_SHARED
        } else if name.contains("sheets/") || name.contains("media/") {
            MAX_UNPACKED
        } else {
            MAX_OTHER
        };
        left -= look(part, left.min(cap), marked, shared)?;
    }
    Ok(())
}

/// The size of a part, which must be within `cap`; one of marked text must have marks.
fn look(mut part: impl Read, cap: u64, marked: bool, shared: bool) -> Result<u64> {
    let mut counts = Counts::default();
    let (mut size, mut run) = (0, 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = match part.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(_) => return Err(fault("file_damaged")),
        };
        let bytes = &buffer[..count];
        size += count as u64;
        run = bytes
            .iter()
            .rposition(|byte| *byte == b'<')
            .map_or(run + count as u64, |at| (count - at) as u64);
        if size > cap || (marked && run > MAX_RUN) {
            return Err(fault("file_unpacks_large"));
        }
        // Wide characters would hide what is looked for here.
        if marked && bytes.contains(&0) {
            return Err(fault("file_damaged"));
        }
        if shared {
            counts.feed(bytes);
        }
    }
    // Each text takes eleven bytes of marks at least.
    if counts.most > size / 5 + 1 {
        return Err(fault("file_damaged"));
    }
    Ok(size)
}

fn damaged(error: ZipError) -> crate::Refusal {
    match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => disk(error),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            fault("file_encrypted")
        }
        _ => fault("file_damaged"),
    }
}

/// The largest number that a part gives for how many texts it has.
#[derive(Default)]
struct Counts {
    rest: Vec<u8>,
    most: u64,
}

impl Counts {
    fn feed(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        let mut from = 0;
        while let Some(at) = find(&self.rest[from..], COUNT) {
            from += at + COUNT.len();
            let digits = self.rest[from..].iter().take(64).copied();
            let number = digits
                .skip_while(|byte| !byte.is_ascii_digit())
                .take_while(u8::is_ascii_digit)
                .fold(0_u64, |sum, digit| {
                    sum.saturating_mul(10)
                        .saturating_add(u64::from(digit - b'0'))
                });
            self.most = self.most.max(number);
        }
        // What is cut at the end is looked at again with what follows.
        let keep = self.rest.len().min(COUNT.len() + 64);
        self.rest.drain(..self.rest.len() - keep);
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// Looks for bytes in a stream, however it is cut.
pub(super) struct Finder<'w> {
    wanted: &'w [u8],
    rest: Vec<u8>,
}

impl<'w> Finder<'w> {
    pub(super) fn new(wanted: &'w [u8]) -> Self {
        Self {
            wanted,
            rest: Vec::new(),
        }
    }

    /// Whether they were there by the end of this piece.
    pub(super) fn sees(&mut self, piece: &[u8]) -> bool {
        self.rest.extend_from_slice(piece);
        let found = find(&self.rest, self.wanted).is_some();
        let keep = self.rest.len().min(self.wanted.len() - 1);
        self.rest.drain(..self.rest.len() - keep);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_seen_wherever_a_piece_ends() {
        let text = br#"<sst count="3" uniqueCount = "123456789"><si><t>a</t></si></sst>"#;
        for size in 1..text.len() {
            let mut counts = Counts::default();
            text.chunks(size).for_each(|piece| counts.feed(piece));
            assert_eq!(counts.most, 123_456_789, "in pieces of {size}");
        }
        assert!(look(text.as_slice(), 1_000, true, true).is_err());
        assert_eq!(
            look(text.as_slice(), 1_000, true, false).unwrap(),
            text.len() as u64
        );
    }

    #[test]
    fn what_is_too_large_or_endless_is_refused() {
        assert!(look(std::io::repeat(b'a'), 1 << 24, false, false).is_err());
        assert!(
            look(
                std::io::repeat(b'a').take(MAX_RUN * 2),
                1 << 30,
                true,
                false
            )
            .is_err()
        );
        assert!(
            look(
                std::io::repeat(b'<').take(MAX_RUN * 2),
                1 << 30,
                true,
                false
            )
            .is_ok()
        );
    }

    #[test]
    fn names_are_found_wherever_a_piece_ends() {
        for size in 1..12 {
            let mut finder = Finder::new(b"needle");
            let seen = b"a needl needle"
                .chunks(size)
                .filter(|piece| finder.sees(piece))
                .count();
            assert!(seen > 0, "in pieces of {size}");
        }
        assert!(!Finder::new(b"needle").sees(b"needl"));
    }
}
