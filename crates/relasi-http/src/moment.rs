//! Points in time that a client may write as an instant or as a day.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use relasi_domain::{fault::Fault, filter::start_of_day, text::iso_day};

use crate::{caller::Caller, problem::Problem};

/// Which moment of a day is meant.
#[derive(Debug, Clone, Copy)]
pub enum Edge {
    /// Its first one.
    Begin,
    /// Its last one.
    End,
}

/// The moment that a text names; days are those of the workspace. `pointer` is where the text stands.
pub fn moment(
    caller: &Caller,
    text: &str,
    edge: Edge,
    pointer: &str,
) -> Result<DateTime<Utc>, Problem> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.with_timezone(&Utc));
    }
    let day = iso_day(text).ok_or_else(|| Problem::fault(Fault::at(pointer, "not_instant")))?;
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    Ok(match edge {
        Edge::Begin => start_of_day(zone, day),
        Edge::End => start_of_day(zone, day_after(day)) - TimeDelta::microseconds(1),
    })
}

fn day_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}
