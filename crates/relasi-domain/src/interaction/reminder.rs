//! Being told before something is due.

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Faults};

/// The most reminders that somebody has of one activity.
pub const MOST: usize = 5;

/// The longest time before: four weeks.
pub const EARLIEST: i64 = 4 * 7 * 24 * 60;

/// How long before, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// Minutes before it is due; 0 for when it is.
    pub minutes: i64,
    /// By e-mail as well.
    #[serde(default)]
    pub by_mail: bool,
}

/// The kinds that people are reminded of.
pub const KINDS: [&str; 3] = ["meeting", "call", "task"];

/// What holds for those who have chosen nothing: tasks when they are due, the rest ten minutes before.
pub fn usual(kind: &str) -> Vec<Reminder> {
    let minutes = match kind {
        "meeting" | "call" => 10,
        "task" => 0,
        _ => return Vec::new(),
    };
    vec![Reminder {
        minutes,
        by_mail: false,
    }]
}

/// Faults of a list of reminders that stands at a pointer.
pub fn check(reminders: &[Reminder], at: &str, faults: &mut Faults) {
    if reminders.len() > MOST {
        faults.push(Fault::at(at, "too_many").with("max", MOST));
    }
    for (place, one) in reminders.iter().enumerate() {
        let pointer = || format!("{at}/{place}/minutes");
        if !(0..=EARLIEST).contains(&one.minutes) {
            let fault = Fault::at(pointer(), "out_of_range").with("min", 0);
            faults.push(fault.with("max", EARLIEST));
        }
        let again = reminders[..place]
            .iter()
            .any(|other| other.minutes == one.minutes);
        faults.wrong(again, pointer, "named_twice");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_are_few_and_each_for_a_time_of_its_own() {
        let of = |minutes: &[i64]| -> Vec<Reminder> {
            let one = |minutes: &i64| Reminder {
                minutes: *minutes,
                by_mail: true,
            };
            minutes.iter().map(one).collect()
        };
        let found = |minutes: &[i64]| {
            let mut faults = Faults::default();
            check(&of(minutes), "/items", &mut faults);
            let told = faults.0.into_iter();
            told.map(|fault| format!("{} {}", fault.pointer, fault.code))
                .collect::<Vec<_>>()
        };
        assert!(found(&[0, 10, 1440, EARLIEST]).is_empty());
        assert_eq!(found(&[10, 10]), ["/items/1/minutes named_twice"]);
        assert_eq!(
            found(&[-1, EARLIEST + 1]),
            [
                "/items/0/minutes out_of_range",
                "/items/1/minutes out_of_range"
            ]
        );
        assert_eq!(found(&[1, 2, 3, 4, 5, 6]), ["/items too_many"]);
        assert!(usual("note").is_empty());
        assert_eq!(usual("task")[0].minutes, 0);
    }
}
