//! Rules of contacts.

use relasi_domain::{
    fault::{Fault, Faults},
    people::contact::{self, Contact},
    record::Document,
    text,
};
use serde_json::Value;

use crate::{
    people::{duplicate::same_by_phone, mark_problems},
    records::{Draft, Rules, Work, validate_as},
    refusal::Result,
};

/// What is special to contacts.
pub struct ContactRules;

impl Rules for ContactRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Contact>(document, faults);
    }

    /// What is wrong with addresses and numbers is known with each write.
    fn prepare(
        &self,
        _work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        _before: Option<&Document>,
    ) -> Result<()> {
        mark_problems(draft);
        Ok(())
    }

    /// An e-mail address that somebody else has, or a phone number and a name that are those of somebody there.
    fn duplicates(&self, work: &mut Work<'_>, draft: &Document) -> Result<Faults> {
        let mut faults = Faults::default();
        let points = draft.get("emails").and_then(Value::as_array);
        let keys = points
            .into_iter()
            .flatten()
            .map(|point| text::email_key(point["value"].as_str().unwrap_or_default()));
        let keys: Vec<String> = keys.collect();
        for (key, id) in work.store().matches(&contact::OBJECT, "emails", &keys)? {
            let index = keys.iter().position(|other| *other == key).unwrap_or(0);
            let title = work
                .store()
                .titles(&contact::OBJECT, std::slice::from_ref(&id))?;
            let title = title
                .into_iter()
                .next()
                .map(|related| related.title)
                .unwrap_or_default();
            faults.push(
                Fault::at(format!("/emails/{index}"), "duplicate")
                    .with("id", id)
                    .with("title", title),
            );
        }
        if faults.0.is_empty() {
            faults
                .0
                .extend(same_by_phone(work, &contact::OBJECT, draft)?);
        }
        Ok(faults)
    }
}
