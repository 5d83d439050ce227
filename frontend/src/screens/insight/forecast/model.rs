//! What the API says about forecasts.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::i18n::{money, money_compact};
use crate::records::labels;
use crate::records::store::encode;
use crate::screens::insight::sales::{Figure, figure};

/// The figures of somebody.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct Row {
    /// `total`, `person`, `group`, `team`.
    pub kind: String,
    /// What they are called.
    pub label: Option<String>,
    /// How many stand above.
    pub depth: usize,
    /// Why there is no outlook by history.
    pub history_lacks: Option<String>,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// A forecast.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Forecast {
    /// The first day.
    pub from: String,
    /// The day after the last one.
    pub to: String,
    /// Where days begin.
    pub zone: String,
    /// Of all amounts.
    pub currency: String,
    /// Currencies without a rate.
    pub lacking: Vec<String>,
    /// Whether the period has quotas.
    pub has_quotas: bool,
    /// Its name where something can be said of it.
    pub call_period: Option<String>,
    /// Over all.
    pub total: Row,
    /// By person or team.
    pub rows: Vec<Row>,
    /// What each figure means.
    pub formulas: BTreeMap<String, String>,
}

/// What somebody who leads others said.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Call {
    /// Who said it.
    pub caller_id: String,
    /// What they are called.
    pub caller: String,
    /// `workspace` or `person`.
    pub kind: String,
    /// Whose number it is.
    pub subject_id: String,
    /// What they are called.
    pub subject: String,
    /// How much; none takes it back.
    pub amount: Option<i64>,
    /// Why.
    pub note: Option<String>,
    /// When it was said.
    pub created_at: String,
}

/// Somebody for whom a number can be said.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct CallSubject {
    /// `workspace` or `person`.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// What they are called.
    pub label: String,
}

/// What was said of a period.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Calls {
    /// Its name.
    pub period: String,
    /// Of all amounts.
    pub currency: String,
    /// For whom one may say a number.
    pub subjects: Vec<CallSubject>,
    /// The newest first.
    pub items: Vec<Call>,
}

/// Deals of which the same became.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct MoveSum {
    /// Which kind.
    pub kind: String,
    /// How many.
    pub n: i64,
    /// What they make of the sum.
    pub amount: i64,
}

/// What became of a deal.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Item {
    /// The deal.
    pub deal_id: String,
    /// Its name.
    pub name: String,
    /// Which kind of move.
    pub kind: String,
    /// What it makes of the sum.
    pub amount: i64,
    /// Where it counted.
    pub category_then: Option<String>,
    /// Where it counts.
    pub category: Option<String>,
    /// When it should have closed.
    pub close_date_then: Option<String>,
    /// When it should close.
    pub close_date: Option<String>,
}

/// What changed since a day.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Changes {
    /// The day; none before the first night.
    pub since: Option<String>,
    /// Of all amounts.
    pub currency: String,
    /// Deals that counted then.
    pub then_n: i64,
    /// What they were worth.
    pub then_amount: i64,
    /// Deals that count now.
    pub now_n: i64,
    /// What they are worth.
    pub now_amount: i64,
    /// By kind.
    pub moves: Vec<MoveSum>,
    /// Those that make the most difference.
    pub items: Vec<Item>,
    /// There are more.
    pub more: bool,
}

/// What a method foresaw.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Guess {
    /// Which one.
    pub method: String,
    /// How much; none with too little history.
    pub amount: Option<i64>,
    /// By how much that was wrong.
    pub error: Option<i64>,
}

/// What was foreseen on a day.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Point {
    /// The day.
    pub day: String,
    /// Open deals that it is made of.
    pub n: i64,
    /// What was won before.
    pub won_before: i64,
    /// By method.
    pub guesses: Vec<Guess>,
}

/// How good forecasts were.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Accuracy {
    /// Of all amounts.
    pub currency: String,
    /// What was won.
    pub won: i64,
    /// Deals won.
    pub n: i64,
    /// The period is over.
    pub is_over: bool,
    /// By day.
    pub points: Vec<Point>,
    /// What those who lead others said.
    pub callers: Vec<Caller>,
}

/// How good what somebody said was.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Caller {
    /// What they are called.
    pub label: String,
    /// Deals that their people won.
    pub n: i64,
    /// What these were worth.
    pub won: i64,
    /// By day, as the points.
    pub points: Vec<Said>,
}

/// What somebody had said by a day.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Said {
    /// How much; none before they did.
    pub amount: Option<i64>,
    /// By how much that was wrong.
    pub error: Option<i64>,
}

impl Row {
    /// The figure of this name.
    pub fn get(&self, name: &str) -> Option<&Figure> {
        figure(&self.figures, name)
    }

    /// The value of the figure, nothing where there is none.
    pub fn value(&self, name: &str) -> i64 {
        self.get(name).and_then(|one| one.value).unwrap_or(0)
    }

    /// `12 jt – 18 jt`; none with too little history. Tracked.
    pub fn range(&self, short: bool) -> Option<String> {
        let shown = |name: &str| {
            let one = self.get(name)?;
            let currency = one.currency.as_deref().unwrap_or_default();
            let shown = if short { money_compact } else { money };
            Some(shown(one.value?, currency))
        };
        Some(format!(
            "{} – {}",
            shown("history_low")?,
            shown("history_high")?
        ))
    }
}

/// A text of forecasts; tracked.
pub fn word(part: &str, name: &str) -> String {
    labels::text(&format!("forecast.{part}.{name}"))
        .unwrap_or_default()
        .to_owned()
}

/// Where the deals behind a figure are.
pub fn link(figure: &Figure) -> Option<String> {
    let filter = figure.filter.as_deref().filter(|_| figure.n > 0)?;
    Some(format!("/app/deals?layout=table&f={}", encode(filter)))
}
