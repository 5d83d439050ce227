//! Addresses and numbers that can't be right, though they have the form of one.

use std::borrow::Cow;

use serde_json::Value;

use crate::{record::Document, text::digits};

/// An e-mail address that can't be delivered to.
pub const BAD_EMAIL: &str = "bad_email";
/// A phone number that can't be called.
pub const BAD_PHONE: &str = "bad_phone";

/// What a contact or company may be marked with.
pub static PROBLEMS: &[Cow<'static, str>] = &[Cow::Borrowed(BAD_EMAIL), Cow::Borrowed(BAD_PHONE)];

/// What is wrong with the addresses and numbers of a contact or company, in the order of [`PROBLEMS`].
pub fn of(document: &Document) -> Vec<&'static str> {
    let any = |field: &str, bad: fn(&str) -> bool| {
        let points = document.get(field).and_then(Value::as_array);
        let mut values = points.into_iter().flatten();
        values.any(|point| point["value"].as_str().is_some_and(bad))
    };
    let mut found = Vec::new();
    if any("emails", is_bad_email) {
        found.push(BAD_EMAIL);
    }
    if any("phones", is_bad_phone) {
        found.push(BAD_PHONE);
    }
    found
}

/// Domains that nobody has on purpose, but fingers write often.
const MISTYPED: [&str; 18] = [
    "gmail.co",
    "gmail.con",
    "gmail.cm",
    "gmail.om",
    "gmai.com",
    "gmal.com",
    "gmial.com",
    "gamil.com",
    "gnail.com",
    "gmaill.com",
    "yahoo.co",
    "yahoo.con",
    "yaho.com",
    "yahooo.com",
    "hotmial.com",
    "hotmail.con",
    "hotmal.com",
    "outlok.com",
];

/// Endings that no mail is sent to (RFC 2606, RFC 6762).
const NOWHERE: [&str; 4] = ["invalid", "test", "localhost", "local"];

/// What people write into a field that must not be empty.
const FILLERS: [&str; 9] = [
    "none", "no", "na", "n-a", "noemail", "no-email", "tidakada", "asdf", "xxx",
];

/// Whether an address with the form of one can't be right.
pub fn is_bad_email(address: &str) -> bool {
    let address = address.trim().to_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else {
        return true;
    };
    let ending = domain.rsplit('.').next().unwrap_or_default();
    let letters = ending.chars().all(char::is_alphabetic) || ending.starts_with("xn--");
    let dots = |text: &str| text.starts_with('.') || text.ends_with('.') || text.contains("..");
    let hyphens = domain
        .split('.')
        .any(|label| label.starts_with('-') || label.ends_with('-'));
    !letters
        || ending.chars().count() < 2
        || dots(local)
        || hyphens
        || NOWHERE.contains(&ending)
        || MISTYPED.contains(&domain)
        || FILLERS.contains(&local)
}

/// Whether a number can't be called: too short or too long (E.164 has at most 15 digits), one digit over and over, or
/// not as long as numbers are in Indonesia or Thailand, where the number says that it is from there.
pub fn is_bad_phone(number: &str) -> bool {
    let main = number
        .split(['x', 'e', '#', ';', ','])
        .next()
        .unwrap_or_default();
    let all = digits(main);
    let mut each = all.chars();
    let first = each.next();
    if !(7..=15).contains(&all.len()) || each.all(|digit| Some(digit) == first) {
        return true;
    }
    let abroad = if main.trim_start().starts_with('+') {
        Some(all.as_str())
    } else {
        all.strip_prefix("00")
    };
    let Some(abroad) = abroad else {
        return false;
    };
    let of = |code: &str| {
        abroad
            .strip_prefix(code)
            .map(|rest| rest.trim_start_matches('0').len())
    };
    let wrong = |length: Option<usize>, allowed: std::ops::RangeInclusive<usize>| {
        length.is_some_and(|length| !allowed.contains(&length))
    };
    abroad.starts_with('0') || wrong(of("62"), 7..=12) || wrong(of("66"), 8..=9)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_that_can_not_be_right() {
        for bad in [
            "siti@gmial.com",
            "siti@gmail.con",
            "none@kopi.example",
            "a..b@kopi.example",
            "siti@kopi.invalid",
            "siti@kopi.c0m",
            "siti@-kopi.example",
            "siti",
        ] {
            assert!(is_bad_email(bad), "{bad}");
        }
        for good in [
            "siti@kopi.example",
            "SITI@gmail.com",
            "nana@yahoo.co.id",
            "malee@ร้านกาแฟ.ไทย",
            "a@xn--o3cw4h.xn--o3cw4h",
        ] {
            assert!(!is_bad_email(good), "{good}");
        }
    }

    #[test]
    fn numbers_that_can_not_be_called() {
        for bad in [
            "123456",
            "0000000000",
            "+62 812",
            "+6281234567890123",
            "+66 2 123 45678 9",
            "0062 812 1",
        ] {
            assert!(is_bad_phone(bad), "{bad}");
        }
        for good in [
            "+62 812-3456-7890",
            "0812 3456 7890",
            "(021) 555-0123",
            "+66 81 234 5678",
            "+66 2 123 4567",
            "+1 212 555 0123",
            "๐๒-๑๒๓-๔๕๖๗",
            "+62 21 5550123 x 12",
        ] {
            assert!(!is_bad_phone(good), "{good}");
        }
    }

    #[test]
    fn a_record_is_marked_with_what_it_has() {
        let mut document = Document::new();
        assert_eq!(of(&document), [""; 0]);
        document.insert(
            "phones".into(),
            json!([{"value": "+6281234567890"}, {"value": "1111111"}]),
        );
        assert_eq!(of(&document), [BAD_PHONE]);
        document.insert("emails".into(), json!([{"value": "x@gmial.com"}]));
        assert_eq!(of(&document), [BAD_EMAIL, BAD_PHONE]);
    }
}
