//! Bars of parts that add up, the surest first, with a mark for what was aimed at.

use leptos::prelude::*;

/// A part of a bar.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// How it is drawn: its class.
    pub class: &'static str,
    /// Its length.
    pub value: f64,
    /// What it is, as text.
    pub shown: String,
}

/// One bar.
#[derive(Clone, PartialEq, Debug)]
pub struct StackedBar {
    /// What it is about.
    pub label: String,
    /// Its parts from the start on.
    pub parts: Vec<Part>,
    /// What was aimed at.
    pub mark: Option<f64>,
    /// What there is to say beside it.
    pub shown: String,
    /// Where the rows are.
    pub href: Option<String>,
    /// Made of so few that it says little.
    pub few: bool,
}

/// Bars on one scale from zero, with a legend.
#[component]
pub fn StackedBars(
    /// The bars in the order shown.
    #[prop(into)]
    bars: Signal<Vec<StackedBar>>,
    /// Class and words of each part, and of the mark as `quota`.
    #[prop(into)]
    legend: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    let marks = move || {
        let bars = bars.get();
        let length = |bar: &StackedBar| {
            let sum: f64 = bar.parts.iter().map(|part| part.value.max(0.0)).sum();
            sum.max(bar.mark.unwrap_or(0.0))
        };
        let longest = bars.iter().map(length).fold(0.0, f64::max);
        let share = move |value: f64| {
            if longest > 0.0 {
                value.max(0.0) / longest * 100.0
            } else {
                0.0
            }
        };
        bars.into_iter().map(|bar| {
            let parts = bar.parts.into_iter().map(|part| {
                let width = format!("{:.2}%", share(part.value));
                view! { <span class=format!("forecast-part {}", part.class) style:width=width title=part.shown></span> }
            });
            let mark = bar.mark.map(|mark| {
                view! { <span class="forecast-quota" style:inset-inline-start=format!("{:.2}%", share(mark))></span> }
            });
            let label = match bar.href {
                Some(href) => view! { <a class="bar-label" href=href>{bar.label}</a> }.into_any(),
                None => view! { <span class="bar-label">{bar.label}</span> }.into_any(),
            };
            view! {
                <li class="bar-row" class:few=bar.few>
                    {label}<span class="forecast-track" aria-hidden="true">{parts.collect_view()}{mark}</span><span class="bar-value">{bar.shown}</span>
                </li>
            }
        }).collect_view()
    };
    let words = move || {
        let all = legend.get().into_iter();
        all.map(|(class, words)| view! { <li><span class=format!("forecast-key {class}")></span>{words}</li> })
            .collect_view()
    };
    view! {
        <ul class="bars stacked">{marks}</ul>
        <ul class="forecast-legend" aria-hidden="true">{words}</ul>
    }
}
