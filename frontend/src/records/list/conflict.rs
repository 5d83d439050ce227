//! "Yours or theirs", when two people changed the same field.

use leptos::prelude::*;

use super::edit::{Conflict, Editing};
use super::state::ListState;
use crate::i18n::k;
use crate::records::{Record, labels, value};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;

/// The dialog that asks.
#[component]
pub fn ConflictDialog(state: ListState) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(editing.conflict.with(Option::is_some)));
    let object = state.spec.object;
    let title = move || {
        let field = editing.conflict.with(|c| c.as_ref().map(|c| c.field));
        field.map_or_else(String::new, |field| {
            k::lists::conflict(&labels::field(object, field))
        })
    };
    let side = move |of: fn(&Conflict) -> Record| {
        move || {
            let conflict = editing.conflict.get()?;
            let field = object.field(conflict.field)?;
            Some(
                Some(value::text(object, field, &of(&conflict)))
                    .filter(|t| !t.is_empty())
                    .unwrap_or_else(|| k::common::EMPTY.get().to_owned()),
            )
        }
    };
    let keep_yours = move |()| {
        if let Some(conflict) = editing.conflict.get_untracked() {
            editing.conflict.set(None);
            editing.change(
                conflict.theirs.id(),
                conflict.field,
                conflict.yours.clone(),
                true,
            );
        }
    };
    let keep_theirs = move |()| editing.conflict.set(None);
    let by = move || {
        let id = editing.conflict.with(|c| {
            c.as_ref()
                .and_then(|c| c.theirs.text("updated_by").map(str::to_owned))
        })?;
        crate::records::people::use_people().name(&id)
    };
    view! {
        <Modal open title on_close=move |()| editing.conflict.set(None)
            footer=move || view! {
                <Button label=k::lists::KEEP_THEIRS on_press=keep_theirs/>
                <Button label=k::lists::KEEP_YOURS variant=Variant::Primary on_press=keep_yours/>
            }>
            <p>{move || by().map_or_else(|| k::lists::CONFLICT_TEXT.get().to_owned(), |name| k::lists::conflict_by(&name))}</p>
            <dl class="facts">
                <dt>{k::lists::YOURS}</dt><dd>{side(with_yours)}</dd>
                <dt>{k::lists::THEIRS}</dt><dd>{side(|conflict| conflict.theirs.clone())}</dd>
            </dl>
        </Modal>
    }
}

/// The record as it would be with one's own value.
fn with_yours(conflict: &Conflict) -> Record {
    let mut record = conflict.theirs.clone();
    record
        .fields
        .insert(conflict.field.to_owned(), conflict.yours.clone());
    record
}
