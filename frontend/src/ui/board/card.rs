//! One card.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlAnchorElement, HtmlElement, KeyboardEvent, PointerEvent};

use super::drag::Drag;
use super::press::Press;
use super::{BoardColumn, CardKind, CardMove};
use crate::i18n::k;
use crate::keys;
use crate::ui::button::{Size, Variant};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};

#[component]
pub fn Card<C: Clone + PartialEq + Send + Sync + 'static>(
    id: String,
    cards: Signal<Vec<C>>,
    kind: StoredValue<CardKind<C>>,
    columns: Signal<Vec<BoardColumn>>,
    drag: Drag,
    move_card: Callback<CardMove>,
    on_open: Callback<String>,
    on_peek: Option<Callback<String>>,
    on_key: Option<Callback<(String, String), bool>>,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let opener = NodeRef::<leptos::html::Button>::new();
    let card = Memo::new(move |_| {
        let of = kind.with_value(|kind| kind.id);
        cards.with(|cards| {
            cards
                .iter()
                .find(|card| id.with_value(|id| of(card) == *id))
                .cloned()
        })
    });
    let here = move || {
        card.with_untracked(|card| {
            card.as_ref()
                .map(kind.with_value(|kind| kind.column))
                .unwrap_or_default()
        })
    };
    let go = move |to: String| {
        if to != here() {
            move_card.run(CardMove {
                card: id.get_value(),
                to,
            });
        }
    };
    let step = move |by: isize| {
        let to = columns.with_untracked(|all| {
            let at = all.iter().position(|column| column.id == here())?;
            all.get(at.checked_add_signed(by)?)
                .map(|column| column.id.clone())
        });
        if let Some(to) = to {
            go(to);
        }
    };
    let open_moves = move || {
        if let Some(button) = opener.get_untracked() {
            button.click();
        }
    };
    let press = Press::new();
    let keydown = move |event: KeyboardEvent| {
        if keys::is_typing(&event) {
            return;
        }
        let key = keys::pressed(&event);
        if event.target() != event.current_target() {
            // Letters on the link in a card mean the card; what a menu in it does with them is its own business.
            let link = event
                .target()
                .is_some_and(|target| target.has_type::<HtmlAnchorElement>());
            if !link || key.len() != 1 {
                return;
            }
        }
        match key.as_str() {
            "Shift ArrowLeft" => step(-1),
            "Shift ArrowRight" => step(1),
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "J" | "K" => walk(&event, &key),
            "M" => open_moves(),
            "Enter" => on_open.run(id.get_value()),
            "Space" if on_peek.is_some() => {
                if let Some(peek) = on_peek {
                    peek.run(id.get_value());
                }
            }
            _ if on_key.is_some_and(|on_key| on_key.run((key.clone(), id.get_value()))) => {}
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let moves = Signal::derive(move || {
        columns
            .get()
            .into_iter()
            .filter(|column| column.id != here())
            .map(|column| {
                let to = column.id;
                MenuItem::new(k::ui::move_to(&column.title), move || go(to.clone()))
            })
            .collect::<Vec<_>>()
    });
    let offset = move || {
        drag.offset.with(|offset| {
            offset
                .as_ref()
                .filter(|(card, ..)| id.with_value(|id| id == card))
                .map(|(_, x, y)| (*x, *y))
        })
    };
    let down = move |event: PointerEvent| {
        id.with_value(|id| drag.down(&event, id));
        press.down(&event);
    };
    let moved = move |event: PointerEvent| {
        drag.moved(&event);
        press.moved(&event);
    };
    let cancel = move |_: PointerEvent| {
        drag.cancel();
        press.cancel();
    };
    let up = move |_: PointerEvent| {
        // What opens while the finger is down is closed by its going up.
        if press.up() {
            request_animation_frame(open_moves);
        }
        if let Some((_, to)) = drag.up() {
            go(to);
        }
    };
    view! {
        <li class="card" tabindex="0" data-card=id.get_value() class:dragging=move || offset().is_some() class:held=press.held
            style:transform=move || offset().map_or_else(String::new, |(x, y)| format!("translate({x}px,{y}px)"))
            on:keydown=keydown
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=cancel
            on:click=move |event| press.swallow(&event)
            on:contextmenu=move |event| press.swallow(&event)>
            {move || card.get().map(|card| kind.with_value(|kind| (kind.view)(card)))}
            <span class="card-menu">
                <Menu label=k::ui::MOVE_CARD items=moves icon=icon::ARROW_RIGHT icon_only=true size=Size::Small variant=Variant::Quiet opener/>
            </span>
        </li>
    }
}

/// Moves the focus to the card above or below, or to the same height in the column beside.
fn walk(event: &KeyboardEvent, key: &str) {
    let Some(card) = event
        .current_target()
        .and_then(|t| t.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let to = match key {
        "ArrowDown" | "J" => card.next_element_sibling(),
        "ArrowUp" | "K" => card.previous_element_sibling(),
        _ => beside(&card, key == "ArrowRight"),
    };
    if let Some(to) = to.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = to.focus();
    }
}

fn beside(card: &HtmlElement, right: bool) -> Option<web_sys::Element> {
    let list = card.parent_element()?;
    let at = (0..list.children().length())
        .find(|i| list.children().item(*i).as_ref() == Some(card.as_ref()))?;
    let mut column = card.closest("[data-column]").ok()??;
    loop {
        column = if right {
            column.next_element_sibling()?
        } else {
            column.previous_element_sibling()?
        };
        let cards = column.query_selector_all("[data-card]").ok()?;
        if cards.length() > 0 {
            return cards.item(at.min(cards.length() - 1))?.dyn_into().ok();
        }
    }
}
