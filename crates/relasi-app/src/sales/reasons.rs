//! Reasons of a pipeline that become one: the list is shorter, and deals that have an old one get the new one.

use relasi_domain::{
    fault::{Fault, Faults},
    field::is_nothing,
    record::Document,
    sales::{deal, pipeline, texts},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::members;
use crate::{
    platform::bulk::{self, NewReason, Operation, Ordered, Target, Task},
    records::Work,
    refusal::Result,
};

/// Which reasons become one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// won or lost.
    pub kind: String,
    /// The reasons that go; one that stands in no list any more may still be that of deals.
    pub from: Vec<String>,
    /// The one that stays; it takes the place of the first that goes, when it is new.
    pub to: String,
}

/// The most reasons that become one at a time.
const MOST: usize = 60;

/// Changes the list of a pipeline, and starts the work that renames the reasons of its deals.
pub fn merge(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    merge: &Merge,
) -> Result<(Document, Operation)> {
    let (list, field) = checked(merge)?;
    let pipeline = work.change(&pipeline::OBJECT, id, version, "updated", |_, before| {
        let kept = after(texts(before.get(list)), merge);
        Ok(members(&[(list, json!(kept))]))
    })?;
    let quoted: Vec<String> = merge
        .from
        .iter()
        .map(|reason| json!(reason).to_string())
        .collect();
    let filter = format!(
        "pipeline_id = \"{id}\" and status = {} and {field} in ({})",
        merge.kind,
        quoted.join(", ")
    );
    let reason = Some(merge.to.clone());
    let task = match list {
        "won_reasons" => NewReason {
            won_reason: reason,
            lost_reason: None,
        },
        _ => NewReason {
            lost_reason: reason,
            won_reason: None,
        },
    };
    let ordered = Ordered {
        object: &deal::OBJECT,
        task: Task::Reason(task),
        target: Target {
            filter: Some(filter),
            ..Target::default()
        },
    };
    let operation = bulk::start(work, &ordered, None)?;
    Ok((pipeline, operation))
}

fn checked(merge: &Merge) -> std::result::Result<(&'static str, &'static str), Faults> {
    let mut faults = Faults::default();
    let known = match merge.kind.as_str() {
        "won" => Some(("won_reasons", "won_reason")),
        "lost" => Some(("lost_reasons", "lost_reason")),
        _ => {
            faults.push(Fault::field("kind", "not_a_choice").with("choices", "won, lost"));
            None
        }
    };
    let to = Value::from(merge.to.as_str());
    faults.check(
        is_nothing(&to) || merge.to.trim() != merge.to,
        "to",
        "required",
    );
    if merge.to.chars().count() > pipeline::MAX_REASON {
        faults.push(Fault::field("to", "too_long").with("max", pipeline::MAX_REASON));
    }
    faults.check(merge.from.is_empty(), "from", "required");
    if merge.from.len() > MOST {
        faults.push(Fault::field("from", "too_many").with("max", MOST));
    }
    faults.check(merge.from.contains(&merge.to), "from", "listed_twice");
    match known.filter(|_| faults.0.is_empty()) {
        Some(known) => Ok(known),
        None => Err(faults),
    }
}

/// The list without those that go, with the one that stays.
fn after<'r>(list: impl Iterator<Item = &'r str>, merge: &'r Merge) -> Vec<&'r str> {
    let mut kept: Vec<&str> = Vec::new();
    for reason in list {
        let reason = if merge.from.iter().any(|gone| gone == reason) {
            merge.to.as_str()
        } else {
            reason
        };
        if !kept.contains(&reason) {
            kept.push(reason);
        }
    }
    if !kept.contains(&merge.to.as_str()) {
        kept.push(&merge.to);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_stays_takes_the_first_place() {
        let merge = |from: &[&str], to: &str| Merge {
            kind: "lost".into(),
            from: from.iter().map(ToString::to_string).collect(),
            to: to.into(),
        };
        let list = || ["Price", "Budget", "Timing"].into_iter();
        assert_eq!(
            after(list(), &merge(&["Budget", "Price"], "Money")),
            ["Money", "Timing"]
        );
        assert_eq!(
            after(list(), &merge(&["Price"], "Budget")),
            ["Budget", "Timing"]
        );
        assert_eq!(
            after(list(), &merge(&["Old"], "New")),
            ["Price", "Budget", "Timing", "New"]
        );
        for (one, code) in [
            (merge(&[], "x"), "required"),
            (merge(&["x"], " "), "required"),
            (merge(&["x"], "x"), "listed_twice"),
        ] {
            assert_eq!(checked(&one).unwrap_err().0[0].code, code);
        }
        assert!(checked(&merge(&["a"], "b")).is_ok());
    }
}
