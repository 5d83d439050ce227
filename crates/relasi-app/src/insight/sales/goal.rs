//! What should have been won, beside what was: the quotas of the same months.

use chrono::{Months, NaiveDate};
use relasi_domain::insight::forecast::months_within;
use uuid::Uuid;

use super::{Asked, Figure, Unit, grouped::Parts};
use crate::{insight::forecast, records::Work, refusal::Result};

/// Adds goals to results by month, where it is known whose these are: of everybody, of one person or of a team.
pub(super) fn add(work: &mut Work<'_>, asked: &Asked, found: Parts) -> Result<Parts> {
    let (by, mut all, mut groups) = found;
    let whose = match asked.list.filter.as_deref().map(str::trim) {
        None | Some("") => None,
        Some("owner_id = me") => Some(("person", work.access.user_id)),
        Some(filter) => match one(filter) {
            Some(whose) => Some(whose),
            None => return Ok((by, all, groups)),
        },
    };
    if by != "closed_at:month" || !asked.amounts {
        return Ok((by, all, groups));
    }
    let months = months_within(asked.period.from, asked.period.to);
    let (currency, goals) = forecast::goals(work, whose, &months)?;
    let figure = |value: i64, n: i64| Figure {
        name: "goal",
        unit: Unit::Money,
        currency: Some(currency.clone()),
        value: Some(value),
        n,
        filter: None,
    };
    for group in &mut groups {
        let month = group
            .value
            .as_str()
            .and_then(|day| day.parse::<NaiveDate>().ok());
        if let Some(goal) = month.and_then(|month| goals.get(&month)) {
            group.figures.push(figure(*goal, 1));
        }
    }
    // A sum of some of the months would be no goal of the period.
    let whole = asked
        .period
        .from
        .checked_add_months(Months::new(u32::try_from(months.len()).unwrap_or_default()));
    if whole == Some(asked.period.to) && !months.is_empty() && goals.len() == months.len() {
        all.push(figure(
            goals.values().sum(),
            i64::try_from(goals.len()).unwrap_or(i64::MAX),
        ));
    }
    Ok((by, all, groups))
}

/// The person or team that a filter takes alone.
fn one(filter: &str) -> Option<(&'static str, Uuid)> {
    let (field, id) = filter.split_once(" = ")?;
    let kind = match field {
        "owner_id" => "person",
        "team_id" => "team",
        _ => return None,
    };
    Some((kind, Uuid::try_parse(id).ok()?))
}
