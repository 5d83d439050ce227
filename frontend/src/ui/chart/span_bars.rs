//! How long things take: the middle one as a dot, a line up to what nine of ten do not exceed.

use leptos::prelude::*;

/// One line.
#[derive(Clone, PartialEq, Debug)]
pub struct SpanBar {
    /// What it is about.
    pub label: String,
    /// The middle value.
    pub median: Option<f64>,
    /// What nine of ten do not exceed.
    pub p90: Option<f64>,
    /// Both as text, with n.
    pub shown: String,
    /// Made of so few that it says little.
    pub few: bool,
    /// Where the rows are.
    pub href: Option<String>,
}

/// Lines on one scale from zero.
#[component]
pub fn SpanBars(
    /// The lines.
    #[prop(into)]
    bars: Signal<Vec<SpanBar>>,
) -> impl IntoView {
    let marks = move || {
        let bars = bars.get();
        let longest = bars.iter().filter_map(|bar| bar.p90).fold(0.0, f64::max);
        let place = move |value: f64| {
            if longest > 0.0 {
                value / longest * 100.0
            } else {
                0.0
            }
        };
        bars.into_iter().map(|bar| {
            let drawn = bar.median.zip(bar.p90).map(|(median, p90)| {
                let (from, to) = (place(median), place(p90));
                view! {
                    <span class="span-line" style:left=format!("{from:.1}%") style:width=format!("{:.1}%", to - from)></span>
                    <span class="span-dot" style:left=format!("{from:.1}%")></span>
                }
            });
            let label = match bar.href {
                Some(href) => view! { <a class="bar-label" href=href>{bar.label}</a> }.into_any(),
                None => view! { <span class="bar-label">{bar.label}</span> }.into_any(),
            };
            view! {
                <li class="bar-row" class:few=bar.few>
                    {label}<span class="span-track" aria-hidden="true">{drawn}</span><span class="bar-value">{bar.shown}</span>
                </li>
            }
        }).collect_view()
    };
    view! { <ul class="bars">{marks}</ul> }
}
