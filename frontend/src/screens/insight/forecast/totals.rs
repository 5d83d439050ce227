//! The figures over everything, and how far they reach.

use leptos::prelude::*;

use super::model::{Forecast, Row, link, word};
use crate::i18n::{Day, date_short, k, money, number};
use crate::screens::insight::sales::Figure;
use crate::ui::kpi::Kpi;

/// Parts of the bar in their order.
const PARTS: [&str; 4] = ["won", "commit", "best_case", "pipeline"];

/// Figures and a bar.
#[component]
pub fn Totals(forecast: Forecast) -> impl IntoView {
    let total = forecast.total.clone();
    let names = [
        "quota",
        "won",
        "attainment",
        "gap",
        "coverage",
        "weighted",
        "omitted",
    ];
    let kpis = names
        .into_iter()
        .filter_map(|name| total.get(name).cloned())
        .map(kpi);
    let kpis = kpis.collect_view();
    let (day, zone) = (
        |text: &str, back: i64| Day::parse_iso(text).map(|day| day.plus(back)),
        forecast.zone.clone(),
    );
    let (from, to) = (day(&forecast.from, 0), day(&forecast.to, -1));
    let n = total.value("open_count") + total.value("won_count");
    let note = move || {
        let shown = |day: Option<Day>| day.map(date_short).unwrap_or_default();
        k::insight::note(&shown(from), &number(n), &shown(to), &zone)
    };
    let range = total.clone();
    let history = total.get("history").cloned();
    view! {
        <section class="kpis" aria-label=k::forecast::FIGURES>
            {kpis}
            {history.map(|figure| {
                let (short, href, n) = (figure.clone(), link(&figure), figure.n);
                let note = move || range.range(true).map_or_else(|| k::insight::n(&number(n)), |range| k::forecast::range(&number(n), &range));
                let (label, value) = (move || word("figure", "history"), move || short.short());
                match href {
                    Some(href) => view! { <Kpi label=label value=value note=note href=href/> }.into_any(),
                    None => view! { <Kpi label=label value=value note=note/> }.into_any(),
                }
            })}
        </section>
        <Progress total currency=forecast.currency/>
        <p class="hint">{note}</p>
        <Show when=move || !forecast.has_quotas><p class="hint">{k::forecast::NO_QUOTAS}</p></Show>
    }
}

fn kpi(figure: Figure) -> AnyView {
    let (href, n, name) = (link(&figure), figure.n, figure.name.clone());
    let (short, full) = (figure.clone(), figure);
    let (label, value) = (move || word("figure", &name), move || short.short());
    let (exact, note) = (move || full.full(), move || k::insight::n(&number(n)));
    match href {
        Some(href) => {
            view! { <Kpi label=label value=value exact=exact note=note href=href/> }.into_any()
        }
        None => view! { <Kpi label=label value=value exact=exact note=note/> }.into_any(),
    }
}

/// What is won, and what open deals add, up to the quota and beyond; with the range by history.
#[component]
pub fn Progress(total: Row, currency: String) -> impl IntoView {
    let sum: i64 = PARTS.iter().map(|name| total.value(name)).sum();
    let most = sum.max(total.value("quota")).max(1);
    let part = |value: i64| percent_of(value, most);
    let fill = |name: &'static str| {
        let width = format!("{:.2}%", part(total.value(name)));
        view! { <span class=format!("forecast-part {name}") style:width=width></span> }
    };
    let parts = PARTS.map(fill).collect_view();
    let legend = PARTS.map(|name| {
        let (value, currency) = (total.value(name), currency.clone());
        view! { <li><span class=format!("forecast-key {name}")></span>{move || word("figure", name)}" "{move || money(value, &currency)}</li> }
    });
    let quota = total.get("quota").and_then(|one| one.value);
    let quota = quota.map(|quota| view! { <span class="forecast-quota" style:inset-inline-start=format!("{:.2}%", part(quota))></span> });
    let low = total.get("history_low").and_then(|one| one.value);
    let high = total.get("history_high").and_then(|one| one.value);
    let range = low.zip(high).map(|(low, high)| {
        let (start, width) = (part(low), part(high - low));
        view! { <span class="forecast-range" style:inset-inline-start=format!("{start:.2}%") style:width=format!("{width:.2}%")></span> }
    });
    view! {
        <div class="forecast-bar" aria-hidden="true"><div class="forecast-track">{parts}{quota}</div><div class="forecast-under">{range}</div></div>
        <ul class="forecast-legend">{legend.collect_view()}</ul>
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths of marks")]
fn percent_of(value: i64, most: i64) -> f64 {
    value as f64 / most as f64 * 100.0
}
