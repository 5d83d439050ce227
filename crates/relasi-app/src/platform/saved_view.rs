//! Rules of saved views.

use relasi_domain::{
    fault::{Fault, Faults},
    filter::parse_sort,
    platform::saved_view::SavedView,
    record::Document,
};
use serde_json::{Value, json};

use crate::{
    records::{Draft, Rules, Work, validate_as},
    refusal::Result,
};

/// What is special to saved views.
pub struct SavedViewRules;

impl Rules for SavedViewRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<SavedView>(document, faults);
        let object = document
            .get("object")
            .and_then(Value::as_str)
            .and_then(relasi_domain::object);
        let sort = document.get("sort").and_then(Value::as_str);
        if let (Some(object), Some(sort)) = (object, sort)
            && let Err(fault) = parse_sort(sort, object)
        {
            faults.push(Fault {
                pointer: "/sort".to_owned(),
                ..fault
            });
        }
    }

    /// A view without a place stands in front.
    fn prepare(
        &self,
        _work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        _before: Option<&Document>,
    ) -> Result<()> {
        if draft.get("position").is_none_or(Value::is_null) {
            draft.to_mut().insert("position".into(), json!(0));
        }
        Ok(())
    }
}
