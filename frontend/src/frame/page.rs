//! The bar at the top of every page, the page's title, and where the focus goes on arrival.

use leptos::prelude::*;

use crate::i18n::k;

/// Page bar: heading (which takes the focus on arrival), trail, marks and actions. Sets the window's title to
/// "Heading – Trail – Relasi".
#[component]
pub fn PageBar(
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// Name and address of the list it belongs to.
    #[prop(optional, into)]
    trail: Option<(TextProp, &'static str)>,
    /// Behind the heading: a count, tags.
    #[prop(optional, into)]
    marks: Option<ViewFn>,
    /// Buttons at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = NodeRef::<leptos::html::H1>::new();
    let (words, above) = (title.clone(), trail.clone());
    Effect::new(move |_| {
        let mut parts = vec![words.get().into_owned()];
        parts.extend(above.as_ref().map(|(label, _)| label.get().into_owned()));
        parts.push(k::common::APP.get().to_owned());
        document().set_title(&parts.join(" – "));
    });
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            request_animation_frame(move || {
                // Only fails for detached elements.
                let _ = heading.focus();
            });
        }
    });
    view! {
        <header class="page-bar">
            {trail.map(|(label, href)| view! { <a class="trail" href=href>{move || label.get()}</a><span class="trail" aria-hidden="true">"/"</span> })}
            <h1 node_ref=heading tabindex="-1">{move || title.get()}</h1>
            {marks.map(|marks| marks.run())}
            <span class="spacer"></span>
            {children.map(|children| children())}
        </header>
    }
}
