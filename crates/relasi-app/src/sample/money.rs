//! Prices that look like prices, in any currency.

use super::words::Language;

/// Units of a currency for a thousand US dollars, roughly, and its decimal digits.
fn rate(currency: &str) -> (i64, u32) {
    match currency {
        "IDR" => (16_000_000, 2),
        "THB" => (35_000, 2),
        "SGD" => (1_350, 2),
        "MYR" => (4_500, 2),
        "AUD" => (1_520, 2),
        "EUR" => (900, 2),
        "GBP" => (780, 2),
        "INR" => (84_000, 2),
        "PHP" => (57_000, 2),
        "HKD" => (7_800, 2),
        "CNY" => (7_200, 2),
        "JPY" => (150_000, 0),
        "KRW" => (1_350_000, 0),
        "VND" => (25_000_000, 0),
        _ => (1_000, 2),
    }
}

/// A price in minor units near `dollars`, rounded as offers are.
pub(super) fn price(dollars: i64, currency: &str) -> i64 {
    let (rate, digits) = rate(currency);
    let whole = (dollars * rate / 1000).max(1);
    // Three leading digits, the last of them 0 or 5.
    let mut step = 1;
    while whole / step >= 1000 {
        step *= 10;
    }
    let step = step * 5;
    (whole / step * step).max(step) * 10_i64.pow(digits)
}

/// An amount as somebody would write it in a mail.
pub(super) fn written(amount: i64, currency: &str, language: Language) -> String {
    let whole = amount / 10_i64.pow(rate(currency).1);
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
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}
