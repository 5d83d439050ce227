//! Rules of saved views.

use relasi_domain::{fault::Faults, platform::saved_view::SavedView, record::Document};
use serde_json::{Value, json};

use crate::{
    records::{Rules, Work, validate_as},
    refusal::Result,
};

/// What is special to saved views.
pub struct SavedViewRules;

impl Rules for SavedViewRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<SavedView>(document, faults);
    }

    /// A view without a place stands in front.
    fn prepare(&self, _work: &mut Work<'_>, draft: &mut Document, _before: Option<&Document>) -> Result<()> {
        if draft.get("position").is_none_or(Value::is_null) {
            draft.insert("position".into(), json!(0));
        }
        Ok(())
    }
}
