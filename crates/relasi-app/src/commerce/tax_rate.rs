//! Rules of taxes.

use relasi_domain::{commerce::tax_rate::TaxRate, fault::Faults, record::Document};

use crate::records::{Rules, validate_as};

/// What is special to taxes: lines keep the rate that they were written with.
pub struct TaxRateRules;

impl Rules for TaxRateRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<TaxRate>(document, faults);
    }
}
