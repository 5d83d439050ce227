//! Rules of stages.

use relasi_domain::{
    fault::{Fault, Faults},
    record::Document,
    sales::{deal, facts, stage::Stage},
};

use super::{
    deal::{any_with, follow_quiet},
    weeks,
};
use crate::{
    records::{Change, Draft, Rules, Work, member_id, validate_as},
    refusal::{Refusal, Result},
};

/// What is special to stages.
pub struct StageRules;

impl Rules for StageRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Stage>(document, faults);
    }

    /// A stage asks for what a deal of the workspace can tell.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let asked = draft.get("required_fields");
        if before.is_some_and(|before| before.get("required_fields") == asked) {
            return Ok(());
        }
        let deals = work.access.whole(&deal::OBJECT);
        let mut faults = Faults::default();
        for (place, fact) in facts::of_stage(draft).enumerate() {
            if !facts::is_fact(fact, deals) {
                let fault = Fault::at(format!("/required_fields/{place}"), "not_a_fact");
                faults.push(fault.with("fact", fact));
            }
        }
        Ok(faults.into_result()?)
    }

    /// With another patience its deals are quiet from another time on.
    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        let patience = changes
            .iter()
            .filter(|change| change.before.is_some() && change.touched("rotting_days"));
        for change in patience {
            follow_quiet(work, "stage_id", change.id)?;
        }
        weeks::reordered(work, changes)
    }

    fn before_trash(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        let id = member_id(document, "id").unwrap_or_default();
        if any_with(work, "stage_id", id)? {
            return Err(Refusal::Conflict("stage_in_use"));
        }
        Ok(())
    }
}
