//! How currencies divide.

use iso_currency::Currency;

/// Decimal digits of a currency's minor unit by ISO 4217, for example 2 for IDR and 0 for JPY; unknown codes
/// have 2.
pub fn minor_digits(currency: &str) -> u32 {
    let known = Currency::from_code(currency);
    known.and_then(Currency::exponent).map_or(2, u32::from)
}
