//! Rows read, converted and judged on a thread of their own, a few chunks ahead of their writing.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use relasi_domain::{
    fault::{Fault, Faults},
    field::{CUSTOM, Write},
    identity::access::Access,
    platform::import::{Converted, Converter, company_domain, company_key},
    record::{Document, Object},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Files, Import, catalogue,
    companies::Hint,
    leads, now,
    reader::{ReadError, Row, Rows},
    run::Setting,
};
use crate::{
    people::consent::Said,
    platform::jobs::JobError,
    records::{Batch, ready},
    refusal::Refusal,
};

/// Rows in one transaction.
///
/// Index pages are touched at random places; the more rows share a commit, the fewer pages are written for each. Other
/// writers wait for one such transaction at most, some tenths of a second.
const CHUNK: usize = 3_000;

/// Chunks that wait for their writing, so that memory stays bounded.
const AHEAD: usize = 1;

/// A row and what it says.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) row: Row,
    /// The faults when a cell can't be read.
    pub(super) made: Result<Made, Faults>,
}

/// What a row says, as far as it can be told without the database.
#[derive(Debug)]
pub(super) struct Made {
    /// Fields that have a value.
    pub(super) body: Document,
    /// The title in the body is borrowed from another field and serves new records only.
    pub(super) borrowed_title: bool,
    /// The new record that the body makes, but for its references.
    pub(super) fresh: Result<Document, Faults>,
    /// The company of a contact.
    pub(super) company: Hint,
    /// Name or address of the owner.
    pub(super) owner: Option<String>,
    /// Names of tags.
    pub(super) tags: Vec<String>,
    /// Name of the parent company of a company.
    pub(super) parent: Option<String>,
    /// What custom fields and those of the catalogue refer to, by the field's name.
    pub(super) customs: Vec<(String, String)>,
    /// Whether the person may be contacted.
    pub(super) said: Said,
}

/// Makes candidates of rows.
pub(super) struct Maker {
    object: &'static Object,
    converter: Converter,
    /// Number of columns.
    width: usize,
    /// For whom.
    access: Access,
    batch: Batch,
    start_clocks: bool,
}

impl Maker {
    pub(super) fn new(
        object: &'static Object,
        converter: Converter,
        import: &Import,
        access: &Access,
    ) -> Self {
        Self {
            object,
            converter,
            width: import.columns.len(),
            access: access.clone(),
            batch: batch(import.id),
            start_clocks: import.options.start_clocks,
        }
    }

    pub(super) fn candidate(&self, row: Row) -> Candidate {
        let made = self.made(&row);
        Candidate { row, made }
    }

    fn made(&self, row: &Row) -> Result<Made, Faults> {
        // More values than headings: as a rule a delimiter inside a value that is not quoted, so all others are in doubt.
        if row
            .cells
            .iter()
            .skip(self.width)
            .any(|cell| !cell.trim().is_empty())
        {
            return Err(Fault::at("", "too_many_cells")
                .with("max", self.width)
                .into());
        }
        let Converted {
            mut record,
            mut names,
            title_if_new,
            consents,
            consent_at,
            mut faults,
        } = self.converter.convert(&row.cells);
        let said = Said::new(consents, consent_at);
        faults.check(
            said.at.is_some_and(|at| at > now()),
            "consent_at",
            "in_future",
        );
        leads::check(self.object, &record, &mut faults);
        faults.into_result()?;
        let title = self.object.title;
        let borrowed_title = !record.contains_key(title) && title_if_new.is_some();
        if let Some(text) = title_if_new.filter(|_| borrowed_title) {
            record.insert(title.to_owned(), json!(text));
        }
        let named = |name: &str| names.contains_key(name);
        let whole = catalogue::with_named(self.object, &record, named);
        let mut fresh = filled(&self.access, self.object, whole, self.batch);
        if let (Ok(fresh), true) = (&mut fresh, self.start_clocks) {
            leads::start_clock(self.object, fresh);
        }
        let mut one = |name: &str| names.remove(name).and_then(|all| all.into_iter().next());
        let company = hint(one("company_id"), one("company.domain"), &record);
        let (owner, parent) = (one("owner_id"), one("parent_id"));
        let tags = names.remove("tags").unwrap_or_default();
        let naming = |name: &str| catalogue::naming(self.object).any(|field| field.name == name);
        names.retain(|name, _| name.starts_with(CUSTOM) || naming(name));
        let customs = names
            .into_iter()
            .filter_map(|(name, all)| Some((name, all.into_iter().next()?)));
        Ok(Made {
            tags,
            customs: customs.collect(),
            body: record,
            borrowed_title,
            fresh,
            company,
            owner,
            parent,
            said,
        })
    }
}

