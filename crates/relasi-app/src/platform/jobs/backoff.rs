//! How long a job waits before it is tried again.

use std::time::Duration;

/// Exponential waiting with full jitter: a random time between nothing and the grown limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Longest wait after the first failure; doubles with each further one.
    pub first: Duration,
    /// Never longer than this.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            cap: Duration::from_mins(10),
        }
    }
}

impl Backoff {
    /// The longest wait after `attempts` failures in a row, counted from 1.
    pub fn limit(&self, attempts: i64) -> Duration {
        let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 30)).unwrap_or(30);
        self.first.saturating_mul(1 << doublings).min(self.cap)
    }

    /// A wait after `attempts` failures in a row.
    pub fn wait(&self, attempts: i64) -> Duration {
        jitter(self.limit(attempts))
    }
}

/// A random duration from zero up to `limit`.
pub(crate) fn jitter(limit: Duration) -> Duration {
    let micros = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
    // Without randomness all wait their full time, which is never wrong, only less even.
    let random = getrandom::u64().unwrap_or(micros);
    Duration::from_micros(random % micros.saturating_add(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let backoff = Backoff::default();
        let seconds = [1, 2, 3, 7, 8, 9, 60].map(|attempts| backoff.limit(attempts).as_secs());
        assert_eq!(seconds, [5, 10, 20, 320, 600, 600, 600]);
    }

    #[test]
    fn jitter_stays_within_its_limit() {
        let limit = Duration::from_millis(3);
        assert!((0..1000).all(|_| jitter(limit) <= limit));
        assert_eq!(jitter(Duration::ZERO), Duration::ZERO);
    }
}
