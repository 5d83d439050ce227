//! What can be told of a file before anything is written.

use std::{
    io::{self, Read},
    path::Path,
};

use encoding_rs::Encoding;
use relasi_domain::{
    fault::Fault,
    field::{Field, Kind},
    locale::{detect_date_order, detect_decimal_mark},
    platform::import::{
        Confidence, Target, detect_delimiter, guess_targets, is_decimal_text, pick_samples,
    },
    shape::Shape,
};
use serde_json::{Value, json};

use super::{
    Column, Import, Options,
    candidate::Maker,
    encoding::looks_like_text,
    presets::{self, Preset},
    reader::{ReadError, Row, Rows, decoded},
    rejected::Reason,
    source::MAX_COLUMNS,
    upload::disk,
};
use crate::{Refusal, Result};

/// Characters that are looked at for the delimiter.
const HEAD: u64 = 1 << 16;
/// Rows from which samples are picked and customs of writing are told.
const SAMPLED: usize = 1_000;
/// Rows of the preview.
const PREVIEW: usize = 20;
/// Values shown beside a heading.
const SAMPLES: usize = 3;

/// Whether it is known whose export a file is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known {
    /// That of this program, or of none.
    Is(Option<&'static Preset>),
    /// Its headings tell.
    Not,
}

/// What a file is like.
#[derive(Debug)]
pub(super) struct Inspected {
    pub(super) delimiter: char,
    pub(super) columns: Vec<Column>,
    pub(super) options: Options,
    pub(super) rows: i64,
}

/// Reads the whole file once. It must be text with a row of headings.
///
/// # Errors
/// A fault at `/file`: `file_empty`, `file_not_text`, `too_many`, `record_too_long`.
pub(super) fn inspect(
    path: &Path,
    encoding: &'static Encoding,
    delimiter: Option<char>,
    preset: Known,
    shape: Shape<'_>,
) -> Result<Inspected> {
    let head = head(path, encoding, HEAD).map_err(disk)?;
    if !looks_like_text(&head) {
        return Err(Fault::field("file", "file_not_text").into());
    }
    let delimiter = delimiter.unwrap_or_else(|| detect_delimiter(&head));
    let mut rows =
        Rows::open(path, encoding, u8::try_from(delimiter).unwrap_or(b',')).map_err(disk)?;
    let Some(headings) = rows.next().map_err(unreadable)? else {
        return Err(Fault::field("file", "file_empty").into());
    };
    if headings.cells.len() > MAX_COLUMNS {
        return Err(Fault::field("file", "too_many")
            .with("max", MAX_COLUMNS)
            .into());
    }
    let mut sampled: Vec<Row> = Vec::new();
    let mut count = 0;
    while let Some(row) = rows.next().map_err(unreadable)? {
        count += 1;
        if sampled.len() < SAMPLED {
            sampled.push(row);
        }
    }
    let preset = match preset {
        Known::Is(preset) => preset,
        Known::Not => presets::recognised(shape.object, &headings.cells),
    };
    let columns = columns(shape, preset, &headings, &sampled);
    let options = Options {
        preset: preset.map(|preset| preset.name.to_owned()),
        ..options(shape, &columns, &sampled)
    };
    Ok(Inspected {
        delimiter,
        options,
        columns,
        rows: count,
    })
}

/// The text that a file begins with, from so many bytes of it.
pub(super) fn head(path: &Path, encoding: &'static Encoding, size: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    decoded(path, encoding)?
        .take(size)
        .read_to_end(&mut bytes)?;
    // The last character may be cut.
    let whole = match std::str::from_utf8(&bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    Ok(String::from_utf8_lossy(&bytes[..whole]).into_owned())
}

fn unreadable(error: ReadError) -> Refusal {
    match error {
        ReadError::TooLong => Fault::field("file", "record_too_long").into(),
        ReadError::Disk(error) => disk(error),
    }
}

fn columns(
    shape: Shape<'_>,
    preset: Option<&'static Preset>,
    headings: &Row,
    rows: &[Row],
) -> Vec<Column> {
    let named: Vec<(String, Vec<String>)> = headings
        .cells
        .iter()
        .enumerate()
        .map(|(index, heading)| {
            let values = rows
                .iter()
                .filter_map(|row| row.cells.get(index))
                .map(String::as_str);
            (heading.trim().to_owned(), pick_samples(values, SAMPLES))
        })
        .collect();
    let guesses = match preset {
        Some(preset) => preset.guesses(shape, &named),
        None => guess_targets(shape, &named),
    };
    let columns = named.into_iter().zip(guesses).enumerate();
    columns
        .map(|(index, ((heading, sample), guess))| Column {
            index,
            heading,
            sample,
            field: guess.target.map(|target| target.name().to_owned()),
            confidence: match guess.confidence {
                Confidence::None => "none",
                Confidence::Low => "low",
                Confidence::High => "high",
            }
            .to_owned(),
        })
        .collect()
}

/// How dates and numbers are written, as far as the values tell.
fn options(shape: Shape<'_>, columns: &[Column], rows: &[Row]) -> Options {
    let of = |wanted: &dyn Fn(&Field) -> bool| {
        let meant = columns.iter().filter(|column| match column.field.as_deref() {
            Some(name) => matches!(Target::find(shape, name), Some(Target::Field(field)) if wanted(&field)),
            None => false,
        });
        let values = meant
            .flat_map(|column| rows.iter().filter_map(|row| row.cells.get(column.index)))
            .map(String::as_str);
        values.collect::<Vec<_>>()
    };
    Options {
        date_order: detect_date_order(of(&|field| {
            matches!(field.kind, Kind::Date | Kind::Instant)
        })),
        decimal_mark: detect_decimal_mark(of(&|field| {
            let numbers = matches!(
                field.kind,
                Kind::Integer | Kind::Number | Kind::Money { .. }
            );
            numbers || is_decimal_text(shape.object, &field.name)
        }))
        .map(Into::into),
        ..Options::default()
    }
}

/// The first rows as the mapping reads them: `[{"row", "cells", "record", "company", "faults"}]`.
pub(super) fn preview(path: &Path, import: &Import, maker: &Maker) -> Result<Value> {
    let mut rows = Rows::open(path, import.encoding(), import.delimiter_byte()).map_err(disk)?;
    rows.next().map_err(unreadable)?;
    let mut shown = Vec::with_capacity(PREVIEW);
    while let Some(row) = rows.next().map_err(unreadable)? {
        shown.push(show(maker, row));
        if shown.len() == PREVIEW {
            break;
        }
    }
    Ok(Value::Array(shown))
}

fn show(maker: &Maker, row: Row) -> Value {
    let candidate = maker.candidate(row);
    let (record, company, faults) = match &candidate.made {
        Ok(made) => (
            json!(made.body),
            json!(made.company.name),
            made.fresh.clone().err().unwrap_or_default(),
        ),
        Err(faults) => (Value::Null, Value::Null, faults.clone()),
    };
    let faults: Vec<Reason> = faults.0.iter().map(Reason::of).collect();
    json!({
        "row": candidate.row.number,
        "cells": candidate.row.cells,
        "record": record,
        "company": company,
        "faults": faults,
    })
}
