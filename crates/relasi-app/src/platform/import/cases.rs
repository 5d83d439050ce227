//! What people do with imports.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action},
    platform::import::Target,
    record::Object,
    shape::Shape,
};
use relasi_persistence::Conn;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Files, Import, ImportState, Matching, Options, RejectedCsv, Wording, agreed, catalogue,
    describe::{read_as, reread, shown},
    housekeeping::is_expired,
    now,
    run::{Check, Payload, Run},
    store,
    undo::Undo,
    upload::disk,
};
use crate::{
    platform::{
        jobs::{self, NewJob, Registry},
        vault::Vault,
    },
    refusal::{Refusal, Result},
};

/// Adds the handlers of import jobs.
pub fn handlers(registry: Registry, files: &Files, vault: &Vault) -> Registry {
    registry
        .with(Check(files.clone(), vault.clone()))
        .with(Run(files.clone(), vault.clone()))
        .with(Undo)
}

/// What the rows of a file can become.
pub const IMPORTED: [&str; 6] = [
    "contact",
    "company",
    "lead",
    "product",
    "price",
    "exchange_rate",
];

/// The object that a file is for, if this person may import such records.
///
/// # Errors
/// [`Refusal::Forbidden`], or a fault of the parameter `object`.
pub fn importable(access: &Access, name: &str) -> Result<&'static Object> {
    allowed(access)?;
    let known = relasi_domain::object(name).filter(|object| IMPORTED.contains(&object.name));
    let object = known.ok_or_else(|| {
        Fault::field("object", "not_a_choice").with("choices", IMPORTED.join(", "))
    })?;
    if access.allows_some(object, Action::Add) {
        Ok(object)
    } else {
        Err(Refusal::Forbidden)
    }
}

pub(super) fn allowed(access: &Access) -> Result<()> {
    if access.may(Action::Import) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Stores a described import.
pub fn add(conn: &mut Conn, access: &Access, import: &Import) -> Result<()> {
    allowed(access)?;
    Ok(store::insert(conn, access.workspace_id, import)?)
}

/// An import by its id.
pub fn find(conn: &mut Conn, access: &Access, id: Uuid) -> Result<Import> {
    allowed(access)?;
    store::find(conn, access.workspace_id, id)?.ok_or(Refusal::NotFound)
}

/// Imports from the newest on, those before `before` when it is given.
pub fn list(
    conn: &mut Conn,
    access: &Access,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Import>> {
    allowed(access)?;
    Ok(store::list(conn, access.workspace_id, before, limit)?)
}

/// A change of how a file is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Revision {
    /// Where columns go; those that are not named stay as they are.
    pub mapping: Vec<Mapped>,
    /// Options that change, as a merge patch.
    pub options: Option<Value>,
    /// Another encoding than the one that was found; the mapping begins anew.
    pub encoding: Option<String>,
    /// Another delimiter than the one that was found; the mapping begins anew.
    pub delimiter: Option<String>,
    /// Another sheet than the one that was chosen, from 0; the mapping begins anew.
    pub sheet: Option<usize>,
}

/// Where a column goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapped {
    /// The column, from 0.
    pub index: usize,
    /// The name of a [`Target`]: a field's, `given_name`, `consent.email` and the like; none leaves the column out.
    pub field: Option<String>,
}

/// An import with another mapping or other options, and the state it was read in; [`keep`] stores it. May read the whole
/// file, so it is for a blocking read.
pub fn revised(
    conn: &mut Conn,
    access: &Access,
    files: &Files,
    id: Uuid,
    revision: &Revision,
) -> Result<(Import, ImportState)> {
    let mut import = open(conn, access, id)?;
    let before = import.state;
    let object = relasi_domain::object(&import.object).ok_or(Refusal::NotFound)?;
    if revision.encoding.is_some() || revision.delimiter.is_some() || revision.sheet.is_some() {
        reread(&mut import, access, files, object, revision)?;
    }
    if let Some(options) = &revision.options {
        let before = import.options.preset.clone();
        import.options = changed(object, &import.options, options)?;
        if import.options.preset != before {
            read_as(&mut import, access, files, object)?;
        }
    }
    map(&mut import, access.shape(object), &revision.mapping)?;
    agreed::check(conn, access, &import, object)?;
    import.preview = shown(conn, access, files, &import).map_err(at_mapping)?;
    // Counts of another mapping would lie.
    (import.state, import.counts, import.error) = (ImportState::Uploaded, None, None);
    import.updated_at = now();
    Ok((import, before))
}

/// Stores what [`revised`] made, unless the import has moved on since.
pub fn keep(conn: &mut Conn, access: &Access, import: &Import, before: ImportState) -> Result<()> {
    allowed(access)?;
    save(conn, access, import, before)
}

