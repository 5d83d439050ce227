//! A line for everybody: leaders with those who report to them, then each person.

use leptos::prelude::*;

use super::model::{Forecast, Row, link, word};
use crate::i18n::k;
use crate::ui::feedback::EmptyState;
use crate::ui::icon;

/// The columns.
pub const NAMES: [&str; 10] = [
    "quota",
    "won",
    "commit",
    "best_case",
    "pipeline",
    "weighted",
    "history",
    "call",
    "gap",
    "coverage",
];

/// The table.
#[component]
pub fn RowTable(forecast: Forecast) -> impl IntoView {
    if forecast.rows.is_empty() {
        return view! { <EmptyState text=k::forecast::EMPTY icon=icon::CHART_COLUMN/> }.into_any();
    }
    let heads = NAMES
        .map(|name| view! { <th scope="col" class="number">{move || word("figure", name)}</th> });
    let lines = forecast.rows.into_iter().map(line).collect_view();
    let total = line(forecast.total);
    view! {
        <div class="panel"><div class="table-wide" tabindex="0" role="region" aria-label=k::forecast::TABLE>
            <table class="plain-table forecast-table">
                <thead><tr><th scope="col">{k::forecast::NAME}</th>{heads.collect_view()}</tr></thead>
                <tbody>{lines}</tbody>
                <tfoot>{total}</tfoot>
            </table>
        </div></div>
    }
    .into_any()
}

fn line(row: Row) -> AnyView {
    let name = {
        let (kind, label) = (row.kind.clone(), row.label.clone());
        move || match (kind.as_str(), &label) {
            ("total", _) => word("kind", "total"),
            ("group", Some(label)) => k::forecast::group(label),
            (_, Some(label)) => label.clone(),
            ("team", None) => k::settings::NO_TEAM.get().to_owned(),
            (_, None) => k::insight::NONE.get().to_owned(),
        }
    };
    let cells = NAMES.map(|name| {
        let Some(figure) = row.get(name).cloned() else {
            return view! { <td class="number">"–"</td> }.into_any();
        };
        let href = link(&figure);
        let (short, title) = (figure.clone(), figure);
        let value = move || short.short();
        let range = (name == "history").then(|| row.clone()).map(|row| {
            view! { <span class="hint forecast-cell-range">{move || row.range(true)}</span> }
        });
        let full = move || title.full();
        match href {
            Some(href) => {
                view! { <td class="number" title=full><a href=href>{value}</a>{range}</td> }
                    .into_any()
            }
            None => view! { <td class="number" title=full>{value}{range}</td> }.into_any(),
        }
    });
    let indent = format!("{}px", row.depth * 16);
    let group = row.kind == "group";
    view! { <tr class:group=group><th scope="row" style:padding-inline-start=indent>{name}</th>{cells.collect_view()}</tr> }.into_any()
}
