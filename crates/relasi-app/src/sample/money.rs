//! Prices that look like prices, in any currency.

use relasi_domain::locale::{Language, minor_digits};

/// Units of a currency for a thousand US dollars, roughly.
pub(super) fn rate(currency: &str) -> i64 {
    match currency {
        "IDR" => 16_000_000,
        "THB" => 35_000,
        "SGD" => 1_350,
        "MYR" => 4_500,
        "AUD" => 1_520,
        "EUR" => 900,
        "GBP" => 780,
        "INR" => 84_000,
        "PHP" => 57_000,
        "HKD" => 7_800,
        "CNY" => 7_200,
        "JPY" => 150_000,
        "KRW" => 1_350_000,
        "VND" => 25_000_000,
        _ => 1_000,
    }
}

/// A price in minor units near `dollars`, rounded as offers are.
pub(super) fn price(dollars: i64, currency: &str) -> i64 {
    let whole = (dollars * rate(currency) / 1000).max(1);
    // Three leading digits, the last of them 0 or 5.
    let mut step = 1;
    while whole / step >= 1000 {
        step *= 10;
    }
    let step = step * 5;
    (whole / step * step).max(step) * 10_i64.pow(minor_digits(currency))
}

/// An amount as somebody would write it in a mail.
pub(super) fn written(amount: i64, currency: &str, language: Language) -> String {
    let whole = amount / 10_i64.pow(minor_digits(currency));
    match (language, currency) {
        (Language::Id, "IDR") => format!("Rp {}", grouped(whole, '.')),
        (Language::Th, "THB") => format!("{} บาท", grouped(whole, ',')),
        (Language::Id, _) => format!("{currency} {}", grouped(whole, '.')),
        _ => format!("{currency} {}", grouped(whole, ',')),
    }
}

fn grouped(whole: i64, mark: char) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}
