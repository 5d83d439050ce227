//! How far the quarter's quota is reached: one's own, and that of each person whose deals one sees.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Reply, use_api};
use crate::i18n::k;
use crate::screens::insight::forecast::{Forecast, Progress};
use crate::screens::insight::sales::{Figure, Period};
use crate::ui::kpi::{Bar, BarList};

/// People with bars of their own; the page of the forecast has all.
const SHOWN: usize = 8;

/// Nothing where the quarter has no quota, and for who may not see amounts.
#[component]
pub fn Target() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Forecast>);
    let (from, to) = Period::ahead("quarter").days();
    spawn_local(async move {
        let path = format!(
            "/insight/forecast?from={}&to={}&by=person",
            from.iso(),
            to.iso()
        );
        if let Ok(read) = api.get(&path).await.and_then(Reply::read::<Forecast>) {
            // The page may have been left.
            _ = found.try_set(Some(read));
        }
    });
    move || {
        let forecast = found.get().filter(|forecast| forecast.has_quotas)?;
        let total = forecast.total.clone();
        let of = |name: &str| total.get(name).map(Figure::short);
        let words = [of("won"), of("quota"), of("attainment")].map(Option::unwrap_or_default);
        let people = people(&forecast);
        Some(view! {
            <section class="panel" aria-labelledby="home-target">
                <header class="row">
                    <h2 id="home-target">{k::home::TARGET}</h2><span class="spacer"></span>
                    <a href="/app/analytics/forecast">{k::home::TARGET_ALL}</a>
                </header>
                <p>{k::home::target_of(&words[1], &words[2], &words[0])}</p>
                <Progress total=forecast.total.clone() currency=forecast.currency.clone()/>
                {(people.len() > 1).then(|| view! { <h3>{k::home::TARGET_PEOPLE}</h3><BarList bars=people/> })}
            </section>
        })
    }
}

/// Those with a quota, who reached most of it first.
fn people(forecast: &Forecast) -> Vec<Bar> {
    let mut reached: Vec<(i64, Bar)> = forecast
        .rows
        .iter()
        .filter(|row| row.kind == "person")
        .filter_map(|row| {
            let share = row.get("attainment")?;
            let value = share.value?;
            let won = row.get("won").map(Figure::short).unwrap_or_default();
            let bar = Bar {
                label: row.label.clone()?,
                value: length(value),
                shown: format!("{} · {won}", share.short()),
                href: None,
                few: false,
            };
            Some((value, bar))
        })
        .collect();
    reached.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
    reached
        .into_iter()
        .take(SHOWN)
        .map(|(_, bar)| bar)
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
fn length(value: i64) -> f64 {
    value as f64
}
