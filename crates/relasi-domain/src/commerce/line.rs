//! Lines of deals and quotes: what, how many, for how much. Orders and invoices are made of the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::{
    exact::{Exact, ONE},
    money::{MAX_AMOUNT, share},
};
use crate::fault::{Fault, Faults};

/// The most lines of a document.
pub const MAX_LINES: usize = 200;
/// A hundred per cent in millionths.
pub(super) const WHOLE: i64 = 100 * ONE;
/// The most characters of a line's texts.
const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 2_000;
const MAX_UNIT: usize = 20;

/// Options that were chosen, by their names: `{"Size": "1 kg"}`.
pub type Chosen = BTreeMap<String, String>;

/// A line as somebody writes it. What is left out comes from the product and the price that applies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewLine {
    /// What is sold; none for free text.
    pub product_id: Option<Uuid>,
    /// What it is called.
    pub name: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// What the quantity counts.
    pub unit: Option<String>,
    /// Options of the product.
    pub options: Chosen,
    /// How many.
    pub quantity: Exact,
    /// For one, in minor units.
    pub unit_price: Option<i64>,
    /// Taken off, in per cent.
    pub discount_percent: Option<Exact>,
    /// Taken off, in minor units.
    pub discount_amount: Option<i64>,
    /// The tax; `null` for none, that of the product when it is left out.
    #[serde(deserialize_with = "given")]
    pub tax_rate_id: Option<Option<Uuid>>,
}

#[expect(
    clippy::option_option,
    reason = "left out, null and a value are three things"
)]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Uuid>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A tax as it was when the line was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// Which one.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// In per cent.
    pub percent: Exact,
    /// Prices contain it.
    pub included: bool,
}

/// A line with its amounts, in minor units of the document's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its id.
    pub id: Uuid,
    /// What is sold; none for free text.
    pub product_id: Option<Uuid>,
    /// What it is called.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// What the quantity counts.
    pub unit: Option<String>,
    /// Options of the product.
    pub options: Chosen,
    /// How many.
    pub quantity: Exact,
    /// For one.
    pub unit_price: i64,
    /// For one by the price book, when the line was written.
    pub list_price: Option<i64>,
    /// Taken off, in per cent.
    pub discount_percent: Option<Exact>,
    /// Taken off, as an amount.
    pub discount_amount: Option<i64>,
    /// The tax.
    pub tax: Option<Tax>,
    /// Quantity times price.
    pub gross: i64,
    /// What is taken off.
    pub discount: i64,
    /// What is left.
    pub net: i64,
    /// What one costs oneself, when the line was written. It is in no JSON of a line: documents are made of that.
    #[serde(skip)]
    pub unit_cost: Option<i64>,
}

impl Line {
    /// Works its amounts out; faults at the members that make it impossible.
    pub fn compute(&mut self, at: &str, faults: &mut Faults) {
        let wrong = |name: &str, code| Fault::at(format!("{at}/{name}"), code);
        let positive = |amount: i64| (0..=MAX_AMOUNT).contains(&amount);
        if self.quantity.0 <= 0 {
            faults.push(wrong("quantity", "not_positive"));
        }
        if !positive(self.unit_price) {
            faults.push(wrong("unit_price", "out_of_range"));
        }
        if self.discount_percent.is_some() && self.discount_amount.is_some() {
            faults.push(wrong("discount_amount", "one_discount"));
        }
        let percent = self.discount_percent.unwrap_or_default().0;
        if !(0..=WHOLE).contains(&percent) {
            faults.push(wrong("discount_percent", "out_of_range"));
        }
        let gross = share(self.unit_price, self.quantity.0, ONE).filter(|gross| positive(*gross));
        let Some(gross) = gross else {
            faults.push(wrong("quantity", "out_of_range"));
            return;
        };
        let of_percent = share(gross, percent.clamp(0, WHOLE), WHOLE).unwrap_or(0);
        let discount = self.discount_amount.unwrap_or(of_percent);
        if !(0..=gross).contains(&discount) {
            faults.push(wrong("discount_amount", "discount_beyond_price"));
            return;
        }
        self.gross = gross;
        self.discount = discount;
        self.net = gross - discount;
    }

