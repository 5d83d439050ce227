//! How many messages an account may send on which day, while mailbox providers do not know it yet.

use chrono::{Days, NaiveDate};

use crate::fault::Faults;

/// Percent by which a day may have more than the one before.
pub const GROWTH: std::ops::RangeInclusive<i64> = 10..=200;

/// The most messages of a day, in any plan.
pub const MOST_PER_DAY: i64 = 1_000_000;

/// Messages of each day of a plan, from the first one up to the first that has all of `cap`.
pub fn messages(first: i64, growth: i64, cap: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(first.max(1).min(cap)), move |&today| {
        let more = today.saturating_mul(100 + growth.max(0)) / 100;
        (today < cap).then(|| more.max(today + 1).min(cap))
    })
}

/// A plan that begins with few messages a day and has more each day, up to what the account may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarmUp {
    /// The first day.
    pub since: NaiveDate,
    /// Messages on that day.
    pub first: i64,
    /// Percent that each day has more than the one before.
    pub growth: i64,
}

impl WarmUp {
    /// What is wrong with it.
    pub fn check(&self, faults: &mut Faults) {
        let few = !(1..=MOST_PER_DAY).contains(&self.first);
        faults.wrong(few, || "/warm_up/first".to_owned(), "out_of_range");
        let slow = !GROWTH.contains(&self.growth);
        faults.wrong(slow, || "/warm_up/growth".to_owned(), "out_of_range");
    }

    /// Messages of each day of the plan, from the first one up to the first that has all of `cap`.
    pub fn days(self, cap: i64) -> impl Iterator<Item = (NaiveDate, i64)> {
        let days =
            std::iter::successors(Some(self.since), |day| day.checked_add_days(Days::new(1)));
        days.zip(messages(self.first, self.growth, cap))
    }

    /// Messages that may be sent on a day, of an account that may send `cap` of them later.
    pub fn on(self, day: NaiveDate, cap: i64) -> i64 {
        if day < self.since {
            return self.first.max(1).min(cap);
        }
        let that = self.days(cap).find(|(planned, _)| *planned == day);
        that.map_or(cap, |(_, messages)| messages)
    }

    /// The first day with all of `cap`.
    pub fn full(self, cap: i64) -> NaiveDate {
        self.days(cap).last().map_or(self.since, |(day, _)| day)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: u64) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        first.checked_add_days(Days::new(number)).unwrap()
    }

    #[test]
    fn each_day_has_more_until_all_may_be_sent() {
        let plan = WarmUp {
            since: day(0),
            first: 50,
            growth: 50,
        };
        let days: Vec<i64> = plan.days(300).map(|(_, messages)| messages).collect();
        assert_eq!(days, [50, 75, 112, 168, 252, 300]);
        assert_eq!((plan.on(day(2), 300), plan.on(day(90), 300)), (112, 300));
        assert_eq!(plan.full(300), day(5));
        assert_eq!(
            plan.full(20),
            day(0),
            "a cap below the plan is full at once"
        );
    }

    proptest! {
        #[test]
        fn plans_grow_and_end(first in 1..5_000_i64, growth in GROWTH, cap in 1..MOST_PER_DAY) {
            let plan = WarmUp { since: day(0), first, growth };
            let days: Vec<(NaiveDate, i64)> = plan.days(cap).collect();
            prop_assert!(days.len() < 200, "{} days", days.len());
            prop_assert!(days.windows(2).all(|two| two[0].1 < two[1].1 && two[0].0 < two[1].0));
            prop_assert_eq!(days.last().unwrap().1, cap);
            for (day, messages) in days {
                prop_assert_eq!(plan.on(day, cap), messages);
            }
        }
    }
}
