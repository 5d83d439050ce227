//! Columns over time from zero, with a line for a goal.

use leptos::prelude::*;

/// One column.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// Its time.
    pub label: String,
    /// Its height.
    pub value: f64,
    /// The value as text.
    pub shown: String,
    /// Its time has not ended.
    pub running: bool,
    /// What was aimed at.
    pub goal: Option<f64>,
    /// Where the rows are.
    pub href: Option<String>,
}

/// Columns in the order of time. What still runs is hatched.
#[component]
pub fn Columns(
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<Column>>,
) -> impl IntoView {
    let marks = move || {
        let columns = columns.get();
        let values = columns.iter().flat_map(|one| [Some(one.value), one.goal]);
        let highest = values.flatten().fold(0.0, f64::max);
        let part = move |value: f64| {
            if highest > 0.0 {
                value.max(0.0) / highest * 100.0
            } else {
                0.0
            }
        };
        columns.into_iter().map(|one| {
            let fill = view! {
                <span class="column-track" aria-hidden="true">
                    <span class="column-fill" class:running=one.running style:height=format!("{:.1}%", part(one.value))></span>
                    {one.goal.map(|goal| view! { <span class="column-goal" style:bottom=format!("{:.1}%", part(goal))></span> })}
                </span>
            };
            let value = view! { <span class="column-value">{one.shown}</span> };
            let label = view! { <span class="column-label">{one.label}</span> };
            let inner = view! { {value}{fill}{label} };
            match one.href {
                Some(href) => view! { <li><a class="column" href=href>{inner}</a></li> }.into_any(),
                None => view! { <li><span class="column">{inner}</span></li> }.into_any(),
            }
        }).collect_view()
    };
    view! { <ul class="columns">{marks}</ul> }
}
