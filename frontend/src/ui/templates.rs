//! Templates: texts that a person writes often. This browser keeps them.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::button::{Button, IconButton, Size, Variant};
use super::icon;
use super::popover::{Close, Popover};
use super::toast::use_toasts;
use crate::i18n::k;
use crate::storage;

const PLACE: &str = "relasi.templates";
const SLASH: u16 = b'/' as u16;

fn read() -> Vec<String> {
    storage::read(PLACE)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn keep(all: &[String]) {
    if let Ok(text) = serde_json::to_string(all) {
        storage::write(PLACE, &text);
    }
}

/// Whether a `/` just typed asks for a template: there are some, and it stands behind a space or in front.
pub fn asks(event: &KeyboardEvent, text: &str, node: NodeRef<leptos::html::Textarea>) -> bool {
    typed(event, "/") && starts_word(text, cursor(node)) && !read().is_empty()
}

/// Whether a key writes this sign.
pub fn typed(event: &KeyboardEvent, sign: &str) -> bool {
    event.key() == sign && !event.ctrl_key() && !event.is_composing()
}

/// Where the cursor stands, in UTF-16 units as browsers count.
pub fn cursor(node: NodeRef<leptos::html::Textarea>) -> usize {
    let at = node
        .get_untracked()
        .and_then(|area| area.selection_start().ok().flatten());
    at.unwrap_or_default() as usize
}

/// Whether a word may begin at `at`, counted in UTF-16 units as browsers do.
pub fn starts_word(text: &str, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| text.encode_utf16().nth(i));
    before.is_none_or(|unit| u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_whitespace()))
}

/// `text` with a template at `at`, in the place of the `/` before it that asked for one.
fn with_template(text: &str, at: usize, template: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = at.min(units.len());
    let asked = at > 0 && units[at - 1] == SLASH && starts_word(text, at - 1);
    let (before, after) = (&units[..at - usize::from(asked)], &units[at..]);
    let whole = |units: &[u16]| String::from_utf16_lossy(units);
    format!("{}{template}{}", whole(before), whole(after))
}

/// The first line, which a template is known by.
fn name(template: &str) -> String {
    let first = template.trim().lines().next().unwrap_or_default();
    first.trim_end().to_owned()
}

/// The button with the templates: put one into the text, keep the text as one, take one away.
#[component]
pub fn Templates(
    /// The text being written.
    text: RwSignal<String>,
    /// Its field.
    node: NodeRef<leptos::html::Textarea>,
    /// The button, for the key that opens the list.
    opener: NodeRef<leptos::html::Button>,
) -> impl IntoView {
    view! {
        <Popover label=k::ui::TEMPLATES icon=icon::STICKY_NOTE icon_only=true size=Size::Small opener>
            <TemplateList text node/>
        </Popover>
    }
}

#[component]
fn TemplateList(text: RwSignal<String>, node: NodeRef<leptos::html::Textarea>) -> impl IntoView {
    let (close, toasts) = (use_context::<Close>(), use_toasts());
    let all = RwSignal::new(read());
    let set = move |now: Vec<String>| {
        keep(&now);
        // The list may be closed when a removal is undone.
        let _ = all.try_set(now);
    };
    let put = move |template: &str| {
        let at = cursor(node);
        text.update(|text| *text = with_template(text, at, template));
        if let Some(close) = close {
            close.now();
        }
        request_animation_frame(move || {
            if let Some(area) = node.try_get_untracked().flatten() {
                // Only fails for detached elements.
                let _ = area.focus();
            }
        });
    };
    let remove = move |template: String| {
        let before = read();
        set(before.iter().filter(|t| **t != template).cloned().collect());
        toasts.undoable(k::ui::template_removed(&name(&template)), move || {
            set(before.clone());
        });
    };
    let keep_text = move |()| {
        let new = text.with_untracked(|text| text.trim().to_owned());
        let mut now = read();
        now.retain(|template| *template != new);
        now.insert(0, new);
        set(now);
        toasts.ok(k::ui::TEMPLATE_KEPT.get());
    };
    let nothing = Signal::derive(move || {
        text.with(|text| text.trim().is_empty())
            .then(|| k::ui::TEMPLATE_WRITE_FIRST.get().to_owned())
    });
    let line = move |template: String| {
        let (words, named, gone) = (name(&template), name(&template), template.clone());
        view! {
            <div class="template">
                <button type="button" class="menu-item" title=template.clone() on:click=move |_| put(&template)><span>{words}</span></button>
                <IconButton label=move || k::ui::template_remove(&named) icon=icon::TRASH_2 size=Size::Small on_press=move |()| remove(gone.clone())/>
            </div>
        }
    };
    view! {
        <div class="templates">
            <p class="hint">{move || if all.with(Vec::is_empty) { k::ui::TEMPLATES_NONE } else { k::ui::TEMPLATES_HINT }.get()}</p>
            <div class="menu-scroll">{move || all.get().into_iter().map(line).collect_view()}</div>
            <Button label=k::ui::TEMPLATE_KEEP icon=icon::PLUS size=Size::Small variant=Variant::Quiet disabled=nothing on_press=keep_text/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{name, starts_word, with_template};

    #[test]
    fn a_template_takes_the_place_of_its_slash() {
        assert_eq!(with_template("/", 1, "Halo"), "Halo");
        assert_eq!(with_template("Siti, / ya", 7, "halo"), "Siti, halo ya");
        assert_eq!(with_template("ครับ ", 5, "halo"), "ครับ halo");
        assert_eq!(
            with_template("and/or", 4, "x"),
            "and/xor",
            "a slash in a word asked for nothing"
        );
        assert_eq!(with_template("", 0, "x"), "x");
    }

    #[test]
    fn slashes_in_words_are_slashes() {
        assert!(starts_word("", 0) && starts_word("a ", 2) && starts_word("a\n", 2));
        assert!(!starts_word("and", 3) && !starts_word("ครับ", 4));
    }

    #[test]
    fn a_template_is_known_by_its_first_line() {
        assert_eq!(name("\n Halo Kak \nTerima kasih"), "Halo Kak");
    }
}
