//! Writing what happened: note, call, meeting, e-mail, task. Drafts stay in this browser until they are saved.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::button::{Button, Size, Variant};
use super::combobox::Finder;
use super::mentions::{self, Mentions, Named};
use super::tabs::{Segmented, Tab};
use super::templates::{self, Templates};
use crate::i18n::k;
use crate::storage;

/// A text with a kind. `draft` names the place (such as `contact:ID`) under which an unfinished text is kept.
#[component]
pub fn Composer(
    /// The kinds one can write, first is the default.
    #[prop(into)]
    kinds: Signal<Vec<Tab>>,
    /// The kind chosen.
    kind: RwSignal<String>,
    /// Where the draft belongs.
    #[prop(into)]
    draft: String,
    /// Finds who can be mentioned.
    people: Finder,
    /// Called with the text; set `busy` meanwhile and clear the text by `saved` when the server has it.
    #[prop(into)]
    on_save: Callback<String>,
    /// Whether a save is going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Rises by one each time a text was saved; the composer then empties itself.
    #[prop(optional, into)]
    saved: Signal<u32>,
    /// The text area, for keys that focus it.
    #[prop(optional)]
    node: NodeRef<leptos::html::Textarea>,
    /// Whether there may be nothing to say, as with a call that nobody took.
    #[prop(optional, into)]
    allow_empty: Signal<bool>,
    /// What the button says; default: save.
    #[prop(optional, into)]
    save_as: Option<TextProp>,
    /// More fields of the kind (due day, minutes), drawn below the text.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let place = StoredValue::new(format!("relasi.draft.{draft}"));
    let kept = place.with_value(|place| storage::read(place));
    let (kept, whom) = Named::read(&kept.unwrap_or_default());
    let (text, named) = (RwSignal::new(kept), RwSignal::new(whom));
    let sent = move || text.with(|text| named.with(|named| named.write(text)));
    Effect::new(move |_| {
        let now = sent();
        place.with_value(|place| {
            if now.trim().is_empty() {
                storage::remove(place);
            } else {
                storage::write(place, &now);
            }
        });
    });
    Effect::new(move |before: Option<u32>| {
        let now = saved.get();
        if before.is_some_and(|before| before != now) {
            text.set(String::new());
        }
        now
    });
    let save = move || {
        let now = untrack(sent);
        let enough = allow_empty.get_untracked() || !now.trim().is_empty();
        if enough && !busy.get_untracked() {
            on_save.run(now);
        }
    };
    let save_as = save_as.unwrap_or_else(|| k::common::SAVE.into());
    let templates = NodeRef::<leptos::html::Button>::new();
    let whom = NodeRef::<leptos::html::Button>::new();
    let keys = move |event: KeyboardEvent| {
        let names = text.with_untracked(|text| mentions::asks(&event, text, node));
        if names || text.with_untracked(|text| templates::asks(&event, text, node)) {
            let opener = if names { whom } else { templates };
            // The sign has to be in the text before anything can take its place.
            request_animation_frame(move || {
                if let Some(button) = opener.try_get_untracked().flatten() {
                    button.click();
                }
            });
        }
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            save();
        }
    };
    view! {
        <div class="composer">
            <div class="composer-head">
                <Segmented label=k::ui::KIND items=kinds current=kind on_choose=move |id| kind.set(id)/>
                <span class="spacer"></span>
                <Mentions text named node people opener=whom/>
                <Templates text node opener=templates/>
            </div>
            <textarea node_ref=node rows="2" aria-label=k::ui::WRITE placeholder=k::ui::WRITE bind:value=text on:keydown=keys></textarea>
            {children.map(|children| children())}
            <Show when=move || allow_empty.get() || !text.with(|t| t.trim().is_empty())>
                <div class="composer-foot">
                    <span class="hint">{k::ui::DRAFT_KEPT}</span>
                    <span class="spacer"></span>
                    <Button label=save_as.clone() variant=Variant::Primary size=Size::Small busy key_hint="Ctrl Enter" on_press=move |()| save()/>
                </div>
            </Show>
        </div>
    }
}
