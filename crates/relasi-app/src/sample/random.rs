//! A small generator whose sequence is the same on every machine and in every version.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use super::Setting;

/// `SplitMix64`: its steps are fixed by definition, so that a seed means the same data for ever.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
    /// Mixed into ids alone.
    round: u64,
}

impl Random {
    /// A sequence of its own for each purpose: more of one thing does not change another.
    pub(super) fn new(setting: &Setting<'_>, purpose: u64) -> Self {
        let state = setting.seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mut random = Self {
            state,
            round: setting.round.wrapping_mul(0xa076_1d64_78bd_642f),
        };
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included; `low` when the range is empty.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(0).unsigned_abs() + 1;
        low + i64::try_from(self.next() % width).unwrap_or(0)
    }

    /// A place in a list of `len` items.
    pub(super) fn place(&mut self, len: usize) -> usize {
        let last = i64::try_from(len).unwrap_or(1) - 1;
        usize::try_from(self.between(0, last)).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of the items; none of an empty list.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.place(items.len())).copied()
    }

    /// A place in a list of weights, the heavier the likelier.
    pub(super) fn weighted(&mut self, weights: &[i64]) -> usize {
        let mut left = self.between(1, weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left <= 0 {
                return place;
            }
        }
        0
    }

    /// Mixes a list.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.place(last + 1);
            items.swap(last, other);
        }
    }

    /// An id in the form of `UUIDv7`, so that ids sort by the time of making.
    pub(super) fn id(&mut self, created: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(created.timestamp_millis()).unwrap_or(0);
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&(self.next() ^ self.round).to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// The places of a list in mixed order, each once before any comes again.
#[derive(Debug, Default)]
pub(super) struct Deck(Vec<usize>);

impl Deck {
    /// The next place in a list of `len` items.
    pub(super) fn draw(&mut self, len: usize, random: &mut Random) -> usize {
        if self.0.is_empty() {
            self.0 = (0..len).collect();
            random.shuffle(&mut self.0);
        }
        self.0.pop().unwrap_or(0)
    }
}
