//! How far the quarter's quota is reached: one's own, that of the team for who leads it, everybody's for who owns the business;
//! for the latter by person, with the deals that need attention.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Reply, use_api};
use crate::i18n::{k, number};
use crate::records::store::encode;
use crate::screens::insight::forecast::{Progress, Row};
use crate::screens::insight::sales::{Board, BoardLine, Figure, Period};
use crate::ui::kpi::{Bar, BarList};

/// People with lines of their own; the page of figures has all.
const SHOWN: usize = 8;

/// Nothing where the quarter has neither quota nor people, and for who may not see amounts.
#[component]
pub fn Target() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Board>);
    let (from, to) = Period::ahead("quarter").days();
    spawn_local(async move {
        let path = format!("/insight/sales-board?from={}&to={}", from.iso(), to.iso());
        if let Ok(read) = api.get(&path).await.and_then(Reply::read::<Board>) {
            // The page may have been left.
            _ = found.try_set(Some(read));
        }
    });
    move || {
        let board = found.get()?;
        let leads = board.audience != "seller" && board.by_person.len() > 1;
        let has_quota = board
            .total
            .get("quota")
            .is_some_and(|one| one.value.is_some());
        if !has_quota && !leads {
            return None;
        }
        let of = |name: &str| board.total.get(name).map(Figure::short);
        let words = [of("won"), of("quota"), of("attainment")].map(Option::unwrap_or_default);
        let total = Row {
            figures: board.total.figures.clone(),
            ..Row::default()
        };
        let reached = reached(&board.by_person);
        let needy = needy(&board.by_person);
        let title = if leads {
            k::home::TEAM
        } else {
            k::home::TARGET
        };
        Some(view! {
            <section class="panel" aria-labelledby="home-target">
                <header class="row">
                    <h2 id="home-target">{title}</h2><span class="spacer"></span>
                    <a href="/app/analytics/sales">{k::home::TEAM_ALL}</a>
                </header>
                {has_quota.then(|| view! { <p>{k::home::target_of(&words[1], &words[2], &words[0])}</p> })}
                <Progress total currency=board.currency.clone()/>
                {(leads && reached.len() > 1).then(|| view! { <h3>{k::home::TARGET_PEOPLE}</h3><BarList bars=reached/> })}
                {(leads && !needy.is_empty()).then(|| view! { <h3>{k::suggestions::ATTENTION}</h3><BarList bars=needy/> })}
            </section>
        })
    }
}

/// Those with a quota, who reached most of it first.
fn reached(people: &[BoardLine]) -> Vec<Bar> {
    let mut reached: Vec<(i64, Bar)> = people
        .iter()
        .filter_map(|line| {
            let share = line.get("attainment")?;
            let value = share.value?;
            let won = line.get("won").map(Figure::short).unwrap_or_default();
            let bar = Bar {
                label: line.label.clone()?,
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

/// Whose deals need attention, the most first; each opens them.
fn needy(people: &[BoardLine]) -> Vec<Bar> {
    let mut needy: Vec<(i64, Bar)> = people
        .iter()
        .filter_map(|line| {
            let figure = line.get("attention").filter(|one| one.n > 0)?;
            let filter = figure.filter.as_deref()?;
            let bar = Bar {
                label: line.label.clone()?,
                value: length(figure.n),
                shown: number(figure.n),
                href: Some(format!("/app/deals?layout=table&f={}", encode(filter))),
                few: false,
            };
            Some((figure.n, bar))
        })
        .collect();
    needy.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    needy.into_iter().take(SHOWN).map(|(_, bar)| bar).collect()
}

#[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
fn length(value: i64) -> f64 {
    value as f64
}
