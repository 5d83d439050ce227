//! Days that are other than the week says.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::marketing::booking::{Design, Extra};
use serde_json::json;

use crate::i18n::{Day, k};
use crate::screens::settings::hours::week;
use crate::ui::button::{Button, IconButton, Size};
use crate::ui::date_input::DateInput;
use crate::ui::icon;
use crate::ui::text_input::TextInput;

/// A day that is being written: its hours, or none.
#[derive(Clone, Copy)]
struct Other {
    key: usize,
    day: RwSignal<Option<Day>>,
    hours: RwSignal<String>,
    wrong: RwSignal<bool>,
}

/// Days that are being written.
#[derive(Clone, Copy)]
pub struct OtherDays(RwSignal<Vec<Other>>);

impl OtherDays {
    pub(super) fn of(design: &Design) -> Self {
        let mut days: BTreeMap<String, String> = BTreeMap::new();
        for day in &design.days_off {
            days.insert(day.to_string(), String::new());
        }
        for extra in &design.extra {
            // On a day that is not off the hours of the week count as well.
            let usual = || {
                let day = Day::parse_iso(&extra.day.to_string());
                let hours = day.and_then(|day| design.week.0.get(day.weekday() as usize));
                hours.map_or_else(String::new, |hours| week::typed(hours))
            };
            let hours = days.entry(extra.day.to_string()).or_insert_with(usual);
            let mark = if hours.is_empty() { "" } else { ", " };
            *hours = format!("{hours}{mark}{}-{}", extra.from, extra.to);
        }
        let one = |(key, (day, hours)): (usize, (String, String))| Other {
            key,
            day: RwSignal::new(Day::parse_iso(&day)),
            hours: RwSignal::new(hours),
            wrong: RwSignal::new(false),
        };
        Self(RwSignal::new(
            days.into_iter().enumerate().map(one).collect(),
        ))
    }

    /// Writes them into a design; false when the hours of one can't be read. On such a day nothing but its own hours counts.
    pub(super) fn write(self, design: &mut Design) -> bool {
        design.days_off.clear();
        design.extra.clear();
        let mut good = true;
        for one in self.0.get_untracked() {
            let Some(day) = one.day.get_untracked() else {
                continue;
            };
            let Ok(day) = serde_json::from_value(json!(day.iso())) else {
                continue;
            };
            let spans = one.hours.with_untracked(|text| week::read(text));
            one.wrong.set(spans.is_none());
            good &= spans.is_some();
            design.days_off.push(day);
            design
                .extra
                .extend(spans.into_iter().flatten().map(|span| Extra {
                    day,
                    from: span.from,
                    to: span.to,
                }));
        }
        good
    }
}

/// A line for each of the days.
#[component]
pub fn OtherDaysInput(days: OtherDays) -> impl IntoView {
    let all = days.0;
    let add = move |()| {
        all.update(|all| {
            let key = all.iter().map(|one| one.key + 1).max().unwrap_or(0);
            all.push(Other {
                key,
                day: RwSignal::new(None),
                hours: RwSignal::new(String::new()),
                wrong: RwSignal::new(false),
            });
        });
    };
    let remove = move |key: usize| all.update(|all| all.retain(|one| one.key != key));
    let wrong = |one: Other| {
        Signal::derive(move || {
            let wrong = one.wrong.get();
            wrong.then(|| k::hours::UNREAD.get().to_owned())
        })
    };
    view! {
        <fieldset class="stack">
            <legend>{k::booking::OTHER_DAYS}</legend>
            <p class="hint">{k::booking::OTHER_DAYS_HINT}</p>
            <For each=move || all.get() key=|one| one.key children=move |one| view! {
                <div class="holiday-line">
                    <DateInput label=k::hours::DAY value=one.day/>
                    <TextInput label=k::booking::HOURS value=one.hours error=wrong(one)/>
                    <IconButton label=k::hours::REMOVE_DAY icon=icon::TRASH_2 on_press=move |()| remove(one.key)/>
                </div>
            }/>
            <div class="row"><Button label=k::booking::ADD_DAY size=Size::Small icon=icon::PLUS on_press=add/></div>
        </fieldset>
    }
}
