//! In which encoding a file is.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes from the first one beyond ASCII on after which the guess of an old encoding is not made better.
const ENOUGH: usize = 1 << 20;

/// Watches bytes go by and says in the end which encoding they are in.
pub(super) struct Detector {
    head: Vec<u8>,
    utf8: Utf8Check,
    guesser: EncodingDetector,
    guessed_on: usize,
    /// Zero bytes at even and at odd places.
    zeros: [u64; 2],
    size: u64,
}

impl Default for Detector {
    fn default() -> Self {
        Self {
            head: Vec::with_capacity(4),
            utf8: Utf8Check::default(),
            guesser: EncodingDetector::new(Iso2022JpDetection::Deny),
            guessed_on: 0,
            zeros: [0; 2],
            size: 0,
        }
    }
}

impl Detector {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let missing = 4_usize.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.utf8.feed(bytes);
        if self.guessed_on < ENOUGH && self.guesser.feed(bytes, false) {
            self.guessed_on += bytes.len();
        }
        if self.size < ENOUGH as u64 {
            for (place, byte) in bytes.iter().enumerate() {
                if *byte == 0 {
                    self.zeros[(place + usize::from(self.size % 2 == 1)) % 2] += 1;
                }
            }
        }
        self.size += bytes.len() as u64;
    }

    pub(super) fn finish(mut self, thai: bool) -> &'static Encoding {
        if let Some((encoding, _)) = Encoding::for_bom(&self.head) {
            return encoding;
        }
        // Line ends and separators have a zero byte in UTF-16, at odd places when the low byte comes first.
        match self.zeros {
            [0, 0] => {}
            [even, odd] if odd > even * 20 => return UTF_16LE,
            [even, odd] if even > odd * 20 => return UTF_16BE,
            _ => {}
        }
        if self.utf8.is_valid() {
            return UTF_8;
        }
        self.guesser.feed(b"", true);
        let place: Option<&[u8]> = if thai { Some(b"th") } else { None };
        self.guesser.guess(place, Utf8Detection::Deny)
    }
}

/// Whether a stream of bytes is UTF-8, however it is cut.
#[derive(Default)]
struct Utf8Check {
    broken: bool,
    /// The beginning of a character at the end of the last piece.
    rest: Vec<u8>,
}

impl Utf8Check {
    fn feed(&mut self, bytes: &[u8]) {
        if self.broken {
            return;
        }
        let mut start = 0;
        while !self.rest.is_empty() && start < bytes.len() {
            self.rest.push(bytes[start]);
            start += 1;
            match std::str::from_utf8(&self.rest) {
                Ok(_) => self.rest.clear(),
                Err(error) if error.error_len().is_some() => return self.broken = true,
                Err(_) => {}
            }
        }
        let bytes = &bytes[start..];
        if let Err(error) = std::str::from_utf8(bytes) {
            if error.error_len().is_some() {
                self.broken = true;
            } else {
                self.rest.extend_from_slice(&bytes[error.valid_up_to()..]);
            }
        }
    }

    fn is_valid(&self) -> bool {
        !self.broken && self.rest.is_empty()
    }
}

/// Whether decoded text looks like text: no zero characters, and hardly any control or replacement characters.
pub(super) fn looks_like_text(sample: &str) -> bool {
    let odd = |c: char| {
        c == '\u{fffd}' || (c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{1a}'))
    };
    let odd = sample.chars().filter(|c| odd(*c)).count();
    !sample.contains('\0') && odd * 100 <= sample.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(bytes: &[u8], piece: usize, thai: bool) -> &'static str {
        let mut detector = Detector::default();
        bytes.chunks(piece).for_each(|piece| detector.feed(piece));
        detector.finish(thai).name()
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_are_told_apart_however_the_file_is_cut() {
        let thai = "ชื่อ,อีเมล\nสมชาย ใจดี,somchai@example.co.th\nสมหญิง รักเรียน,ying@example.co.th\n";
        let (old_thai, ..) = encoding_rs::WINDOWS_874.encode(thai);
        let latin = "Name;City\nJosé Núñez;Málaga\nZoë Brontë;Besançon\n";
        let (old_latin, ..) = encoding_rs::WINDOWS_1252.encode(latin);
        let cases: [(&[u8], &str); 8] = [
            (b"name,email\nSiti,siti@kopi.example\n", "UTF-8"),
            (thai.as_bytes(), "UTF-8"),
            (b"\xef\xbb\xbfname", "UTF-8"),
            (
                &[b"\xff\xfe".as_slice(), &utf16(thai, u16::to_le_bytes)].concat(),
                "UTF-16LE",
            ),
            (&utf16(thai, u16::to_le_bytes), "UTF-16LE"),
            (&utf16(latin, u16::to_be_bytes), "UTF-16BE"),
            (&old_thai, "windows-874"),
            (&old_latin, "windows-1252"),
        ];
        for (bytes, name) in cases {
            for piece in [1, 2, 3, 7, 4096] {
                assert_eq!(
                    detect(bytes, piece, false),
                    name,
                    "in pieces of {piece}: {bytes:x?}"
                );
            }
        }
    }

    #[test]
    fn a_cut_character_at_the_end_is_no_utf8() {
        assert_ne!(
            detect(
                "naïve\nna\u{ef}".as_bytes().strip_suffix(b"\xaf").unwrap(),
                3,
                false
            ),
            "UTF-8"
        );
    }

    #[test]
    fn pictures_are_not_text() {
        assert!(looks_like_text("a,b\r\n1,2\r\n"));
        assert!(looks_like_text(""));
        assert!(!looks_like_text("\u{89}PNG\r\n\u{1a}\n\0\0\0"));
        assert!(!looks_like_text("\u{1}\u{2}abc"));
    }
}
