//! The figures of a row, each with the filter of the list that opens what it is made of.

use relasi_domain::insight::{
    forecast::{CATEGORIES, category_filter},
    quality::share,
};
use uuid::Uuid;

use super::{Asked, By, Row, outlook_of, sums::Sums};
use crate::insight::sales::{Figure, Unit};

/// Figures of a forecast in the order in which they are shown.
pub(super) const NAMES: [&str; 17] = [
    "quota",
    "won",
    "attainment",
    "commit",
    "best_case",
    "pipeline",
    "weighted",
    "history",
    "history_low",
    "history_high",
    "call",
    "gap",
    "coverage",
    "omitted",
    "quota_count",
    "won_count",
    "open_count",
];

/// A row of somebody, or of those below them.
pub(super) fn row(
    asked: &Asked,
    currency: &str,
    (kind, id, label, depth): (&'static str, Option<Uuid>, Option<String>, usize),
    sums: &Sums,
    below: Option<&[Uuid]>,
) -> Row {
    let whose = match (kind, below) {
        ("total", _) => String::new(),
        (_, Some(below)) => {
            let ids: Vec<String> = below.iter().map(Uuid::to_string).collect();
            format!(" and owner_id in ({})", ids.join(", "))
        }
        _ => {
            let field = match asked.by {
                By::Person => "owner_id",
                By::Team => "team_id",
            };
            id.map_or_else(
                || format!(" and {field} is empty"),
                |id| format!(" and {field} = {id}"),
            )
        }
    };
    let within = |filter: &str| {
        let own = asked
            .list
            .filter
            .as_deref()
            .map(str::trim)
            .filter(|own| !own.is_empty());
        let own = own.map_or_else(String::new, |own| format!("({own}) and "));
        Some(format!("{own}{filter}{whose}"))
    };
    let won = within(&format!(
        "status = won and {}",
        asked.period.filter("closed_at")
    ));
    let open = format!("status = open and {}", asked.period.filter("close_date"));
    let counted = within(&format!("{open} and not {}", category_filter("omitted")));
    let n_open = sums.counted().n;
    let figure = |name, unit, value, n, filter: &Option<String>| Figure {
        name,
        unit,
        currency: (unit == Unit::Money).then(|| currency.to_owned()),
        value,
        n,
        filter: filter.clone(),
    };
    let n_quota = i64::from(sums.quota.is_some());
    let gap = sums
        .quota
        .map(|quota| quota.saturating_sub(sums.won.amount).max(0));
    let coverage = gap.and_then(|gap| share(sums.counted().amount, gap));
    let attainment = sums.quota.and_then(|quota| share(sums.won.amount, quota));
    let mut figures = vec![
        figure("quota", Unit::Money, sums.quota, n_quota, &None),
        figure("won", Unit::Money, Some(sums.won.amount), sums.won.n, &won),
        figure("attainment", Unit::Share, attainment, sums.won.n, &won),
    ];
    for (code, sum) in CATEGORIES.into_iter().zip(sums.open).take(3) {
        let filter = within(&format!("{open} and {}", category_filter(code)));
        figures.push(figure(code, Unit::Money, Some(sum.amount), sum.n, &filter));
    }
    let weighted = Some(sums.weighted);
    figures.push(figure("weighted", Unit::Money, weighted, n_open, &counted));
    let outlook = outlook_of(sums);
    let known = outlook.ok();
    let with_won = |open: i64| sums.won.amount.saturating_add(open);
    for (name, value) in [
        ("history", known.map(|one| one.likely)),
        ("history_low", known.map(|one| one.low)),
        ("history_high", known.map(|one| one.high)),
    ] {
        figures.push(figure(
            name,
            Unit::Money,
            value.map(with_won),
            n_open,
            &counted,
        ));
    }
    let n_call = i64::from(sums.call.is_some());
    figures.push(figure("call", Unit::Money, sums.call, n_call, &None));
    figures.push(figure("gap", Unit::Money, gap, n_quota, &None));
    figures.push(figure("coverage", Unit::Share, coverage, n_open, &counted));
    let omitted = within(&format!("{open} and {}", category_filter("omitted")));
    let left = sums.open[3];
    figures.push(figure(
        "omitted",
        Unit::Money,
        Some(left.amount),
        left.n,
        &omitted,
    ));
    let n_count = i64::from(sums.quota_count.is_some());
    figures.push(figure(
        "quota_count",
        Unit::Count,
        sums.quota_count,
        n_count,
        &None,
    ));
    figures.push(figure(
        "won_count",
        Unit::Count,
        Some(sums.won.n),
        sums.won.n,
        &won,
    ));
    figures.push(figure(
        "open_count",
        Unit::Count,
        Some(n_open),
        n_open,
        &counted,
    ));
    Row {
        kind,
        id,
        label,
        depth,
        history_lacks: outlook.err(),
        figures,
        below: below.unwrap_or_default().to_vec(),
    }
}
