//! Where the focus is on a board: on a card, wherever that goes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement};

/// The id of the card that the focus came to, itself or something in it.
pub fn card_of(event: &FocusEvent) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target
        .closest("[data-card]")
        .ok()??
        .get_attribute("data-card")
}

/// Keeps the focus on a card. One that goes to another column - moved, moved back, moved by others - is drawn anew
/// there, and what had the focus is gone. `place` names the card and its column.
pub fn follow(place: Memo<Option<(String, String)>>) {
    Effect::new(move |before: Option<Option<(String, String)>>| {
        let before = before.flatten();
        let Some((card, column)) = place.get() else {
            return before;
        };
        if before.is_some_and(|(same, from)| same == card && from != column) {
            let id = card.clone();
            request_animation_frame(move || request_animation_frame(move || regain(&id)));
        }
        Some((card, column))
    });
}

/// Gives the focus back to a card, unless something else has it by now.
fn regain(id: &str) {
    let lost = document().active_element();
    if lost.is_none_or(|active| active.tag_name() == "BODY") {
        focus(document().query_selector(&format!("[data-card='{id}']")));
    }
}

/// Gives the focus to the first card.
pub fn enter(board: NodeRef<leptos::html::Div>) {
    if let Some(board) = board.get_untracked() {
        focus(board.query_selector("[data-card]"));
    }
}

fn focus(found: Result<Option<Element>, wasm_bindgen::JsValue>) {
    let card = found.ok().flatten();
    if let Some(card) = card.and_then(|c| c.dyn_into::<HtmlElement>().ok()) {
        // Only fails for detached elements.
        let _ = card.focus();
    }
}
