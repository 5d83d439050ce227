//! What is counted while the records of an object are read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use relasi_domain::{
    field::FieldRef,
    insight::quality::{Queue, Shares, share},
    people::problem::{BAD_EMAIL, BAD_PHONE},
    record::{Document, Object},
};
use relasi_persistence::store::{instant_micros, text_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sales::lead::is_open;

/// The counts so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    /// Records that were looked at.
    pub(super) records: i64,
    filled: i64,
    asked: i64,
    valid: i64,
    unique: i64,
    fresh: i64,
    /// Records of each queue.
    pub(super) queues: BTreeMap<Queue, i64>,
    /// Records that lack a field, by its name.
    pub(super) lacking: BTreeMap<String, i64>,
}

/// What the records of an object are held against.
pub(super) struct Standard {
    pub(super) object: &'static Object,
    pub(super) fields: Vec<FieldRef>,
    /// Touched before this, a record is stale.
    pub(super) stale: DateTime<Utc>,
    /// The day it is.
    pub(super) today: NaiveDate,
}

impl Tally {
    /// Adds a record. `problems`: what is wrong with its addresses and numbers; `alike`: records of open pairs.
    pub(super) fn add(
        &mut self,
        standard: &Standard,
        document: &Document,
        problems: &[&str],
        alike: &BTreeSet<String>,
    ) {
        let is_deal = standard.object.name == "deal";
        let open = match standard.object.name {
            "deal" => text_of(document, "status") == "open",
            "lead" => is_open(document),
            _ => true,
        };
        // Deals and leads that are over are not worked on any more.
        if !open {
            return;
        }
        self.records += 1;
        let mut empty = 0;
        for field in &standard.fields {
            self.asked += 1;
            if is_empty(field.of(document)) {
                empty += 1;
                *self.lacking.entry(field.name.to_string()).or_default() += 1;
            } else {
                self.filled += 1;
            }
        }
        let close = text_of(document, "close_date").parse::<NaiveDate>();
        let overdue = is_deal && close.is_ok_and(|day| day < standard.today);
        let double = alike.contains(&text_of(document, "id"));
        let stale = !is_fresh(document, standard.stale);
        self.valid += i64::from(problems.is_empty() && !overdue);
        self.unique += i64::from(!double);
        self.fresh += i64::from(!stale);
        let nobody = document.get("owner_id").is_none_or(Value::is_null);
        for (queue, is_in) in [
            (Queue::BadEmail, problems.contains(&BAD_EMAIL)),
            (Queue::BadPhone, problems.contains(&BAD_PHONE)),
            (Queue::Overdue, overdue),
            (Queue::NoOwner, nobody),
            (Queue::Stale, stale),
            (Queue::Missing, empty > 0),
        ] {
            if is_in {
                *self.queues.entry(queue).or_default() += 1;
            }
        }
    }

    /// The shares of what was counted. Deals are never compared with each other.
    pub(super) fn shares(&self, object: &Object) -> Shares {
        let unique = share(self.unique, self.records);
        Shares {
            complete: share(self.filled, self.asked),
            valid: share(self.valid, self.records),
            unique: unique.filter(|_| object.name != "deal"),
            fresh: share(self.fresh, self.records),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether somebody wrote into it, or finished an activity with it, since then.
fn is_fresh(document: &Document, since: DateTime<Utc>) -> bool {
    ["updated_at", "last_activity_at"].iter().any(|name| {
        let at = document.get(*name).and_then(Value::as_str);
        at.and_then(instant_micros)
            .is_some_and(|at| at >= since.timestamp_micros())
    })
}

#[cfg(test)]
mod tests {
    use relasi_domain::people::contact;
    use serde_json::json;

    use super::*;

    fn document(value: Value) -> Document {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn each_share_counts_its_own() {
        let field = |name| FieldRef::Built(contact::OBJECT.field(name).expect("a field"));
        let standard = Standard {
            object: &contact::OBJECT,
            fields: vec![field("city"), field("emails")],
            stale: "2025-11-29T00:00:00Z".parse().expect("an instant"),
            today: "2026-11-29".parse().expect("a day"),
        };
        let alike = BTreeSet::from(["b".to_owned()]);
        let mut tally = Tally::default();
        let good = document(
            json!({"id": "a", "city": "Solo", "emails": [{"value": "a@b.example"}], "owner_id": "x", "updated_at": "2026-01-01T00:00:00Z"}),
        );
        let bad = document(
            json!({"id": "b", "city": "", "emails": [], "updated_at": "2020-01-01T00:00:00Z", "last_activity_at": "2025-11-28T23:59:59Z"}),
        );
        tally.add(&standard, &good, &[], &alike);
        tally.add(&standard, &bad, &[BAD_PHONE], &alike);
        let shares = tally.shares(&contact::OBJECT);
        let half = Some(5_000);
        assert_eq!(
            shares,
            Shares {
                complete: half,
                valid: half,
                unique: half,
                fresh: half
            }
        );
        let queues: Vec<(Queue, i64)> = tally.queues.into_iter().collect();
        assert_eq!(
            queues,
            [
                (Queue::BadPhone, 1),
                (Queue::NoOwner, 1),
                (Queue::Stale, 1),
                (Queue::Missing, 1)
            ]
        );
        assert_eq!(
            tally.lacking,
            BTreeMap::from([("city".into(), 1), ("emails".into(), 1)])
        );
    }
}
