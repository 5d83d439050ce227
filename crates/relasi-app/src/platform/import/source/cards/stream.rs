//! A file of cards, cut into its cards.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytes;

use super::fault;
use crate::{
    Result,
    platform::import::{reader::decoded, upload::disk},
};

/// Longest line, and longest card without its pictures, in bytes.
const MAX_CARD: usize = 1 << 20;

/// Longest line of what is passed over: a picture in one line.
const MAX_PICTURE: u64 = 64 << 20;

/// Properties that hold pictures, sounds and keys.
const HEAVY: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];

/// The cards of a file one after the other.
pub(super) struct Cards {
    text: BufReader<DecodeReaderBytes<File, Vec<u8>>>,
    line: Vec<u8>,
}

impl Cards {
    pub(super) fn open(path: &Path, encoding: &'static Encoding) -> io::Result<Self> {
        Ok(Self {
            text: BufReader::with_capacity(1 << 16, decoded(path, encoding)?),
            line: Vec::new(),
        })
    }

    /// The text of the next card, without pictures and the cards inside it. One that is never closed is not taken.
    pub(super) fn next(&mut self) -> Result<Option<String>> {
        let mut card = String::new();
        let (mut depth, mut skipping) = (0_u32, false);
        while self.read()? {
            let line = String::from_utf8_lossy(&self.line).into_owned();
            let line = line.trim_end_matches(['\r', '\n']);
            if is_mark(line, "BEGIN") {
                depth += 1;
                skipping = false;
            } else if is_mark(line, "END") && depth > 0 {
                depth -= 1;
                if depth == 0 {
                    card.push_str("END:VCARD\r\n");
                    return Ok(Some(card));
                }
                continue;
            }
            // Continued lines begin with a space; those of an old picture may not, but have no colon.
            let goes_on = line.starts_with([' ', '\t']) || (skipping && !line.contains(':'));
            skipping = if goes_on { skipping } else { is_heavy(line) };
            if depth == 1 && !skipping {
                let mut line = line.to_owned();
                while goes_on_quoted(&line) && line.len() <= MAX_CARD && self.read()? {
                    line.pop();
                    let more = String::from_utf8_lossy(&self.line);
                    line.push_str(more.trim_end_matches(['\r', '\n']));
                }
                if is_quoted(&line) {
                    line = requoted(&line);
                }
                card.push_str(&line);
                card.push_str("\r\n");
                if card.len() > MAX_CARD {
                    return Err(fault("record_too_long"));
                }
            }
        }
        Ok(None)
    }

    /// Reads a line; `false` at the end.
    fn read(&mut self) -> Result<bool> {
        use std::io::Read as _;
        self.line.clear();
        let mut limited = (&mut self.text).take(MAX_PICTURE);
        let count = limited.read_until(b'\n', &mut self.line).map_err(disk)?;
        if count as u64 == MAX_PICTURE {
            return Err(fault("record_too_long"));
        }
        // One long line must not hold its room for all that follow.
        self.line.shrink_to(MAX_CARD);
        Ok(count > 0)
    }
}

/// Whether a line is `BEGIN:VCARD` or `END:VCARD`.
pub(super) fn is_mark(line: &str, mark: &str) -> bool {
    let (left, right) = line.split_once(':').unwrap_or_default();
    left.trim().eq_ignore_ascii_case(mark) && right.trim().eq_ignore_ascii_case("VCARD")
}

fn is_heavy(line: &str) -> bool {
    let name = line.split([':', ';']).next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    HEAVY.iter().any(|heavy| name.eq_ignore_ascii_case(heavy))
}

/// Where a quoted value ends in `=`, it goes on in the next line.
fn goes_on_quoted(line: &str) -> bool {
    is_quoted(line) && line.ends_with('=')
}

fn is_quoted(line: &str) -> bool {
    let (head, _) = line.split_once(':').unwrap_or_default();
    head.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
}

/// A quoted value in whatever character set, quoted again in UTF-8; phones leave the set away where it is UTF-8, which
/// the old form of cards means otherwise.
fn requoted(line: &str) -> String {
    let (head, value) = line.split_once(':').unwrap_or((line, ""));
    let set = |part: &&str| part.to_ascii_uppercase().starts_with("CHARSET=");
    let label = head
        .split(';')
        .find(set)
        .map(|part| &part["CHARSET=".len()..]);
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let bytes = unquoted(value);
    let (text, _) = encoding
        .unwrap_or(encoding_rs::UTF_8)
        .decode_without_bom_handling(&bytes);
    let head: Vec<&str> = head.split(';').filter(|part| !set(part)).collect();
    let mut out = format!("{};CHARSET=UTF-8:", head.join(";"));
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b';' | b',' | b'\\' | b'.' => {
                out.push(char::from(byte));
            }
            other => _ = write!(out, "={other:02X}"),
        }
    }
    out
}

fn unquoted(value: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'=' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn cards(text: &[u8]) -> Vec<String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let mut cards = Cards::open(file.path(), encoding_rs::UTF_8).unwrap();
        std::iter::from_fn(|| cards.next().unwrap()).collect()
    }

    #[test]
    fn cards_are_cut_without_pictures_and_inner_cards() {
        let text = "\u{feff}\r\nbegin:vcard\nFN:A\nPHOTO;ENCODING=b:AAAA\n BBBB\nCCCC==\n\nitem1.EMAIL:a@b.example\n\
            AGENT:\nBEGIN:VCARD\nFN:Inner\nEND:VCARD\nEND:VCARD\njunk\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\nBEGIN:VCARD\nFN:C\n";
        let found = cards(text.as_bytes());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("FN:A") && found[0].contains("item1.EMAIL:a@b.example"));
        for gone in ["AAAA", "BBBB", "CCCC", "Inner"] {
            assert!(!found[0].contains(gone), "{gone}: {}", found[0]);
        }
        assert_eq!(found[1], "BEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\n");
    }

    #[test]
    fn quoted_values_come_in_any_character_set() {
        let thai = requoted("ORG;CHARSET=windows-874;ENCODING=QUOTED-PRINTABLE:=A1=D2=E1=BF");
        assert_eq!(unquoted(thai.split_once(':').unwrap().1), "กาแฟ".as_bytes());
        let whole =
            cards(b"BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=E0=B8=\n=81;x=\n\nEND:VCARD\n");
        assert!(
            whole[0].contains("N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E0=B8=81;x\r\n"),
            "{whole:?}"
        );
        assert_eq!(unquoted("a=4"), b"a=4");
    }

    #[test]
    fn a_card_without_end_is_told_and_not_swallowed() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"BEGIN:VCARD\n").unwrap();
        file.write_all(&b"NOTE:more\n".repeat(1 << 18)).unwrap();
        let mut cards = Cards::open(file.path(), encoding_rs::UTF_8).unwrap();
        assert!(cards.next().is_err());
    }
}
