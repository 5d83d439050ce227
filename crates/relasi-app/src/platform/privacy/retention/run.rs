//! Every night the rules that are switched on are carried out.

use std::{collections::BTreeSet, time::SystemTime};

use chrono::{DateTime, Utc};
use relasi_domain::{identity::access::Access, interaction::activity};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Rule, find, held, rule::known};
use crate::{
    audit,
    interaction::file,
    platform::{
        jobs::{Handler, JobContext, JobError, NewJob, Plan, Registry, Step},
        privacy::{Known, order},
    },
    records::Work,
    refusal::{Refusal, Result},
};

const KIND: &str = "privacy.retain";

/// Records of one rule in one night.
const MOST: usize = 2_000;

/// Records in one transaction.
const SOME: usize = 50;

const PLAN: Plan = Plan {
    name: KIND,
    cron: "15 3 * * *",
    job,
};

fn job() -> NewJob {
    NewJob {
        dedupe_key: Some("all".to_owned()),
        ..NewJob::new(KIND, "privacy", json!({}))
    }
}

/// Adds the handler and its schedule.
pub fn handlers(registry: Registry) -> Registry {
    registry.with(Retaining).with_plan(PLAN)
}

struct Retaining;

/// What came of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Outcome {
    found: usize,
    done: usize,
    refused: usize,
    held: usize,
}

impl Handler for Retaining {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let rules = context
            .rows()
            .read_blocking(|conn| active(conn, workspace))?;
        let total = i64::try_from(rules.len()).unwrap_or(i64::MAX);
        let mut done = Vec::new();
        for (place, rule) in rules.into_iter().enumerate() {
            let access = context
                .rows()
                .read_blocking(|conn| crate::identity::access_of(conn, workspace, rule.run_as))?;
            // Who switched it on is gone: somebody else has to answer for it first.
            let Some(access) = access else { continue };
            let outcome = one(context, &rule, &access, total)?;
            let (name, step) = (
                rule.name.clone(),
                i64::try_from(place + 1).unwrap_or(i64::MAX),
            );
            context.chunk(move |conn| {
                ended(conn, &rule, &access, outcome)?;
                Ok(Step {
                    value: (),
                    checkpoint: json!({}),
                    done: step,
                    total,
                })
            })?;
            done.push(json!({"rule": name, "outcome": outcome}));
        }
        Ok(json!({"rules": done}))
    }
}

fn active(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Rule>> {
    let mut all = Statement::new(
        "SELECT id, version, name, object, months, filter, action, active, run_as, last_run_at, last_result \
         FROM retention_rules WHERE workspace_id = ",
    );
    all.bind(workspace)
        .push(" AND active = ")
        .bind(true)
        .push(" ORDER BY id");
    Ok(conn.rows(&all, Rule::read)?)
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

fn work<'w>(conn: &'w mut Conn, access: &'w Access, rule: &Rule) -> Work<'w> {
    Work {
        conn,
        access,
        now: now(),
        cause: Some(format!("retention:{}", rule.id)),
    }
}

fn one(
    context: &mut JobContext,
    rule: &Rule,
    access: &Access,
    total: i64,
) -> std::result::Result<Outcome, JobError> {
    let ids = context
        .rows()
        .read_blocking(|conn| find::some(&mut work(conn, access, rule), rule, MOST))?;
    let mut outcome = Outcome {
        found: ids.len(),
        ..Outcome::default()
    };
    if rule.action == "list" {
        return Ok(outcome);
    }
    for ids in ids.chunks(SOME) {
        let (ids, rule, access) = (ids.to_vec(), rule.clone(), access.clone());
        let some = context.chunk(move |conn| {
            let value = carry_out(conn, &rule, &access, &ids)?;
            Ok(Step {
                value,
                checkpoint: json!({}),
                done: 0,
                total,
            })
        })?;
        outcome.done += some.done;
        outcome.refused += some.refused;
        outcome.held += some.held;
    }
    Ok(outcome)
}

fn carry_out(conn: &mut Conn, rule: &Rule, access: &Access, ids: &[Uuid]) -> Result<Outcome> {
    let mut work = work(conn, access, rule);
    let of = find::people_of(&mut work, rule, ids)?;
    let on_hold: BTreeSet<String> = held(work.conn, access.workspace_id, &find::persons(&of))?;
    let mut outcome = Outcome::default();
    for (id, people) in of {
        if people.iter().any(|person| on_hold.contains(person)) {
            outcome.held += 1;
            continue;
        }
        match put_away(&mut work, rule, id) {
            Ok(()) => outcome.done += 1,
            Err(Refusal::Store(error)) => return Err(error.into()),
            // What may not be touched, or has changed since, stays.
            Err(_) => outcome.refused += 1,
        }
    }
    Ok(outcome)
}

fn put_away(work: &mut Work<'_>, rule: &Rule, id: Uuid) -> Result<()> {
    if rule.object == "file" {
        let version = file::get(work, id, &|_| String::new())?.1;
        return file::remove(work, id, Some(version));
    }
    let people = known(&rule.object);
    let object = people.map_or(&activity::OBJECT, Known::object);
    let record = work.visible(object, id)?;
    if let Some(people) = people.filter(|_| rule.action == "erase") {
        return order::begin(work, people, record, &rule.name).map(drop);
    }
    let version = record.get("version").and_then(Value::as_i64);
    work.trash(object, id, version).map(drop)
}

fn ended(conn: &mut Conn, rule: &Rule, access: &Access, outcome: Outcome) -> Result<()> {
    let mut work = work(conn, access, rule);
    let mut update = Statement::new("UPDATE retention_rules SET last_run_at = ");
    update
        .bind(work.now)
        .push(", last_result = ")
        .bind(json!(outcome).to_string());
    update
        .push(" WHERE workspace_id = ")
        .bind(access.workspace_id)
        .push(" AND id = ")
        .bind(rule.id);
    work.conn.execute(&update)?;
    let figures = json!(outcome);
    let changes = ["found", "done", "refused", "held"]
        .map(|name| json!({"field": name, "old": null, "new": figures[name]}));
    audit::note(
        &mut work,
        "retained",
        "retention_rule",
        rule.id,
        json!(changes),
    )
}
