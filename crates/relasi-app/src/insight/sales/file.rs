//! A report as a CSV file: a line for each figure.

use relasi_domain::locale::{Language, text};

use super::{Answer, Figure};
use crate::{
    platform::spreadsheet::{bytes, harmless, piece},
    refusal::Result,
};
use relasi_persistence::StoreError;

const HEADINGS: [&str; 9] = [
    "report", "from", "to", "group", "figure", "unit", "currency", "value", "n",
];

/// The file of a report. Values are as the API has them: minor units, seconds, ten-thousandths.
pub fn csv(answer: &Answer, language: Language) -> Result<Vec<u8>> {
    let mut writer = piece(&mut csv::WriterBuilder::new(), true);
    let of_groups = answer.groups.iter().flat_map(|group| {
        let value = group.value.as_str().unwrap_or_default();
        let name = group.label.as_deref().unwrap_or(value);
        group.figures.iter().map(move |figure| (name, figure))
    });
    let all = answer.figures.iter().map(|figure| ("", figure));
    let write = || {
        writer.write_record(HEADINGS.map(|name| say(language, "column", name)))?;
        for (group, figure) in all.chain(of_groups) {
            writer.write_record(line(answer, language, (group, figure)))?;
        }
        Ok::<_, csv::Error>(())
    };
    let fault = |error: std::io::Error| StoreError::Other(error.to_string());
    write().map_err(|error| fault(error.into()))?;
    Ok(bytes(writer).map_err(fault)?)
}

fn line(answer: &Answer, language: Language, (group, figure): (&str, &Figure)) -> [String; 9] {
    let unit = serde_json::to_value(figure.unit).unwrap_or_default();
    [
        say(language, "report", answer.report).to_owned(),
        answer.period.from.to_string(),
        answer.period.to.to_string(),
        harmless(group),
        say(language, "figure", figure.name).to_owned(),
        say(language, "unit", unit.as_str().unwrap_or_default()).to_owned(),
        figure.currency.clone().unwrap_or_default(),
        figure
            .value
            .map(|value| value.to_string())
            .unwrap_or_default(),
        figure.n.to_string(),
    ]
}

fn say(language: Language, part: &str, name: &str) -> &'static str {
    text(language, &format!("sales.{part}.{name}")).unwrap_or_default()
}

/// How a report is computed, in words.
pub fn formula(answer: &Answer, language: Language) -> &'static str {
    say(language, "formula", answer.report)
}
