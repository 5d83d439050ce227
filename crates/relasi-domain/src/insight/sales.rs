//! Figures of sales: which there are, over which period, and how values spread. Formulas: `metrics.md`.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Serialize;

use crate::{fault::Fault, grouping::Unit};

/// A report: a question about sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// What was closed in the period: won, lost, close rate = won ÷ (won + lost), amount won.
    Results,
    /// What became of the deals that were created in the period.
    Cohort,
    /// Why deals were lost that were closed in the period.
    LostReasons,
    /// What people finished in the period, by kind.
    Activities,
    /// How the calls, meetings and tasks finished in the period ended.
    Outcomes,
    /// Sales cycle of deals won in the period: won − start; mean, median, 90th percentile.
    Cycle,
    /// How long the deals won in the period stood in each stage: the sum of their stays.
    StageTime,
    /// Deals that entered each stage in the period, and the share of them that came further.
    Funnel,
    /// Open deals × close rate × mean amount won ÷ mean cycle in days.
    Velocity,
    /// Where the deals of a pipeline stood at the end of the period, by their moves.
    PipelineAt,
    /// What became of the leads that came in the period, by what brought them.
    Sources,
    /// The same by campaign.
    Campaigns,
    /// What people did with the leads that came to them.
    LeadPeople,
    /// What customers bought for the first time, and more of than the time before.
    Growth,
}

/// Each report with its code, in the order in which they are shown.
pub const REPORTS: [(Report, &str); 14] = [
    (Report::Results, "results"),
    (Report::Cohort, "cohort"),
    (Report::LostReasons, "lost_reasons"),
    (Report::Activities, "activities"),
    (Report::Outcomes, "outcomes"),
    (Report::Cycle, "cycle"),
    (Report::StageTime, "stage_time"),
    (Report::Funnel, "funnel"),
    (Report::Velocity, "velocity"),
    (Report::PipelineAt, "pipeline_at"),
    (Report::Sources, "sources"),
    (Report::Campaigns, "campaigns"),
    (Report::LeadPeople, "lead_people"),
    (Report::Growth, "growth"),
];

impl Report {
    /// The report of a code.
    pub fn parse(code: &str) -> Option<Self> {
        let found = REPORTS.iter().find(|(_, known)| *known == code);
        found.map(|(report, _)| *report)
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        let found = REPORTS.iter().find(|(report, _)| *report == self);
        found.map_or("", |(_, code)| code)
    }

    /// What it is grouped by when nothing else is said; none for those that have groups of their own.
    pub const fn by(self) -> Option<&'static str> {
        match self {
            Self::Results => Some("closed_at:month"),
            Self::Cohort => Some("source"),
            Self::Activities | Self::Cycle => Some("owner_id"),
            Self::LostReasons
            | Self::Outcomes
            | Self::StageTime
            | Self::Funnel
            | Self::Velocity
            | Self::PipelineAt
            | Self::Sources
            | Self::Campaigns
            | Self::LeadPeople
            | Self::Growth => None,
        }
    }

    /// Whether it is about the stages of one pipeline.
    pub const fn has_stages(self) -> bool {
        matches!(self, Self::StageTime | Self::Funnel | Self::PipelineAt)
    }

    /// Whether it is about leads.
    pub const fn is_of_leads(self) -> bool {
        matches!(self, Self::Sources | Self::Campaigns | Self::LeadPeople)
    }
}

/// Days from the first one up to, not including, the last one, in the time zone of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its first day.
    pub from: NaiveDate,
    /// The day after its last one.
    pub to: NaiveDate,
}

/// The longest period.
const MOST_MONTHS: u32 = 120;

