//! Messages that stay: across the page or inside a form.

use leptos::prelude::*;

use super::icon::Glyph;
use super::tag::Tone;
use super::toast::tone_icon;

/// A message with a colour, an icon and perhaps an action as its children.
#[component]
pub fn Banner(
    /// The words.
    #[prop(into)]
    text: TextProp,
    /// What kind of message.
    #[prop(optional)]
    tone: Tone,
    /// A button, mostly.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("banner {}", tone.class()) role=if tone == Tone::Bad { "alert" } else { "status" }>
            <Glyph icon=tone_icon(tone)/>
            <p>{move || text.get()}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// A message beside what it is about, in the line of its text: a fault of a small form, a note below a control.
#[component]
pub fn InlineAlert(
    /// The words.
    #[prop(into)]
    text: TextProp,
    /// What kind of message.
    #[prop(optional)]
    tone: Tone,
    /// An action, such as "Try again".
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("inline-alert {}", tone.class()) role=if tone == Tone::Bad { "alert" } else { "status" }>
            <Glyph icon=tone_icon(tone)/>
            <span>{move || text.get()}</span>
            {children.map(|children| children())}
        </div>
    }
}
