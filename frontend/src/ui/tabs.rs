//! Tabs, segments, steps.

use leptos::prelude::*;

use super::icon::{self, Glyph, Icon};
use super::popover::walk_siblings;
use crate::i18n::{Key, number};

/// One tab or segment.
#[derive(Clone)]
pub struct Tab {
    /// What is stored.
    pub id: String,
    /// Words.
    pub label: TextProp,
    /// Shown behind the words.
    pub count: Option<i64>,
    /// Drawn before the words, with what it means.
    pub mark: Option<(Icon, Key)>,
}

impl Tab {
    /// A tab without a count.
    pub fn new(id: impl Into<String>, label: impl Into<TextProp>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            count: None,
            mark: None,
        }
    }

    /// With a count.
    pub const fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }

    /// With a mark before the words: pinned, shared, locked.
    pub const fn mark(mut self, icon: Icon, means: Key) -> Self {
        self.mark = Some((icon, means));
        self
    }
}

/// A row of tabs. Arrow keys walk them; the panel below is the caller's.
#[component]
pub fn Tabs(
    /// Name of the row.
    #[prop(into)]
    label: TextProp,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// Id of the tab shown.
    #[prop(into)]
    current: Signal<String>,
    /// Called with the id of the chosen tab.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Behind the last tab, such as a plus button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let tab = move |tab: Tab| {
        let (mine, chosen, of) = (tab.id.clone(), tab.id.clone(), tab.id);
        view! {
            <button type="button" role="tab" class="tab"
                aria-selected=move || if current.with(|c| *c == mine) { "true" } else { "false" }
                tabindex=move || if current.with(|c| *c == of) { "0" } else { "-1" }
                on:click=move |_| on_choose.run(chosen.clone())>
                {tab.mark.map(|(icon, means)| view! { <span class="tab-mark" title=means><Glyph icon/></span> })}
                {move || tab.label.get()}
                {tab.mark.map(|(_, means)| view! { <span class="hidden-visually">{move || format!(" ({})", means.get())}</span> })}
                {tab.count.map(|count| view! { <span class="count">{move || number(count)}</span> })}
            </button>
        }
    };
    view! {
        <div class="tabs">
            <div class="tab-row" role="tablist" aria-label=move || label.get() on:keydown=walk_siblings>
                {move || tabs.get().into_iter().map(tab).collect_view()}
            </div>
            {children.map(|children| children())}
        </div>
    }
}

/// A few exclusive choices in one control, such as table or board.
#[component]
pub fn Segmented(
    /// Name of the control.
    #[prop(into)]
    label: TextProp,
    /// The choices.
    #[prop(into)]
    items: Signal<Vec<Tab>>,
    /// Id of the choice in force.
    #[prop(into)]
    current: Signal<String>,
    /// Called with the id of the chosen one.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let item = move |item: Tab| {
        let (mine, chosen) = (item.id.clone(), item.id);
        view! {
            <button type="button"
                aria-pressed=move || if current.with(|c| *c == mine) { "true" } else { "false" }
                on:click=move |_| on_choose.run(chosen.clone())>
                {move || item.label.get()}
                {item.count.map(|count| view! { <span class="count">{move || number(count)}</span> })}
            </button>
        }
    };
    view! {
        <div class="segmented" role="group" aria-label=move || label.get() on:keydown=walk_siblings>
            {move || items.get().into_iter().map(item).collect_view()}
        </div>
    }
}

/// Steps of a wizard. Steps before the current one can be gone back to.
#[component]
pub fn Stepper(
    /// Name of the row.
    #[prop(into)]
    label: TextProp,
    /// The steps in order.
    #[prop(into)]
    steps: Signal<Vec<TextProp>>,
    /// Index of the current step.
    #[prop(into)]
    current: Signal<usize>,
    /// Called with the index of an earlier step.
    #[prop(into)]
    on_choose: Callback<usize>,
) -> impl IntoView {
    let step = move |(at, words): (usize, TextProp)| {
        view! {
            <li aria-current=move || (current.get() == at).then_some("step") class:done=move || { at < current.get() }>
                <button type="button" disabled=move || { at >= current.get() } on:click=move |_| on_choose.run(at)>
                    <span class="step-mark">
                        {move || if at < current.get() {
                            view! { <Glyph icon=icon::CHECK/> }.into_any()
                        } else {
                            number(i64::try_from(at + 1).unwrap_or_default()).into_any()
                        }}
                    </span>
                    {move || words.get()}
                </button>
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=move || label.get()>
            {move || steps.get().into_iter().enumerate().map(step).collect_view()}
        </ol>
    }
}
