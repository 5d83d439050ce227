//! How the score went over twelve months, as a line and as a table.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::model::{Point, shown};
use crate::api::{Reply, use_api};
use crate::i18n::{Day, date_short, k};

const DAYS: i64 = 365;
const WIDTH: i64 = 365;
const HEIGHT: i64 = 48;
/// Rows of the table: the last day of each month has one.
const MONTHS: usize = 12;

#[derive(Deserialize)]
struct History {
    items: Vec<Point>,
}

/// The line of an object; nothing before there are two days.
#[component]
pub fn Trend(object: &'static str) -> impl IntoView {
    let api = use_api();
    let points = RwSignal::new(Vec::<Point>::new());
    spawn_local(async move {
        let path = format!("/quality/scores?object={object}&days={DAYS}");
        // The line is an extra: the figures say what there is.
        if let Ok(found) = api.get(&path).await.and_then(Reply::read::<History>) {
            _ = points.try_set(found.items);
        }
    });
    let line = move || points.with(|points| path(points));
    move || {
        let line = line()?;
        let rows = monthly(&points.get());
        Some(view! {
            <figure class="quality-trend">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                    <polyline points=line fill="none"/>
                </svg>
                <figcaption>
                    <details>
                        <summary>{k::quality::TREND}</summary>
                        <table class="plain-table"><tbody>{rows.into_iter().map(row).collect_view()}</tbody></table>
                    </details>
                </figcaption>
            </figure>
        })
    }
}

fn row(point: Point) -> impl IntoView {
    let (day, score) = (Day::parse_iso(&point.day), point.score);
    view! { <tr><th scope="row">{move || day.map(date_short)}</th><td class="number">{move || shown(score)}</td></tr> }
}

/// Places in the drawing: the last day is at the right end.
fn path(points: &[Point]) -> Option<String> {
    let known = |point: &Point| Some((Day::parse_iso(&point.day)?.number(), point.score?));
    let all: Vec<(i64, i64)> = points.iter().filter_map(known).collect();
    let (last, _) = all.last().filter(|_| all.len() > 1)?;
    let place = |(day, score): &(i64, i64)| {
        let x = WIDTH - (last - day);
        let y = HEIGHT - score * HEIGHT / 10_000;
        format!("{x},{y}")
    };
    Some(all.iter().map(place).collect::<Vec<_>>().join(" "))
}

/// The last point of each month, the newest first.
fn monthly(points: &[Point]) -> Vec<Point> {
    let mut found: Vec<Point> = Vec::new();
    for point in points.iter().rev() {
        let month = point.day.get(..7);
        if found.last().is_none_or(|last| last.day.get(..7) != month) {
            found.push(point.clone());
        }
    }
    found.truncate(MONTHS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(day: &str, score: i64) -> Point {
        Point {
            day: day.to_owned(),
            measured_at: String::new(),
            records: 1,
            complete: None,
            valid: None,
            unique: None,
            fresh: None,
            score: Some(score),
        }
    }

    #[test]
    fn the_last_day_is_at_the_end_and_a_month_has_one_row() {
        let points = [
            point("2026-10-30", 5_000),
            point("2026-10-31", 10_000),
            point("2026-11-01", 0),
        ];
        assert_eq!(path(&points).as_deref(), Some("363,24 364,0 365,48"));
        assert_eq!(path(&points[..1]), None);
        let rows: Vec<String> = monthly(&points)
            .into_iter()
            .map(|point| point.day)
            .collect();
        assert_eq!(rows, ["2026-11-01", "2026-10-31"]);
    }
}
