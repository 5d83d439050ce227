//! Codes that several objects share, and checks on standard codes.

use iso_currency::Currency;

/// Not two capital letters, as ISO 3166-1 alpha-2 has them.
pub fn bad_country(code: Option<&str>) -> bool {
    code.is_some_and(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Not a code of ISO 4217, in capital letters.
pub fn bad_currency(code: &str) -> bool {
    Currency::from_code(code).is_none()
}

/// Neither `http` nor `https`, or no host.
pub fn bad_url(url: Option<&str>) -> bool {
    url.is_some_and(|u| {
        let rest = u
            .strip_prefix("https://")
            .or_else(|| u.strip_prefix("http://"));
        rest.is_none_or(|r| r.is_empty() || r.starts_with('/') || u.contains(char::is_whitespace))
    })
}

/// Not a name of the IANA time zone database.
pub fn bad_time_zone(name: &str) -> bool {
    name.parse::<chrono_tz::Tz>().is_err()
}

/// Languages the product speaks.
pub const LANGUAGES: [&str; 3] = ["en", "id", "th"];
