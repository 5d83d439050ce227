//! Rules of leads.

use relasi_domain::{
    fault::Faults,
    record::Document,
    sales::lead::{self, Lead},
};
use serde_json::{Value, json};

use crate::{
    people::mark_problems,
    records::{Draft, Rules, Work, validate_as},
    refusal::{Refusal, Result},
};

/// What is special to leads.
pub struct LeadRules;

impl Rules for LeadRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Lead>(document, faults);
    }

    /// A new lead begins its life with the time at which we first met.
    fn prepare(
        &self,
        _work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        mark_problems(draft);
        if before.is_some() {
            return Ok(());
        }
        let missing = |name: &str, draft: &Document| draft.get(name).is_none_or(Value::is_null);
        if missing("status", draft) {
            draft.to_mut().insert("status".into(), json!("new"));
        }
        if missing("first_touch_at", draft) {
            let made = draft.get("created_at").cloned().unwrap_or(Value::Null);
            draft.to_mut().insert("first_touch_at".into(), made);
        }
        Ok(())
    }

    /// What became a contact stays as it was; the trash would take its history from the contact.
    fn before_trash(&self, _work: &mut Work<'_>, document: &Document) -> Result<()> {
        if document.get("status").is_some_and(|status| status == lead::CONVERTED) {
            return Err(Refusal::Conflict("lead_is_converted"));
        }
        Ok(())
    }
}
