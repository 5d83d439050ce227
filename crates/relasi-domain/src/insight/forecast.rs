//! What open deals promise: categories, the outlook by history, quotas of months. Formulas: `metrics.md`, `docs/forecast.md`.

mod change;
mod outlook;

use chrono::{Datelike, Months, NaiveDate};

pub use self::{
    change::{MOVES, Move, Now, Then, moved},
    outlook::{MIN_CLOSED, Outcome, Outlook, Part, outlook},
};

/// Categories in the order in which they are shown, the surest first.
pub const CATEGORIES: [&str; 4] = ["commit", "best_case", "pipeline", "omitted"];

/// From this chance on a deal is committed when neither it nor its stage says where it counts.
const COMMIT: i64 = 80;
/// The same for the best case.
const BEST: i64 = 50;

/// Where a deal counts: where it says itself, where its stage says, or by its chance in per cent.
pub fn category<'c>(own: Option<&'c str>, stage: Option<&'c str>, chance: i64) -> &'c str {
    own.or(stage).unwrap_or(match chance {
        COMMIT.. => "commit",
        BEST.. => "best_case",
        _ => "pipeline",
    })
}

/// The chance of deals `d` in their stages `s`, in SQL.
pub const CHANCE_SQL: &str = "coalesce(d.probability, s.probability)";

/// [`category`] of deals `d` in their stages `s`, in SQL.
pub fn category_sql() -> String {
    format!(
        "coalesce(d.forecast_category, s.forecast_category, CASE WHEN {CHANCE_SQL} >= {COMMIT} THEN 'commit' \
         WHEN {CHANCE_SQL} >= {BEST} THEN 'best_case' ELSE 'pipeline' END)"
    )
}

/// [`category`] as a filter of the list of deals.
pub fn category_filter(code: &str) -> String {
    let nothing_said = "forecast_category is empty and stage.forecast_category is empty";
    let (least, below) = match code {
        "commit" => (Some(COMMIT), None),
        "best_case" => (Some(BEST), Some(COMMIT)),
        "pipeline" => (None, Some(BEST)),
        _ => (None, None),
    };
    let mut any = vec![
        format!("forecast_category = {code}"),
        format!("(forecast_category is empty and stage.forecast_category = {code})"),
    ];
    // Each case stands beside the others and not within them: filters nest so deep and no deeper.
    if least.is_some() || below.is_some() {
        for (chance, own) in [
            ("probability", ""),
            ("stage.probability", " and probability is empty"),
        ] {
            let least = least.map(|least| format!(" and {chance} >= {least}"));
            let below = below.map(|below| format!(" and {chance} < {below}"));
            let bounds = [least, below].map(Option::unwrap_or_default).concat();
            any.push(format!("({nothing_said}{own}{bounds})"));
        }
    }
    format!("({})", any.join(" or "))
}

/// What quotas are measured in.
pub const MEASURES: [&str; 2] = ["won_amount", "won_count"];

/// Whose a quota can be.
pub const SUBJECTS: [&str; 3] = ["person", "team", "workspace"];

/// The months of `2026-11`, `2026-Q4` or `2026`, by their first days.
pub fn months_of(text: &str) -> Option<Vec<NaiveDate>> {
    let (year, rest) = text.split_at_checked(4)?;
    let year: i32 = year
        .parse()
        .ok()
        .filter(|year| (1900..=9998).contains(year))?;
    let (first, count) = match rest.as_bytes() {
        [] => (1, 12),
        [b'-', b'Q', quarter @ b'1'..=b'4'] => (u32::from(quarter - b'1') * 3 + 1, 3),
        [b'-', tens @ b'0'..=b'1', ones @ b'0'..=b'9'] => {
            (u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), 1)
        }
        _ => return None,
    };
    let first = NaiveDate::from_ymd_opt(year, first, 1)?;
    (0..count)
        .map(|month| first.checked_add_months(Months::new(month)))
        .collect()
}

