//! Naming people in a text: while it is written they stand in it as `@Name`, and it is sent with their ids.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::interaction::mention::{mentions, plain, written};
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;

use super::button::Size;
use super::combobox::Finder;
use super::icon;
use super::popover::{Close, Popover};
use super::select::Choice;
use super::templates::{cursor, starts_word, typed};
use crate::i18n::k;

const SIGN: char = '@';

/// Whom the names in a text mean.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Named(BTreeMap<String, Uuid>);

impl Named {
    /// A text as it is sent, as it is written: names instead of ids.
    pub fn read(sent: &str) -> (String, Self) {
        let all = mentions(sent).into_iter();
        (
            plain(sent),
            Self(all.map(|one| (one.name, one.user)).collect()),
        )
    }

    fn add(&mut self, name: &str, user: Uuid) {
        self.0.insert(name.to_owned(), user);
    }

    /// A text as it is written, as it is sent. Of two names that fit, the longer one is meant.
    pub fn write(&self, text: &str) -> String {
        let mut sent = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(SIGN) {
            sent.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            let fitting = self
                .0
                .iter()
                .filter(|(name, _)| behind.starts_with(name.as_str()));
            if let Some((name, user)) = fitting.max_by_key(|(name, _)| name.len()) {
                sent.push_str(&written(*user, name));
                rest = &behind[name.len()..];
            } else {
                sent.push(SIGN);
                rest = behind;
            }
        }
        sent.push_str(rest);
        sent
    }
}

/// Whether an `@` just typed asks for a name: it stands behind a space or in front.
pub fn asks(event: &KeyboardEvent, text: &str, node: NodeRef<leptos::html::Textarea>) -> bool {
    typed(event, "@") && starts_word(text, cursor(node))
}

/// The button that puts a name into the text.
#[component]
pub fn Mentions(
    /// The text being written.
    text: RwSignal<String>,
    /// Whom its names mean.
    named: RwSignal<Named>,
    /// Its field.
    node: NodeRef<leptos::html::Textarea>,
    /// Finds members.
    people: Finder,
    /// The button, for the key that opens the list.
    opener: NodeRef<leptos::html::Button>,
) -> impl IntoView {
    view! {
        <Popover label=k::ui::MENTION icon=icon::USERS icon_only=true size=Size::Small opener>
            <PeopleList text named node people=people.clone()/>
        </Popover>
    }
}

#[component]
fn PeopleList(
    text: RwSignal<String>,
    named: RwSignal<Named>,
    node: NodeRef<leptos::html::Textarea>,
    people: Finder,
) -> impl IntoView {
    let close = use_context::<Close>();
    let wanted = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<Choice>::new());
    Effect::new(move |_| {
        let text = wanted.get();
        let looking = people(text.clone());
        spawn_local(async move {
            let matches = looking.await;
            // The list may be closed by now, or more may have been typed.
            if wanted.try_get_untracked().as_ref() == Some(&text) {
                found.try_set(matches);
            }
        });
    });
    let put = move |choice: &Choice| {
        let Ok(user) = choice.value.parse::<Uuid>() else {
            return;
        };
        named.update(|named| named.add(&choice.label, user));
        let at = cursor(node);
        text.update(|text| *text = with_name(text, at, &choice.label));
        if let Some(close) = close {
            close.now();
        }
        // At once: the next key belongs into the text.
        if let Some(area) = node.try_get_untracked().flatten() {
            // Only fails for detached elements.
            let _ = area.focus();
        }
    };
    let first = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            if let Some(choice) = found.with_untracked(|all| all.first().cloned()) {
                put(&choice);
            }
        }
    };
    let line = move |choice: Choice| {
        let name = choice.label.clone();
        view! { <button type="button" class="menu-item" on:click=move |_| put(&choice)><span>{name}</span></button> }
    };
    view! {
        <div class="templates">
            <input type="text" class="control" aria-label=k::ui::MENTION placeholder=k::ui::MENTION_WHO bind:value=wanted on:keydown=first/>
            <div class="menu-scroll">{move || found.get().into_iter().map(line).collect_view()}</div>
        </div>
    }
}

/// `text` with a name at `at`, in the place of the `@` before it that asked for one.
fn with_name(text: &str, at: usize, name: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = at.min(units.len());
    let asked = at > 0 && units[at - 1] == SIGN as u16 && starts_word(text, at - 1);
    let (before, after) = (&units[..at - usize::from(asked)], &units[at..]);
    let whole = |units: &[u16]| String::from_utf16_lossy(units);
    format!("{}{SIGN}{name} {}", whole(before), whole(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_place_of_the_sign_that_asked() {
        assert_eq!(with_name("@", 1, "Siti"), "@Siti ");
        assert_eq!(with_name("ask @ now", 5, "Siti"), "ask @Siti  now");
        assert_eq!(with_name("a@", 2, "Siti"), "a@@Siti ");
        assert_eq!(with_name("", 0, "Siti"), "@Siti ");
    }

    #[test]
    fn what_is_written_is_sent_with_ids_and_read_again() {
        let (siti, rahma) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut named = Named::default();
        named.add("Siti", siti);
        named.add("Siti Rahma", rahma);
        let sent = named.write("@Siti Rahma and @Siti, not a@Andi");
        assert_eq!(
            sent,
            format!("@[Siti Rahma](user:{rahma}) and @[Siti](user:{siti}), not a@Andi")
        );
        assert_eq!(
            Named::read(&sent),
            ("@Siti Rahma and @Siti, not a@Andi".to_owned(), named)
        );
    }
}
