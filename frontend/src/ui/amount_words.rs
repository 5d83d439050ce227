//! Reads amounts as people of three languages type them.

use super::date_words::western_digits;

/// Minor units of an amount typed with the language's separators ("1.250.000" in Indonesian, "1,250.00" in
/// English and Thai), or `None` when it is no amount. Short forms: k, rb (thousand), jt, m (million).
///
/// `decimal` is the language's decimal sign, `digits` the decimals of the currency.
pub fn parse(text: &str, decimal: char, digits: u32) -> Option<i64> {
    let text = western_digits(text).to_lowercase();
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '฿' | '$' | '€' | '£' | '\u{a0}'))
        .collect();
    let text = text
        .strip_prefix("rp")
        .unwrap_or(&text)
        .trim_start_matches('.')
        .to_owned();
    let (text, power) = scaled(&text, decimal);
    let (negative, text) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = parts(text, decimal)?;
    let digits = digits + power;
    let kept = usize::try_from(digits).ok()?;
    if fraction.len() > kept || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let padded = format!("{whole}{fraction:0<kept$}");
    let minor: i64 = padded.parse().ok()?;
    Some(if negative { -minor } else { minor })
}

/// Cuts off a short form; gives the power of ten it stands for. "m" is a million, in Indonesian a milliard.
fn scaled(text: &str, decimal: char) -> (&str, u32) {
    let milliard = if decimal == ',' { 9 } else { 6 };
    for (suffix, power) in [("rb", 3), ("jt", 6), ("k", 3), ("m", milliard)] {
        if let Some(rest) = text.strip_suffix(suffix) {
            return (rest, power);
        }
    }
    (text, 0)
}

/// Digits before and after the decimal sign. The other sign groups thousands; where the only sign is the
/// other one and not three digits follow it, the person meant a decimal sign.
fn parts(text: &str, decimal: char) -> Option<(String, String)> {
    let group = if decimal == ',' { '.' } else { ',' };
    let single = text.matches(group).count() == 1 && !text.contains(decimal);
    let tail = text.rsplit(group).next().map_or(0, str::len);
    let decimal = if single && tail != 3 { group } else { decimal };
    let (whole, fraction) = text.split_once(decimal).unwrap_or((text, ""));
    let whole: String = whole
        .chars()
        .filter(|c| !matches!(c, ',' | '.' | '\''))
        .collect();
    let plain = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    (plain(&whole) && plain(fraction)).then(|| (whole, fraction.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_both_ways_of_writing() {
        for (text, decimal, minor) in [
            ("1,250.50", '.', Some(125_050)),
            ("1.250,50", ',', Some(125_050)),
            ("Rp 1.250.000", ',', Some(125_000_000)),
            ("1.250", ',', Some(125_000)),
            ("12.5", ',', Some(1_250)),
            ("๑๒", '.', Some(1_200)),
            ("1,2 jt", ',', Some(120_000_000)),
            ("2,4 M", ',', Some(240_000_000_000)),
            ("1.2m", '.', Some(120_000_000)),
            ("-5", '.', Some(-500)),
            ("1.234", '.', None),
            ("abc", '.', None),
            ("", '.', None),
        ] {
            assert_eq!(parse(text, decimal, 2), minor, "{text}");
        }
        assert_eq!(parse("500", '.', 0), Some(500));
    }
}
