//! Arithmetic of money: whole minor units, one rounding rule, and rates between currencies.
//!
//! Every amount is an `i64` in the minor unit of its currency ([`minor_digits`]). Products and quotients are formed in
//! 128 bits and rounded once, half away from zero; `docs/money.md` says where.

use crate::locale::minor_digits;

/// The largest amount of a line or document, so that sums over millions of them stay within 64 bits.
pub const MAX_AMOUNT: i64 = crate::sales::deal::MAX_AMOUNT * 100;

/// `amount * by / of`, rounded half away from zero; none beyond 64 bits, or when `of` is not above zero.
pub fn share(amount: i64, by: i64, of: i64) -> Option<i64> {
    wide_share(amount.into(), by.into(), of.into())
}

fn wide_share(amount: i128, by: i128, of: i128) -> Option<i64> {
    if of <= 0 {
        return None;
    }
    let product = amount.checked_mul(by)?;
    let half = of / 2;
    let rounded = if product < 0 {
        -((-product).checked_add(half)? / of)
    } else {
        product.checked_add(half)? / of
    };
    // With an odd divisor half of it is not reached by any whole product.
    i64::try_from(rounded).ok()
}

/// What one unit of a currency is worth in another one: a decimal number of at most 12 digits on either side of the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    digits: i64,
    scale: u32,
}

/// The most digits of a rate, so that an amount times a rate stays within 128 bits.
const RATE_DIGITS: usize = 18;

impl Rate {
    /// Reads `15850`, `0.000063`; above zero.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = fraction.trim_end_matches('0');
        let fits = !whole.is_empty() && whole.len() <= 12 && fraction.len() <= 12;
        if !fits || !plain(whole) || !plain(fraction) || text.ends_with('.') {
            return None;
        }
        let digits = format!("{}{fraction}", whole.trim_start_matches('0'));
        if digits.len() > RATE_DIGITS {
            return None;
        }
        let digits = digits.parse().ok().filter(|digits| *digits > 0)?;
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self { digits, scale })
    }

    /// An amount of `from` in the minor units of `to`.
    pub fn convert(self, amount: i64, from: &str, to: &str) -> Option<i64> {
        let up = 10_i128.checked_pow(minor_digits(to))?;
        let down = 10_i128.checked_pow(self.scale + minor_digits(from))?;
        wide_share(
            amount.into(),
            i128::from(self.digits).checked_mul(up)?,
            down,
        )
    }

    /// An amount of `to` in the minor units of `from`: the way back.
    pub fn convert_back(self, amount: i64, from: &str, to: &str) -> Option<i64> {
        let up = 10_i128.checked_pow(self.scale + minor_digits(from))?;
        let down = i128::from(self.digits).checked_mul(10_i128.checked_pow(minor_digits(to))?)?;
        wide_share(amount.into(), up, down)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        for (amount, by, of, made) in [
            (1, 1, 2, 1),
            (-1, 1, 2, -1),
            (5, 1, 3, 2),
            (4, 1, 3, 1),
            (1_250, 7, 100, 88),
            (-1_250, 7, 100, -88),
            (0, 7, 100, 0),
        ] {
            assert_eq!(share(amount, by, of), Some(made), "{amount} * {by} / {of}");
        }
        assert_eq!(share(1, 1, 0), None);
        assert_eq!(share(i64::MAX, 2, 1), None);
    }

    #[test]
    fn rates_are_decimal_numbers_above_zero() {
        for text in ["1", "15850", "0.000063", "15850.25", "1.0"] {
            assert!(Rate::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "0",
            "0.0",
            "-1",
            "1,5",
            ".5",
            "1.",
            "1e3",
            "1234567890123",
            "0.1234567890123",
            "123456789012.1234567",
        ] {
            assert!(Rate::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn currencies_keep_their_own_minor_units() {
        let rate = Rate::parse("15850").unwrap();
        assert_eq!(rate.convert(100, "USD", "IDR"), Some(1_585_000));
        let yen = Rate::parse("104.5").unwrap();
        assert_eq!(yen.convert(3, "JPY", "IDR"), Some(31_350));
        let dinar = Rate::parse("3.25").unwrap();
        assert_eq!(dinar.convert(1_000, "KWD", "USD"), Some(325));
        assert_eq!(dinar.convert_back(325, "KWD", "USD"), Some(1_000));
    }

    proptest! {
        #[test]
        fn a_share_is_within_half_a_unit(amount in -MAX_AMOUNT..=MAX_AMOUNT, by in 0..=100_000_000_i64, of in 1..=100_000_000_i64) {
            if let Some(made) = share(amount, by, of) {
                let off = i128::from(made) * i128::from(of) - i128::from(amount) * i128::from(by);
                prop_assert!(off.abs() * 2 <= i128::from(of));
                prop_assert_eq!(share(-amount, by, of), Some(-made));
            }
        }

        #[test]
        fn there_and_back_is_off_by_less_than_a_unit_of_the_coarser(
            amount in 0..=1_000_000_000_000_i64, digits in 1..=1_000_000_000_i64, scale in 0..=6_usize,
            from in prop::sample::select(vec!["USD", "JPY", "KWD"]), to in prop::sample::select(vec!["IDR", "JPY", "KWD"]),
        ) {
            let whole = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = whole.split_at(whole.len() - scale);
            let text = if scale == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") };
            let rate = Rate::parse(&text).unwrap();
            if let Some(there) = rate.convert(amount, from, to)
                && let Some(back) = rate.convert_back(there, from, to)
            {
                // Half a unit lost on the way there is this much on the way back, and half a unit more.
                let one = rate.convert_back(1, from, to).unwrap_or(0);
                prop_assert!((back - amount).abs() <= one / 2 + 1, "{} {} {}", amount, there, back);
            }
        }
    }
}
