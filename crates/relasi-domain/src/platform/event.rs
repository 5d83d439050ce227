//! Kinds of events, and patterns that choose among them.

/// Which kinds of events are wanted: one, those of an object (`contact.*`), or all (`*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

/// The longest pattern in characters.
pub const MAX_PATTERN: usize = 80;

impl Pattern {
    /// Reads one: `*`, or an object and a verb with a dot between them, where the verb may be `*`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_name = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        let fits = match text.split_once('.') {
            None => text == "*",
            Some((object, verb)) => is_name(object) && (verb == "*" || is_name(verb)),
        };
        (fits && text.len() <= MAX_PATTERN).then(|| Self(text.to_owned()))
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether events of this kind are wanted.
    pub fn takes(&self, kind: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(start) => kind.starts_with(start),
            None => kind == self.0,
        }
    }
}

/// Whether one of the patterns takes this kind; without any, all are taken.
pub fn taken(patterns: &[Pattern], kind: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| pattern.takes(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_one_kind_an_object_or_all() {
        let takes = |pattern: &str, kind: &str| Pattern::parse(pattern).unwrap().takes(kind);
        assert!(takes("*", "contact.updated"));
        assert!(takes("contact.*", "contact.updated"));
        assert!(!takes("contact.*", "contact_role.updated"));
        assert!(takes("deal.won", "deal.won"));
        assert!(!takes("deal.won", "deal.won_back"));
    }

    #[test]
    fn anything_else_is_no_pattern() {
        for text in [
            "",
            "contact",
            "**",
            "*.*",
            "contact.",
            ".made",
            "a.b.c",
            "Contact.*",
            "a.*b",
            "a b.c",
        ] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
        assert_eq!(
            Pattern::parse(&format!("{}.*", "a".repeat(MAX_PATTERN))),
            None
        );
    }

    #[test]
    fn without_patterns_all_are_taken() {
        assert!(taken(&[], "deal.won"));
        let some: Vec<Pattern> = ["tag.*", "deal.won"]
            .into_iter()
            .filter_map(Pattern::parse)
            .collect();
        assert!(taken(&some, "deal.won") && !taken(&some, "deal.lost"));
    }
}