/// The name of days that are a month, a quarter or a year: `2026-11`, `2026-Q4`, `2026`.
pub fn period_of(from: NaiveDate, to: NaiveDate) -> Option<String> {
    let (year, month) = (from.year(), from.month());
    let names = [
        format!("{year:04}-{month:02}"),
        format!("{year:04}-Q{}", month.div_ceil(3)),
        format!("{year:04}"),
    ];
    let months = months_within(from, to);
    let is_whole = |name: &String| {
        let last = months.last()?.checked_add_months(Months::new(1))?;
        Some(last == to && from == *months.first()? && months_of(name)? == months)
    };
    names
        .into_iter()
        .find(|name| is_whole(name).unwrap_or_default())
}

/// The months that lie within days from the first one up to, not including, the last one.
pub fn months_within(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let first = from.with_day(1).unwrap_or(from);
    let mut months = Vec::new();
    let mut month = if first < from {
        first.checked_add_months(Months::new(1))
    } else {
        Some(first)
    };
    while let Some(begin) = month {
        let Some(end) = begin
            .checked_add_months(Months::new(1))
            .filter(|end| *end <= to)
        else {
            break;
        };
        months.push(begin);
        month = Some(end);
    }
    months
}

/// A value in so many parts that add up to it, none of which differs from another by more than one.
pub fn parts(value: i64, count: usize) -> Vec<i64> {
    let whole = i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    let (each, rest) = (value.div_euclid(whole), value.rem_euclid(whole));
    (0..count)
        .map(|place| each + i64::from(i64::try_from(place).unwrap_or(i64::MAX) < rest))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sales::{deal, stage};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_said_of_a_deal_goes_before_its_stage_and_that_before_its_chance() {
        assert_eq!(category(Some("omitted"), Some("commit"), 90), "omitted");
        assert_eq!(category(None, Some("pipeline"), 90), "pipeline");
        let by_chance = |chance| category(None, None, chance);
        assert_eq!(
            [100, 80, 79, 50, 49, 0].map(by_chance),
            [
                "commit",
                "commit",
                "best_case",
                "best_case",
                "pipeline",
                "pipeline"
            ]
        );
        let mut known: Vec<&str> = stage::CATEGORIES.iter().map(AsRef::as_ref).collect();
        let mut own = CATEGORIES.to_vec();
        known.sort_unstable();
        own.sort_unstable();
        assert_eq!(known, own);
    }

    #[test]
    fn each_category_is_a_filter_of_the_list() {
        let customs = crate::shape::Customs::default();
        let shape = crate::shape::Shape::new(&deal::OBJECT, &customs);
        for code in CATEGORIES {
            let filter = format!("status = open and not {}", category_filter(code));
            crate::filter::parse(&filter, shape).unwrap();
        }
    }

    #[test]
    fn months_quarters_and_years_are_read() {
        assert_eq!(months_of("2026-11"), Some(vec![day("2026-11-01")]));
        assert_eq!(
            months_of("2026-Q4").unwrap(),
            ["2026-10-01", "2026-11-01", "2026-12-01"].map(day)
        );
        assert_eq!(months_of("2026").unwrap().len(), 12);
        for wrong in [
            "",
            "26",
            "2026-13",
            "2026-00",
            "2026-Q5",
            "2026-1",
            "2026-11-01",
            "๒๕๖๙",
        ] {
            assert_eq!(months_of(wrong), None, "{wrong}");
        }
        assert_eq!(months_within(day("2026-10-01"), day("2027-01-01")).len(), 3);
        for (from, to, name) in [
            ("2026-11-01", "2026-12-01", Some("2026-11")),
            ("2026-10-01", "2027-01-01", Some("2026-Q4")),
            ("2026-01-01", "2027-01-01", Some("2026")),
            ("2026-11-01", "2027-02-01", None),
            ("2026-10-01", "2026-12-31", None),
            ("2026-10-02", "2027-01-01", None),
        ] {
            let found = period_of(day(from), day(to));
            assert_eq!(found.as_deref(), name, "{from} {to}");
        }
        assert_eq!(
            months_within(day("2026-10-02"), day("2026-12-31")),
            [day("2026-11-01")]
        );
        assert!(months_within(day("2026-10-02"), day("2026-10-31")).is_empty());
    }

    proptest! {
        #[test]
        fn parts_add_up(value in 0..i64::MAX / 2, count in 1_usize..13) {
            let parts = parts(value, count);
            prop_assert_eq!(parts.iter().sum::<i64>(), value);
            prop_assert!(parts.iter().max().unwrap() - parts.iter().min().unwrap() <= 1);
        }
    }
}
