//! Marks that say when something is due: late, today, later, or never.

use leptos::prelude::*;

use crate::i18n::{day_title, k, local_day, time, today};
use crate::records::instant;
use crate::ui::icon::{self, Icon};
use crate::ui::tag::{Status, Tone};

/// Words, tone and drawing for a due time; tracked.
pub fn due_words(due: &str) -> (String, Tone, Icon) {
    let Some(day) = local_day(due) else {
        return (String::new(), Tone::Neutral, icon::CLOCK);
    };
    let distance = day.number() - today().number();
    let clock = time(due);
    match distance {
        ..0 => (
            k::common::days_late(-distance),
            Tone::Bad,
            icon::CIRCLE_ALERT,
        ),
        0 if instant::is_past(due) => (k::tasks::late_since(&clock), Tone::Bad, icon::CIRCLE_ALERT),
        0 => (k::tasks::today_at(&clock), Tone::Ok, icon::CLOCK),
        _ => (
            format!("{} {clock}", day_title(day)),
            Tone::Neutral,
            icon::CALENDAR,
        ),
    }
}

/// When a task is due; nothing without a time.
#[component]
pub fn DueMark(
    /// RFC 3339.
    #[prop(into)]
    due: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        due.get().map(|due| {
            let (label, tone, icon) = due_words(&due);
            view! { <span title=instant::shown(&due)><Status label tone=Signal::stored(tone) icon/></span> }
        })
    }
}

/// The next step of a deal: its time, or that there is none.
#[component]
pub fn NextStepMark(
    /// RFC 3339.
    #[prop(into)]
    at: Option<String>,
) -> impl IntoView {
    match at {
        Some(at) => view! { <DueMark due=Signal::stored(Some(at))/> }.into_any(),
        None => view! { <Status label=k::tasks::NO_NEXT_STEP tone=Signal::stored(Tone::Warn) icon=icon::TRIANGLE_ALERT/> }.into_any(),
    }
}
