//! Addresses that people sign in with.

/// An address in the two forms that are kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As written, without surrounding space: what is shown and written to.
    pub shown: String,
    /// NFKC and lower case: what is unique and looked up.
    pub key: String,
}

impl Address {
    /// Reads an address; none when it has not the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let shown = text.trim().to_owned();
        let key: String = crate::text::nfkc(shown.chars())
            .collect::<String>()
            .to_lowercase();
        crate::field::is_email(&key).then_some(Self { shown, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_key() {
        for text in [
            "Siti@Kopi.example",
            " siti@kopi.example ",
            "ｓｉｔｉ@kopi.example",
        ] {
            assert_eq!(
                Address::parse(text).map(|a| a.key).as_deref(),
                Some("siti@kopi.example"),
                "{text}"
            );
        }
        assert_eq!(
            Address::parse(" Siti@Kopi.example")
                .map(|a| a.shown)
                .as_deref(),
            Some("Siti@Kopi.example")
        );
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "siti",
            "siti@",
            "@kopi.example",
            "a b@kopi.example",
            "a@b@c",
            "a@localhost",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
