//! Numbers with decimals, kept without rounding.

use serde_json::Value;

/// How many parts of one a number is counted in.
const SCALE: i64 = 1_000_000;
/// The most digits that a JSON number keeps for certain.
const DIGITS: usize = 15;

/// A JSON number in millionths; none when it is no number, too large, or has parts smaller than that.
pub fn millionths(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    match number.as_i64() {
        Some(whole) if whole.unsigned_abs() < 1_000_000_000_000 => Some(whole * SCALE),
        Some(_) => None,
        None => shortest(&number.to_string()),
    }
}

/// The shortest text that stands for a number, so without the noise of binary fractions: `0.1`, `1.5e-5`.
fn shortest(text: &str) -> Option<i64> {
    let Some((digits, exponent)) = text.split_once('e') else {
        return parse(text);
    };
    let size = parse(digits)?;
    let by = 10_i64.checked_pow(exponent.strip_prefix('-')?.parse().ok()?)?;
    (size % by == 0).then_some(size / by)
}

/// Plain decimal text in millionths: `-12.5`.
pub fn parse(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let significant = digits.trim_start_matches(['0', '.']).len();
    if !plain(whole) || !plain(fraction) || significant > DIGITS + 1 || whole.len() > 12 {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 6 {
        return None;
    }
    let parts: i64 = format!("{fraction:0<6}").parse().ok()?;
    let size = whole.parse::<i64>().ok()? * SCALE + parts;
    Some(if negative { -size } else { size })
}

/// Millionths as plain decimal text without needless zeros.
pub fn written(millionths: i64) -> String {
    let size = millionths.unsigned_abs();
    let (whole, parts) = (size / SCALE.unsigned_abs(), size % SCALE.unsigned_abs());
    let sign = if millionths < 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{parts:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_keep_six_decimals() {
        for (number, counted, text) in [
            (json!(0.1), 100_000, "0.1"),
            (json!(-12.5), -12_500_000, "-12.5"),
            (json!(3), 3_000_000, "3"),
            (json!(1_234.000_001), 1_234_000_001, "1234.000001"),
            (json!(-0.000_001), -1, "-0.000001"),
            (json!(0.000_015), 15, "0.000015"),
            (
                json!(999_999_999.999_999),
                999_999_999_999_999,
                "999999999.999999",
            ),
        ] {
            assert_eq!(millionths(&number), Some(counted), "{number}");
            assert_eq!(written(counted), text);
            assert_eq!(parse(text), Some(counted));
        }
        for number in [
            json!(0.000_000_1),
            json!(0.000_012_345),
            json!(1e12),
            json!(1e300),
            json!("1"),
        ] {
            assert_eq!(millionths(&number), None, "{number}");
        }
        for text in ["", "-", ".5", "1.", "1e3", "+1", "0x1", "1 000"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
