//! What stands where content is still coming, is not there, or broke.

use leptos::prelude::*;

use super::button::{Button, CloseButton, Size, Variant};
use super::icon::{self, Glyph, Icon};
use crate::i18n::{k, number, percent};

/// Grey lines in the shape of the content to come. Appears only after 300 ms.
#[component]
pub fn Skeleton(
    /// Lines to draw.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" aria-label=k::common::LOADING>
            {(0..lines).map(|_| view! { <span class="skeleton-line"></span> }).collect_view()}
        </div>
    }
}

/// A line of 2 px at the top of a part that is loading again, over the old content.
#[component]
pub fn ProgressLine(
    /// Whether work goes on.
    #[prop(into)]
    busy: Signal<bool>,
) -> impl IntoView {
    view! { <div class="progress-line" class:on=busy role="progressbar" aria-label=k::common::LOADING aria-hidden=move || (!busy.get()).then_some("true")></div> }
}

/// A place without content: one sentence, one action.
#[component]
pub fn EmptyState(
    /// The sentence.
    #[prop(into)]
    text: TextProp,
    /// Drawn above it.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// A button.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.map(|icon| view! { <Glyph icon/> })}
            <p>{move || text.get()}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// A part that broke; the rest of the page goes on.
#[component]
pub fn ErrorState(
    /// What happened and what to do.
    #[prop(into)]
    text: TextProp,
    /// Id of the failed request.
    #[prop(optional, into)]
    error_id: Option<String>,
    /// Tries again.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="empty broken" role="alert">
            <Glyph icon=icon::TRIANGLE_ALERT/>
            <p>{move || text.get()}</p>
            {error_id.map(|id| view! { <p class="hint"><code>{move || k::common::error_id(&id)}</code></p> })}
            {on_retry.map(|on_press| view! { <Button label=k::common::RETRY on_press/> })}
        </div>
    }
}

/// A long piece of work: what, how far, cancel.
#[component]
pub fn JobCard(
    /// What is being done.
    #[prop(into)]
    title: TextProp,
    /// Units done.
    #[prop(into)]
    done: Signal<i64>,
    /// Units in all; `None` while unknown.
    #[prop(into)]
    total: Signal<Option<i64>>,
    /// A sentence below: rows a second, what comes after.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// Stops it; leave out when it cannot be stopped.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
    /// Puts the card away once all is done.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
) -> impl IntoView {
    let name = title.clone();
    #[expect(clippy::cast_precision_loss, reason = "only drawn")]
    let share = move || {
        total
            .get()
            .filter(|total| *total > 0)
            .map(|total| done.get() as f64 / total as f64)
    };
    let finished = move || total.get().is_some_and(|total| done.get() >= total);
    view! {
        <div class="job">
            <div class="job-head">
                <strong>{move || title.get()}</strong>
                <span class="spacer"></span>
                <span class="job-count">
                    {move || number(done.get())}{move || total.get().map(|total| format!(" / {}", number(total)))}
                    {move || share().map(|share| format!(" · {}", percent(share)))}
                </span>
                {on_cancel.map(|on_press| view! {
                    <Show when=move || !finished()><Button label=k::common::CANCEL size=Size::Small variant=Variant::Quiet on_press/></Show>
                })}
                {on_close.map(|on_press| view! {
                    <Show when=finished><CloseButton label=k::common::DISMISS on_press/></Show>
                })}
            </div>
            <progress max="1" value=move || share().map(|share| share.to_string()) aria-label=move || name.get()></progress>
            {note.map(|note| view! { <p class="hint">{move || note.get()}</p> })}
        </div>
    }
}
