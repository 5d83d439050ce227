//! Figures: single ones and bars. Every figure opens the rows behind it.

use leptos::prelude::*;

use super::tag::Tone;

/// A figure with its name, its change and a link to the rows behind it.
#[component]
pub fn Kpi(
    /// What is counted.
    #[prop(into)]
    label: TextProp,
    /// The figure, formatted.
    #[prop(into)]
    value: TextProp,
    /// The exact figure, when `value` is a short form.
    #[prop(optional, into)]
    exact: Option<TextProp>,
    /// A second line: change, n, period.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// Colour of the second line.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Where the rows are.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    // The note may hold a part of the sum, so the exact figure is the title of the whole.
    let title = exact.clone().map(|exact| move || exact.get());
    let inner = view! {
        <span class="kpi-label">{move || label.get()}</span>
        <strong class="kpi-value">{move || value.get()}</strong>
        {exact.map(|exact| view! { <span class="hidden-visually">{move || exact.get()}</span> })}
        {note.map(|note| view! { <span class=move || format!("kpi-note {}", tone.get().class())>{move || note.get()}</span> })}
    };
    match href {
        Some(href) => view! { <a class="kpi" href=href title=title>{inner}</a> }.into_any(),
        None => view! { <div class="kpi" title=title>{inner}</div> }.into_any(),
    }
}

/// One bar of [`BarList`].
#[derive(Clone, PartialEq, Debug)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length.
    pub value: f64,
    /// The value as text, for mark, tooltip and table.
    pub shown: String,
    /// Where the rows are.
    pub href: Option<String>,
    /// Made of so few that it says little.
    pub few: bool,
}

/// Horizontal bars from zero.
#[component]
pub fn BarList(
    /// The bars in the order shown.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
) -> impl IntoView {
    let rows = move || {
        let bars = bars.get();
        let longest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
        bars.into_iter().map(|bar| {
            let width = if longest > 0.0 { bar.value.max(0.0) / longest * 100.0 } else { 0.0 };
            let fill = view! { <span class="bar-fill" style:width=format!("{width:.1}%")></span> };
            let label = bar.href.map_or_else(
                || view! { <span class="bar-label">{bar.label.clone()}</span> }.into_any(),
                |href| view! { <a class="bar-label" href=href>{bar.label.clone()}</a> }.into_any(),
            );
            view! { <li class="bar-row" class:few=bar.few>{label}<span class="bar-track">{fill}</span><span class="bar-value">{bar.shown}</span></li> }
        }).collect_view()
    };
    view! { <ul class="bars">{rows}</ul> }
}
