//! What a file that came in turns out to be, and what becomes of it when it is read in another way.

use std::{fs, io, path::Path};

use relasi_domain::{fault::Fault, identity::access::Access, record::Object};
use relasi_persistence::Conn;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Files, Import, ImportState, Matching, Options, Revision, Uploaded,
    candidate::Maker,
    cases::{allowed, find, importable},
    catalogue,
    housekeeping::is_expired,
    inspect::{Inspected, Known, inspect, preview},
    now,
    options::Mark,
    presets,
    run::{converter, customs},
    source::{self, Format, Made, Program, Source},
    upload::disk,
};
use crate::refusal::{Refusal, Result};

/// A finished upload as an import that is not stored yet. Reads the whole file, so it is for a blocking read; the file
/// is removed when it is refused.
pub fn describe(
    conn: &mut Conn,
    access: &Access,
    files: &Files,
    id: Uuid,
    object: &'static Object,
    file_name: &str,
    uploaded: &Uploaded,
) -> Result<Import> {
    let mut import = blank(access, id, object);
    import.file_name = file_name.chars().take(255).collect();
    import.file_size = i64::try_from(uploaded.size).unwrap_or(i64::MAX);
    import.file_sha256.clone_from(&uploaded.sha256);
    uploaded.encoding.name().clone_into(&mut import.encoding);
    let described = unpacked(access, files, uploaded, id).and_then(|made| {
        read(&mut import, access, files, object, made)?;
        import.preview = shown(conn, access, files, &import)?;
        Ok(import)
    });
    described.inspect_err(|_| files.discard(access.workspace_id, id))
}

/// Which part of a file that is there becomes an import of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Another {
    /// The sheet, from 0.
    pub sheet: usize,
    /// What its rows become.
    pub object: String,
}

/// Another sheet of the file of an import, as an import of its own that is not stored yet. For a blocking read, like
/// [`describe`].
pub fn another(
    conn: &mut Conn,
    access: &Access,
    files: &Files,
    from: Uuid,
    id: Uuid,
    wanted: &Another,
) -> Result<Import> {
    let object = importable(access, &wanted.object)?;
    let from = find(conn, access, from)?;
    if from.source.sheets.len() < 2 {
        return Err(Fault::field("sheet", "out_of_range").into());
    }
    let workspace = access.workspace_id;
    let (there, here) = (
        files.source_path(workspace, from.id),
        files.source_path(workspace, id),
    );
    if is_expired(from.updated_at, now()) || !there.exists() {
        return Err(Refusal::Conflict("import_expired"));
    }
    let mut import = blank(access, id, object);
    import.file_name = from.file_name;
    import.file_size = from.file_size;
    import.file_sha256 = from.file_sha256;
    let described = link(&there, &here)
        .map_err(disk)
        .and_then(|()| source::unpack(files, workspace, id, Some(wanted.sheet)))
        .and_then(|made| {
            read(&mut import, access, files, object, Some(made))?;
            import.preview = shown(conn, access, files, &import)?;
            Ok(import)
        });
    described.inspect_err(|_| files.discard(workspace, id))
}

/// The same file under another name; a copy where a disk knows no such thing.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
}

pub(super) fn blank(access: &Access, id: Uuid, object: &'static Object) -> Import {
    let now = now();
    Import {
        id,
        object: object.name.to_owned(),
        state: ImportState::Uploaded,
        file_name: String::new(),
        file_size: 0,
        file_rows: 0,
        file_sha256: String::new(),
        encoding: encoding_rs::UTF_8.name().to_owned(),
        delimiter: String::new(),
        source: Source::default(),
        columns: Vec::new(),
        options: Options::default(),
        preview: json!([]),
        counts: None,
        error: None,
        job_id: None,
        created_at: now,
        created_by: access.user_id,
        updated_at: now,
        finished_at: None,
    }
}

/// The table of a file that is none itself.
fn unpacked(access: &Access, files: &Files, file: &Uploaded, id: Uuid) -> Result<Option<Made>> {
    let workspace = access.workspace_id;
    let format = source::sniff(&file.path, file.encoding)?;
    if format != Format::Csv {
        fs::rename(&file.path, files.source_path(workspace, id)).map_err(disk)?;
    }
    Ok(match format {
        Format::Csv => None,
        Format::Xlsx => Some(source::unpack(files, workspace, id, None)?),
        Format::Vcard => Some(source::unpack_cards(files, workspace, id, file.encoding)?),
    })
}

/// Finds columns and customs of writing in the table of an import that is new.
fn read(
    import: &mut Import,
    access: &Access,
    files: &Files,
    object: &'static Object,
    made: Option<Made>,
) -> Result<()> {
    let known = match made.as_ref().map(|made| made.source.format) {
        Some(Format::Vcard) => Known::Is(Some(&presets::VCARD)),
        _ => Known::Not,
    };
    let found = table(import, access, files, object, (made, None, known))?;
    import.source.preset = program(object, &found.options);
    import.options = found.options;
    if object.name == "company" {
        import.options.matching = Matching::Name;
    }
    catalogue::usual(object, &mut import.options);
    Ok(())
}

