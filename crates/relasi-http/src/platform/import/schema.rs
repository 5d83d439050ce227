//! Schemas of imports.

use relasi_app::platform::import::IMPORTED;
use serde_json::{Value, json};

use crate::{api::Api, records::schema::reference};

pub(super) fn register(api: &mut Api) {
    api.schema("Import", import());
    api.schema("ImportColumn", column());
    api.schema("ImportSource", source());
    api.schema("ImportOptions", options());
    api.schema("ImportCounts", counts());
}

fn import() -> Value {
    let time = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    let text = |about: &str| json!({"type": "string", "description": about});
    json!({
        "type": "object", "description": "A file on its way to becoming records.",
        "required": ["id", "object", "state", "file_name", "file_size", "file_rows", "file_sha256", "encoding", "delimiter", "source", "columns", "options", "preview", "counts", "error", "job_id", "created_at", "created_by", "updated_at", "finished_at"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The import; records that it made name it in `import_id`."},
            "object": {"type": "string", "enum": IMPORTED, "description": "What the rows become."},
            "state": {"type": "string", "enum": ["uploaded", "checking", "checked", "running", "done", "failed", "cancelled", "undoing", "undone"], "description": "Where it stands."},
            "file_name": text("Name of the file."),
            "file_size": {"type": "integer", "description": "Bytes."},
            "file_rows": {"type": "integer", "description": "Rows with anything in them, without the headings."},
            "file_sha256": text("SHA-256 of the file in hexadecimal."),
            "encoding": text("Encoding of the file, for example `UTF-8` or `windows-874`."),
            "delimiter": text("The character between its cells."),
            "source": reference("ImportSource"),
            "columns": {"type": "array", "description": "Its columns and where they go.", "items": reference("ImportColumn")},
            "options": reference("ImportOptions"),
            "preview": {"type": "array", "description": "The first rows as they are read now.", "items": {
                "type": "object", "description": "A row.", "required": ["row", "cells", "record", "company", "faults"],
                "properties": {
                    "row": {"type": "integer", "description": "Its number; the headings are row 1."},
                    "cells": {"type": "array", "description": "As they stand in the file.", "items": {"type": "string"}},
                    "record": {"type": ["object", "null"], "description": "Its values as fields; null when it can't be read.", "additionalProperties": true},
                    "company": {"type": ["string", "null"], "description": "Name of its company."},
                    "faults": {"type": "array", "description": "What is wrong with it.", "items": {"type": "object", "additionalProperties": true}}
                }
            }},
            "counts": {"oneOf": [reference("ImportCounts"), {"type": "null"}], "description": "Fate of the rows, after a check or during a run."},
            "error": {"type": ["string", "null"], "description": "Code of the error that ended the last job."},
            "job_id": {"type": ["string", "null"], "format": "uuid", "description": "The last job."},
            "created_at": time("When it was uploaded."),
            "created_by": {"type": "string", "format": "uuid", "description": "By whom."},
            "updated_at": time("Last change."),
            "finished_at": time("When its run ended.")
        }
    })
}

fn source() -> Value {
    json!({
        "type": "object", "description": "What kind of file it is.", "required": ["format", "sheets", "sheet", "preset"],
        "properties": {
            "format": choice(&["csv", "xlsx", "vcard"], "Found by its content."),
            "sheets": {"type": "array", "description": "Names of a workbook's sheets.", "items": {"type": "string"}},
            "sheet": {"type": "integer", "minimum": 0, "description": "The sheet that is imported, from 0."},
            "preset": {"type": ["object", "null"], "description": "The program whose export it seems to be.", "required": ["name", "title"], "properties": {
                "name": {"type": "string", "description": "For `options.preset`."},
                "title": {"type": "string", "description": "What the program is called."}
            }}
        }
    })
}

/// The body of a request for another sheet.
pub(super) fn another() -> Value {
    json!({
        "type": "object", "description": "Which sheet.", "required": ["sheet", "object"], "additionalProperties": false,
        "properties": {
            "sheet": {"type": "integer", "minimum": 0, "description": "The sheet, from 0."},
            "object": choice(&IMPORTED, "What its rows become.")
        }
    })
}

