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
    /// In the line of what it is about, without a surface of its own: a fault of a small form, a note below a control.
    #[prop(optional)]
    inline: bool,
    /// A button, mostly.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("{} {}", if inline { "inline-alert" } else { "banner" }, tone.class()) role=if tone == Tone::Bad { "alert" } else { "status" }>
            <Glyph icon=tone_icon(tone)/>
            <p>{move || text.get()}</p>
            {children.map(|children| children())}
        </div>
    }
}
