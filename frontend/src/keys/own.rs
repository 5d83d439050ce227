//! The letters a person has chosen instead of the app's, or none at all (WCAG 2.1.4). This browser keeps them.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::i18n::{Key, k};
use crate::storage;

const OFF: &str = "relasi.single-keys-off";
const LETTERS_KEPT: &str = "relasi.letters";

/// Every letter and sign that does something by itself, and what it does.
pub const LETTERS: [(&str, Key); 22] = [
    ("/", k::lists::SEARCH),
    ("?", k::keys::TITLE),
    ("G", k::keys::GO),
    ("C", k::keys::CREATE),
    ("F", k::filter::ADD),
    ("[", k::lists::VIEW_BEFORE),
    ("]", k::lists::VIEW_AFTER),
    ("J", k::keys::DOWN),
    ("K", k::keys::UP),
    ("X", k::keys::SELECT),
    ("O", k::keys::OWNER),
    ("#", k::lists::TAG),
    ("M", k::keys::MOVE_MENU),
    ("D", k::keys::TICK),
    ("R", k::lists::RESTORE),
    ("T", k::record::PLAN_STEP),
    ("L", k::record::LOG),
    ("N", k::record::WRITE_NOTE),
    ("E", k::record::EMAIL),
    ("Y", k::record::COPY_LINK),
    ("W", k::record::WIN),
    ("Q", k::record::LOSE),
];

/// What a person has changed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Own {
    off: bool,
    /// By the app's letter the person's; empty for none.
    letters: BTreeMap<String, String>,
}

impl Own {
    fn read() -> Self {
        let letters = storage::read(LETTERS_KEPT);
        let letters = letters.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            off: storage::read(OFF).is_some(),
            letters: letters.unwrap_or_default(),
        }
    }

    /// The person's letter for one of the app's; empty for none.
    fn letter<'a>(&'a self, of_app: &'a str) -> &'a str {
        self.letters.get(of_app).map_or(of_app, String::as_str)
    }

    /// What a typed letter means to the app.
    fn meant(&self, typed: &str) -> Option<String> {
        if self.off {
            return None;
        }
        let chosen = self.letters.iter().find(|(_, own)| *own == typed);
        if let Some((of_app, _)) = chosen {
            return Some(of_app.clone());
        }
        (!self.letters.contains_key(typed)).then(|| typed.to_owned())
    }

    /// A key of the registry as the person presses it; `None` where none does it.
    fn written(&self, key: &str) -> Option<String> {
        let (shift, rest) = key
            .strip_prefix("Shift ")
            .map_or(("", key), |rest| ("Shift ", rest));
        // Of a sequence only the first letter stands for itself.
        let (first, after) = rest.find(' ').map_or((rest, ""), |at| rest.split_at(at));
        if !is_letter(first) {
            return Some(key.to_owned());
        }
        let own = self.letter(first);
        (!self.off && !own.is_empty()).then(|| format!("{shift}{own}{after}"))
    }

    /// Gives one of the app's letters another one; `Err` names what that does already.
    fn give(&mut self, of_app: &str, own: &str) -> Result<(), Key> {
        if own.chars().all(|c| c.is_ascii_digit()) && !own.is_empty() {
            return Err(k::keys::PARTS);
        }
        let taken = LETTERS
            .iter()
            .find(|(other, _)| *other != of_app && !own.is_empty() && self.letter(other) == own);
        if let Some((_, does)) = taken {
            return Err(*does);
        }
        if own == of_app {
            self.letters.remove(of_app);
        } else {
            self.letters.insert(of_app.to_owned(), own.to_owned());
        }
        Ok(())
    }
}

thread_local! {
    static NOW: ArcRwSignal<Own> = ArcRwSignal::new(Own::read());
}

fn now() -> ArcRwSignal<Own> {
    NOW.with(Clone::clone)
}

fn keep(own: Own) {
    if own.off {
        storage::write(OFF, "1");
    } else {
        storage::remove(OFF);
    }
    match serde_json::to_string(&own.letters) {
        Ok(text) if !own.letters.is_empty() => storage::write(LETTERS_KEPT, &text),
        _ => storage::remove(LETTERS_KEPT),
    }
    now().set(own);
}

/// Whether a key is a letter, digit or sign, which Settings can switch off.
pub fn is_letter(key: &str) -> bool {
    key.len() == 1
}

/// What a letter typed without Ctrl means to the app, if it means anything.
pub(super) fn meant(typed: &str) -> Option<String> {
    now().with_untracked(|own| own.meant(typed))
}

/// A key of the registry as the person presses it; `None` where none does it. Tracked.
pub fn shown(key: &str) -> Option<String> {
    now().with(|own| own.written(key))
}

/// The person's letter for one of the app's; empty for none. Tracked.
pub fn letter(of_app: &str) -> String {
    now().with(|own| own.letter(of_app).to_owned())
}

/// Whether any letter differs from the app's; tracked.
pub fn changed() -> bool {
    now().with(|own| !own.letters.is_empty())
}

/// Gives one of the app's letters another one, or none; `Err` names what that one does already.
pub fn choose(of_app: &str, own: &str) -> Result<(), Key> {
    let mut all = now().get_untracked();
    all.give(of_app, own)?;
    keep(all);
    Ok(())
}

/// Goes back to the app's own letters.
pub fn reset() {
    let off = now().with_untracked(|own| own.off);
    keep(Own {
        off,
        ..Own::default()
    });
}

/// Whether keys without Ctrl are on.
pub fn single_keys_on() -> bool {
    now().with_untracked(|own| !own.off)
}

/// Switches keys without Ctrl on or off in this browser.
pub fn set_single_keys(on: bool) {
    let mut all = now().get_untracked();
    all.off = !on;
    keep(all);
}

#[cfg(test)]
mod tests {
    use super::{LETTERS, Own};
    use crate::i18n::k;

    #[test]
    fn letters_change_places() {
        let mut own = Own::default();
        assert_eq!(own.give("C", "B"), Ok(()));
        assert_eq!(own.meant("B").as_deref(), Some("C"));
        assert_eq!(own.meant("C"), None);
        assert_eq!(own.written("C").as_deref(), Some("B"));
        assert_eq!(
            own.written("G C").as_deref(),
            Some("G C"),
            "the second letter of a sequence stays"
        );
        assert_eq!(own.written("Ctrl C").as_deref(), Some("Ctrl C"));
        assert_eq!(own.give("G", "C"), Ok(()), "a letter given away is free");
        assert_eq!(own.written("G C").as_deref(), Some("C C"));
        assert_eq!(own.give("C", "C"), Err(k::keys::GO));
    }

    #[test]
    fn refuses_what_is_taken() {
        let mut own = Own::default();
        assert_eq!(own.give("C", "F"), Err(k::filter::ADD));
        assert_eq!(own.give("C", "1"), Err(k::keys::PARTS));
        assert_eq!(own, Own::default());
    }

    #[test]
    fn letters_can_be_off() {
        let mut own = Own::default();
        assert_eq!(own.give("X", ""), Ok(()));
        assert_eq!((own.meant("X"), own.written("Shift X")), (None, None));
        own.off = true;
        assert_eq!((own.meant("C"), own.written("C")), (None, None));
        assert_eq!(
            own.written("Shift ArrowLeft").as_deref(),
            Some("Shift ArrowLeft")
        );
    }

    #[test]
    fn each_letter_stands_once() {
        let mut letters = LETTERS.map(|(letter, _)| letter).to_vec();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), LETTERS.len());
    }
}
