//! The middle of a record page: figures, next step, composer, timeline.

use leptos::prelude::*;
use relasi_domain::interaction::activity;

use super::letter::LetterDialog;
use super::live::Live;
use super::log::Log;
use super::log_box::LogBox;
use super::next_step::NextStep;
use super::steps::Steps;
use super::timeline_feed::{FILTERS, Feed};
use super::timeline_text;
use crate::i18n::k;
use crate::records::labels;
use crate::ui::button::{IconButton, Size};
use crate::ui::feedback::{EmptyState, ErrorState, ProgressLine, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tabs::{Segmented, Tab};
use crate::ui::timeline::{Entry, Timeline};

/// Next step, composer and timeline of a record.
#[component]
pub fn History(
    /// The record.
    live: Live,
    /// What is being written about it.
    log: Log,
    /// What is still to be done.
    steps: Steps,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let feed = Feed::of(live);
    let past = move || format!("/app/history/{}/{}", live.object.name, live.id());
    let filters = move || {
        FILTERS
            .into_iter()
            .filter(|id| live.object.name != "deal" || *id != "deal")
            .map(|id| Tab::new(id, filter_label(id)))
            .collect::<Vec<_>>()
    };
    let entries = Signal::derive(move || {
        let chosen = feed.filter.get();
        let ahead = steps
            .later()
            .into_iter()
            .filter(|step| chosen == "all" || step.text("kind") == Some(chosen.as_str()));
        let ahead = ahead.map(|step| timeline_text::upcoming(&step));
        let past = feed.events();
        let past = past
            .iter()
            .filter_map(|event| timeline_text::entry(event, live.object));
        ahead.chain(past).collect::<Vec<_>>()
    });
    let older = Signal::derive(move || {
        feed.has_older()
            .then(|| Callback::new(move |()| feed.older()))
    });
    let reading = RwSignal::new(None::<String>);
    let actions = Callback::new(move |entry: Entry| {
        let letter = feed.letter(&entry.id);
        if let Some(id) = letter {
            let read = move |()| reading.set(Some(id.clone()));
            return view! { <IconButton label=k::emails::READ icon=icon::EYE size=Size::Small on_press=read/> }.into_any();
        }
        if !entry.upcoming || !may_edit.get_untracked() {
            return ().into_any();
        }
        let finish = move |()| {
            if let Some(step) = steps.find(&entry.id) {
                steps.complete(&step);
            }
        };
        view! { <IconButton label=k::common::DONE icon=icon::CHECK size=Size::Small on_press=finish/> }.into_any()
    });
    let nothing =
        move || feed.is_loaded() && feed.failure().is_none() && entries.with(Vec::is_empty);
    let broken = move || {
        feed.failure().map(|error| {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| feed.reload()/> }
        })
    };
    view! {
        <NextStep steps may_edit on_plan=move |()| log.start("task")/>
        <Show when=move || may_edit.get()><LogBox log/></Show>
        <div class="timeline-head">
            <h2 class="hidden-visually">{k::record::TIMELINE}</h2>
            <Segmented label=k::record::FILTER items=Signal::derive(filters) current=feed.filter on_choose=move |id| feed.filter.set(id)/>
            <a class="btn quiet small" href=past><Glyph icon=icon::HISTORY/><span class="btn-label">{k::history::TITLE}</span></a>
        </div>
        {matches!(live.object.name, "contact" | "lead").then(|| view! { <LetterDialog live log chosen=reading/> })}
        <div class="timeline-frame">
            <ProgressLine busy=Signal::derive(move || feed.is_busy() && feed.is_loaded())/>
            <Show when=move || feed.is_loaded() fallback=|| view! { <Skeleton lines=6/> }>
                {broken}
                <Show when=nothing fallback=move || view! { <Timeline entries on_older=older actions/> }>
                    <EmptyState text=k::record::NOTHING_YET icon=icon::HISTORY/>
                </Show>
            </Show>
        </div>
    }
}

fn filter_label(id: &'static str) -> TextProp {
    match id {
        "all" => k::common::ALL.into(),
        "deal" => k::place::DEALS.into(),
        kind => TextProp::from(move || labels::choice(&activity::OBJECT, "kind", kind)),
    }
}
