//! What all charts have around them.

use leptos::prelude::*;

use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

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
    let (heading, caption, name) = (title.clone(), title.clone(), title);
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
            {move || if as_table.get() { table().into_any() } else {
                let name = name.clone();
                view! { <div class="chart-marks" role="group" tabindex="0" aria-label=move || name.get() on:keydown=walk>{children()}</div> }.into_any()
            }}
            <details class="chart-note">
                <summary class="hint">{move || note.get()}</summary>
                <p class="hint">{move || formula.get()}</p>
            </details>
        </figure>
    }
}

/// Arrow keys go from mark to mark, Home and End to the first and the last.
fn walk(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => Step::Next,
        "ArrowLeft" | "ArrowUp" => Step::Back,
        "Home" => Step::First,
        "End" => Step::Last,
        _ => return,
    };
    let frame = event
        .current_target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let points = frame.and_then(|frame| frame.query_selector_all(".bars > li, .columns > li").ok());
    let Some(points) = points.filter(|points| points.length() > 0) else {
        return;
    };
    let at = |index: u32| points.item(index)?.dyn_into::<HtmlElement>().ok();
    let last = points.length() - 1;
    let focused = leptos::prelude::document().active_element();
    let here =
        (0..=last).find(|index| at(*index).is_some_and(|point| point.contains(focused.as_deref())));
    let next = match (step, here) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Back, None) => last,
        (Step::Next, Some(here)) => (here + 1).min(last),
        (Step::Back, Some(here)) => here.saturating_sub(1),
    };
    let Some(point) = at(next) else {
        return;
    };
    let link = point.query_selector("a[href]").ok().flatten();
    let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok());
    // What has no rows to open can be walked to all the same.
    let target = link.unwrap_or_else(|| {
        point.set_tab_index(-1);
        point
    });
    event.prevent_default();
    event.stop_propagation();
    // An element that is there takes the focus.
    _ = target.focus();
}

#[derive(Clone, Copy)]
enum Step {
    Next,
    Back,
    First,
    Last,
}
