//! The share of leads answered by so many minutes: a rising line, with marks at the limits, and as a table.

use leptos::prelude::*;

use super::model::{Within, lasting, share};
use crate::i18n::{k, number};

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 160.0;
/// Room below for the words of the marks.
const FOOT: f64 = 24.0;

/// Minutes to the right on a scale that has room for the first ones.
#[expect(clippy::cast_precision_loss, reason = "minutes of a month are few")]
fn x(minutes: i64, last: i64) -> f64 {
    let scale = |minutes: i64| (minutes as f64).ln_1p();
    WIDTH * scale(minutes) / scale(last.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "ten-thousandths are small")]
fn y(share: i64) -> f64 {
    HEIGHT * (1.0 - share as f64 / 10_000.0)
}

/// The places of the points that there are.
fn line(points: &[Within]) -> Option<String> {
    let last = points.last()?.minutes;
    let known: Vec<String> = points
        .iter()
        .filter_map(|point| {
            Some(format!(
                "{:.1},{:.1}",
                x(point.minutes, last),
                y(point.share?)
            ))
        })
        .collect();
    (known.len() > 1).then(|| format!("0,{HEIGHT} {}", known.join(" ")))
}

/// The curve.
#[component]
pub fn Curve(
    points: Vec<Within>,
    limits: Vec<i64>,
    /// n, period, zone.
    #[prop(into)]
    note: TextProp,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let last = points.last().map_or(1, |point| point.minutes);
    let path = line(&points);
    let marks = points
        .iter()
        .filter(|point| limits.contains(&point.minutes));
    let marks = marks.map(move |point| {
        let (minutes, part) = (point.minutes, point.share);
        let at = x(minutes, last);
        let dot = part.map(|part| {
            view! { <circle cx=format!("{at:.1}") cy=format!("{:.1}", y(part)) r="4"></circle> }
        });
        view! {
            <line class="mark" x1=format!("{at:.1}") x2=format!("{at:.1}") y1="0" y2=HEIGHT.to_string()></line>
            {dot}
            <text x=format!("{at:.1}") y=(HEIGHT + 16.0).to_string() text-anchor="middle">{move || lasting(minutes * 60)}</text>
        }
    });
    let marks = marks.collect_view();
    let rows = StoredValue::new(points);
    let row = |point: Within| {
        let (minutes, part, met, n) = (point.minutes, point.share, point.met, point.n);
        view! {
            <tr>
                <th scope="row">{move || lasting(minutes * 60)}</th>
                <td class="number">{move || share(part)}</td>
                <td class="number">{move || format!("{} / {}", number(met), number(n))}</td>
            </tr>
        }
    };
    let size = format!("-24 -8 {} {}", WIDTH + 48.0, HEIGHT + FOOT + 8.0);
    let table = move || as_table.get();
    view! {
        <figure class="chart speed-curve">
            <figcaption>
                <h2>{k::speed::CURVE}</h2>
                <button type="button" class="btn quiet small" aria-pressed=move || if as_table.get() { "true" } else { "false" }
                    on:click=move |_| as_table.update(|on| *on = !*on)>
                    <span class="btn-label">{k::ui::AS_TABLE}</span>
                </button>
            </figcaption>
            <div hidden=table>
                {match path {
                    Some(path) => view! {
                        <svg viewBox=size aria-hidden="true">
                            <line class="axis" x1="0" x2=WIDTH.to_string() y1=HEIGHT.to_string() y2=HEIGHT.to_string()></line>
                            <line class="axis" x1="0" x2=WIDTH.to_string() y1="0" y2="0"></line>
                            <polyline points=path fill="none"></polyline>
                            {marks}
                        </svg>
                    }.into_any(),
                    None => view! { <p class="secondary">{k::speed::NOTHING}</p> }.into_any(),
                }}
            </div>
            <Show when=table>
                <table class="plain-table">
                    <thead><tr><th scope="col">{k::speed::UNTIL}</th><th scope="col" class="number">{k::speed::SHARE}</th><th scope="col" class="number">{k::speed::LEADS}</th></tr></thead>
                    <tbody>{rows.get_value().into_iter().map(row).collect_view()}</tbody>
                </table>
            </Show>
            <p class="hint">{move || note.get()}</p>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::{Within, line};

    #[test]
    fn the_line_rises_from_nothing_over_what_is_known() {
        let point = |minutes, share| Within {
            minutes,
            n: 1,
            met: 1,
            share,
        };
        let all = [point(1, Some(0)), point(5, None), point(60, Some(10_000))];
        let path = line(&all).expect("two points");
        assert!(
            path.starts_with("0,160 ") && path.ends_with("600.0,0.0"),
            "{path}"
        );
        assert_eq!(path.split(' ').count(), 3);
        assert_eq!(line(&all[..1]), None);
    }
}
