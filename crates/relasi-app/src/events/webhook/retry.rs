//! When a delivery that failed is tried again.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::platform::jobs::jitter;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Seconds between one try and the next.
const WAITS: [u64; 7] = [
    5,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    10 * HOUR,
];

/// The longest that a receiver may ask us to wait.
const LONGEST: Duration = Duration::from_secs(24 * HOUR);

/// How long to wait after `attempts` tries, counted from 1, up to a fifth longer so that not all come back at once; none
/// after the last one. A receiver may ask for more.
pub(super) fn wait(attempts: i64, asked: Option<Duration>) -> Option<Duration> {
    let place = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let planned = Duration::from_secs(*WAITS.get(place)?);
    let planned = planned + jitter(planned / 5);
    Some(planned.max(asked.unwrap_or_default().min(LONGEST)))
}

/// What `Retry-After` says: seconds, or a point in time.
pub(super) fn asked(header: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(header.trim()).ok()?;
    (at.to_utc() - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        for (attempts, seconds) in (1..).zip(WAITS) {
            let wait = wait(attempts, None).unwrap().as_secs_f64();
            let planned = Duration::from_secs(seconds).as_secs_f64();
            assert!(
                (planned..=planned * 1.2).contains(&wait),
                "{attempts}: {wait}"
            );
        }
        assert_eq!(wait(8, None), None);
        assert_eq!(wait(8, Some(Duration::from_secs(5))), None);
    }

    #[test]
    fn receivers_may_ask_for_more_within_limits() {
        assert_eq!(
            wait(1, Some(Duration::from_mins(2))),
            Some(Duration::from_mins(2))
        );
        assert_eq!(wait(1, Some(Duration::from_hours(1000))), Some(LONGEST));
        assert!(wait(2, Some(Duration::from_secs(1))).unwrap() >= Duration::from_mins(5));
        let now = DateTime::parse_from_rfc3339("2026-11-22T08:00:00Z")
            .unwrap()
            .to_utc();
        assert_eq!(asked("120", now), Some(Duration::from_mins(2)));
        assert_eq!(
            asked("Sun, 22 Nov 2026 08:01:00 GMT", now),
            Some(Duration::from_mins(1))
        );
        assert_eq!(asked("Sun, 22 Nov 2026 07:00:00 GMT", now), None);
        assert_eq!(asked("soon", now), None);
    }
}
