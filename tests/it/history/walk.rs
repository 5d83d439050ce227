//! Any sequence of writes can be walked back.

use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestCaseError, TestRunner},
};
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::as_of::{then, told};
use crate::{
    bodies::{id, make, make_with, version},
    custom_fields::define,
};

/// Something that is done to the record.
#[derive(Debug, Clone)]
enum Step {
    Change(Value),
    Trash,
    Restore,
    /// Back to how it was after the step with this number, counted around.
    Revert(usize),
}

fn patch() -> impl Strategy<Value = Value> {
    let text = |name: &'static str| {
        select(vec![
            json!(null),
            json!("Bandung"),
            json!("Solo"),
            json!("สมชาย"),
        ])
        .prop_map(move |value| json!({name: value}))
    };
    let emails = proptest::collection::vec(
        select(vec!["a@kopi.example", "b@kopi.example", "c@kopi.example"]),
        0..3,
    );
    let emails = emails.prop_map(|all| {
        let all: std::collections::BTreeSet<_> = all.into_iter().collect();
        let all: Vec<Value> = all
            .into_iter()
            .map(|one| json!({"value": one, "label": "work"}))
            .collect();
        json!({"emails": all})
    });
    let custom = prop_oneof![
        select(vec![json!(null), json!("gold"), json!("basic")])
            .prop_map(|value| json!({"custom": {"tier": value}})),
        select(vec![json!(null), json!(1), json!(2.5)])
            .prop_map(|value| json!({"custom": {"size": value}})),
    ];
    let tags = select(vec![
        json!([]),
        json!(["first"]),
        json!(["second", "first"]),
    ])
    .prop_map(|tags| json!({"tags": tags}));
    prop_oneof![
        text("city"),
        text("job_title"),
        emails,
        custom,
        tags,
        Just(json!({"birth_date": "1990-02-28", "full_name": "Siti Rahmawati"})),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => patch().prop_map(Step::Change),
        1 => Just(Step::Trash),
        1 => Just(Step::Restore),
        1 => (0usize..20).prop_map(Step::Revert),
    ]
}

/// The tags of a patch, by the names that stand for their ids.
fn with_tags(mut patch: Value, tags: &[String; 2]) -> Value {
    for tag in patch["tags"].as_array_mut().into_iter().flatten() {
        *tag = json!(tags[usize::from(*tag == "second")]);
    }
    if patch["tags"].is_null() {
        patch.as_object_mut().unwrap().remove("tags");
    }
    patch
}

/// The record after a step; steps that are refused leave it as it is.
fn done(client: &Client, at: &str, step: &Step, tags: &[String; 2], noted: &[Value]) -> Value {
    let now = client.get(at).ok(200);
    let version = version(&now);
    let reply = match step {
        Step::Change(patch) => client.patch(at, version, &with_tags(patch.clone(), tags)),
        Step::Trash => client.delete(at, version),
        Step::Restore => client.post(&format!("{at}/restore"), &json!({})),
        Step::Revert(place) => {
            let to = &noted[place % noted.len()]["updated_at"];
            client.verb(&format!("{at}/revert"), version, &json!({"at": to}))
        }
    };
    let in_trash = now["deleted_at"].is_string();
    assert!(
        reply.status < 300 || (reply.status == 404 && in_trash),
        "{step:?}: {}",
        reply.text()
    );
    let after = client.get(at).ok(200);
    if let (Step::Revert(place), false) = (step, in_trash) {
        let wanted = &noted[place % noted.len()];
        for name in [
            "full_name",
            "city",
            "job_title",
            "emails",
            "tags",
            "custom",
            "birth_date",
        ] {
            assert_eq!(after[name], wanted[name], "{name}");
        }
    }
    after
}

fn walked(client: &Client, tags: &[String; 2], steps: &[Step]) -> Result<(), TestCaseError> {
    let made = make_with(client, "contact", json!({"custom": {"tier": "basic"}}));
    let at = format!("contacts/{}", id(&made));
    let mut noted = vec![made];
    for step in steps {
        let after = done(client, &at, step, tags, &noted);
        if Some(&after) != noted.last() {
            noted.push(after);
        }
    }
    for state in &noted {
        prop_assert_eq!(&then(client, &at, state)["record"], &told(state.clone()));
    }
    let history = client
        .list(&format!("{at}/history"), &[("limit", "200")])
        .ok(200);
    let entries = history["items"].as_array().unwrap();
    prop_assert_eq!(entries.len(), noted.len());
    for (entry, state) in entries.iter().zip(noted.iter().rev().skip(1)) {
        let before = entry["id"].as_str().unwrap();
        let found = client
            .list(&format!("{at}/as-of"), &[("before", before)])
            .ok(200);
        prop_assert_eq!(&found["record"], &told(state.clone()));
    }
    Ok(())
}

on_both! {
    fn every_state_comes_back_whatever_was_written(app: TestApp) {
        let client = app.client();
        define(client, "contact", "text", json!({"name": "tier"}));
        define(client, "contact", "number", json!({"name": "size"}));
        let tags = [0, 1].map(|_| id(&make(client, "tag")));
        let mut runner = TestRunner::new(Config {
            cases: 12,
            failure_persistence: None,
            ..Config::default()
        });
        let steps = proptest::collection::vec(step(), 1..20);
        runner.run(&steps, |steps| walked(client, &tags, &steps)).unwrap();
    }
}
