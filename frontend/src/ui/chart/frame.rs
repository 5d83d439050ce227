//! What all charts have around them.

use leptos::prelude::*;

use crate::i18n::k;

/// A line of the table that says the same as the chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it is about.
    pub label: String,
    /// Its figures, as many as there are headings.
    pub cells: Vec<String>,
    /// Where the rows are.
    pub href: Option<String>,
}

/// A chart with its title, its table and what must be known to read it.
#[component]
pub fn ChartFrame(
    /// The question that it answers.
    #[prop(into)]
    title: TextProp,
    /// What the columns of the table hold, the first one left out.
    #[prop(into)]
    headings: Signal<Vec<String>>,
    /// The table.
    #[prop(into)]
    lines: Signal<Vec<Line>>,
    /// n, period, time zone.
    #[prop(into)]
    note: TextProp,
    /// How it is computed.
    #[prop(into)]
    formula: TextProp,
    /// Beside the title.
    #[prop(optional)]
    actions: Option<ViewFn>,
    /// The marks.
    children: ChildrenFn,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let (heading, caption) = (title.clone(), title);
    let table = move || {
        let (caption, headings) = (caption.clone(), headings.get());
        let rows = lines
            .get()
            .into_iter()
            .map(|line| {
                let label = match line.href {
                    Some(href) => view! { <a href=href>{line.label}</a> }.into_any(),
                    None => line.label.into_any(),
                };
                let cells = line
                    .cells
                    .into_iter()
                    .map(|cell| view! { <td class="number">{cell}</td> })
                    .collect_view();
                view! { <tr><th scope="row">{label}</th>{cells}</tr> }
            })
            .collect_view();
        let headings = headings
            .into_iter()
            .map(|name| view! { <th scope="col" class="number">{name}</th> })
            .collect_view();
        view! {
            <div class="table-wide" tabindex="0">
                <table class="plain-table">
                    <caption class="hidden-visually">{move || caption.get()}</caption>
                    <thead><tr><td></td>{headings}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    };
    view! {
        <figure class="chart panel">
            <figcaption>
                <h2>{move || heading.get()}</h2>
                <span class="chart-actions">
                    {actions.map(|actions| actions.run())}
                    <button type="button" class="btn quiet small" aria-pressed=move || if as_table.get() { "true" } else { "false" }
                        on:click=move |_| as_table.update(|on| *on = !*on)>
                        <span class="btn-label">{k::ui::AS_TABLE}</span>
                    </button>
                </span>
            </figcaption>
            {move || if as_table.get() { table().into_any() } else { children().into_any() }}
            <details class="chart-note">
                <summary class="hint">{move || note.get()}</summary>
                <p class="hint">{move || formula.get()}</p>
            </details>
        </figure>
    }
}
