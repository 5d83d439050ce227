//! Given and real chances side by side.

use leptos::prelude::*;
use relasi_domain::sales::score::test::{Bin, Figures};

use crate::i18n::{k, number, percent};

/// A share in ten-thousandths as per cent.
pub fn share(parts: Option<i64>) -> String {
    parts.map_or_else(
        || k::common::NONE.get().to_owned(),
        |parts| percent(unit(parts)),
    )
}

#[expect(clippy::cast_precision_loss, reason = "ten-thousandths")]
fn unit(parts: i64) -> f64 {
    parts as f64 / 10_000.0
}

/// One row for each group of chances: a bar of what was given, one of what came, and both as text.
#[component]
pub fn Calibration(figures: Figures) -> impl IntoView {
    let bins = StoredValue::new(figures.calibration);
    let row = |bin: Bin| {
        let width = |parts: Option<i64>| format!("{:.1}%", unit(parts.unwrap_or(0)) * 100.0);
        let title = move || {
            let (from, to) = (number(bin.from), number(bin.from + 10));
            k::scores::from_to(&from, &to)
        };
        view! {
            <tr>
                <th scope="row">{title}</th>
                <td class="calibration-bars" aria-hidden="true">
                    <span class="calibration-given" style:width=width(bin.predicted)></span>
                    <span class="calibration-came" style:width=width(bin.observed)></span>
                </td>
                <td class="number">{move || share(bin.predicted)}</td>
                <td class="number">{move || share(bin.observed)}</td>
                <td class="number">{move || number(bin.n)}</td>
            </tr>
        }
    };
    let rows = move || {
        let bins = bins.get_value().into_iter();
        bins.filter(|bin| bin.n > 0).map(row).collect_view()
    };
    view! {
        <div class="table-wide" tabindex="0">
            <table class="plain-table calibration">
                <caption>{k::scores::CALIBRATION}</caption>
                <thead><tr>
                    <td></td><td></td>
                    <th scope="col" class="number"><span class="calibration-given key" aria-hidden="true"></span>{k::scores::PREDICTED}</th>
                    <th scope="col" class="number"><span class="calibration-came key" aria-hidden="true"></span>{k::scores::OBSERVED}</th>
                    <th scope="col" class="number">{k::scores::LEADS_N}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
