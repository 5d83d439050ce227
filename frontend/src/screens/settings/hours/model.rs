//! Calendars as the API has them.

use relasi_domain::platform::business_hours::{Holiday, Span, Week};
use serde::Deserialize;

use crate::i18n::{Key, k};

pub const PATH: &str = "/business-calendars";

/// A calendar.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Calendar {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) time_zone: String,
    pub(super) week: Week,
    pub(super) holidays: Vec<Holiday>,
    pub(super) team_ids: Vec<String>,
    pub(super) is_default: bool,
}

/// The days of a week, from Monday.
pub const DAYS: [Key; 7] = [
    k::hours::MONDAY,
    k::hours::TUESDAY,
    k::hours::WEDNESDAY,
    k::hours::THURSDAY,
    k::hours::FRIDAY,
    k::hours::SATURDAY,
    k::hours::SUNDAY,
];

impl Calendar {
    /// "Monday–Friday 09:00–17:00 · Saturday 09:00–12:00"; tracked.
    pub(super) fn week_words(&self) -> String {
        let mut parts = Vec::new();
        for (first, last, spans) in runs(&self.week) {
            let days = if first == last {
                DAYS[first].get().to_owned()
            } else {
                format!("{}–{}", DAYS[first].get(), DAYS[last].get())
            };
            let hours: Vec<String> = spans
                .iter()
                .map(|span| format!("{}–{}", span.from, span.to))
                .collect();
            parts.push(format!("{days} {}", hours.join(", ")));
        }
        parts.join(" · ")
    }
}

/// Days in a row with the same hours; those without any are left out.
fn runs(week: &Week) -> Vec<(usize, usize, &[Span])> {
    let mut runs: Vec<(usize, usize, &[Span])> = Vec::new();
    for (day, spans) in week.0.iter().enumerate() {
        match runs.last_mut() {
            Some((_, last, same)) if *last + 1 == day && *same == spans.as_slice() => *last = day,
            _ => runs.push((day, day, spans)),
        }
    }
    runs.retain(|(_, _, spans)| !spans.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use relasi_domain::platform::business_hours::{Span, TimeOfDay, Week};

    use super::runs;

    #[test]
    fn days_with_the_same_hours_stand_together() {
        let time = |hours| TimeOfDay::new(hours, 0).expect("an hour of the day");
        let mut week = Week::working_days(time(9), time(17));
        week.0[2].clear();
        week.0[6].push(Span {
            from: time(9),
            to: time(12),
        });
        let found: Vec<(usize, usize)> = runs(&week).iter().map(|(a, b, _)| (*a, *b)).collect();
        assert_eq!(found, [(0, 1), (3, 4), (6, 6)]);
    }
}
