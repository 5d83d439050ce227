//! The next step of a record, first thing on its page.

use leptos::prelude::*;

use super::steps::{Snooze, Steps};
use super::timeline_text::activity_icon;
use crate::i18n::{day_title, k, local_day, time};
use crate::records::people::use_people;
use crate::records::{Record, instant};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon::{self, Glyph};
use crate::ui::popover::{Menu, MenuItem};

/// The gold strip with the next step, or an offer to plan one.
#[component]
pub fn NextStep(
    /// The open activities.
    steps: Steps,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
    /// Starts a new step.
    #[prop(into)]
    on_plan: Callback<()>,
) -> impl IntoView {
    move || {
        match steps.next() {
        Some(step) => view! { <Banner step steps may_edit/> }.into_any(),
        None if steps.is_loaded() && may_edit.get() => view! {
            <div class="no-step">
                <Glyph icon=icon::ALARM_CLOCK/>
                <span>{k::record::NO_STEP}</span>
                <Button label=k::record::PLAN_STEP variant=Variant::Quiet size=Size::Small key_hint="T" on_press=on_plan/>
            </div>
        }
        .into_any(),
        None => ().into_any(),
    }
    }
}

#[component]
fn Banner(step: Record, steps: Steps, may_edit: Signal<bool>) -> impl IntoView {
    let due = step.text("due_at").unwrap_or_default().to_owned();
    let late = instant::is_past(&due);
    let subject = step.text("subject").unwrap_or_default().to_owned();
    let owner = step.text("owner_id").map(str::to_owned);
    let people = use_people();
    let when = move || {
        let day = local_day(&due).map(day_title).unwrap_or_default();
        let name = owner.as_deref().and_then(|id| people.name(id));
        let parts = [Some(format!("{day} {}", time(&due))), name];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let kept = StoredValue::new(step.clone());
    let put_off = move |by: Snooze| kept.with_value(|step| steps.snooze(step, by));
    let choices = move || {
        vec![
            MenuItem::new(k::record::SNOOZE_TODAY, move || put_off(Snooze::Today)),
            MenuItem::new(k::record::SNOOZE_DAY, move || put_off(Snooze::Tomorrow)),
            MenuItem::new(k::record::SNOOZE_WEEK, move || put_off(Snooze::NextWeek)),
        ]
    };
    view! {
        <section class="next-step" class:late=late aria-label=k::record::NEXT_STEP>
            <span class="next-step-icon"><Glyph icon=activity_icon(step.text("kind").unwrap_or_default())/></span>
            <div class="next-step-text">
                <p><strong>{move || k::record::next_is(&subject)}</strong></p>
                <p class="secondary">
                    {when}
                    {late.then(|| view! { <span class="status bad"><Glyph icon=icon::CIRCLE_ALERT/>{k::record::OVERDUE}</span> })}
                </p>
            </div>
            <Show when=move || may_edit.get()>
                <div class="next-step-actions">
                    <Button label=k::common::DONE size=Size::Small icon=icon::CHECK on_press=move |()| kept.with_value(|step| steps.complete(step))/>
                    <Menu label=k::record::SNOOZE items=Signal::derive(choices) icon=icon::CLOCK size=Size::Small/>
                </div>
            </Show>
        </section>
    }
}
