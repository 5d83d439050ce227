//! Work that comes again: when, when last, and what can be done with it.

use leptos::prelude::*;

use super::desk::{Desk, Schedule};
use crate::i18n::{clock, k};
use crate::records::instant;
use crate::screens::platform::jobs::kind_name;
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Status, Tone};

/// Each schedule.
#[component]
pub fn Schedules(desk: Desk) -> impl IntoView {
    let line = move |schedule: Schedule| view! { <ScheduleLine schedule desk/> };
    view! {
        <section class="stack background-part">
            <h2>{k::background::SCHEDULES}</h2>
            <Show when=move || desk.schedules.with(Vec::is_empty)><p class="secondary">{k::background::NONE_YET}</p></Show>
            <ul class="settings-lines">{move || desk.schedules.get().into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

/// The hour and minute of what comes once a day.
fn daily(cron: &str) -> Option<(u32, u32)> {
    let parts: Vec<&str> = cron.split_whitespace().collect();
    let [minute, hour, "*", "*", "*"] = parts[..] else {
        return None;
    };
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

/// "Every day at 01:30 · Asia/Jakarta · next tomorrow 01:30 · last not yet"; tracked.
fn facts(schedule: &Schedule) -> String {
    let when = match daily(&schedule.cron) {
        Some((hour, minute)) => k::background::daily(&clock(hour, minute)),
        None => schedule.cron.clone(),
    };
    let mut parts = vec![when, schedule.time_zone.replace('_', " ")];
    let next = schedule.next_at.as_deref();
    parts.extend(next.map(|at| k::background::next(&instant::shown(at))));
    let last = schedule.last_at.as_deref().map(instant::shown);
    let last = last.unwrap_or_else(|| k::background::NEVER.get().to_owned());
    parts.push(k::background::last(&last));
    parts.join(" · ")
}

#[component]
fn ScheduleLine(schedule: Schedule, desk: Desk) -> impl IntoView {
    let (paused, shown) = (schedule.paused, schedule.clone());
    let name = schedule.name.clone();
    let one = StoredValue::new(schedule.clone());
    let start = move |()| one.with_value(|one| desk.start(one));
    let title = move || one.with_value(|one| kind_name(&one.name));
    let more = move || k::background::more(&title());
    let items = Signal::derive(move || {
        let edit = move || {
            desk.chosen.set(Some(one.get_value()));
            desk.editing.set(true);
        };
        let turn = move || one.with_value(|one| desk.pause_schedule(one, !paused));
        let label = if paused {
            k::background::RESUME
        } else {
            k::background::PAUSE
        };
        vec![
            MenuItem::new(k::background::EDIT, edit).icon(icon::PENCIL),
            MenuItem::new(label, turn).icon(icon::CLOCK),
        ]
    });
    view! {
        <li class="settings-line background-line" data-schedule=name>
            <div class="settings-line-text">
                <strong>{title}</strong>
                <p class="hint">{move || facts(&shown)}</p>
            </div>
            {paused.then(|| view! { <Status label=k::background::PAUSED tone=Tone::Warn icon=icon::CLOCK/> })}
            <Button label=k::background::RUN_NOW size=Size::Small on_press=start/>
            <Menu label=more items icon_only=true size=Size::Small/>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::daily;

    #[test]
    fn once_a_day_is_said_in_words() {
        assert_eq!(daily("30 1 * * *"), Some((1, 30)));
        for other in ["*/5 * * * *", "30 1 * * 1", "@daily", ""] {
            assert_eq!(daily(other), None, "{other}");
        }
    }
}
