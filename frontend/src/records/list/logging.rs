//! `L` on a row: what happened with it is written down in a dialog over the list.

use leptos::prelude::*;
use relasi_domain::interaction::activity;
use relasi_domain::record::Object;

use super::source::Rows;
use super::state::ListState;
use crate::i18n::k;
use crate::lazy;
use crate::records::Record;
use crate::ui::dialog::{Modal, Width};

/// Whether activities can be about records of an object.
pub fn is_logged(object: &Object) -> bool {
    let member = format!("{}_id", object.name);
    activity::OBJECT.field(&member).is_some()
}

/// Shown while something is written down about a row.
#[component]
pub fn LogDialog(state: ListState, rows: Rows) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(state.log.with(Option::is_some)));
    let logged = Callback::new(move |record: Record| {
        rows.put(record);
        state.saved.update(|n| *n += 1);
    });
    view! {
        <Modal open title=k::record::LOG width=Width::Medium on_close=move |()| state.log.set(None)>
            {move || state.log.get_untracked().map(|id| lazy::log_one(state.spec.object, id, open, logged))}
        </Modal>
    }
}
