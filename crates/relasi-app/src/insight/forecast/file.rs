//! A forecast as a CSV file, and what its figures mean.

use std::collections::BTreeMap;

use relasi_domain::locale::{Language, text};
use relasi_persistence::StoreError;

use super::{Answer, Row, figures::NAMES};
use crate::{
    insight::sales::Figure,
    platform::spreadsheet::{bytes, harmless, piece},
    refusal::Result,
};

const HEADINGS: [&str; 9] = [
    "from", "to", "kind", "name", "figure", "unit", "currency", "value", "n",
];

fn say(language: Language, part: &str, name: &str) -> &'static str {
    text(language, &format!("forecast.{part}.{name}")).unwrap_or_default()
}

/// What each figure means, in words.
pub fn formulas(language: Language) -> BTreeMap<&'static str, &'static str> {
    let of = |name| (name, say(language, "formula", name));
    NAMES.into_iter().map(of).collect()
}

/// The file: a line for each figure. Values are as the API has them.
pub fn csv(answer: &Answer, language: Language) -> Result<Vec<u8>> {
    let mut writer = piece(&mut csv::WriterBuilder::new(), true);
    let rows = std::iter::once(&answer.total).chain(&answer.rows);
    let write = || {
        writer.write_record(HEADINGS.map(|name| say(language, "column", name)))?;
        for (row, figure) in rows.flat_map(|row| row.figures.iter().map(move |one| (row, one))) {
            writer.write_record(line(answer, language, (row, figure)))?;
        }
        Ok::<_, csv::Error>(())
    };
    let fault = |error: std::io::Error| StoreError::Other(error.to_string());
    write().map_err(|error| fault(error.into()))?;
    Ok(bytes(writer).map_err(fault)?)
}

fn line(answer: &Answer, language: Language, (row, figure): (&Row, &Figure)) -> [String; 9] {
    let unit = serde_json::to_value(figure.unit).unwrap_or_default();
    let unit = unit.as_str().unwrap_or_default();
    [
        answer.period.from.to_string(),
        answer.period.to.to_string(),
        say(language, "kind", row.kind).to_owned(),
        harmless(row.label.as_deref().unwrap_or_default()),
        say(language, "figure", figure.name).to_owned(),
        text(language, &format!("sales.unit.{unit}"))
            .unwrap_or_default()
            .to_owned(),
        figure.currency.clone().unwrap_or_default(),
        figure
            .value
            .map(|value| value.to_string())
            .unwrap_or_default(),
        figure.n.to_string(),
    ]
}
