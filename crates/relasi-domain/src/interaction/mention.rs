//! Mentions in texts: `@[Siti Rahmawati](user:0193…)`, a Markdown link with a sign before it, so that a text says whom it
//! means even where nothing draws it.

use std::{collections::BTreeSet, ops::Range};

use uuid::Uuid;

/// What stands before the id in the address of a mention.
pub const SCHEME: &str = "user:";

/// Somebody who is mentioned in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The member.
    pub user: Uuid,
    /// The name as it was written.
    pub name: String,
    /// Where it stands, in bytes.
    pub place: Range<usize>,
}

/// The mentions in a text, in their order.
pub fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("@[").map(|at| from + at) {
        match one(text, start) {
            Some(mention) => {
                from = mention.place.end;
                found.push(mention);
            }
            None => from = start + 2,
        }
    }
    found
}

/// Who is mentioned in `after` and was not in `before`.
pub fn added(before: &str, after: &str) -> BTreeSet<Uuid> {
    let users = |text: &str| -> BTreeSet<Uuid> {
        mentions(text)
            .into_iter()
            .map(|mention| mention.user)
            .collect()
    };
    &users(after) - &users(before)
}

/// A mention as it is written in a text.
pub fn written(user: Uuid, name: &str) -> String {
    let name: String = name.chars().filter(|c| !"[]\n".contains(*c)).collect();
    format!("@[{name}]({SCHEME}{user})")
}

/// A text as people read it where nothing is drawn: mentions as `@name`.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut from = 0;
    for mention in mentions(text) {
        plain.push_str(&text[from..mention.place.start]);
        plain.push('@');
        plain.push_str(&mention.name);
        from = mention.place.end;
    }
    plain.push_str(&text[from..]);
    plain
}

fn one(text: &str, start: usize) -> Option<Mention> {
    let rest = &text[start + 2..];
    let (name, rest) = rest.split_once("](")?;
    if name.contains(['[', ']', '\n']) {
        return None;
    }
    let id = rest.strip_prefix(SCHEME)?.get(..36)?;
    let user = Uuid::try_parse(id).ok()?;
    let closed = rest[SCHEME.len() + 36..].starts_with(')');
    let end = start + 2 + name.len() + 2 + SCHEME.len() + 36 + 1;
    closed.then(|| Mention {
        user,
        name: name.to_owned(),
        place: start..end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITI: Uuid = Uuid::from_u128(7);

    #[test]
    fn what_is_written_is_found() {
        let text = format!("See {}, please", written(SITI, "Siti [R]\n"));
        let found = mentions(&text);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].user, found[0].name.as_str()), (SITI, "Siti R"));
        assert_eq!(plain(&text), "See @Siti R, please");
    }

    #[test]
    fn what_only_looks_like_one_is_text() {
        let id = SITI.to_string();
        for text in [
            "@[Siti](user:7)".to_owned(),
            format!("@[Siti](mailto:{id})"),
            format!("[Siti](user:{id})"),
            format!("@[Siti](user:{id}"),
            format!("@[Si[ti](user:{id})"),
            "@[ก".to_owned(),
            format!("@[a](user:{}", "ก".repeat(36)),
        ] {
            assert_eq!(mentions(&text), [], "{text}");
            assert_eq!(plain(&text), text);
        }
    }

    #[test]
    fn only_new_ones_are_told() {
        let one = written(SITI, "Siti");
        let other = Uuid::from_u128(8);
        let both = format!("{one} {}", written(other, "Andi"));
        assert_eq!(added(&one, &both), BTreeSet::from([other]));
        assert_eq!(added(&both, &one), BTreeSet::new());
        assert_eq!(added("", &format!("{one}{one}")), BTreeSet::from([SITI]));
    }
}
