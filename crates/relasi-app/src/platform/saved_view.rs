//! Rules of saved views.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    platform::saved_view::SavedView,
    record::Document,
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

    /// Whatever is named anew are fields of the object; what a view named before may stay, though its field was removed
    /// or is hidden from who changes something else of it. A view without a place stands in front; one that nobody is shown is
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
            if let Some(before) = before {
                faults.0.retain(|fault| is_new(fault, before, draft));
            }
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

/// Whether a fault is of something that the view did not have before.
fn is_new(fault: &Fault, before: &Document, draft: &Document) -> bool {
    let changed = |name: &str| before.get(name) != draft.get(name);
    let mut place = fault.pointer.trim_start_matches('/').split('/');
    match place.next().unwrap_or_default() {
        "columns" => {
            let index = place.next().and_then(|index| index.parse::<usize>().ok());
            let columns =
                |document: &Document| document.get("columns").and_then(Value::as_array).cloned();
            let named = index.and_then(|index| columns(draft)?.get(index)?.get("field").cloned());
            let had = columns(before).unwrap_or_default();
            !had.iter()
                .any(|column| column.get("field") == named.as_ref())
        }
        // What a layout goes by is named anew when it becomes another layout.
        "layout_field" => changed("layout_field") || changed("layout"),
        name => changed(name),
    }
}
