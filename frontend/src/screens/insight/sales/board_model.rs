//! What the API says on the sales board.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::model::{Figure, figure, word};
use crate::i18n::percent;
use crate::records::labels;

/// Days from the first one up to, not including, the last one.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Days {
    /// The first day.
    pub from: String,
    /// The day after the last one.
    pub to: String,
}

/// The figures of somebody.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct BoardLine {
    /// `workspace`, `team` or `person`.
    pub kind: String,
    /// What they are called.
    pub label: Option<String>,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// A team or person that can be asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Whom {
    /// Which one.
    pub id: String,
    /// What they are called.
    pub label: String,
}

/// The board.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Board {
    /// `seller`, `lead` or `owner`.
    pub audience: String,
    /// The first day.
    pub from: String,
    /// The day after the last one.
    pub to: String,
    /// The period beside it.
    pub against: Days,
    /// Where days begin.
    pub zone: String,
    /// Of all amounts.
    pub currency: String,
    /// Currencies without a rate.
    pub lacking: Vec<String>,
    /// Takes what it is about.
    pub filter: String,
    /// Teams that can be asked for.
    pub teams: Vec<Whom>,
    /// People who can be asked for.
    pub people: Vec<Whom>,
    /// What it is about.
    pub total: BoardLine,
    /// By team.
    pub by_team: Vec<BoardLine>,
    /// By person.
    pub by_person: Vec<BoardLine>,
    /// What each figure means.
    pub formulas: BTreeMap<String, String>,
}

impl BoardLine {
    /// The figure of this name.
    pub fn get(&self, name: &str) -> Option<&Figure> {
        figure(&self.figures, name)
    }

    /// The value of the figure, nothing where there is none.
    pub fn value(&self, name: &str) -> i64 {
        self.get(name).and_then(|one| one.value).unwrap_or(0)
    }

    /// A figure beside the same one of the other period: `+8%`; none where there was nothing.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn change(&self, name: &str, before: &str) -> Option<String> {
        let now = self.get(name)?.value?;
        let then = self.get(before)?.value.filter(|then| *then != 0)?;
        let share = (now - then) as f64 / then as f64;
        let sign = if share > 0.0 { "+" } else { "" };
        Some(format!("{sign}{}", percent(share)))
    }
}

/// What a figure of the board is called; tracked.
pub fn title(name: &str) -> String {
    let own = ["close_rate", "won_before", "activities", "attention"];
    if own.contains(&name) {
        return word("figure", name);
    }
    labels::text(&format!("forecast.figure.{name}"))
        .unwrap_or_default()
        .to_owned()
}

/// The list that the rows of a figure are in.
pub fn rows_of(name: &str) -> &'static str {
    if name.starts_with("activities") {
        "activities"
    } else {
        "deals"
    }
}
