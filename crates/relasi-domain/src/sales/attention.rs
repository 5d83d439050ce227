//! Deals that need somebody's attention, and why.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

/// What is known of an open deal.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// When it should be closed.
    pub close_date: Option<NaiveDate>,
    /// When the next step is due; none where there is none.
    pub next_step_at: Option<DateTime<Utc>>,
    /// When it came to its stage.
    pub stage_since: Option<DateTime<Utc>>,
    /// When something was last done.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// Days after which a deal in its stage is quiet.
    pub rotting_days: Option<i64>,
    /// Who decides is known.
    pub has_decision_maker: bool,
    /// How often its close date was put off.
    pub pushed: i64,
}

/// Why a deal needs attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The day on which it should be closed is past.
    Overdue,
    /// Nothing happened for longer than its stage has patience for.
    Rotting,
    /// Nothing was done for longer than in three of four deals that were won.
    Silent,
    /// Nobody knows what comes next.
    NoNextStep,
    /// Its close date was put off at least twice.
    Pushed,
    /// Nobody of those who decide is known.
    NoDecisionMaker,
}

impl Why {
    /// How urgent it is.
    const fn weight(self) -> i64 {
        match self {
            Self::Overdue => 4,
            Self::Rotting | Self::Silent => 3,
            Self::NoNextStep | Self::Pushed => 2,
            Self::NoDecisionMaker => 1,
        }
    }
}

/// A reason with its number: days, or times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Why.
    pub why: Why,
    /// Days past, days of silence, or how often; 0 where it does not matter.
    pub number: i64,
}

/// How often a close date may be put off.
const PUSHED: i64 = 2;

/// Days of silence that are usual where too few deals were won to tell.
pub const USUAL_SILENCE: i64 = 14;

/// Why a deal needs attention on a day, the most urgent first; none when it does not. Who decides matters only where
/// something else is the matter too.
pub fn reasons(deal: &Known, today: NaiveDate, now: DateTime<Utc>, usual: i64) -> Vec<Reason> {
    let mut found = Vec::new();
    let mut add = |why: Why, number: i64| found.push(Reason { why, number });
    let past = deal.close_date.map(|day| (today - day).num_days());
    if let Some(days) = past.filter(|days| *days > 0) {
        add(Why::Overdue, days);
    }
    let moved = deal.stage_since.max(deal.last_activity_at);
    let quiet = (now - moved.unwrap_or(deal.made)).num_days();
    let silent = (now - deal.last_activity_at.unwrap_or(deal.made)).num_days();
    if deal.rotting_days.is_some_and(|patience| quiet > patience) {
        add(Why::Rotting, quiet);
    } else if silent > usual {
        add(Why::Silent, silent);
    }
    if deal.next_step_at.is_none() {
        add(Why::NoNextStep, 0);
    }
    if deal.pushed >= PUSHED {
        add(Why::Pushed, deal.pushed);
    }
    if !found.is_empty() && !deal.has_decision_maker {
        found.push(Reason {
            why: Why::NoDecisionMaker,
            number: 0,
        });
    }
    found
}

/// Open deals in which nothing happened for longer than their stage has patience for, as a filter.
pub const QUIET: &str = "status = open and quiet_at < now";

/// Open deals that need attention as far as a filter can tell: quiet, late, or without a next step.
pub const NEEDY: &str =
    "status = open and (close_date < today or next_step_at is empty or quiet_at < now)";

/// From when on a deal is quiet; never where its stage has all patience.
pub fn quiet_at(
    stage_since: Option<DateTime<Utc>>,
    last_activity_at: Option<DateTime<Utc>>,
    rotting_days: Option<i64>,
) -> Option<DateTime<Utc>> {
    let moved = stage_since.max(last_activity_at)?;
    moved.checked_add_signed(TimeDelta::try_days(rotting_days?.saturating_add(1))?)
}

/// How urgent that is altogether.
pub fn urgency(reasons: &[Reason]) -> i64 {
    reasons.iter().map(|reason| reason.why.weight()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> DateTime<Utc> {
        format!("{day}T08:00:00Z").parse().expect("a moment")
    }

    fn whys(deal: &Known) -> Vec<Why> {
        let now = at("2026-11-30");
        let found = reasons(deal, now.date_naive(), now, 10);
        found.into_iter().map(|reason| reason.why).collect()
    }

    #[test]
    fn each_reason_is_told() {
        let well = Known {
            close_date: NaiveDate::from_ymd_opt(2026, 12, 24),
            next_step_at: Some(at("2026-12-01")),
            last_activity_at: Some(at("2026-11-28")),
            made: at("2026-10-01"),
            ..Known::default()
        };
        assert_eq!(whys(&well), []);
        let late = Known {
            close_date: NaiveDate::from_ymd_opt(2026, 11, 29),
            has_decision_maker: true,
            ..well.clone()
        };
        assert_eq!(whys(&late), [Why::Overdue]);
        let quiet = Known {
            last_activity_at: Some(at("2026-11-10")),
            next_step_at: None,
            ..well.clone()
        };
        assert_eq!(
            whys(&quiet),
            [Why::Silent, Why::NoNextStep, Why::NoDecisionMaker]
        );
        let rotting = Known {
            rotting_days: Some(5),
            pushed: 3,
            ..quiet
        };
        assert_eq!(
            whys(&rotting),
            [
                Why::Rotting,
                Why::NoNextStep,
                Why::Pushed,
                Why::NoDecisionMaker
            ]
        );
        let moved = Known {
            stage_since: Some(at("2026-11-29")),
            last_activity_at: Some(at("2026-11-25")),
            rotting_days: Some(3),
            ..well
        };
        assert_eq!(whys(&moved), []);
        let quiet = |days| quiet_at(Some(at("2026-11-01")), Some(at("2026-11-05")), days);
        assert_eq!(quiet(Some(3)), Some(at("2026-11-09")));
        assert_eq!(
            (
                quiet(None),
                quiet_at(None, None, Some(3)),
                quiet(Some(i64::MAX))
            ),
            (None, None, None)
        );
        let shape = crate::shape::Customs::default();
        for filter in [QUIET, NEEDY] {
            let shape = crate::shape::Shape::new(&crate::sales::deal::OBJECT, &shape);
            crate::filter::parse(filter, shape).expect("a filter");
        }
        assert_eq!(
            urgency(&[Reason {
                why: Why::Overdue,
                number: 1
            }]),
            4
        );
    }
}
