//! The score of an object, its trend, its queues.

use leptos::prelude::*;
use relasi_domain::record::Object;

use super::model::{OfObject, Point, Queue, queue_name, shown};
use super::trend::Trend;
use crate::i18n::{Key, k, number};
use crate::records::store::encode;
use crate::records::{instant, labels};
use crate::ui::kpi::Kpi;
use crate::ui::tag::Tone;

/// Fields named as the emptiest ones.
const NAMED: usize = 3;

/// Everything about one object.
#[component]
pub fn ObjectCard(object: &'static Object, one: OfObject) -> impl IntoView {
    let id = format!("quality-{}", object.name);
    let heading = id.clone();
    let queues = one.queues.into_iter().map(|queue| line(object, queue));
    let mut lacking: Vec<(String, i64)> = one.lacking.into_iter().collect();
    lacking.sort_by_key(|(_, count)| -count);
    lacking.truncate(NAMED);
    let emptiest = (!lacking.is_empty()).then(|| {
        let words = move || {
            let parts = lacking
                .iter()
                .map(|(name, count)| format!("{} {}", labels::field(object, name), number(*count)));
            k::quality::lacking(&parts.collect::<Vec<_>>().join(", "))
        };
        view! { <p class="hint">{words}</p> }
    });
    view! {
        <section class="panel quality-card" aria-labelledby=heading>
            <h2 id=id>{move || labels::many(object)}</h2>
            {match one.last {
                Some(last) => view! { <Scores last before=one.before/> }.into_any(),
                None => view! { <p class="secondary">{k::quality::NEVER}</p> }.into_any(),
            }}
            <Trend object=object.name/>
            <h3>{k::quality::QUEUES}</h3>
            <ul class="quality-queues">{queues.collect_view()}</ul>
            {emptiest}
        </section>
    }
}

/// A score as it is shown, in whole per cent: what changed is the difference of what can be read.
const fn points(score: i64) -> i64 {
    (score + 50) / 100
}

#[component]
fn Scores(last: Point, before: Option<i64>) -> impl IntoView {
    let (score, records, at) = (last.score, last.records, last.measured_at);
    let change = score
        .zip(before)
        .map(|(now, before)| points(now) - points(before));
    let tone = match change {
        Some(points) if points > 0 => Tone::Ok,
        Some(points) if points < 0 => Tone::Warn,
        _ => Tone::Neutral,
    };
    let note = move || match change {
        Some(points) if points != 0 => {
            let sign = if points > 0 { "+" } else { "−" };
            k::quality::since_month(&format!("{sign}{}", number(points.abs())))
        }
        _ => k::quality::records(records),
    };
    let part =
        |label: Key, share: Option<i64>| view! { <Kpi label=label value=move || shown(share)/> };
    view! {
        <div class="kpis">
            <Kpi label=k::quality::SCORE value=move || shown(score) note=note tone=Signal::stored(tone)/>
            {part(k::quality::COMPLETE, last.complete)}
            {part(k::quality::VALID, last.valid)}
            {part(k::quality::UNIQUE, last.unique)}
            {part(k::quality::FRESH, last.fresh)}
        </div>
        <p class="hint">{move || k::quality::measured(&instant::shown(&at))}</p>
    }
}

fn line(object: &'static Object, queue: Queue) -> impl IntoView {
    let name = queue_name(&queue.name);
    let link = |href: String, words: Key| view! { <a class="btn plain small" href=href aria-label=move || format!("{}: {}", name.get(), words.get())>{words}</a> };
    let links = match (&queue.filter, queue.name.as_str()) {
        // Pairs must be looked for before there are any.
        (Some(_), _) if queue.count == Some(0) => ().into_any(),
        (Some(filter), which) => {
            let work = format!("/app/quality/work/{}/{which}", object.name);
            let layout = if object.name == "deal" {
                "layout=table&"
            } else {
                ""
            };
            let list = format!("/app/{}?{layout}f={}", object.plural, encode(filter));
            view! { {link(work, k::quality::START)}{link(list, k::quality::LIST)} }.into_any()
        }
        (None, "duplicates") => link(
            format!("/app/quality/duplicates?object={}", object.name),
            k::quality::START,
        )
        .into_any(),
        (None, _) => ().into_any(),
    };
    let count = queue.count;
    view! {
        <li class="quality-queue" data-queue=queue.name>
            <span class="quality-queue-name">{name}</span>
            <strong class="quality-count">{move || count.map_or_else(|| "–".to_owned(), number)}</strong>
            <span class="quality-links">{links}</span>
        </li>
    }
}
