//! Rules of saved views.

use relasi_domain::{fault::Faults, platform::saved_view::SavedView, record::Document};
use serde_json::{Value, json};

use crate::{
    records::{Draft, Rules, Work, typed, validate_as},
    refusal::Result,
};

/// What is special to saved views.
pub struct SavedViewRules;

impl Rules for SavedViewRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<SavedView>(document, faults);
    }

    /// Filter, sort and columns are those of the object. A view without a place stands in front.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        _before: Option<&Document>,
    ) -> Result<()> {
        let view: SavedView = typed(draft)?;
        if let Some(object) = relasi_domain::object(&view.object) {
            let mut faults = Faults::default();
            view.fit(work.access.shape(object), &mut faults);
            faults.into_result()?;
        }
        if draft.get("position").is_none_or(Value::is_null) {
            draft.to_mut().insert("position".into(), json!(0));
        }
        Ok(())
    }
}