impl Period {
    /// The period that is asked for: the quarter of today when no day is said, three months from or up to the one that
    /// is.
    ///
    /// # Errors
    /// When it ends before it begins, or has more than ten years.
    pub fn new(
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self, Fault> {
        let quarter = Months::new(3);
        let (from, to) = match (from, to) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, from.checked_add_months(quarter).unwrap_or(from)),
            (None, Some(to)) => (to.checked_sub_months(quarter).unwrap_or(to), to),
            (None, None) => {
                let first = Unit::Quarter.first(today, chrono::Weekday::Mon);
                (first, Unit::Quarter.next(first))
            }
        };
        let latest = from.checked_add_months(Months::new(MOST_MONTHS));
        if to <= from || latest.is_none_or(|latest| to > latest) {
            return Err(Fault::at("?to", "not_a_period"));
        }
        Ok(Self { from, to })
    }

    /// The period as a filter over a day or a point in time.
    pub fn filter(self, field: &str) -> String {
        format!("{field} >= {} and {field} < {}", self.from, self.to)
    }

    /// The period of the same length before it: as many whole months where it consists of those, else as many days.
    #[must_use]
    pub fn before(self) -> Self {
        let months = super::forecast::months_within(self.from, self.to).len();
        let months = Months::new(u32::try_from(months).unwrap_or_default());
        let whole = self.from.checked_add_months(months) == Some(self.to);
        let from = if whole && self.from.day() == 1 {
            self.from.checked_sub_months(months)
        } else {
            let days = u64::try_from(self.days()).unwrap_or_default();
            self.from.checked_sub_days(Days::new(days))
        };
        Self {
            from: from.unwrap_or(self.from),
            to: self.from,
        }
    }

    /// Days in it.
    pub fn days(self) -> i64 {
        i64::from(self.to.num_days_from_ce() - self.from.num_days_from_ce())
    }
}

/// How values spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many there are.
    pub n: i64,
    /// Their mean, rounded half away from zero; none without values.
    pub mean: Option<i64>,
    /// The middle one; between two in the middle, their mean.
    pub median: Option<i64>,
    /// The smallest that nine of ten values do not exceed (nearest rank).
    pub p90: Option<i64>,
}

impl Spread {
    /// Of values in any order; they are put in order.
    pub fn of(values: &mut [i64]) -> Self {
        values.sort_unstable();
        let n = values.len();
        let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
        let at = |rank: usize| values.get(rank.saturating_sub(1)).copied();
        let median = if n.is_multiple_of(2) {
            at(n / 2)
                .zip(at(n / 2 + 1))
                .map(|(one, other)| mean(i128::from(one) + i128::from(other), 2))
        } else {
            at(n / 2 + 1)
        };
        Self {
            n: i64::try_from(n).unwrap_or(i64::MAX),
            mean: (n > 0).then(|| mean(sum, n)),
            median: median.filter(|_| n > 0),
            p90: nearest_rank(values, 90),
        }
    }
}

fn mean(sum: i128, n: usize) -> i64 {
    mean_of(sum, i128::try_from(n).unwrap_or(i128::MAX))
}

/// A sum divided by how many there are, rounded half away from zero.
pub fn mean_of(sum: i128, n: i128) -> i64 {
    let n = n.max(1);
    let half = if sum < 0 { -n } else { n };
    i64::try_from((sum * 2 + half) / (n * 2)).unwrap_or(i64::MAX)
}

