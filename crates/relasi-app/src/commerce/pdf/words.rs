//! Amounts, numbers and days as a language writes them on paper.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    commerce::{exact::Exact, line::TaxSum},
    locale::{self, Language, minor_digits},
};

/// The years by which the Buddhist era is ahead.
const BUDDHIST: i32 = 543;

const MONTHS: [[&str; 12]; 3] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    [
        "มกราคม",
        "กุมภาพันธ์",
        "มีนาคม",
        "เมษายน",
        "พฤษภาคม",
        "มิถุนายน",
        "กรกฎาคม",
        "สิงหาคม",
        "กันยายน",
        "ตุลาคม",
        "พฤศจิกายน",
        "ธันวาคม",
    ],
];

/// Currencies whose minor units nobody writes when there are none.
const WHOLE: [&str; 4] = ["IDR", "VND", "KRW", "JPY"];

/// A text of documents or pages.
pub(crate) fn word(language: Language, key: &str) -> String {
    locale::text(language, key).unwrap_or(key).to_owned()
}

/// The same with its holders filled.
pub(crate) fn filled(language: Language, key: &str, params: &[(&str, String)]) -> String {
    let params: BTreeMap<&str, String> = params.iter().cloned().collect();
    locale::format(language, key, &params).unwrap_or_else(|| key.to_owned())
}

/// `15 December 2026`; in Thai with the year of the Buddhist era.
pub(crate) fn day(day: NaiveDate, language: Language) -> String {
    let month = MONTHS[language as usize][day.month0() as usize];
    let year = match language {
        Language::Th => day.year() + BUDDHIST,
        Language::En | Language::Id => day.year(),
    };
    format!("{} {month} {year}", day.day())
}

/// A day with the time by the clocks of a place, which is named.
pub(crate) fn moment(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let at = at.with_timezone(&zone);
    let day = day(at.date_naive(), language);
    let time = match language {
        Language::Id => at.format("%H.%M"),
        Language::En | Language::Th => at.format("%H:%M"),
    };
    format!("{day} {time} ({})", zone.name())
}

fn marks(language: Language) -> (char, char) {
    match language {
        Language::Id => ('.', ','),
        Language::En | Language::Th => (',', '.'),
    }
}

fn grouped(digits: &str, mark: char) -> String {
    let mut made = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            made.push(mark);
        }
        made.push(digit);
    }
    made
}

/// How the amounts of a document are written.
#[derive(Debug, Clone)]
pub(crate) struct Amounts {
    language: Language,
    digits: u32,
    hide: bool,
}

impl Amounts {
    /// For a currency, where these are the amounts: minor units stand everywhere or nowhere.
    pub(crate) fn new(
        language: Language,
        currency: &str,
        all: impl IntoIterator<Item = i64>,
    ) -> Self {
        let digits = minor_digits(currency);
        let unit = 10_i64.pow(digits);
        let whole = all.into_iter().all(|amount| amount % unit == 0);
        Self {
            language,
            digits,
            hide: whole && WHOLE.contains(&currency),
        }
    }

    /// An amount without its currency: `51,231.60`.
    pub(crate) fn text(&self, amount: i64) -> String {
        let unit = 10_u64.pow(self.digits);
        let size = amount.unsigned_abs();
        let (group, decimal) = marks(self.language);
        let sign = if amount < 0 { "-" } else { "" };
        let whole = grouped(&(size / unit).to_string(), group);
        if self.digits == 0 || self.hide {
            return format!("{sign}{whole}");
        }
        let width = self.digits as usize;
        format!("{sign}{whole}{decimal}{:0width$}", size % unit)
    }
}

/// A quantity or a percentage.
pub(crate) fn number(number: Exact, language: Language) -> String {
    let text = number.text();
    let (sign, size) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |size| ("-", size));
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    let (group, decimal) = marks(language);
    let whole = grouped(whole, group);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}{decimal}{fraction}")
    }
}

/// `VAT 7%`, or that it is in the prices.
pub(super) fn tax_label(tax: &TaxSum, language: Language) -> String {
    let percent = format!("{}%", number(tax.tax.percent, language));
    let name = if tax.tax.name.contains('%') {
        tax.tax.name.clone()
    } else {
        format!("{} {percent}", tax.tax.name)
    };
    if tax.tax.included {
        filled(language, "quote_document.included", &[("tax", name)])
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_their_language_does() {
        let text = |language, currency: &str, amount| {
            Amounts::new(language, currency, [amount]).text(amount)
        };
        assert_eq!(text(Language::En, "THB", 5_123_160), "51,231.60");
        assert_eq!(text(Language::Id, "IDR", 3_600_000_000), "36.000.000");
        assert_eq!(text(Language::Id, "IDR", 3_600_000_050), "36.000.000,50");
        assert_eq!(text(Language::Th, "JPY", -1_234), "-1,234");
        assert_eq!(text(Language::En, "KWD", 1_234_567), "1,234.567");
        assert_eq!(text(Language::En, "THB", 5), "0.05");
    }

    #[test]
    fn days_are_written_in_words() {
        let on = NaiveDate::from_ymd_opt(2026, 12, 5).unwrap();
        assert_eq!(day(on, Language::En), "5 December 2026");
        assert_eq!(day(on, Language::Id), "5 Desember 2026");
        assert_eq!(day(on, Language::Th), "5 ธันวาคม 2569");
    }

    #[test]
    fn numbers_have_the_marks_of_their_language() {
        assert_eq!(number(Exact(1_234_500_000), Language::Id), "1.234,5");
        assert_eq!(number(Exact::whole(1_234), Language::Th), "1,234");
        assert_eq!(number(Exact(7_250_000), Language::En), "7.25");
    }
}
