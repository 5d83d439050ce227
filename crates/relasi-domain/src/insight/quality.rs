//! How good the records of an object are: complete, valid, unique, fresh.
//!
//! The score is the weighted mean of the four shares; with equal weights, which is where every workspace begins, the
//! plain mean. Shares are whole numbers of ten-thousandths.

mod queue;

use serde::{Deserialize, Serialize};

pub use queue::Queue;

use crate::{
    fault::{Fault, Faults},
    field::{FieldRef, Kind, Write},
    people::{company, contact},
    record::Object,
    sales::{deal, lead},
    shape::Shape,
};

/// The objects that are measured.
pub static OBJECTS: [&Object; 4] = [
    &contact::OBJECT,
    &company::OBJECT,
    &lead::OBJECT,
    &deal::OBJECT,
];

/// All of something, in ten-thousandths.
pub const WHOLE: i64 = 10_000;

/// Fields that may be asked for at most.
pub const MAX_FIELDS: usize = 40;

/// How much each share counts, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Of fields that should be filled.
    pub complete: u8,
    /// Of records with nothing wrong.
    pub valid: u8,
    /// Of records that are there once.
    pub unique: u8,
    /// Of records that were touched within a year.
    pub fresh: u8,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            complete: 25,
            valid: 25,
            unique: 25,
            fresh: 25,
        }
    }
}

/// How the records of one object are measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// How much each share counts.
    pub weights: Weights,
    /// Fields that should be filled, custom ones as `custom.tier`.
    pub fields: Vec<String>,
}

impl Measure {
    /// How an object is measured until somebody says otherwise.
    pub fn usual(object: &Object) -> Self {
        let fields: &[&str] = match object.name {
            "contact" => &[
                "emails",
                "phones",
                "job_title",
                "lifecycle_stage",
                "owner_id",
            ],
            "lead" => &["emails", "phones", "company_name", "source", "owner_id"],
            "company" => &["domain", "industry", "phones", "city", "owner_id"],
            _ => &["amount", "close_date", "contact_id", "owner_id"],
        };
        Self {
            weights: Weights::default(),
            fields: fields.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// What is wrong with it; faults point to members below `at`.
    pub fn check(&self, shape: Shape<'_>, at: &str, faults: &mut Faults) {
        let weights = self.weights;
        let all = [
            ("complete", weights.complete),
            ("valid", weights.valid),
            ("unique", weights.unique),
            ("fresh", weights.fresh),
        ];
        for (name, weight) in all {
            faults.wrong(
                weight > 100,
                || format!("{at}/weights/{name}"),
                "out_of_range",
            );
        }
        let nothing = all.iter().all(|(_, weight)| *weight == 0);
        faults.wrong(nothing, || format!("{at}/weights"), "no_weight");
        if self.fields.len() > MAX_FIELDS {
            faults.push(Fault::at(format!("{at}/fields"), "too_many").with("max", MAX_FIELDS));
        }
        for (index, name) in self.fields.iter().enumerate() {
            let at = || format!("{at}/fields/{index}");
            let field = shape.field(name).filter(can_be_asked_for);
            faults.wrong(field.is_none(), at, "unknown_field");
            let twice = self.fields[..index].contains(name);
            faults.wrong(field.is_some() && twice, at, "named_twice");
        }
    }
}

/// Whether a field can be empty by somebody's omission.
pub fn can_be_asked_for(field: &FieldRef) -> bool {
    field.write != Write::Never
        && !field.required
        && !matches!(field.kind, Kind::Boolean | Kind::Json)
        && field.name != "team_id"
}

/// Four shares, in ten-thousandths; none where there is nothing to measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// Of fields that should be filled.
    pub complete: Option<i64>,
    /// Of records with nothing wrong.
    pub valid: Option<i64>,
    /// Of records that are there once.
    pub unique: Option<i64>,
    /// Of records that were touched within a year.
    pub fresh: Option<i64>,
}

impl Shares {
    /// The weighted mean of the shares that there are, rounded to the nearest ten-thousandth.
    pub fn score(self, weights: Weights) -> Option<i64> {
        let parts = [
            (self.complete, weights.complete),
            (self.valid, weights.valid),
            (self.unique, weights.unique),
            (self.fresh, weights.fresh),
        ];
        let (mut sum, mut weight) = (0, 0);
        for (share, counts) in parts {
            if let Some(share) = share {
                sum += share * i64::from(counts);
                weight += i64::from(counts);
            }
        }
        (weight > 0).then(|| (sum + weight / 2) / weight)
    }
}

/// A part of a whole in ten-thousandths, rounded half away from zero; none of nothing. Amounts need more than 64 bits on the
/// way.
pub fn share(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let half = if part < 0 { -whole / 2 } else { whole / 2 };
    let top = i128::from(part) * i128::from(WHOLE) + i128::from(half);
    i64::try_from(top / i128::from(whole)).ok()
}

/// The steps of a guided review, in their order.
pub static STEPS: [&str; 7] = [
    "purpose", "sources", "measure", "unique", "valid", "complete", "keep",
];

/// Where a step can stand.
pub const STATES: [&str; 3] = ["open", "done", "skipped"];

/// How much a finding matters.
pub const SEVERITIES: [&str; 3] = ["low", "medium", "high"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter;

    #[test]
    fn the_score_is_the_mean_of_what_there_is() {
        let weights = Weights::default();
        let all = Shares {
            complete: Some(7_100),
            valid: Some(8_800),
            unique: Some(8_200),
            fresh: Some(6_900),
        };
        assert_eq!(all.score(weights), Some(7_750));
        let without = Shares {
            unique: None,
            ..all
        };
        assert_eq!(without.score(weights), Some(7_600));
        let only_valid = Weights {
            complete: 0,
            valid: 3,
            unique: 0,
            fresh: 1,
        };
        assert_eq!(all.score(only_valid), Some((8_800 * 3 + 6_900 + 2) / 4));
        assert_eq!(Shares::default().score(weights), None);
        assert_eq!((share(1, 3), share(0, 0)), (Some(3_333), None));
    }

    #[test]
    fn every_queue_is_a_filter_of_its_list() {
        for object in OBJECTS {
            let measure = Measure::usual(object);
            for queue in Queue::of(object) {
                let Some(text) = queue.filter(object, &measure) else {
                    assert_eq!(*queue, Queue::Duplicates);
                    continue;
                };
                assert!(
                    filter::parse(&text, object).is_ok(),
                    "{} {text}",
                    object.name
                );
            }
            let mut faults = Faults::default();
            measure.check(object.into(), "", &mut faults);
            assert!(faults.0.is_empty(), "{faults:?}");
        }
    }

    #[test]
    fn what_can_not_be_measured_is_refused() {
        let measure = Measure {
            weights: Weights {
                complete: 0,
                valid: 0,
                unique: 0,
                fresh: 0,
            },
            fields: ["city", "city", "full_name", "nonsense", "created_at"]
                .map(str::to_owned)
                .to_vec(),
        };
        let mut faults = Faults::default();
        measure.check((&contact::OBJECT).into(), "/contact", &mut faults);
        let found: Vec<(&str, &str)> = faults
            .0
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.code))
            .collect();
        assert_eq!(
            found,
            [
                ("/contact/weights", "no_weight"),
                ("/contact/fields/1", "named_twice"),
                ("/contact/fields/2", "unknown_field"),
                ("/contact/fields/3", "unknown_field"),
                ("/contact/fields/4", "unknown_field"),
            ]
        );
    }
}
