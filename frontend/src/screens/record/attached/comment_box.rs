//! Where a comment is written or changed.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::i18n::k;
use crate::records::people::use_people;
use crate::storage;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::mentions::{self, Mentions, Named};

/// A text with mentions. What is not sent yet stays in this browser under `draft`.
#[component]
pub fn CommentBox(
    /// The text to begin with, as it was sent.
    #[prop(into)]
    start: String,
    /// Where an unfinished text is kept.
    #[prop(optional, into)]
    draft: Option<String>,
    /// Words on the button.
    #[prop(into)]
    action: TextProp,
    /// Called with the text as it is sent.
    #[prop(into)]
    on_send: Callback<String>,
    /// Whether it is being sent.
    #[prop(into)]
    busy: Signal<bool>,
    /// Rises when a text was taken; the box then empties itself.
    #[prop(optional, into)]
    sent: Signal<u32>,
    /// Gives it up; leave it out where there is nothing to go back to.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let place = draft.map(|draft| format!("relasi.draft.comment.{draft}"));
    let kept = place.as_deref().and_then(storage::read);
    let (kept, whom) = Named::read(&kept.unwrap_or(start));
    let (text, named) = (RwSignal::new(kept), RwSignal::new(whom));
    let whole = move || text.with(|text| named.with(|named| named.write(text)));
    Effect::new(move |_| {
        let now = whole();
        match place.as_deref() {
            Some(place) if now.trim().is_empty() => storage::remove(place),
            Some(place) => storage::write(place, &now),
            None => {}
        }
    });
    Effect::new(move |before: Option<u32>| {
        let now = sent.get();
        if before.is_some_and(|before| before != now) {
            text.set(String::new());
        }
        now
    });
    let (node, opener) = (
        NodeRef::<leptos::html::Textarea>::new(),
        NodeRef::<leptos::html::Button>::new(),
    );
    let send = move || {
        let now = untrack(whole);
        if !now.trim().is_empty() && !busy.get_untracked() {
            on_send.run(now);
        }
    };
    let keys = move |event: KeyboardEvent| {
        if text.with_untracked(|text| mentions::asks(&event, text, node)) {
            // The sign has to be in the text before a name can take its place.
            request_animation_frame(move || {
                if let Some(button) = opener.try_get_untracked().flatten() {
                    button.click();
                }
            });
        }
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    let people = use_people().finder();
    view! {
        <div class="composer comment-box">
            <textarea node_ref=node rows="2" aria-label=k::files::COMMENT placeholder=k::files::COMMENT_HINT bind:value=text on:keydown=keys></textarea>
            <div class="composer-foot">
                <Mentions text named node people opener/>
                <span class="spacer"></span>
                {on_cancel.map(|on_press| view! { <Button label=k::common::CANCEL size=Size::Small variant=Variant::Quiet on_press/> })}
                <Button label=action variant=Variant::Primary size=Size::Small busy on_press=move |()| send()/>
            </div>
        </div>
    }
}