fn map(import: &mut Import, shape: Shape<'_>, mapping: &[Mapped]) -> Result<()> {
    let mut faults = Faults::default();
    for (place, mapped) in mapping.iter().enumerate() {
        let known = mapped
            .field
            .as_deref()
            .is_none_or(|field| Target::find(shape, field).is_some());
        match import.columns.get_mut(mapped.index) {
            None => faults.push(Fault::at(format!("/mapping/{place}/index"), "out_of_range")),
            Some(_) if !known => {
                let name = mapped.field.as_deref().unwrap_or_default();
                let at = format!("/mapping/{place}/field");
                faults.push(Fault::at(at, "unknown_field").with("field", name));
            }
            Some(column) => column.field.clone_from(&mapped.field),
        }
    }
    Ok(faults.into_result()?)
}

/// Faults of the mapping as a whole name the field that it is about.
fn at_mapping(refusal: Refusal) -> Refusal {
    refusal.pointing(|at| format!("/mapping{at}"))
}

fn changed(object: &'static Object, options: &Options, patch: &Value) -> Result<Options> {
    let mut merged = json!(options);
    for (name, value) in patch
        .as_object()
        .ok_or_else(|| Fault::field("options", "malformed"))?
    {
        merged[name] = value.clone();
    }
    let options: Options = serde_json::from_value(merged)
        .map_err(|error| Fault::field("options", "malformed").with("error", error))?;
    let keyed = catalogue::has_key(object);
    if keyed != (options.matching == Matching::Key) {
        let choices = if keyed {
            "key"
        } else {
            "email, phone, domain, name, none"
        };
        return Err(Fault::at("/options/match", "not_a_choice")
            .with("choices", choices)
            .into());
    }
    let of_companies = matches!(options.matching, Matching::Domain | Matching::Name);
    if of_companies && object.name != "company" {
        return Err(Fault::at("/options/match", "not_a_choice")
            .with("choices", "email, phone, none")
            .into());
    }
    Ok(options)
}

/// Starts the dry run.
pub fn check(conn: &mut Conn, access: &Access, id: Uuid) -> Result<Import> {
    let import = open(conn, access, id)?;
    start(conn, access, import, ImportState::Checking, "import.check")
}

/// Starts the run.
pub fn run(conn: &mut Conn, access: &Access, id: Uuid) -> Result<Import> {
    let mut import = open(conn, access, id)?;
    import.counts = None;
    start(conn, access, import, ImportState::Running, "import.run")
}

/// Starts to take back what the run wrote.
pub fn undo(conn: &mut Conn, access: &Access, id: Uuid) -> Result<Import> {
    let import = find(conn, access, id)?;
    if !import.state.is_undoable() {
        return Err(Refusal::Conflict(busy_or(
            import.state,
            "import_not_undoable",
        )));
    }
    start(conn, access, import, ImportState::Undoing, "import.undo")
}

fn open(conn: &mut Conn, access: &Access, id: Uuid) -> Result<Import> {
    let import = find(conn, access, id)?;
    if !import.state.is_open() {
        Err(Refusal::Conflict(busy_or(import.state, "import_finished")))
    } else if is_expired(import.updated_at, now()) {
        Err(Refusal::Conflict("import_expired"))
    } else {
        Ok(import)
    }
}

fn busy_or(state: ImportState, otherwise: &'static str) -> &'static str {
    match state {
        ImportState::Checking | ImportState::Running | ImportState::Undoing => "import_running",
        _ => otherwise,
    }
}

fn start(
    conn: &mut Conn,
    access: &Access,
    mut import: Import,
    state: ImportState,
    kind: &'static str,
) -> Result<Import> {
    if state != ImportState::Undoing {
        let object = relasi_domain::object(&import.object).ok_or(Refusal::NotFound)?;
        agreed::is_known(&import, access.shape(object))?;
    }
    let before = std::mem::replace(&mut import.state, state);
    let job = NewJob {
        dedupe_key: Some(import.id.to_string()),
        created_by: Some(access.user_id),
        ..NewJob::new(
            kind,
            "import",
            json!(Payload {
                import_id: import.id
            }),
        )
    };
    import.job_id = Some(jobs::enqueue(conn, access.workspace_id, job)?);
    import.error = None;
    import.updated_at = now();
    save(conn, access, &import, before)?;
    Ok(import)
}

fn save(conn: &mut Conn, access: &Access, import: &Import, expected: ImportState) -> Result<()> {
    if store::update(conn, access.workspace_id, import, expected)? {
        Ok(())
    } else {
        Err(Refusal::Conflict("import_running"))
    }
}

/// The rows that could not be taken, as a CSV file; none when every row could.
///
/// # Errors
/// A conflict when there were such rows and their file has been removed since.
pub fn rejected(
    files: &Files,
    access: &Access,
    import: &Import,
    wording: Box<dyn Wording>,
) -> Result<Option<RejectedCsv>> {
    let path = files.rejected_path(access.workspace_id, import.id);
    let rows = RejectedCsv::open(&path, import.columns.clone(), wording).map_err(disk)?;
    let counted = import.counts.is_some_and(|counts| counts.rejected > 0);
    if rows.is_none() && counted {
        return Err(Refusal::Conflict("import_expired"));
    }
    Ok(rows)
}
