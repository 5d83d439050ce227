//! The background work of the workspace: what waits, what was given up, what comes again.

mod desk;
mod jobs;
mod kinds;
mod schedule_form;
mod schedules;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::desk::Desk;
use self::jobs::JobList;
use self::kinds::Kinds;
use self::schedule_form::ScheduleForm;
use self::schedules::Schedules;
use super::rights::may;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::dialog::Modal;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;

/// The page.
#[component]
pub fn BackgroundWork() -> impl IntoView {
    let allowed = may(Action::Settings);
    view! {
        <p class="secondary">{k::background::TEXT}</p>
        {move || if allowed.get() {
            view! { <Allowed/> }.into_any()
        } else {
            view! { <Banner text=k::background::NOT_ALLOWED tone=Tone::Info/> }.into_any()
        }}
    }
}

#[component]
fn Allowed() -> impl IntoView {
    let desk = Desk::new();
    // Drawn anew when it is there or not, and not each time something of it changes.
    let stand = Memo::new(move |_| {
        desk.work.with(|work| match work {
            None => None,
            Some(Ok(_)) => Some(Ok(())),
            Some(Err(text)) => Some(Err(text.clone())),
        })
    });
    view! {
        {move || match stand.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(())) => view! {
                <Everything desk/>
                <Kinds desk/>
                <Schedules desk/>
                <JobList desk/>
            }.into_any(),
        }}
        <Modal open=desk.editing title=move || desk.heading()><ScheduleForm desk/></Modal>
    }
}

/// All of it stands still, or goes on.
#[component]
fn Everything(desk: Desk) -> impl IntoView {
    let paused = desk.is_paused();
    let label = move || {
        if paused.get() {
            k::background::RESUME_ALL.get()
        } else {
            k::background::PAUSE_ALL.get()
        }
    };
    let turn = move |()| desk.stand_still("all", "", !paused.get_untracked());
    view! {
        <Show when=move || paused.get()><Banner text=k::background::ALL_PAUSED tone=Tone::Warn/></Show>
        <div class="row"><Button label on_press=turn icon=icon::CLOCK/></div>
    }
}
