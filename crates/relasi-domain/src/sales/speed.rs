//! Speed to lead: how soon somebody answers, and who is told when nobody does.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::{Fault, Faults},
    insight::{quality::share, sales::nearest_rank},
};

/// Limits of one workspace at most.
pub const MAX_MARKS: usize = 6;
/// The longest limit in minutes: 30 days of eight hours.
pub const MAX_MINUTES: i64 = 14_400;

/// A limit, and who is told when it passes without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Minutes of business hours after the lead came.
    pub minutes: i64,
    /// Its owner.
    #[serde(default)]
    pub owner: bool,
    /// Whom the owner reports to.
    #[serde(default)]
    pub manager: bool,
    /// Everybody in this team.
    #[serde(default)]
    pub team_id: Option<Uuid>,
}

/// How a workspace watches its leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// Whether anybody is told.
    pub on: bool,
    /// The limits, the shortest first.
    pub marks: Vec<Mark>,
}

impl Default for Clocks {
    fn default() -> Self {
        let mark = |minutes, manager| Mark {
            minutes,
            owner: true,
            manager,
            team_id: None,
        };
        Self {
            on: true,
            marks: vec![mark(1, false), mark(5, false), mark(60, true)],
        }
    }
}

impl Clocks {
    /// What is wrong with them.
    pub fn check(&self, faults: &mut Faults) {
        faults.check(self.marks.is_empty(), "marks", "required");
        if self.marks.len() > MAX_MARKS {
            faults.push(Fault::field("marks", "too_many").with("max", MAX_MARKS));
        }
        let mut last = 0;
        for (place, mark) in self.marks.iter().enumerate() {
            let at = || format!("/marks/{place}/minutes");
            if !(1..=MAX_MINUTES).contains(&mark.minutes) {
                faults.push(Fault::at(at(), "out_of_range").with("max", MAX_MINUTES));
            }
            faults.wrong(mark.minutes <= last, at, "not_rising");
            last = mark.minutes;
        }
    }

    /// Minutes until a lead should have been answered at last.
    pub fn last(&self) -> Option<i64> {
        self.marks.last().map(|mark| mark.minutes)
    }
}

/// How soon leads were answered, in seconds; a lead that nobody answered has none.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Speeds {
    /// Leads that count.
    pub n: usize,
    /// Those of them that were answered.
    pub answered: usize,
    /// Half of the answered ones were answered as soon as this; none without any.
    pub median: Option<i64>,
    /// Nine of ten were.
    pub p90: Option<i64>,
    /// By limit in minutes, in ten-thousandths of the leads whose limit has passed or that were answered.
    pub within: Vec<Within>,
}

/// The share of leads that were answered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Within {
    /// The limit.
    pub minutes: i64,
    /// Leads that can be judged by it.
    pub n: usize,
    /// Those that were answered in time.
    pub met: usize,
    /// Their share in ten-thousandths; none without any.
    pub share: Option<i64>,
}

/// One lead: how long it has waited, and whether that ended with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Seconds until the answer, or until now.
    pub seconds: i64,
    /// Whether it was answered.
    pub answered: bool,
}

impl Speeds {
    /// Of these leads by these limits.
    pub fn of(waits: &[Wait], limits: &[i64]) -> Self {
        let mut times: Vec<i64> = waits
            .iter()
            .filter(|wait| wait.answered)
            .map(|wait| wait.seconds)
            .collect();
        times.sort_unstable();
        let within = limits.iter().map(|&minutes| {
            let limit = minutes * 60;
            let judged = waits
                .iter()
                .filter(|wait| wait.answered || wait.seconds > limit);
            let n = judged.count();
            let met = times.partition_point(|seconds| *seconds <= limit);
            Within {
                minutes,
                n,
                met,
                share: share(whole(met), whole(n)),
            }
        });
        Self {
            n: waits.len(),
            answered: times.len(),
            median: nearest_rank(&times, 50),
            p90: nearest_rank(&times, 90),
            within: within.collect(),
        }
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(seconds: i64, answered: bool) -> Wait {
        Wait { seconds, answered }
    }

    #[test]
    fn shares_count_what_can_be_judged() {
        // Answered after 30 s, 4 min and 2 h; two still wait, for 20 s and for a day.
        let waits = [
            wait(30, true),
            wait(240, true),
            wait(7_200, true),
            wait(20, false),
            wait(86_400, false),
        ];
        let speeds = Speeds::of(&waits, &[1, 5, 60]);
        assert_eq!((speeds.n, speeds.answered), (5, 3));
        assert_eq!((speeds.median, speeds.p90), (Some(240), Some(7_200)));
        let within: Vec<(usize, usize)> = speeds.within.iter().map(|w| (w.met, w.n)).collect();
        assert_eq!(within, [(1, 4), (2, 4), (2, 4)]);
        assert_eq!(speeds.within[1].share, Some(5_000));
    }

    #[test]
    fn nothing_has_no_figures() {
        let none = Speeds::of(&[], &[1]);
        assert_eq!((none.n, none.median, none.p90), (0, None, None));
        assert_eq!(none.within[0].share, None);
        let running = Speeds::of(&[wait(10, false)], &[1]);
        assert_eq!((running.n, running.within[0].share), (1, None));
    }

    #[test]
    fn limits_rise() {
        let mut clocks = Clocks::default();
        let faults = |clocks: &Clocks| {
            let mut faults = Faults::default();
            clocks.check(&mut faults);
            faults.0.into_iter().map(|f| f.code).collect::<Vec<_>>()
        };
        assert!(faults(&clocks).is_empty());
        assert_eq!(clocks.last(), Some(60));
        clocks.marks[1].minutes = 1;
        clocks.marks[2].minutes = 0;
        assert_eq!(
            faults(&clocks),
            ["not_rising", "out_of_range", "not_rising"]
        );
        clocks.marks.clear();
        assert_eq!(faults(&clocks), ["required"]);
    }
}
