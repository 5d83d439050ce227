//! Figures: single ones and bars. Every figure opens the rows behind it.

use leptos::prelude::*;

use super::tag::Tone;
use crate::i18n::k;

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

/// One bar of [`Bars`].
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
}

/// Horizontal bars from zero, with the same figures as a table one click away.
#[component]
pub fn Bars(
    /// The question the chart answers.
    #[prop(into)]
    title: TextProp,
    /// The bars in the order shown.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
    /// n, period, formula.
    #[prop(optional, into)]
    note: Option<TextProp>,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let (heading, caption) = (title.clone(), title.clone());
    let chart = move || {
        let bars = bars.get();
        let longest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
        bars.into_iter().map(|bar| {
            let width = if longest > 0.0 { bar.value.max(0.0) / longest * 100.0 } else { 0.0 };
            let fill = view! { <span class="bar-fill" style:width=format!("{width:.1}%")></span> };
            let label = bar.href.map_or_else(
                || view! { <span class="bar-label">{bar.label.clone()}</span> }.into_any(),
                |href| view! { <a class="bar-label" href=href>{bar.label.clone()}</a> }.into_any(),
            );
            view! { <li class="bar-row">{label}<span class="bar-track">{fill}</span><span class="bar-value">{bar.shown}</span></li> }
        }).collect_view()
    };
    let rows = move || {
        bars.get()
            .into_iter()
            .map(|bar| {
                view! {
                    <tr><th scope="row">{bar.label}</th><td class="number">{bar.shown}</td></tr>
                }
            })
            .collect_view()
    };
    view! {
        <figure class="chart">
            <figcaption>
                <h2>{move || heading.get()}</h2>
                <button type="button" class="btn quiet small" aria-pressed=move || if as_table.get() { "true" } else { "false" }
                    on:click=move |_| as_table.update(|on| *on = !*on)>
                    <span class="btn-label">{k::ui::AS_TABLE}</span>
                </button>
            </figcaption>
            <Show when=move || as_table.get() fallback=move || view! { <ul class="bars">{chart}</ul> }>
                <table class="plain-table"><caption class="hidden-visually">{let caption = caption.clone(); move || caption.get()}</caption><tbody>{rows}</tbody></table>
            </Show>
            {note.map(|note| view! { <p class="hint">{move || note.get()}</p> })}
        </figure>
    }
}
