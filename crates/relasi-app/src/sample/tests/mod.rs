//! What the plan promises, on several days, in every language.

mod stored;
mod story;
mod texts;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::OnceLock,
};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    fault::Faults,
    field::{Item, Kind, Write},
    locale::Language,
    record::{Document, Object},
};
use serde_json::Value;
use uuid::Uuid;

use super::{Owner, SamplePlan, Setting, Way, plan};

/// Days of very different kinds: after new year, in April, on a Sunday, at the end of a leap February.
const DAYS: [&str; 5] = [
    "2026-11-22T03:10:00Z",
    "2026-01-01T17:30:00Z",
    "2027-04-14T09:00:00Z",
    "2028-02-29T23:59:00Z",
    "2026-08-17T00:00:01Z",
];

const OWNERS: [Owner; 3] = [owner(1), owner(2), owner(3)];

const fn owner(number: u128) -> Owner {
    Owner {
        user_id: Uuid::from_u128(0x7000_8000_0000_0000_0000 + number),
        team_id: None,
    }
}

fn way() -> Way {
    let stage = |number: u128| Uuid::from_u128(0x7100_8000_0000_0000_0000 + number);
    Way {
        pipeline: stage(0),
        open: (1..5).map(stage).collect(),
        won: stage(5),
        lost: stage(6),
    }
}

fn setting(language: Language, now: &str) -> Setting<'static> {
    let (currency, zone) = match language {
        Language::Id => ("IDR", Tz::Asia__Jakarta),
        Language::Th => ("THB", Tz::Asia__Bangkok),
        Language::En => ("USD", Tz::America__Los_Angeles),
    };
    Setting {
        seed: 2_026,
        round: 0,
        now: now.parse().expect("an instant"),
        zone,
        language,
        currency,
        owners: &OWNERS,
        sales: way(),
        position: 1,
        tags: HashMap::new(),
    }
}

fn everywhere(check: impl Fn(&Setting<'_>, &SamplePlan)) {
    static PLANS: OnceLock<Vec<(Setting<'static>, SamplePlan)>> = OnceLock::new();
    let made = |language: Language| {
        DAYS.map(|day| setting(language, day))
            .map(|setting| (setting.clone(), plan(&setting)))
    };
    for (setting, plan) in PLANS.get_or_init(|| Language::ALL.into_iter().flat_map(made).collect())
    {
        check(setting, plan);
    }
}

fn text<'d>(document: &'d Document, name: &str) -> &'d str {
    document
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn instant(document: &Document, name: &str) -> Option<DateTime<Utc>> {
    text(document, name).parse().ok()
}

fn validate(object: &'static Object, document: &Document) -> Faults {
    let mut faults = Faults::default();
    for field in object.all_fields() {
        let value = document.get(field.name.as_ref()).unwrap_or(&Value::Null);
        // Maintained members are checked for their form, not for being there.
        if field.write != Write::Never || !value.is_null() {
            field.check(value, &mut faults);
        }
    }
    crate::records::rules(object).validate(document, &mut faults);
    faults
}

#[test]
fn the_same_day_gives_the_same_data() {
    let [morning, evening] = ["2026-11-22T01:00:00Z", "2026-11-22T16:59:59Z"]
        .map(|now| plan(&setting(Language::Id, now)));
    assert_eq!(morning, evening);
    let other = plan(&Setting {
        seed: 1,
        ..setting(Language::Id, DAYS[0])
    });
    assert_ne!(morning.contacts, other.contacts);
}

#[test]
fn every_document_keeps_the_rules() {
    everywhere(|_, plan| {
        for (object, documents) in plan.clone().parts() {
            for document in documents {
                let faults = validate(object, &document);
                assert_eq!(faults, Faults::default(), "{} {document:?}", object.name);
                for name in document
                    .keys()
                    .filter(|name| *name != "stage_changes" && *name != "id")
                {
                    assert!(
                        object.field(name).is_some(),
                        "{} has no {name}",
                        object.name
                    );
                }
            }
        }
    });
}

#[test]
fn every_reference_has_its_record() {
    everywhere(|setting, plan| {
        let mut known: HashMap<&str, HashSet<String>> = HashMap::new();
        known.insert(
            "pipeline",
            HashSet::from([setting.sales.pipeline.to_string()]),
        );
        let stages = setting
            .sales
            .open
            .iter()
            .chain([&setting.sales.won, &setting.sales.lost]);
        known.insert("stage", stages.map(Uuid::to_string).collect());
        let mut all = HashSet::new();
        for (object, documents) in plan.clone().parts() {
            for document in &documents {
                let id = text(document, "id");
                assert!(
                    all.insert(id.to_owned()),
                    "{} {id} comes twice",
                    object.name
                );
                // In order: a record refers to what was there before it.
                for field in object.fields {
                    let value = &document
                        .get(field.name.as_ref())
                        .cloned()
                        .unwrap_or_default();
                    let (Kind::Reference(target) | Kind::Many(Item::Reference(target))) =
                        &field.kind
                    else {
                        continue;
                    };
                    let ids = value
                        .as_array()
                        .map_or(std::slice::from_ref(value), Vec::as_slice);
                    for id in ids.iter().filter_map(Value::as_str) {
                        assert!(
                            known
                                .get(target.as_ref())
                                .is_some_and(|ids| ids.contains(id)),
                            "{} {}",
                            object.name,
                            field.name
                        );
                    }
                }
                known.entry(object.name).or_default().insert(id.to_owned());
            }
        }
    });
}

#[test]
fn ids_sort_by_the_time_of_making() {
    let plan = plan(&setting(Language::Th, DAYS[0]));
    for document in plan
        .contacts
        .iter()
        .chain(&plan.deals)
        .chain(&plan.activities)
    {
        let id = Uuid::try_parse(text(document, "id")).expect("an id");
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanos) = id.get_timestamp().expect("a time in it").to_unix();
        let made = DateTime::from_timestamp(i64::try_from(seconds).expect("small"), nanos)
            .expect("a time");
        assert_eq!(
            made.timestamp_millis(),
            instant(document, "created_at")
                .expect("a time")
                .timestamp_millis()
        );
    }
}

#[test]
fn nothing_was_done_in_the_future() {
    everywhere(|setting, plan| {
        let past = |document: &Document, name: &str| {
            assert!(
                instant(document, name).is_none_or(|at| at <= setting.now),
                "{name} {document:?}"
            );
        };
        for (_, documents) in plan.clone().parts() {
            for document in &documents {
                for name in [
                    "created_at",
                    "updated_at",
                    "done_at",
                    "closed_at",
                    "stage_since",
                ] {
                    past(document, name);
                }
            }
        }
        for activity in &plan.activities {
            let made = instant(activity, "created_at").expect("a time");
            let first = instant(activity, "done_at")
                .into_iter()
                .chain(instant(activity, "due_at"))
                .max()
                .expect("done or due");
            assert!(made <= first, "{activity:?}");
        }
    });
}
