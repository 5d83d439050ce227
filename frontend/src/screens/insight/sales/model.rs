//! What the API says about sales, and how it reads.

use serde::Deserialize;
use serde_json::Value;

use crate::i18n::{
    Day, date_short, decimal, k, money, money_compact, month_title, number, percent,
};
use crate::records::labels;

/// A report.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Report {
    /// Which one.
    #[serde(rename = "report")]
    pub code: String,
    /// The first day.
    pub from: String,
    /// The day after the last one.
    pub to: String,
    /// Where its days begin.
    pub zone: String,
    /// What its groups are by.
    pub by: String,
    /// The list that its filters are of.
    pub rows_of: String,
    /// How it is computed.
    pub formula: String,
    /// Over all groups.
    pub figures: Vec<Figure>,
    /// The groups.
    pub groups: Vec<Group>,
}

/// What has a value in common.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Group {
    /// A code, text, id or day.
    pub value: Value,
    /// Its name.
    pub label: Option<String>,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// One figure.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Figure {
    /// Which one.
    pub name: String,
    /// What it is measured in.
    pub unit: String,
    /// Of money.
    pub currency: Option<String>,
    /// None when it is not known.
    pub value: Option<i64>,
    /// Records that it is made of.
    pub n: i64,
    /// Opens them.
    pub filter: Option<String>,
}

/// The figure of this name; of money, the first currency's.
pub fn figure<'f>(figures: &'f [Figure], name: &str) -> Option<&'f Figure> {
    figures.iter().find(|figure| figure.name == name)
}

impl Figure {
    /// The value in short; a dash where there is none. Tracked.
    pub fn short(&self) -> String {
        self.shown(money_compact)
    }

    /// The value in full; tracked.
    pub fn full(&self) -> String {
        self.shown(money)
    }

    fn shown(&self, in_money: fn(i64, &str) -> String) -> String {
        let Some(value) = self.value else {
            return "–".to_owned();
        };
        let currency = self.currency.as_deref().unwrap_or_default();
        match self.unit.as_str() {
            "money" => in_money(value, currency),
            "money_per_day" => k::insight::per_day(&in_money(value, currency)),
            "share" => share(value),
            "seconds" => span(value),
            _ => number(value),
        }
    }

    /// What it is called; tracked.
    pub fn title(&self) -> String {
        word("figure", &self.name)
    }
}

/// A text of the report's figures, columns and units.
pub fn word(part: &str, name: &str) -> String {
    labels::text(&format!("sales.{part}.{name}"))
        .unwrap_or_default()
        .to_owned()
}

/// `45%` of ten-thousandths.
#[expect(clippy::cast_precision_loss, reason = "at most ten thousand")]
pub fn share(value: i64) -> String {
    percent(value as f64 / 10_000.0)
}

/// `6.2 d`, `3.5 h`, `12 min`; tracked.
pub fn span(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 3_600;
    const DAY: i64 = 86_400;
    // One decimal, in millionths as numbers are written.
    let tenths = |unit: i64| decimal((seconds * 10 + unit / 2) / unit * 100_000);
    match seconds {
        ..HOUR => k::insight::minutes(&number((seconds + MINUTE / 2) / MINUTE)),
        HOUR..DAY => k::insight::hours(&tenths(HOUR)),
        _ => k::insight::days(&tenths(DAY)),
    }
}

impl Group {
    /// What it is called; tracked.
    pub fn title(&self, by: &str) -> String {
        if let Some(label) = &self.label {
            return label.clone();
        }
        let Some(text) = self.value.as_str() else {
            let none = if by == "team_id" {
                k::settings::NO_TEAM
            } else {
                k::insight::NONE
            };
            return none.get().to_owned();
        };
        let Some((_, unit)) = by.rsplit_once(':') else {
            let object = match by {
                "outcome" => &relasi_domain::interaction::activity::OBJECT,
                _ => &relasi_domain::sales::deal::OBJECT,
            };
            return labels::choice(object, by, text);
        };
        let Some(day) = Day::parse_iso(text) else {
            return text.to_owned();
        };
        match unit {
            "month" => month_title(day),
            "year" => day.year.to_string(),
            _ => date_short(day),
        }
    }
}
