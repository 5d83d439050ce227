//! Numbers and times of a workbook as a person would write them.

use calamine::ExcelDateTime;

/// Largest number up to which every whole number is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number without what only the machine sees: `3`, not `3.0`; `0.3`, not `0.30000000000000004`.
pub(super) fn plain(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    if number.fract() == 0.0 && number.abs() < EXACT {
        // Adding nothing takes the sign away from nothing.
        return format!("{:.0}", number + 0.0);
    }
    // Spreadsheets show fifteen digits.
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

/// `2026-11-22`, `2026-11-22 08:15:00`, `08:15:00`, or `26:30:00` for a length of time.
pub(super) fn moment(at: ExcelDateTime) -> String {
    if at.is_duration() {
        return span(at.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    // Half a second is where a clock that shows none goes on.
    let rounded = ExcelDateTime::new(
        at.as_f64() + 0.5 / 86_400.0,
        calamine::ExcelDateTimeType::DateTime,
        false,
    );
    let (hour, minute, second) = match (milli, rounded.to_ymd_hms_milli()) {
        (500.., (.., h, m, s, _)) if (h, m, s) != (0, 0, 0) => (h, m, s),
        _ => (hour, minute, second),
    };
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    if (0.0..1.0).contains(&at.as_f64()) {
        return clock;
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        day
    } else {
        format!("{day} {clock}")
    }
}

fn span(days: f64) -> String {
    let seconds = (days * 86_400.0).round();
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs();
    let (hours, minutes) = ((seconds / 3_600.0).floor(), (seconds / 60.0).floor() % 60.0);
    format!("{sign}{hours:.0}:{minutes:02.0}:{:02.0}", seconds % 60.0)
}

/// A time in ISO form, with a space for the T.
pub(super) fn iso(text: &str) -> String {
    match text.split_once('T') {
        Some((day, clock)) if day.len() == 10 => {
            let clock = clock.trim_end_matches('Z');
            let clock = clock.split('.').next().unwrap_or(clock);
            if clock == "00:00:00" {
                day.to_owned()
            } else {
                format!("{day} {clock}")
            }
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_have_no_more_than_they_need() {
        for (number, text) in [
            (3.0, "3"),
            (-3.0, "-3"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (6_281_255_501_410.0, "6281255501410"),
            (1e20, "100000000000000000000"),
            (f64::NAN, ""),
            (1e-7, "0.0000001"),
        ] {
            assert_eq!(plain(number), text);
        }
    }

    #[test]
    fn days_and_times_are_told_apart() {
        let of = |value| {
            moment(ExcelDateTime::new(
                value,
                ExcelDateTimeType::DateTime,
                false,
            ))
        };
        assert_eq!(of(45_943.0), "2025-10-13");
        assert_eq!(of(45_943.5), "2025-10-13 12:00:00");
        assert_eq!(of(45_943.541), "2025-10-13 12:59:02");
        assert_eq!(of(0.5), "12:00:00");
        assert_eq!(of(1.0), "1900-01-01");
        let of_1904 = ExcelDateTime::new(0.0 + 44_481.0, ExcelDateTimeType::DateTime, true);
        assert_eq!(moment(of_1904), "2025-10-13");
        let span = |value| {
            moment(ExcelDateTime::new(
                value,
                ExcelDateTimeType::TimeDelta,
                false,
            ))
        };
        assert_eq!(span(1.104_166_666_67), "26:30:00");
        assert_eq!(iso("2026-11-22T00:00:00"), "2026-11-22");
        assert_eq!(iso("2026-11-22T08:15:00.000"), "2026-11-22 08:15:00");
        assert_eq!(iso("2026-11-22"), "2026-11-22");
    }
}
