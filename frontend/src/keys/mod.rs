//! The one key registry. Screens bind keys while they are shown; an open dialog shuts out what lies below it.
//!
//! A key is written as it is shown: `Ctrl K`, `Shift ArrowLeft`, `?`, or a sequence such as `G C`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

mod own;

use crate::i18n::{Key, k};
pub use own::{LETTERS, changed, choose, letter, reset, set_single_keys, shown, single_keys_on};

/// Where a key means something. Higher ones win.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// Everywhere.
    App,
    /// On the screen that bound it.
    Page,
    /// In a drawer.
    Panel,
    /// In a dialog, where nothing below counts.
    Dialog,
}

struct Binding {
    id: u64,
    scope: Scope,
    key: &'static str,
    title: Key,
    action: Rc<dyn Fn()>,
    /// It counts only while nothing on the page has the focus.
    at_rest: bool,
}

thread_local! {
    static BINDINGS: RefCell<Vec<Binding>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u64> = const { Cell::new(0) };
    /// First key of a sequence and when it was pressed (milliseconds).
    static PENDING: RefCell<Option<(String, f64)>> = const { RefCell::new(None) };
}

const SEQUENCE_MILLIS: f64 = 1500.0;

/// Binds a key until the current view goes away. `title` is shown in the help.
pub fn bind(scope: Scope, key: &'static str, title: Key, action: impl Fn() + 'static) {
    add(scope, key, title, Rc::new(action), false);
}

/// Leads into a list or a board by the keys that walk in it, until the current view goes away. They count only while
/// nothing has the focus: whatever has it answers them itself.
pub fn bind_entry(enter: impl Fn() + 'static) {
    let enter: Rc<dyn Fn()> = Rc::new(enter);
    for key in ["J", "K", "ArrowDown", "ArrowUp"] {
        add(Scope::Page, key, k::keys::MOVE, Rc::clone(&enter), true);
    }
}

fn add(scope: Scope, key: &'static str, title: Key, action: Rc<dyn Fn()>, at_rest: bool) {
    let id = NEXT.replace(NEXT.get() + 1);
    BINDINGS.with_borrow_mut(|all| {
        all.push(Binding {
            id,
            scope,
            key,
            title,
            action,
            at_rest,
        });
    });
    on_cleanup(move || BINDINGS.with_borrow_mut(|all| all.retain(|binding| binding.id != id)));
}

/// Every key now bound, for the help: scope, key, title. What lists answer themselves the help names by itself.
pub fn listed() -> Vec<(Scope, &'static str, Key)> {
    let mut all: Vec<_> = BINDINGS.with_borrow(|all| {
        let shown = all.iter().filter(|b| !b.at_rest);
        shown.map(|b| (b.scope, b.key, b.title)).collect()
    });
    all.sort_by_key(|(scope, ..)| *scope);
    all.dedup_by_key(|(scope, key, _)| (*scope, *key));
    all
}