    /// Checks its texts.
    pub fn check_texts(&self, at: &str, faults: &mut Faults) {
        let too_long = |text: &str, max: usize| text.chars().count() > max;
        let control = |text: &str| {
            text.chars()
                .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        };
        let texts = [
            ("name", Some(&self.name), MAX_NAME),
            ("description", self.description.as_ref(), MAX_DESCRIPTION),
            ("unit", self.unit.as_ref(), MAX_UNIT),
        ];
        for (name, text, max) in texts {
            let Some(text) = text else { continue };
            let at = format!("{at}/{name}");
            if too_long(text, max) {
                faults.push(Fault::at(at, "too_long").with("max", max));
            } else {
                faults.wrong(control(text), || at, "control_character");
            }
        }
        faults.wrong(
            self.name.trim().is_empty(),
            || format!("{at}/name"),
            "required",
        );
    }

    /// How much less it costs than by the price book, in millionths of a per cent, rounded up; never below zero.
    pub fn discount_share(&self) -> Exact {
        let list = self.list_price.unwrap_or(self.unit_price);
        let list = i128::from(list.max(self.unit_price));
        // The full price in millionths of minor units.
        let full = list * i128::from(self.quantity.0);
        let less = full - i128::from(self.net) * i128::from(ONE);
        // Half a minor unit may be due to rounding.
        if full <= 0 || less <= i128::from(ONE / 2) {
            return Exact(0);
        }
        let share = (less * i128::from(WHOLE) + full - 1) / full;
        // A discount of 10 per cent must not count as a bit more because a minor unit was rounded.
        let exact = self
            .discount_percent
            .filter(|_| self.discount_amount.is_none() && i128::from(self.unit_price) == list);
        exact.unwrap_or_else(|| Exact(i64::try_from(share).unwrap_or(WHOLE).min(WHOLE)))
    }
}

/// What a tax comes to over all lines that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxSum {
    /// The tax.
    #[serde(flatten)]
    pub tax: Tax,
    /// What it is taken of, without the tax.
    pub base: i64,
    /// The tax itself.
    pub amount: i64,
}

/// The sums of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Quantities times prices.
    pub subtotal: i64,
    /// What is taken off.
    pub discount: i64,
    /// Each tax, in the order in which lines have them.
    pub taxes: Vec<TaxSum>,
    /// All taxes.
    pub tax: i64,
    /// What is to be paid.
    pub total: i64,
}

/// Adds lines up: amounts are sums of rounded lines, and each tax is worked out once, of the sum of its lines.
pub fn totals(lines: &[Line]) -> Result<Totals, Fault> {
    let mut totals = Totals::default();
    let mut nets: Vec<(Tax, i64)> = Vec::new();
    for line in lines {
        totals.subtotal += line.gross;
        totals.discount += line.discount;
        totals.total += line.net;
        if let Some(tax) = &line.tax {
            match nets.iter_mut().find(|(known, _)| known == tax) {
                Some((_, net)) => *net += line.net,
                None => nets.push((tax.clone(), line.net)),
            }
        }
    }
    let too_large = || Fault::at("/lines", "out_of_range");
    for (tax, net) in nets {
        let percent = tax.percent.0;
        let (base, amount) = if tax.included {
            let base = share(net, WHOLE, WHOLE + percent).ok_or_else(too_large)?;
            (base, net - base)
        } else {
            (net, share(net, percent, WHOLE).ok_or_else(too_large)?)
        };
        totals.tax += amount;
        if !tax.included {
            totals.total += amount;
        }
        totals.taxes.push(TaxSum { tax, base, amount });
    }
    if totals.total > MAX_AMOUNT || totals.subtotal > MAX_AMOUNT {
        return Err(too_large());
    }
    Ok(totals)
}

#[cfg(test)]
mod tests;