/// The smallest of the sorted values that at least so many in a hundred do not exceed; none of nothing.
pub fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// Sales velocity in minor units a day: open deals × won ÷ closed × mean amount won ÷ mean cycle. None where one of the
/// parts is not known.
pub fn velocity(
    open: i64,
    (won, closed): (i64, i64),
    won_amount: i64,
    cycle_seconds: i64,
) -> Option<i64> {
    if won <= 0 || closed <= 0 || cycle_seconds <= 0 {
        return None;
    }
    // won ÷ closed × amount ÷ won: the deals that were won fall out.
    let top = i128::from(open).checked_mul(i128::from(won_amount))?;
    let twice = top.checked_mul(2 * 86_400)?;
    let bottom = i128::from(closed) * i128::from(cycle_seconds);
    i64::try_from(twice.checked_add(bottom)? / bottom.checked_mul(2)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::insight::quality::share;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_report_has_a_code_of_its_own() {
        for (report, code) in REPORTS {
            assert_eq!((Report::parse(code), report.code()), (Some(report), code));
        }
        assert_eq!(Report::parse("gut_feeling"), None);
    }

    #[test]
    fn periods_are_half_open_and_the_quarter_is_meant_when_none_is_said() {
        let today = day("2026-11-30");
        let quarter = Period::new(None, None, today).unwrap();
        assert_eq!(
            (quarter.from, quarter.to, quarter.days()),
            (day("2026-10-01"), day("2027-01-01"), 92)
        );
        assert_eq!(
            quarter.filter("closed_at"),
            "closed_at >= 2026-10-01 and closed_at < 2027-01-01"
        );
        let until = Period::new(None, Some(day("2026-05-31")), today).unwrap();
        assert_eq!(until.from, day("2026-02-28"));
        let since = Period::new(Some(day("2024-02-29")), None, today).unwrap();
        assert_eq!(since.to, day("2024-05-29"));
        for (from, to) in [
            ("2026-01-01", "2026-01-01"),
            ("2026-01-02", "2026-01-01"),
            ("2016-01-01", "2026-01-02"),
        ] {
            let fault = Period::new(Some(day(from)), Some(day(to)), today).unwrap_err();
            assert_eq!(
                (fault.pointer.as_str(), fault.code),
                ("?to", "not_a_period")
            );
        }
    }

    #[test]
    fn values_spread_by_the_definitions() {
        let spread = |values: &[i64]| Spread::of(&mut values.to_vec());
        assert_eq!(
            spread(&[]),
            Spread {
                n: 0,
                mean: None,
                median: None,
                p90: None
            }
        );
        assert_eq!(
            spread(&[7]),
            Spread {
                n: 1,
                mean: Some(7),
                median: Some(7),
                p90: Some(7)
            }
        );
        // One deal that took ages moves the mean and not the median.
        let ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000];
        assert_eq!(
            spread(&ten),
            Spread {
                n: 10,
                mean: Some(105),
                median: Some(6),
                p90: Some(9)
            }
        );
        assert_eq!(spread(&[i64::MAX, i64::MAX]).mean, Some(i64::MAX));
    }

    #[test]
    fn shares_of_nothing_are_not_known() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(1, 3), Some(3_333));
        assert_eq!(share(2, 3), Some(6_667));
        assert_eq!(share(-2, 3), Some(-6_667));
        assert_eq!(share(i64::MAX, i64::MAX), Some(10_000));
    }

    #[test]
    fn velocity_is_what_flows_a_day() {
        // 10 open, half are won, at 1,000 each, within 50 days: 10 × 0.5 × 1,000 ÷ 50.
        assert_eq!(velocity(10, (4, 8), 4_000, 50 * 86_400), Some(100));
        assert_eq!(velocity(10, (0, 8), 0, 50 * 86_400), None);
        assert_eq!(velocity(10, (4, 8), 4_000, 0), None);
        assert_eq!(
            velocity(i64::MAX, (1, 1), i64::MAX, 1),
            None,
            "more than 64 bits"
        );
    }

    proptest! {
        #[test]
        fn a_spread_lies_within_its_values(mut values in prop::collection::vec(0..1_000_000_i64, 1..200)) {
            let spread = Spread::of(&mut values);
            let (least, most) = (values[0], values[values.len() - 1]);
            let (median, p90) = (spread.median.unwrap(), spread.p90.unwrap());
            prop_assert!(least <= median && median <= p90 && p90 <= most);
            let mean = spread.mean.unwrap();
            prop_assert!(least <= mean && mean <= most);
            let within = values.iter().filter(|value| **value <= p90).count();
            prop_assert!(within * 10 >= values.len() * 9);
        }
    }
}