/// Listens from now on; the app calls it once.
pub fn start() {
    let handle = window_event_listener(leptos::ev::keydown, |event| {
        if !event.default_prevented() && dispatch(&event) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// The key of an event as the registry writes it: `Ctrl K`, `Shift X`, `ArrowUp`, `?`. Letters are taken from
/// `key` when that is Latin, else from the place on the keyboard, so that they work on a Thai layout; the person's own
/// letters count as those of the app. Empty for a letter that does nothing.
pub fn pressed(event: &KeyboardEvent) -> String {
    let typed = key_name(&event.key(), &event.code());
    let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
    let name = if own::is_letter(&typed) && !chord {
        match own::meant(&typed) {
            Some(name) => name,
            None => return String::new(),
        }
    } else {
        typed.clone()
    };
    let mut text = String::new();
    if event.ctrl_key() || event.meta_key() {
        text.push_str("Ctrl ");
    }
    if event.alt_key() {
        text.push_str("Alt ");
    }
    let symbol = typed.len() == 1 && !typed.starts_with(|c: char| c.is_ascii_alphanumeric());
    if event.shift_key() && !symbol {
        text.push_str("Shift ");
    }
    text.push_str(&name);
    text
}

/// The letter that a key event types, in upper case; `None` for other keys and chords.
pub fn typed_letter(event: &KeyboardEvent) -> Option<String> {
    let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
    let name = key_name(&event.key(), &event.code());
    (own::is_letter(&name) && !chord).then_some(name)
}

fn key_name(key: &str, code: &str) -> String {
    let mut letters = key.chars();
    match (letters.next(), letters.next()) {
        (Some(' '), None) => "Space".to_owned(),
        (Some(letter), None) if letter.is_ascii() => letter.to_ascii_uppercase().to_string(),
        (Some(_), None) => from_code(code).to_owned(),
        _ => key.to_owned(),
    }
}

fn from_code(code: &str) -> &str {
    match code {
        "Slash" => "/",
        "BracketLeft" => "[",
        "BracketRight" => "]",
        _ => code
            .strip_prefix("Key")
            .or_else(|| code.strip_prefix("Digit"))
            .unwrap_or(code),
    }
}

/// Whether an event comes from a place where letters are text.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(element) = event
        .target()
        .and_then(|t| t.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    let text = match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(
            element.get_attribute("type").as_deref(),
            Some("checkbox" | "radio" | "button")
        ),
        _ => element.is_content_editable(),
    };
    text || event.is_composing()
}

fn dispatch(event: &KeyboardEvent) -> bool {
    let key = pressed(event);
    let chord = key.starts_with("Ctrl ");
    if !chord && key != "Escape" && is_typing(event) {
        return false;
    }
    let now = js_sys::Date::now();
    let pending = PENDING
        .take()
        .filter(|(_, at)| now - at < SEQUENCE_MILLIS)
        .map(|(first, _)| first);
    // Behind the first letter the app's own letters count.
    let second = typed_letter(event).unwrap_or_else(|| key.clone());
    let sequence = pending.map(|first| format!("{first} {second}"));
    let found = sequence.as_deref().and_then(find).or_else(|| find(&key));
    if let Some(action) = found {
        action();
        return true;
    }
    if !key.is_empty() && begins_sequence(&key) {
        PENDING.replace(Some((key, now)));
    }
    false
}

/// Whether a scope counts now. The page itself says whether a dialog is open: the browser closes one by Escape at once
/// and tells of it later.
fn counting() -> impl Fn(Scope) -> bool {
    let open = document()
        .query_selector("dialog:modal")
        .is_ok_and(|dialog| dialog.is_some());
    move |scope| (scope == Scope::Dialog) == open
}

/// Whether the focus is nowhere, or where going to a page puts it: on its heading or its main part.
fn is_at_rest() -> bool {
    let active = document().active_element();
    active.is_none_or(|active| matches!(active.tag_name().as_str(), "BODY" | "MAIN" | "H1"))
}

fn find(key: &str) -> Option<Rc<dyn Fn()>> {
    let counts = counting();
    BINDINGS.with_borrow(|all| {
        let fitting = all.iter().filter(|b| b.key == key && counts(b.scope));
        let fitting = fitting.filter(|b| !b.at_rest || is_at_rest());
        fitting
            .max_by_key(|b| (b.scope, b.id))
            .map(|b| Rc::clone(&b.action))
    })
}

fn begins_sequence(key: &str) -> bool {
    let counts = counting();
    BINDINGS.with_borrow(|all| {
        all.iter().any(|b| {
            counts(b.scope)
                && b.key
                    .strip_prefix(key)
                    .is_some_and(|rest| rest.starts_with(' '))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::key_name;

    #[test]
    fn reads_letters_on_any_layout() {
        assert_eq!(key_name("k", "KeyK"), "K");
        assert_eq!(key_name("า", "KeyK"), "K");
        assert_eq!(key_name("?", "Slash"), "?");
        assert_eq!(key_name(" ", "Space"), "Space");
        assert_eq!(key_name("ArrowLeft", "ArrowLeft"), "ArrowLeft");
    }
}
