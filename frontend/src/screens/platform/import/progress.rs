//! A job at work on the import.

use leptos::prelude::*;

use super::model::State;
use super::watch::Watched;
use crate::i18n::{Key, k, number};
use crate::ui::feedback::JobCard;

/// How far it is, rows a second, cancel.
#[component]
pub fn Progress(
    watched: Watched,
    /// What to know meanwhile.
    text: Key,
) -> impl IntoView {
    let name = move || {
        watched
            .import
            .with(|i| i.as_ref().map(|i| (i.file_name.clone(), i.state)))
    };
    let title = move || match name() {
        Some((_, State::Checking)) => k::import::STATE_CHECKING.get().to_owned(),
        Some((name, State::Undoing)) => k::import::undoing(&name),
        Some((name, _)) => k::import::running(&name),
        None => String::new(),
    };
    let done = Signal::derive(move || watched.pace.get().done);
    let total = Signal::derive(move || Some(watched.pace.get().total).filter(|total| *total > 0));
    let note = move || {
        let pace = watched.pace.get();
        let Some(left) = pace.seconds_left() else {
            return text.get().to_owned();
        };
        #[expect(clippy::cast_possible_truncation, reason = "only shown")]
        let rate = number(pace.rate.round() as i64);
        format!(
            "{} {}",
            k::import::rate(&k::import::seconds(left), &rate),
            text.get()
        )
    };
    view! { <section class="import-job"><JobCard title=title done total note=note on_cancel=move |()| watched.cancel()/></section> }
}
