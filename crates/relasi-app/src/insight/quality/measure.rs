//! The job that measures: all records of an object are read once, in the order of their ids, page by page.
//!
//! Memory holds one page. What it finds wrong with addresses and numbers is noted in records that were written before
//! that was looked for; each page is a transaction of its own, so that nobody waits for more than one.

use chrono::{DateTime, Months, Utc};
use relasi_domain::{
    identity::access::{Access, Action},
    insight::quality::OBJECTS,
    people::problem,
    record::Object,
};
use relasi_persistence::store::text_of;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    reading::{mark, page},
    scores, settings,
    settings::Settings,
    tally::{Standard, Tally},
};
use crate::{
    identity::product_access,
    platform::jobs::{self, Handler, Job, JobContext, JobError, NewJob, Plan, Step},
    records::Work,
    refusal::{Refusal, Result},
};

/// Months after which a record that nobody touched is stale.
const STALE: Months = Months::new(12);

/// Records marked in one transaction.
const MARKED: usize = 100;

/// What is done.
pub(super) const KIND: &str = "quality.measure";

fn job(created_by: Option<Uuid>) -> NewJob {
    NewJob {
        dedupe_key: Some("all".to_owned()),
        created_by,
        ..NewJob::new(KIND, "quality", json!({}))
    }
}

/// Measures now; one measurement at a time. For those who may import: it works on the base as a whole.
pub fn begin(work: &mut Work<'_>) -> Result<Job> {
    if !work.access.may(Action::Import) {
        return Err(Refusal::Forbidden);
    }
    let workspace = work.access.workspace_id;
    let id = jobs::enqueue(work.conn, workspace, job(Some(work.access.user_id)))?;
    jobs::find(work.conn, workspace, id)?.ok_or(Refusal::NotFound)
}

/// Every night, when few people work.
pub(super) const PLAN: Plan = Plan {
    name: KIND,
    cron: "30 1 * * *",
    job: || job(None),
};

pub(super) struct Measuring;

/// Where a measurement goes on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    /// Objects that are done.
    objects: usize,
    /// The last record of the present one.
    after: Option<Vec<Value>>,
    tally: Tally,
    done: i64,
}

impl Handler for Measuring {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let now = Utc::now();
        let (access, settings) = context.rows().read_blocking(|conn| {
            let access = product_access(conn, workspace)?;
            let settings = settings::of(conn, &access)?;
            Ok::<_, JobError>((access, settings))
        })?;
        let mut place: Place = context.checkpoint()?.unwrap_or_default();
        while let Some(object) = OBJECTS.get(place.objects) {
            let standard = standard(&access, &settings, object, now);
            place = measure(context, &access, &settings, &standard, place)?;
        }
        Ok(json!({"records": place.done}))
    }
}

fn standard(
    access: &Access,
    settings: &Settings,
    object: &'static Object,
    now: DateTime<Utc>,
) -> Standard {
    let names = settings.get(object.name).map(|measure| &measure.fields);
    let shape = access.shape(object);
    let fields = names.into_iter().flatten();
    let today = now.date_naive();
    Standard {
        object,
        fields: fields.filter_map(|name| shape.field(name)).collect(),
        stale: now.checked_sub_months(STALE).unwrap_or(now),
        today,
    }
}

/// One page: counted, marked, noted; after the last one the scores are kept.
fn measure(
    context: &mut JobContext,
    access: &Access,
    settings: &Settings,
    standard: &Standard,
    mut place: Place,
) -> std::result::Result<Place, JobError> {
    let object = standard.object;
    let here = place.clone();
    let after = place.after.take();
    let (documents, alike, next) = context
        .rows()
        .read_blocking(|conn| page(conn, access, standard, after.as_deref()))?;
    let mut marks = Vec::new();
    for document in &documents {
        let problems = match object.name {
            "deal" => Vec::new(),
            _ => problem::of(document),
        };
        place.tally.add(standard, document, &problems, &alike);
        let known = document.get("problems").unwrap_or(&Value::Null);
        if object.name != "deal" && *known != json!(problems) {
            let version = document.get("version").and_then(Value::as_i64);
            marks.push((
                text_of(document, "id"),
                version.unwrap_or_default(),
                problems,
            ));
        }
    }
    place.done += i64::try_from(documents.len()).unwrap_or_default();
    let found = next.is_none().then(|| std::mem::take(&mut place.tally));
    if found.is_some() {
        place.objects += 1;
    }
    place.after = next;
    note(context, access, object, &here, &marks)?;
    let weights = settings.get(object.name).map(|measure| measure.weights);
    let (access, today, kept) = (access.clone(), standard.today, place.clone());
    context.chunk(move |conn| {
        if let Some(tally) = &found {
            let weights = weights.unwrap_or_default();
            scores::keep(conn, access.workspace_id, object, today, (tally, weights))?;
        }
        Ok(Step {
            value: (),
            checkpoint: json!(kept),
            done: kept.done,
            total: 0,
        })
    })?;
    Ok(place)
}

/// What is wrong with a record of a version.
type Mark = (String, i64, Vec<&'static str>);

/// Notes what is wrong with records, a few in each transaction. After a crash the page is read again.
fn note(
    context: &mut JobContext,
    access: &Access,
    object: &'static Object,
    here: &Place,
    marks: &[Mark],
) -> std::result::Result<(), JobError> {
    for marks in marks.chunks(MARKED) {
        let (marks, access, here) = (marks.to_vec(), access.clone(), here.clone());
        context.chunk(move |conn| {
            for (id, version, problems) in &marks {
                mark(conn, &access, object, (id, *version), problems)?;
            }
            Ok(Step {
                value: (),
                checkpoint: json!(here),
                done: here.done,
                total: 0,
            })
        })?;
    }
    Ok(())
}
