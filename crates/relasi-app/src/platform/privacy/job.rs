//! The job that erases a person. It can stop anywhere and be taken up again: the contact, or the lead of who is nothing
//! else, and the log, by which everything else is found, go last and together with the certificate.

use std::{
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use relasi_domain::identity::access::Access;
use relasi_persistence::{
    Conn, Statement,
    personal::{Erase, MAP, Mapped},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Circle, Known, Needles, Person, artefacts, copy_job,
    erase::{self, Counts, add},
    list, marks, may_erase, retention, scrub, scrub_quotes,
};
use crate::{
    audit, outbox,
    platform::{
        import::Files,
        jobs::{Ending, Handler, Job, JobContext, JobError, Registry, State, Step},
        storage::{Storage, Waiting},
        vault::Vault,
    },
    records::Work,
    refusal::{Refusal, Result},
};

/// The kind of these jobs.
pub(super) const KIND: &str = "person.erase";

/// Jobs that hold records in their hands: they end first.
const OTHERS: [&str; 6] = [
    "import.check",
    "import.run",
    "bulk.run",
    "workspace.export",
    "duplicates.scan",
    copy_job::KIND,
];

/// Adds the handlers of erasing people and of making copies for them.
pub fn handlers(registry: Registry, files: &Files, storage: &Storage, vault: &Vault) -> Registry {
    let copies = copy_job::Run(files.clone(), storage.clone());
    let registry = retention::handlers(registry);
    registry.with(copies).with(Run {
        files: files.clone(),
        storage: storage.clone(),
        vault: vault.clone(),
    })
}

/// What the job needs to know.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) erasure: Uuid,
    /// The record of the person.
    pub(super) contact: Uuid,
    /// As what they are known.
    #[serde(default)]
    pub(super) known: Known,
}

impl Payload {
    fn person(&self) -> Person {
        Person {
            known: self.known,
            id: self.contact,
        }
    }
}

/// How far it has come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Reached {
    part: usize,
    counts: Counts,
    imports: Vec<String>,
}

