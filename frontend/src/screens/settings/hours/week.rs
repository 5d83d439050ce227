//! The hours of a week as people write them.

use leptos::prelude::*;
use relasi_domain::platform::business_hours::{Span, TimeOfDay, Week};

use super::model::DAYS;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The hours of a day as they are typed: `09:00-12:00, 13:00-17:00`.
pub fn typed(spans: &[Span]) -> String {
    let spans = spans
        .iter()
        .map(|span| format!("{}-{}", span.from, span.to));
    spans.collect::<Vec<_>>().join(", ")
}

/// Reads what was typed; none when it can't be read.
pub fn read(text: &str) -> Option<Vec<Span>> {
    let parts = text.split(',').map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(span).collect()
}

fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once(['-', '–'])?;
    Some(Span {
        from: time(from)?,
        to: time(to)?,
    })
}

/// `9`, `9.30`, `09:30`.
fn time(text: &str) -> Option<TimeOfDay> {
    let text = text.trim().replace('.', ":");
    let (hours, minutes) = text.split_once(':').unwrap_or((text.as_str(), "0"));
    TimeOfDay::new(hours.parse().ok()?, minutes.parse().ok()?)
}

/// A week that is being written, from Monday.
#[derive(Clone, Copy)]
pub struct WeekDays {
    days: [RwSignal<String>; 7],
    /// The day that can't be read.
    unread: RwSignal<Option<usize>>,
}

impl WeekDays {
    /// As it is, or nine to five on working days.
    pub fn of(week: Option<&Week>) -> Self {
        let days = std::array::from_fn(|day| {
            let usual = if day < 5 { "09:00-17:00" } else { "" };
            let known = week.map(|week| typed(&week.0[day]));
            RwSignal::new(known.unwrap_or_else(|| usual.to_owned()))
        });
        Self {
            days,
            unread: RwSignal::new(None),
        }
    }

    /// What was written; none when a day can't be read, which then says so.
    pub fn read(self) -> Option<Week> {
        let mut week = Week::default();
        for (place, day) in self.days.iter().enumerate() {
            let Some(spans) = day.with_untracked(|text| read(text)) else {
                self.unread.set(Some(place));
                return None;
            };
            week.0[place] = spans;
        }
        self.unread.set(None);
        Some(week)
    }
}

/// A line for each day.
#[component]
pub fn WeekInput(
    days: WeekDays,
    /// What is wrong with it as a whole.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let line = move |(place, (label, value))| {
        let wrong = move || {
            let here = days.unread.get() == Some(place);
            here.then(|| k::hours::UNREAD.get().to_owned())
        };
        view! { <TextInput label value error=Signal::derive(wrong)/> }
    };
    view! {
        <fieldset class="stack hours-week">
            <legend>{k::hours::WEEK}</legend>
            <p class="hint">{k::hours::WEEK_HINT}</p>
            {move || error.get().map(|text| view! { <Banner text tone=Tone::Bad inline=true/> })}
            {DAYS.into_iter().zip(days.days).enumerate().map(line).collect_view()}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::{read, typed};

    #[test]
    fn hours_are_read_as_people_write_them() {
        let spans = read("9-12, 13.30–17:00").expect("two spans");
        assert_eq!(typed(&spans), "09:00-12:00, 13:30-17:00");
        assert_eq!(read("").map(|spans| spans.len()), Some(0));
        assert!(read("morning").is_none() && read("9-25").is_none() && read("9").is_none());
    }
}
