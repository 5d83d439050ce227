//! Rules of saved views.

use relasi_domain::{
    fault::Faults, identity::access::Action, platform::saved_view::SavedView, record::Document,
};
use serde_json::{Value, json};

use crate::{
    records::{Draft, Rules, Work, member_id, typed, validate_as},
    refusal::{Refusal, Result},
};

/// Members that the owner of a view decides about.
const OWNERS: [&str; 6] = [
    "name",
    "visibility",
    "team_id",
    "owner_id",
    "locked",
    "pinned",
];

/// What is special to saved views.
pub struct SavedViewRules;

impl Rules for SavedViewRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<SavedView>(document, faults);
        let for_team = document.get("visibility").and_then(Value::as_str) == Some("team");
        let team = document.get("team_id").is_some_and(|team| !team.is_null());
        faults.check(for_team && !team, "team_id", "required");
    }

    /// Whatever it names are fields of the object. A view without a place stands in front; one that nobody is shown is
    /// private. How it looks is for all to change whom it is open to; who sees it, and its place, for its owner.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let held = |name: &&str| before.is_some_and(|before| before.get(*name) != draft.get(*name));
        let theirs =
            before.and_then(|before| member_id(before, "owner_id")) != Some(work.access.user_id);
        if theirs && !work.access.may(Action::Settings) && OWNERS.iter().any(held) {
            return Err(Refusal::Forbidden);
        }
        let view: SavedView = typed(draft)?;
        if let Some(object) = relasi_domain::object(&view.object) {
            let mut faults = Faults::default();
            view.fit(work.access.shape(object), &mut faults);
            faults.into_result()?;
        }
        for (name, usual) in [("position", json!(0)), ("visibility", json!("private"))] {
            if draft.get(name).is_none_or(Value::is_null) {
                draft.to_mut().insert(name.into(), usual);
            }
        }
        Ok(())
    }
}