/// One part of the work.
#[derive(Clone, Copy)]
enum Part {
    Contents,
    Naming(&'static Mapped),
    Deals,
    Imports,
    Rows,
    Texts(&'static Mapped),
    MadeOfTexts,
    Artefacts,
    Last,
    NoTrace,
}

fn parts() -> Vec<Part> {
    let naming = MAP.iter().filter(|table| table.erase == Erase::Naming);
    let texts = MAP.iter().filter(|table| scrub::has_texts(table));
    [Part::Contents]
        .into_iter()
        .chain(naming.map(Part::Naming))
        .chain([Part::Deals, Part::Imports, Part::Rows])
        .chain(texts.map(Part::Texts))
        .chain([
            Part::MadeOfTexts,
            Part::Artefacts,
            Part::Last,
            Part::NoTrace,
        ])
        .collect()
}

struct Run {
    files: Files,
    storage: Storage,
    vault: Vault,
}

/// Who is erased, for whom.
struct Whole {
    payload: Payload,
    access: Access,
    circle: Circle,
    needles: Needles,
}

impl Whole {
    fn read(context: &JobContext) -> std::result::Result<Self, JobError> {
        let payload: Payload = context.payload()?;
        let workspace = context.job().workspace_id;
        let user = context.job().created_by.ok_or(Refusal::Forbidden)?;
        context.rows().read_blocking(|conn| {
            let access =
                crate::identity::access_of(conn, workspace, user)?.ok_or(Refusal::Forbidden)?;
            may_erase(&access)?;
            let circle = Circle::of(conn, workspace, payload.person())?;
            let needles = Needles::of(conn, workspace, &circle)?;
            Ok(Self {
                payload,
                access,
                circle,
                needles,
            })
        })
    }
}

impl Handler for Run {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn at_once(&self) -> Option<i64> {
        Some(1)
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        if context
            .rows()
            .read_blocking(|conn| others_work(conn, workspace))?
        {
            return Err(JobError::Later(Duration::from_secs(2)));
        }
        let whole = Arc::new(Whole::read(context)?);
        let mut reached: Reached = context.checkpoint()?.unwrap_or_default();
        let parts = parts();
        while let Some(part) = parts.get(reached.part) {
            let mut next = reached.clone();
            match *part {
                Part::Contents => {
                    add(&mut next.counts, "contents", self.contents(&whole)?);
                }
                Part::Artefacts => {
                    let cleared =
                        artefacts::clear(&self.files, workspace, &next.imports, &whole.needles)?;
                    add(&mut next.counts, "artefacts", cleared);
                }
                Part::NoTrace => {
                    no_trace(context)?;
                }
                part => {
                    let (whole, vault, total) =
                        (Arc::clone(&whole), self.vault.clone(), parts.len());
                    reached = context.chunk(move |conn| {
                        let mut reached = next.clone();
                        in_database(conn, &vault, &whole, part, &mut reached)?;
                        reached.part += 1;
                        step(reached, total)
                    })?;
                    continue;
                }
            }
            next.part += 1;
            context.note(&next, number(next.part), number(parts.len()))?;
            reached = next;
        }
        Ok(json!(reached.counts))
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return Ok(());
        };
        if ending.state == State::Done {
            return Ok(());
        }
        list::stands(conn, job.workspace_id, payload.erasure, "failed")
    }

    fn again(&self, conn: &mut Conn, job: &Job) -> Result<()> {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return Err(Refusal::NotFound);
        };
        list::stands(conn, job.workspace_id, payload.erasure, "running")
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn step(reached: Reached, total: usize) -> std::result::Result<Step<Reached>, JobError> {
    let checkpoint =
        serde_json::to_value(&reached).map_err(|_| JobError::Failed("checkpoint_unwritable"))?;
    Ok(Step {
        checkpoint,
        done: number(reached.part),
        total: number(total),
        value: reached,
    })
}

/// Whether a job is under way that may write down what it has read of the person.
fn others_work(conn: &mut Conn, workspace: Uuid) -> Result<bool> {
    let mut statement =
        Statement::new("SELECT 1 FROM jobs WHERE state = 'running' AND workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND kind IN (")
        .bind_all(OTHERS)
        .push(")")
        .limit(1);
    Ok(conn.row(&statement, |_| Ok(()))?.is_some())
}

/// Deleted rows lie on in indexes and logs of the database; once it is through with this there are none.
fn no_trace(context: &mut JobContext) -> std::result::Result<(), JobError> {
    for _ in 0..20 {
        context.cancelled()?;
        if context.database().leave_no_trace()? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(JobError::Later(Duration::from_secs(5)))
}

fn in_database(
    conn: &mut Conn,
    vault: &Vault,
    whole: &Whole,
    part: Part,
    reached: &mut Reached,
) -> std::result::Result<(), JobError> {
    let workspace = whole.access.workspace_id;
    let person = (&whole.circle, &whole.needles);
    let counts = &mut reached.counts;
    match part {
        Part::Naming(table) => {
            if table.name == "email_suppressions" {
                let now = DateTime::<Utc>::from(SystemTime::now()).timestamp_micros();
                let erasure = (workspace, whole.payload.erasure);
                marks::note_suppressed(conn, vault, erasure, &whole.needles.keys, now)?;
            }
            erase::naming(conn, workspace, table, person, counts)?;
        }
        Part::Deals => {
            scrub::deals(conn, &whole.access, person, counts)?;
            scrub_quotes::quotes(conn, &whole.access, person, counts)?;
        }
        Part::Imports => reached.imports = scrub::imports(conn, workspace, person, counts)?,
        Part::Rows => erase::rows(conn, workspace, &whole.circle, counts)?,
        Part::Texts(table) => scrub::table(conn, workspace, table, &whole.needles, counts)?,
        Part::MadeOfTexts => scrub::made_of_texts(conn, &whole.access, &whole.needles, counts)?,
        Part::Last => last(conn, vault, whole, counts)?,
        Part::Contents | Part::Artefacts | Part::NoTrace => {}
    }
    Ok(())
}

/// What was added since the work began goes with the contact itself; what stays is the certificate.
fn last(conn: &mut Conn, vault: &Vault, whole: &Whole, counts: &mut Counts) -> Result<()> {
    let (workspace, payload) = (whole.access.workspace_id, whole.payload);
    let now: DateTime<Utc> = SystemTime::now().into();
    let circle = Circle::of(conn, workspace, payload.person())?;
    scrub::deals(conn, &whole.access, (&circle, &whole.needles), counts)?;
    scrub_quotes::quotes(conn, &whole.access, (&circle, &whole.needles), counts)?;
    erase::rows(conn, workspace, &circle, counts)?;
    marks::note(
        conn,
        vault,
        (workspace, payload.erasure),
        &whole.needles.keys,
        now.timestamp_micros(),
    )?;
    erase::last(conn, workspace, &circle, counts)?;
    list::certify(conn, workspace, payload.erasure, counts, now)?;
    let mut work = Work {
        conn,
        access: &whole.access,
        now,
        cause: None,
    };
    let figures = counts
        .iter()
        .map(|(table, rows)| json!({"field": table, "old": rows, "new": null}));
    let figures: Vec<Value> = figures.collect();
    let object = payload.known.object();
    let kind = match payload.known {
        Known::Contact => "contact.erased",
        Known::Lead => "lead.erased",
    };
    audit::note(
        &mut work,
        "erased",
        object.name,
        payload.contact,
        json!(figures),
    )?;
    outbox::note(&mut work, kind, object.name, payload.contact, json!({}))
}

impl Run {
    fn contents(&self, whole: &Whole) -> std::result::Result<u64, JobError> {
        let storage = Waiting::new(self.storage.clone())?;
        for content in &whole.circle.contents {
            storage.remove(whole.access.workspace_id, *content);
        }
        Ok(whole.circle.contents.len() as u64)
    }
}
