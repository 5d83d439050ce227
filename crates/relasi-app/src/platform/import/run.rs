//! The jobs that go through a file: a check that writes nothing, and the run.

use std::{collections::HashMap, sync::Arc, time::Instant};

use relasi_domain::{
    identity::access::{Access, Action},
    locale::DateOrder,
    platform::import::{Converter, Mapping, Target},
    record::Object,
    shape::Shape,
};
use relasi_persistence::{Conn, Statement, StoreError, store::Store};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Counts, Files, Import, ImportState,
    candidate::{Candidates, Maker},
    catalogue, ended,
    planner::Planner,
    presets,
    rejected::Rejected,
    store,
    writing::{Checkpoint, Writing},
};
use crate::{
    identity::access_of,
    platform::{
        jobs::{Ending, Handler, Job, JobContext, JobError},
        vault::Vault,
    },
    refusal::{Refusal, Result},
};

/// What the jobs of an import need to know.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) import_id: Uuid,
}

/// Goes through a file without writing a record, so that its counts are known.
pub(super) struct Check(pub(super) Files, pub(super) Vault);

/// Writes the records of a file, chunk by chunk.
pub(super) struct Run(pub(super) Files, pub(super) Vault);

/// What an import works with.
pub(super) struct Setting {
    pub(super) workspace: Uuid,
    pub(super) import: Import,
    pub(super) object: &'static Object,
    pub(super) access: Access,
    zone: chrono_tz::Tz,
    currency: String,
    books: HashMap<String, String>,
}

impl Setting {
    /// Reads the import of a job, and what its owner may do by now.
    pub(super) fn read(context: &JobContext) -> std::result::Result<Self, JobError> {
        let Payload { import_id } = context.payload()?;
        let workspace = context.job().workspace_id;
        let user = context.job().created_by.ok_or(Refusal::Forbidden)?;
        context.rows().read_blocking(|conn| {
            let import = store::find(conn, workspace, import_id)?.ok_or(Refusal::NotFound)?;
            let access = access_of(conn, workspace, user)?.ok_or(Refusal::Forbidden)?;
            let object = relasi_domain::object(&import.object).ok_or(Refusal::NotFound)?;
            if !access.may(Action::Import) {
                return Err(Refusal::Forbidden.into());
            }
            let (zone, currency) = customs(conn, workspace)?;
            let books = catalogue::books(conn, workspace, object)?;
            Ok(Self {
                workspace,
                import,
                object,
                access,
                zone,
                currency,
                books,
            })
        })
    }

    /// What makes candidates of the file's rows.
    pub(super) fn maker(&self) -> std::result::Result<Maker, JobError> {
        let converter = converter(
            self.access.shape(self.object),
            &self.import,
            self.zone,
            (&self.currency, self.books.clone()),
        )?;
        Ok(Maker::new(
            self.object,
            converter,
            &self.import,
            &self.access,
        ))
    }

    pub(super) fn planner(&self, vault: &Vault, dry: bool) -> Planner {
        Planner::new(self.object, &self.import, (&self.access, vault), dry)
    }

    pub(super) fn total(&self) -> i64 {
        self.import.file_rows
    }
}

/// Time zone and currency of a workspace.
pub(in crate::platform) fn customs(
    conn: &mut Conn,
    workspace: Uuid,
) -> Result<(chrono_tz::Tz, String)> {
    let mut statement = Statement::new("SELECT time_zone, currency FROM workspaces WHERE id = ");
    statement.bind(workspace);
    let found = conn.row(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?;
    let (zone, currency) = found.ok_or(Refusal::NotFound)?;
    Ok((zone.parse().unwrap_or(chrono_tz::UTC), currency))
}

/// The converter for an import's columns and options.
pub(super) fn converter(
    shape: Shape<'_>,
    import: &Import,
    zone: chrono_tz::Tz,
    (currency, books): (&str, HashMap<String, String>),
) -> Result<Converter> {
    let preset = presets::of(import);
    let columns = import.columns.iter().map(|column| {
        let target = column
            .field
            .as_deref()
            .and_then(|field| Target::find(shape, field));
        Mapping {
            heading: &column.heading,
            words: presets::words(preset, column.field.as_deref()),
            label_at: presets::label_at(preset, &import.columns, column),
            target,
        }
    });
    let options = relasi_domain::platform::import::Options {
        date_order: import.options.date_order.unwrap_or(DateOrder::Dmy),
        decimal_mark: import.options.decimal_mark.map(Into::into),
        zone,
        currency: currency.to_owned(),
        books,
    };
    Ok(Converter::new(shape.object, columns, options)?)
}

impl Handler for Check {
    fn kind(&self) -> &'static str {
        "import.check"
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let setting = Setting::read(context)?;
        let mut planner = setting.planner(&self.1, true);
        let mut rejected = Rejected::open(
            &self.0.rejected_path(setting.workspace, setting.import.id),
            0,
        )?;
        let mut counts = Counts::default();
        let mut candidates = Candidates::start(&self.0, &setting, 0)?;
        while let Some(chunk) = candidates.next()? {
            let plan = context
                .rows()
                .read_blocking(|conn| planner.plan(conn, &chunk))?;
            rejected.add(
                plan.rejected
                    .iter()
                    .map(|(place, faults)| (&chunk[*place].row, faults)),
            )?;
            counts += plan.counts;
            context.progress(counts.done(), setting.total())?;
        }
        Ok(json!(counts))
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        ended::check(conn, job, ending)
    }

    fn again(&self, conn: &mut Conn, job: &Job) -> Result<()> {
        ended::again(conn, job, ImportState::Checking)
    }
}

impl Handler for Run {
    fn kind(&self) -> &'static str {
        "import.run"
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let setting = Arc::new(Setting::read(context)?);
        let from: Checkpoint = context.checkpoint()?.unwrap_or_default();
        let started = Instant::now();
        let _room = context.database().expect_bulk()?;
        let done =
            Writing::start((&self.0, &self.1), context, Arc::clone(&setting), from)?.all()?;
        gather_statistics(context, setting.workspace);
        let (rows, seconds) = (
            done.counts.rows - from.counts.rows,
            started.elapsed().as_secs_f64(),
        );
        log::info!(import = setting.import.id.to_string().as_str(), rows; "imported in {seconds:.1} s");
        Ok(json!(done.counts))
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        ended::run(conn, job, ending)
    }

    fn again(&self, conn: &mut Conn, job: &Job) -> Result<()> {
        ended::again(conn, job, ImportState::Running)
    }
}

/// The records are there; that lists of them are fast at once is not worth failing for.
fn gather_statistics(context: &JobContext, workspace: Uuid) {
    let gathered = context
        .rows()
        .write_blocking(move |conn| Store::of_workspace(conn, workspace).gather_statistics());
    if let Err(error) = gathered {
        log::warn!("no statistics were gathered after an import: {error}");
    }
}

/// What the audit log names as the cause of an import's writes.
pub(super) fn cause(import: Uuid) -> String {
    format!("import:{import}")
}

impl From<super::reader::ReadError> for JobError {
    fn from(error: super::reader::ReadError) -> Self {
        match error {
            super::reader::ReadError::TooLong => Self::Failed("record_too_long"),
            super::reader::ReadError::Disk(error) => StoreError::from(error).into(),
        }
    }
}
