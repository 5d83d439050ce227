//! A part of a content, as `Range` asks for it (RFC 9110, section 14).

use std::ops::Range;

use actix_web::http::header::{self, HeaderMap};

/// What of a content is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: nothing else is asked for, or something that is not understood, such as several parts.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing of what is asked for is there.
    Nothing,
}

/// What a request asks for of a content of `size` bytes with this tag. A client that has a part of another content, as
/// `If-Range` says, gets the whole of this one.
pub fn wanted(headers: &HeaderMap, size: u64, etag: &str) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let other = text(header::IF_RANGE).is_some_and(|known| known.trim() != etag);
    match text(header::RANGE) {
        Some(range) if !other => read(range, size).unwrap_or(Wanted::Whole),
        _ => Wanted::Whole,
    }
}

/// None for what is not understood.
fn read(range: &str, size: u64) -> Option<Wanted> {
    let (first, last) = range.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let part = match (first.trim(), last.trim()) {
        ("", length) => size.saturating_sub(number(length)?)..size,
        (first, "") => number(first)?..size,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(size)
        }
    };
    Some(if part.start < part.end {
        Wanted::Part(part)
    } else {
        Wanted::Nothing
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{self, HeaderMap, HeaderValue};

    use super::{Wanted, wanted};

    fn of(size: u64, headers: &[(header::HeaderName, &'static str)]) -> Wanted {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name.clone(), HeaderValue::from_static(value));
        }
        wanted(&map, size, "\"a\"")
    }

    #[test]
    fn one_part_is_understood() {
        for (range, part) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=2-5", Wanted::Part(2..6)),
            ("bytes=7-", Wanted::Part(7..10)),
            ("bytes=5-99999999999999999999", Wanted::Part(5..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-30", Wanted::Part(0..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=10-12", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=0-1,4-5", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(of(10, &[(header::RANGE, range)]), part, "{range}");
        }
        assert_eq!(of(10, &[]), Wanted::Whole);
        assert_eq!(of(0, &[(header::RANGE, "bytes=0-")]), Wanted::Nothing);
    }

    #[test]
    fn a_part_of_another_content_is_of_no_use() {
        let with = |known| {
            of(
                10,
                &[(header::RANGE, "bytes=2-5"), (header::IF_RANGE, known)],
            )
        };
        assert_eq!(with("\"a\""), Wanted::Part(2..6));
        assert_eq!(with("\"b\""), Wanted::Whole);
        assert_eq!(with("W/\"a\""), Wanted::Whole);
        assert_eq!(with("Sun, 29 Nov 2026 08:00:00 GMT"), Wanted::Whole);
    }
}
