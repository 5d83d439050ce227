//! Everything about a person as one packed file: each table of the data map as JSON, the person's files, and a page to
//! read it by.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use relasi_domain::{
    locale::{self, Language},
    record::Object,
};
use relasi_persistence::{Conn, personal::MAP, store::instant_text, transfer::belonging};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Circle, Needles, Person};
use crate::{
    platform::{import::disk, storage::Waiting},
    refusal::{Refusal, Result},
};

type Row = Map<String, Value>;
type Zip = ZipWriter<BufWriter<File>>;

/// Columns that are of no use to anybody but the server.
const SEALED: [&str; 3] = ["sealed", "lease_token", "due_at"];

/// Writes the file; how many rows and files are in it.
pub(super) fn write(
    conn: &mut Conn,
    storage: &Waiting,
    (workspace, person): (Uuid, Person),
    language: Language,
    now: i64,
    to: &Path,
) -> Result<(usize, usize)> {
    let circle = Circle::of(conn, workspace, person)?;
    let needles = Needles::of(conn, workspace, &circle)?;
    let ids = circle.all();
    let mut tables: Vec<(&str, Vec<Row>)> = Vec::new();
    for table in MAP.iter().filter(|table| !table.by.is_empty()) {
        let mut rows = belonging(conn, table.name, table.by, (workspace, &ids))?;
        // The person first, then those that were merged into it.
        let id = person.id.to_string();
        let own = person.known.object().table;
        rows.sort_by_key(|row| table.name == own && row["id"] != json!(id));
        tables.push((table.name, rows));
    }
    let mails = belonging(
        conn,
        "mail_messages",
        &["recipient"],
        (workspace, &needles.addresses),
    )?;
    tables.push(("mail_messages", mails));
    let mut zip = ZipWriter::new(BufWriter::with_capacity(
        1 << 16,
        File::create(to).map_err(disk)?,
    ));
    let mut rows = 0;
    for (name, all) in &mut tables {
        rows += all.len();
        all.iter_mut().for_each(readable);
        let options = SimpleFileOptions::default();
        zip.start_file(format!("tables/{name}.json"), options)
            .map_err(|error| disk(error.into()))?;
        serde_json::to_writer_pretty(&mut zip, all).map_err(|error| disk(error.into()))?;
    }
    let files = contents(&mut zip, storage, workspace, &tables)?;
    let page = page(person.known.object(), (language, now), &tables, &files);
    zip.start_file("index.html", SimpleFileOptions::default())
        .map_err(|error| disk(error.into()))?;
    zip.write_all(page.as_bytes()).map_err(disk)?;
    let file = zip.finish().map_err(|error| disk(error.into()))?;
    let file = file
        .into_inner()
        .map_err(|error| disk(error.into_error()))?;
    file.sync_all().map_err(disk)?;
    Ok((rows, files.len()))
}

/// JSON in columns as JSON, instants as people write them.
fn readable(row: &mut Row) {
    for name in SEALED {
        row.remove(name);
    }
    for (name, value) in row.iter_mut() {
        let instant = matches!(name.as_str(), "at" | "since") || name.ends_with("_at");
        match value {
            Value::Number(micros) if instant => {
                if let Some(micros) = micros.as_i64() {
                    *value = Value::from(instant_text(micros));
                }
            }
            Value::String(text) if text.starts_with(['{', '[']) => {
                if let Ok(parsed) = serde_json::from_str(text) {
                    *value = parsed;
                }
            }
            _ => {}
        }
    }
}

/// The contents of the person's files, each version by itself; where they lie in the file and what they are called.
fn contents(
    zip: &mut Zip,
    storage: &Waiting,
    workspace: Uuid,
    tables: &[(&str, Vec<Row>)],
) -> Result<Vec<(String, String)>> {
    let of = |name: &str| {
        tables
            .iter()
            .find(|(table, _)| *table == name)
            .map_or(&[][..], |(_, rows)| rows)
    };
    let text = |row: &Row, name: &str| {
        row.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let names: BTreeMap<String, String> = of("files")
        .iter()
        .map(|row| (text(row, "id"), text(row, "name")))
        .collect();
    let options = SimpleFileOptions::default()
        .large_file(true)
        .compression_method(CompressionMethod::Stored);
    let mut written = Vec::new();
    for version in of("file_versions") {
        let file = text(version, "file_id");
        let Ok(content) = Uuid::try_parse(&text(version, "content_id")) else {
            continue;
        };
        let opened = match storage.open(workspace, content) {
            Ok(opened) => opened,
            Err(Refusal::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let name = names.get(&file).cloned().unwrap_or_default();
        let number = version.get("number").and_then(Value::as_i64).unwrap_or(1);
        let plain: String = name
            .chars()
            .map(|c| {
                if matches!(c, '/' | '\\') || c.is_control() {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        let place = format!("files/{file}/{number}-{plain}");
        zip.start_file(place.as_str(), options)
            .map_err(|error| disk(error.into()))?;
        storage.copy(opened, zip)?;
        written.push((place, name));
    }
    Ok(written)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The page that opens in a browser.
fn page(
    object: &Object,
    (language, now): (Language, i64),
    tables: &[(&str, Vec<Row>)],
    files: &[(String, String)],
) -> String {
    let person = tables
        .iter()
        .find(|(name, _)| *name == object.table)
        .and_then(|(_, rows)| rows.first());
    let name = person
        .and_then(|row| row[object.title].as_str())
        .unwrap_or_default();
    let say = |key: &str, name: &'static str, value: &str| {
        let params = BTreeMap::from([(name, value.to_owned())]);
        escaped(
            &locale::format(language, &format!("person_export.{key}"), &params).unwrap_or_default(),
        )
    };
    let title = say("title", "name", name);
    let mut page = format!(
        "<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title><style>body{{font:16px/1.5 sans-serif;\
         max-width:50rem;margin:2rem auto;padding:0 1rem}}td,th{{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}}\
         </style><h1>{title}</h1><p>{}</p><table>",
        language.tag(),
        say("made", "at", &instant_text(now)),
    );
    for field in object.fields {
        let value = person.and_then(|row| row.get(field.name.as_ref()));
        let Some(shown) = value.and_then(plain) else {
            continue;
        };
        let label = locale::field_label(language, object.name, &field.name).unwrap_or(&field.name);
        // Writing into a String can't fail.
        let _ = write!(
            page,
            "<tr><th>{}</th><td>{}</td></tr>",
            escaped(label),
            escaped(&shown)
        );
    }
    let heads = [
        say("tables", "", ""),
        say("file", "", ""),
        say("rows", "", ""),
    ];
    let _ = write!(
        page,
        "</table><h2>{}</h2><table><tr><th>{}</th><th>{}</th></tr>",
        heads[0], heads[1], heads[2]
    );
    for (table, rows) in tables.iter().filter(|(_, rows)| !rows.is_empty()) {
        let _ = write!(
            page,
            "<tr><td><a href=\"tables/{table}.json\">{table}</a></td><td>{}</td></tr>",
            rows.len()
        );
    }
    let _ = write!(page, "</table><h2>{}</h2><ul>", say("files", "", ""));
    for (place, name) in files {
        let _ = write!(
            page,
            "<li><a href=\"{}\">{}</a></li>",
            escaped(place),
            escaped(name)
        );
    }
    page.push_str("</ul></html>\n");
    page
}

/// A value as people read it; none for nothing.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(all) => {
            let all = all
                .iter()
                .filter_map(|one| plain(one.get("value").unwrap_or(one)));
            Some(all.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
        }
        other => Some(other.to_string()),
    }
}
