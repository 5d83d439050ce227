//! Points in time between the API (UTC) and the person's clock.

use js_sys::Date;
use wasm_bindgen::JsValue;

use crate::i18n::{Day, date_short, local_day, time};

/// Day and time as people read them: "22 Nov 2026 14.05".
pub fn shown(instant: &str) -> String {
    local_day(instant).map_or_else(String::new, |day| {
        format!("{} {}", date_short(day), time(instant))
    })
}

/// `14:05` on the person's clock, for `TimeInput`.
pub fn clock(instant: &str) -> String {
    let date = Date::new(&JsValue::from_str(instant));
    if date.get_time().is_nan() {
        return String::new();
    }
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// The instant of a local day and `14:05`, as RFC 3339 in UTC. An unreadable time counts as 09:00.
pub fn of_local(day: Day, clock: &str) -> String {
    let (hours, minutes) = read_clock(clock).unwrap_or((9, 0));
    let month = i32::try_from(day.month).unwrap_or(1) - 1;
    let (day_of_month, hours, minutes) = (small(day.day), small(hours), small(minutes));
    let year = u32::try_from(day.year).unwrap_or(1970);
    let date = Date::new_with_year_month_day_hr_min(year, month, day_of_month, hours, minutes);
    date.to_iso_string().into()
}

/// Whether an instant lies before now.
pub fn is_past(instant: &str) -> bool {
    Date::parse(instant) < Date::now()
}

/// Whole days from today to the instant's local day.
pub fn days_from_today(instant: &str) -> Option<i64> {
    local_day(instant).map(|day| day.number() - crate::i18n::today().number())
}

fn read_clock(clock: &str) -> Option<(u32, u32)> {
    let (hours, minutes) = clock.split_once(':')?;
    let (hours, minutes) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some((hours, minutes))
}

fn small(value: u32) -> i32 {
    i32::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::read_clock;

    #[test]
    fn reads_clocks() {
        assert_eq!(read_clock("14:05"), Some((14, 5)));
        assert_eq!(read_clock("24:00"), None);
        assert_eq!(read_clock(""), None);
    }
}