fn column() -> Value {
    json!({
        "type": "object", "description": "A column of a file.", "required": ["index", "heading", "sample", "field", "confidence"],
        "properties": {
            "index": {"type": "integer", "description": "From 0."},
            "heading": {"type": "string", "description": "Its heading."},
            "sample": {"type": "array", "description": "Its first values.", "items": {"type": "string"}},
            "field": {"type": ["string", "null"], "description": "Where it goes: a field, `given_name`, `family_name` (leads), `company.domain`, `consent`, `consent.email` and so on for each channel, or `consent_at`; null leaves it out."},
            "confidence": {"type": "string", "enum": ["high", "low", "none"], "description": "How sure the proposal is."}
        }
    })
}

fn choice(codes: &[&str], about: &str) -> Value {
    json!({"type": "string", "enum": codes, "description": about})
}

fn options() -> Value {
    json!({
        "type": "object", "description": "How a file is read and matched.",
        "properties": {
            "date_order": {"type": ["string", "null"], "enum": ["dmy", "mdy", "ymd", null], "description": "Which number comes first in dates such as 9/8/2026; the day when null."},
            "decimal_mark": {"type": ["string", "null"], "enum": ["point", "comma", null], "description": "The mark before fractions in numbers that can be read in two ways."},
            "match": choice(&["email", "phone", "domain", "name", "key", "none"], "By which values rows match records; `domain` and `name` for companies only. `key` and nothing else for products (the code), prices (book, product and quantity) and exchange rates (currency and day)."),
            "on_match": choice(&["update", "skip", "create"], "What happens to a row that matches."),
            "company": choice(&["domain", "name", "none"], "How the company of a contact is found; one that is not found is made."),
            "preset": {"type": ["string", "null"], "enum": ["hubspot", "salesforce", "pipedrive", "espocrm", "mailchimp", "google", "outlook", null], "description": "The program whose export the file is read as; its columns are found and its words understood. Another one, or null, lets columns begin anew."},
            "purpose_id": {"type": ["string", "null"], "format": "uuid", "description": "The purpose that columns of consent are about; required with such columns."},
            "start_clocks": {"type": "boolean", "default": false, "description": "Whether the time in which new leads should be answered begins; without it they wait for nobody and do not count in speed to lead."}
        }
    })
}

fn counts() -> Value {
    let count = |about: &str| json!({"type": "integer", "description": about});
    json!({
        "type": "object", "description": "Rows by their fate: rows = created + updated + skipped + rejected.",
        "required": ["rows", "created", "updated", "skipped", "rejected", "companies_created"],
        "properties": {
            "rows": count("Rows so far."),
            "created": count("Became a new record."),
            "updated": count("Were written into a record that was there or that an earlier row made."),
            "skipped": count("Matched a record and were left out."),
            "rejected": count("Could not be taken."),
            "companies_created": count("New companies of contacts.")
        }
    })
}

/// The body of a change.
pub(super) fn revision() -> Value {
    json!({
        "type": "object", "description": "What changes.", "additionalProperties": false,
        "properties": {
            "mapping": {"type": "array", "description": "Where columns go; those left out stay as they are.", "items": {
                "type": "object", "description": "A column.", "required": ["index"], "additionalProperties": false,
                "properties": {
                    "index": {"type": "integer", "minimum": 0, "description": "The column, from 0."},
                    "field": {"type": ["string", "null"], "description": "Where it goes, as in `ImportColumn`; null leaves the column out."}
                }
            }},
            "options": reference("ImportOptions"),
            "encoding": {"type": "string", "description": "Another encoding than the one that was found; columns begin anew."},
            "delimiter": {"type": "string", "description": "Another delimiter than the one that was found; columns begin anew."},
            "sheet": {"type": "integer", "minimum": 0, "description": "Another sheet of the file, from 0; columns begin anew."}
        }
    })
}