/// Records of an import bring their own ids. What came by itself belongs to none.
pub(super) fn batch(import: Uuid) -> Batch {
    Batch {
        import_id: (!import.is_nil()).then_some(import),
        historic: true,
    }
}

/// The whole new record that a body makes.
pub(super) fn filled(
    access: &Access,
    object: &'static Object,
    body: Document,
    batch: Batch,
) -> Result<Document, Faults> {
    ready(access, now(), object, body, batch).map_err(|refusal| match refusal {
        Refusal::Invalid(faults) => faults,
        _ => Fault::at("", "not_yours").into(),
    })
}

fn hint(name: Option<String>, domain: Option<String>, record: &Document) -> Hint {
    let email = record
        .get("emails")
        .and_then(|emails| emails.get(0)?.get("value")?.as_str().map(str::to_owned));
    Hint {
        name_key: name.as_deref().map(company_key).unwrap_or_default(),
        name,
        domain: domain.as_deref().and_then(company_domain),
        email_domain: email.as_deref().and_then(company_domain),
    }
}

impl Made {
    /// The fields for a record that is there; what only new ones are given is left out.
    pub(super) fn values(&self, object: &Object) -> Document {
        let mut body = self.body.clone();
        if self.borrowed_title {
            body.remove(object.title);
        }
        body.retain(|name, _| {
            let field = object.field(name);
            field.is_none_or(|field| field.write == Write::Always)
        });
        body
    }

    /// The domain of a company's own row.
    pub(super) fn domain(&self) -> Option<String> {
        let domain = self.body.get("domain").or_else(|| self.body.get("website"));
        domain.and_then(Value::as_str).and_then(company_domain)
    }
}

/// The candidates of a file, chunk by chunk.
pub(super) struct Candidates(Receiver<Result<Vec<Candidate>, ReadError>>);

impl Candidates {
    /// Begins to read behind the row with the number `after`; 0 begins behind the headings.
    pub(super) fn start(files: &Files, setting: &Setting, after: u64) -> Result<Self, JobError> {
        let import = &setting.import;
        let path = files.table_path(setting.workspace, import.id, import.source.sheet);
        let mut rows = Rows::open(&path, import.encoding(), import.delimiter_byte())?;
        let maker = setting.maker()?;
        let (sender, receiver) = sync_channel(AHEAD);
        let body = move || {
            if let Err(error) = read(&mut rows, &maker, after, &sender) {
                // Without an ear nobody misses the error.
                let _ = sender.send(Err(error));
            }
        };
        thread::Builder::new()
            .name("import-rows".to_owned())
            .spawn(body)?;
        Ok(Self(receiver))
    }

    /// The next chunk; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Candidate>>, JobError> {
        Ok(self.0.recv().ok().transpose()?)
    }
}

fn read(
    rows: &mut Rows,
    maker: &Maker,
    after: u64,
    sender: &SyncSender<Result<Vec<Candidate>, ReadError>>,
) -> Result<(), ReadError> {
    let headings = rows.next()?.map_or(0, |row| row.number);
    let mut chunk = Vec::with_capacity(CHUNK);
    while let Some(row) = rows.next()? {
        if row.number <= after.max(headings) {
            continue;
        }
        chunk.push(maker.candidate(row));
        if chunk.len() == CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if sender.send(Ok(full)).is_err() {
                // The job has ended early.
                return Ok(());
            }
        }
    }
    if !chunk.is_empty() {
        let _ = sender.send(Ok(chunk));
    }
    Ok(())
}