/// Takes over what the table of an import is like, but for its options.
fn table(
    import: &mut Import,
    access: &Access,
    files: &Files,
    object: &'static Object,
    (made, delimiter, known): (Option<Made>, Option<char>, Known),
) -> Result<Inspected> {
    let (delimiter, point) = match made {
        None => (delimiter, false),
        Some(made) => {
            import.source = made.source;
            encoding_rs::UTF_8.name().clone_into(&mut import.encoding);
            (Some(','), made.has_fractions)
        }
    };
    let path = files.table_path(access.workspace_id, import.id, import.source.sheet);
    let shape = access.shape(object);
    let mut found = inspect(&path, import.encoding(), delimiter, known, shape)?;
    if import.source.format == Format::Vcard {
        found.options.preset = None;
    }
    if point {
        found.options.decimal_mark = Some(Mark::Point);
    }
    import.delimiter = found.delimiter.to_string();
    import.file_rows = found.rows;
    import.columns = std::mem::take(&mut found.columns);
    Ok(found)
}

/// The first rows as the mapping reads them.
pub(super) fn shown(
    conn: &mut Conn,
    access: &Access,
    files: &Files,
    import: &Import,
) -> Result<Value> {
    allowed(access)?;
    let object = relasi_domain::object(&import.object).ok_or(Refusal::NotFound)?;
    let (zone, currency) = customs(conn, access.workspace_id)?;
    let books = catalogue::books(conn, access.workspace_id, object)?;
    let maker = Maker::new(
        object,
        converter(access.shape(object), import, zone, (&currency, books))?,
        import,
        access,
    );
    let path = files.table_path(access.workspace_id, import.id, import.source.sheet);
    preview(&path, import, &maker)
}

/// Reads the file of an import anew: in another encoding, with another delimiter, or another sheet of it.
pub(super) fn reread(
    import: &mut Import,
    access: &Access,
    files: &Files,
    object: &'static Object,
    revision: &Revision,
) -> Result<()> {
    let is_text = import.source.format == Format::Csv;
    if let Some(label) = &revision.encoding {
        let known = encoding_rs::Encoding::for_label(label.as_bytes()).filter(|_| is_text);
        known
            .ok_or_else(|| Fault::field("encoding", "not_a_choice"))?
            .name()
            .clone_into(&mut import.encoding);
    }
    let given = revision
        .delimiter
        .as_ref()
        .map(|text| match text.as_bytes() {
            [byte] if is_text && is_delimiter(*byte) => Ok(char::from(*byte)),
            _ => Err(Fault::field("delimiter", "not_a_choice")),
        });
    let given = given.transpose()?;
    let made = match revision.sheet {
        None => None,
        Some(sheet) if sheet >= import.source.sheets.len() => {
            return Err(Fault::field("sheet", "out_of_range").into());
        }
        // The only sheet is the one that was read.
        Some(_) if import.source.sheets.len() == 1 => return Ok(()),
        Some(sheet) => Some(source::unpack(
            files,
            access.workspace_id,
            import.id,
            Some(sheet),
        )?),
    };
    // Another sheet may be the export of another program; columns of the same one are what they were.
    let known = match revision.sheet {
        Some(_) => Known::Not,
        None => Known::Is(presets::of(import)),
    };
    anew(import, access, files, object, (made, given, known))
}

/// Reads the table of an import as the export of another program, or of none.
pub(super) fn read_as(
    import: &mut Import,
    access: &Access,
    files: &Files,
    object: &'static Object,
) -> Result<()> {
    let preset = match &import.options.preset {
        None => None,
        Some(name) => Some(
            presets::named(object, name)
                .ok_or_else(|| Fault::at("/options/preset", "not_a_choice"))?,
        ),
    };
    let delimiter = import.delimiter.chars().next();
    anew(
        import,
        access,
        files,
        object,
        (None, delimiter, Known::Is(preset)),
    )
}

fn anew(
    import: &mut Import,
    access: &Access,
    files: &Files,
    object: &'static Object,
    how: (Option<Made>, Option<char>, Known),
) -> Result<()> {
    let is_new = how.0.is_some();
    let found = table(import, access, files, object, how)?;
    if is_new {
        import.source.preset = program(object, &found.options);
    }
    import.options.preset = found.options.preset;
    import.options.date_order = found.options.date_order;
    import.options.decimal_mark = found.options.decimal_mark;
    Ok(())
}

fn program(object: &'static Object, options: &Options) -> Option<Program> {
    presets::named(object, options.preset.as_deref()?).map(Into::into)
}

fn is_delimiter(byte: u8) -> bool {
    byte != b'"' && !byte.is_ascii_alphanumeric() && byte.is_ascii()
}
