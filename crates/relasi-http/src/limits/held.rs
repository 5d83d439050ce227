//! What one process has in hand of a limit that several share.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use relasi_app::platform::allowance::{Granted, spacing};

use super::WINDOW;

/// What is in hand is used within this time, or given back with the next request for more.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// At most this part of a limit is in the hand of one process.
const PART: u32 = 20;

/// Requests in hand, and what is known of the limit.
#[derive(Debug)]
pub(super) struct Held {
    a_minute: NonZeroU32,
    /// In hand.
    left: u32,
    /// How many were taken last.
    block: u32,
    /// When they were taken.
    taken: Option<Instant>,
    /// When the whole limit is there again, as far as this process knows.
    whole_at: Option<Instant>,
    /// Nothing is to be had before.
    not_before: Option<Instant>,
}

/// What a request leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is decided by what is known.
    Known,
    /// More have to be taken.
    Ask {
        /// So many are wished for.
        wish: u32,
        /// So many were not used.
        back: u32,
    },
}

impl Held {
    pub(super) fn new(a_minute: NonZeroU32) -> Self {
        Self {
            a_minute,
            left: 0,
            block: 0,
            taken: None,
            whole_at: None,
            not_before: None,
        }
    }

    /// What has to be done before [`Held::use_one`]. Who calls now and then takes one at a time, so that others are told
    /// the truth of what is left; who calls often takes about what a second needs.
    pub(super) fn step(&mut self, now: Instant) -> Step {
        if self.not_before.is_some_and(|at| now < at) {
            return Step::Known;
        }
        let good = self
            .taken
            .is_some_and(|taken| now.duration_since(taken) < GOOD_FOR);
        if good && self.left > 0 {
            return Step::Known;
        }
        let used = self.block - self.left;
        let wish = if good { used * 2 } else { used };
        let most = (self.a_minute.get() / PART).max(1);
        Step::Ask {
            wish: wish.clamp(1, most),
            back: self.left,
        }
    }

    /// What came of asking.
    pub(super) fn got(&mut self, granted: Granted, now: Instant) {
        self.left = granted.count;
        self.block = granted.count;
        self.taken = Some(now);
        self.whole_at = Some(now + granted.whole_in);
        self.not_before = (granted.count == 0).then(|| {
            let full = Duration::from_secs(u64::from(WINDOW));
            now + (granted.whole_in + spacing(self.a_minute)).saturating_sub(full)
        });
    }

    /// Uses one: how many more may come at once, and how many seconds to wait when there was none.
    pub(super) fn use_one(&mut self, now: Instant) -> (u32, Option<u64>) {
        let Some(left) = self.left.checked_sub(1) else {
            let wait = self
                .not_before
                .map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
            return (0, Some(wait.as_secs() + 1));
        };
        self.left = left;
        (left + self.elsewhere(now), None)
    }

    /// What is left in the database, as far as this process knows.
    fn elsewhere(&self, now: Instant) -> u32 {
        let used = self
            .whole_at
            .map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let full = Duration::from_secs(u64::from(WINDOW));
        let free =
            full.saturating_sub(used).as_micros() / spacing(self.a_minute).as_micros().max(1);
        u32::try_from(free)
            .unwrap_or(u32::MAX)
            .min(self.a_minute.get())
    }

    /// Whether nothing that matters is known any more.
    pub(super) fn is_quiet(&self, now: Instant) -> bool {
        let window = Duration::from_secs(u64::from(WINDOW));
        self.taken
            .is_none_or(|taken| now.duration_since(taken) > window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bucket as the database keeps it, in milliseconds.
    struct Bucket {
        a_minute: u32,
        free_at: u64,
        asked: u32,
    }

    impl Bucket {
        fn take(&mut self, now: u64, (wish, back): (u32, u32)) -> Granted {
            let spacing = u64::from(60_000 / self.a_minute);
            let base = self
                .free_at
                .saturating_sub(u64::from(back) * spacing)
                .max(now);
            let room = u32::try_from((now + 60_000 - base) / spacing).unwrap();
            let count = wish.min(room);
            self.free_at = base + u64::from(count) * spacing;
            self.asked += 1;
            Granted {
                count,
                whole_in: Duration::from_millis(self.free_at - now),
            }
        }
    }

    /// One request to a process at a time in milliseconds; whether it was let through and what it was told.
    fn request(held: &mut Held, bucket: &mut Bucket, begun: Instant, at: u64) -> (u32, bool) {
        let now = begun + Duration::from_millis(at);
        if let Step::Ask { wish, back } = held.step(now) {
            held.got(bucket.take(at, (wish, back)), now);
        }
        let (remaining, wait) = held.use_one(now);
        (remaining, wait.is_none())
    }

    fn bucket(a_minute: u32) -> (Bucket, NonZeroU32) {
        let bucket = Bucket {
            a_minute,
            free_at: 0,
            asked: 0,
        };
        (bucket, NonZeroU32::new(a_minute).unwrap())
    }

    #[test]
    fn two_processes_let_no_more_through_than_the_limit() {
        let (mut bucket, limit) = bucket(600);
        let begun = Instant::now();
        let mut nodes = [Held::new(limit), Held::new(limit)];
        // A hundred a second for half a minute.
        let passed = (0..3_000_u64).filter(|n| {
            let node = &mut nodes[usize::try_from(n % 2).unwrap()];
            request(node, &mut bucket, begun, n * 10).1
        });
        let passed = passed.count();
        // The whole limit, and what comes back within the time; a process may have some in hand at the end.
        assert!((880..=900).contains(&passed), "{passed}");
        assert!(bucket.asked < 1_000, "{} statements", bucket.asked);
    }

    #[test]
    fn who_calls_within_the_limit_is_never_refused_and_seldom_asks() {
        let (mut bucket, limit) = bucket(600);
        let begun = Instant::now();
        let mut nodes = [Held::new(limit), Held::new(limit)];
        for n in 0..900_u64 {
            let node = &mut nodes[usize::from(n % 3 == 0)];
            assert!(request(node, &mut bucket, begun, n * 110).1, "{n}");
        }
        assert!(bucket.asked < 300, "{} statements", bucket.asked);
    }

    #[test]
    fn who_calls_now_and_then_is_told_exactly_what_is_left() {
        let (mut bucket, limit) = bucket(6);
        let begun = Instant::now();
        let mut nodes = [Held::new(limit), Held::new(limit)];
        for (n, node) in [0, 1, 1, 0, 1].into_iter().enumerate() {
            let n = u32::try_from(n).unwrap();
            let told = request(&mut nodes[node], &mut bucket, begun, u64::from(n) * 1_100);
            assert_eq!(told, (5 - n, true));
        }
    }

    #[test]
    fn a_refusal_is_remembered_until_one_comes_back() {
        let (mut bucket, limit) = bucket(2);
        let begun = Instant::now();
        let mut node = Held::new(limit);
        assert_eq!(request(&mut node, &mut bucket, begun, 0), (1, true));
        assert_eq!(request(&mut node, &mut bucket, begun, 0), (0, true));
        let asked = bucket.asked + 1;
        for at in [0, 10, 29_000] {
            assert!(!request(&mut node, &mut bucket, begun, at).1);
        }
        assert_eq!(bucket.asked, asked, "asked once");
        assert!(request(&mut node, &mut bucket, begun, 30_001).1);
        let now = begun + Duration::from_mins(2);
        assert!(node.is_quiet(now) && !node.is_quiet(begun + Duration::from_secs(31)));
    }
}
