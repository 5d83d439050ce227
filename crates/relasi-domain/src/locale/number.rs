//! Numbers as people write them in files: `1.234,56`, `1,234.56`, `Rp 1.500.000,-`, `๑,๒๓๔`.

use crate::text::search_text;

/// The mark before the fraction; the other one groups thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,234.56`, as in English and Thai.
    Point,
    /// `1.234,56`, as in Indonesian.
    Comma,
}

/// A decimal number without rounding: `mantissa` divided by ten to the power of `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one number.
    pub mantissa: i64,
    /// How many of them are behind the mark.
    pub scale: u32,
}

impl Decimal {
    /// The whole number it is; none when it has a fraction.
    pub fn whole(self) -> Option<i64> {
        self.minor_units(0)
    }

    /// The amount in units of which ten to the power of `exponent` make one, for example 2 for cents; none
    /// when smaller parts would be lost or it is too large.
    pub fn minor_units(self, exponent: u32) -> Option<i64> {
        if exponent >= self.scale {
            return self
                .mantissa
                .checked_mul(10_i64.checked_pow(exponent - self.scale)?);
        }
        let part = 10_i64.checked_pow(self.scale - exponent)?;
        (self.mantissa % part == 0).then(|| self.mantissa / part)
    }

    /// As plain decimal text: `-12.5`.
    pub fn text(self) -> String {
        let scale = self.scale as usize;
        let digits = format!("{:0>1$}", self.mantissa.unsigned_abs(), scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let mark = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{mark}{fraction}")
    }
}

/// Currency signs and words that may stand before or after a number.
const CURRENCIES: [&str; 12] = [
    "rp.",
    "rp",
    "us$",
    "s$",
    "rm",
    "$",
    "€",
    "£",
    "¥",
    "฿",
    "บาท",
    "baht",
];

/// Reads a number with any grouping, currency sign, and minus or parentheses for less than nothing.
///
/// With both marks the last one begins the fraction; a mark that comes twice groups. A single mark with three
/// digits behind it can be either: `mark` decides, and without it the mark groups.
pub fn parse_number(text: &str, mark: Option<DecimalMark>) -> Option<Decimal> {
    let written = search_text(text)
        .replace([' ', '\'', '’'], "")
        .replace('−', "-");
    let (inner, bracketed) = match written
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => (inner, true),
        None => (written.as_str(), false),
    };
    let (bare, minus) = strip_sign(inner);
    let bare = strip_currency(bare);
    // The sign may stand on either side of the currency, once.
    let (bare, second_minus) = if minus {
        (bare, false)
    } else {
        strip_sign(bare)
    };
    let digits = plain_digits(bare, mark)?;
    let mut number = digits;
    if bracketed || minus || second_minus {
        number.mantissa = -number.mantissa;
    }
    Some(number)
}

fn strip_sign(text: &str) -> (&str, bool) {
    match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    }
}

fn strip_currency(text: &str) -> &str {
    let mut text = text
        .strip_suffix(",-")
        .or_else(|| text.strip_suffix(".-"))
        .unwrap_or(text);
    for word in CURRENCIES {
        text = text
            .strip_prefix(word)
            .or_else(|| text.strip_suffix(word))
            .unwrap_or(text);
    }
    // ISO 4217 codes are three letters.
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase());
    if let Some((_, rest)) = text.split_at_checked(3).filter(|(code, _)| letters(code)) {
        return rest;
    }
    let end = text.len().saturating_sub(3);
    text.split_at_checked(end)
        .filter(|(_, code)| letters(code))
        .map_or(text, |(rest, _)| rest)
}

fn plain_digits(text: &str, mark: Option<DecimalMark>) -> Option<Decimal> {
    let fraction_at = fraction_mark(text, mark);
    let (whole, fraction) = match fraction_at {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit())
        || !(well_grouped(whole) || (whole.is_empty() && !fraction.is_empty()))
    {
        return None;
    }
    let mut digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    digits.push_str(fraction);
    let mantissa = digits.parse().ok()?;
    Some(Decimal {
        mantissa,
        scale: u32::try_from(fraction.len()).ok()?,
    })
}

/// Where the fraction begins, if there is one.
fn fraction_mark(text: &str, mark: Option<DecimalMark>) -> Option<usize> {
    let last = text.rfind(['.', ','])?;
    let sign = text.as_bytes()[last];
    let others = text[..last].contains(['.', ',']);
    let repeated = text[..last].contains(char::from(sign));
    let behind = text.len() - last - 1;
    let decimal = match mark {
        _ if repeated => false,
        // `1,234.56` has both marks: the last one is not the one that groups.
        _ if others => true,
        _ if behind != 3 => true,
        Some(DecimalMark::Point) => sign == b'.',
        Some(DecimalMark::Comma) => sign == b',',
        None => text.starts_with(['0', '.', ',']),
    };
    decimal.then_some(last)
}

/// Digits, alone or in groups of three behind the first, all parted by the same mark.
fn well_grouped(text: &str) -> bool {
    let mut marks = text.chars().filter(|c| !c.is_ascii_digit());
    let Some(mark) = marks.next() else {
        return !text.is_empty();
    };
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or("");
    matches!(mark, '.' | ',')
        && (1..=3).contains(&first.len())
        && marks.all(|other| other == mark)
        && groups.all(|group| group.len() == 3)
}

/// The mark before fractions that a column's values show; none when they leave it open.
pub fn detect_decimal_mark<'a>(samples: impl IntoIterator<Item = &'a str>) -> Option<DecimalMark> {
    let (mut points, mut commas) = (0, 0);
    for sample in samples {
        let readings =
            [DecimalMark::Point, DecimalMark::Comma].map(|mark| parse_number(sample, Some(mark)));
        // Both readings agree on what can be read in one way only.
        let [Some(a), Some(b)] = readings else {
            continue;
        };
        if a != b {
            continue;
        }
        let sign = |c: char| sample.rfind(c);
        match (sign('.'), sign(',')) {
            (point, comma) if a.scale > 0 && point > comma => points += 1,
            _ if a.scale > 0 => commas += 1,
            (Some(_), None) => commas += 1,
            (None, Some(_)) => points += 1,
            _ => {}
        }
    }
    match points.cmp(&commas) {
        std::cmp::Ordering::Greater => Some(DecimalMark::Point),
        std::cmp::Ordering::Less => Some(DecimalMark::Comma),
        std::cmp::Ordering::Equal => None,
    }
}
