//! What messages say, in the languages of people: one text for each purpose, from which both forms are made.

use std::sync::OnceLock;

use minijinja::{AutoEscape, Environment, value::Serde};
use serde::Serialize;
use serde_json::{Value, json};

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A link to set a new password with.
    PasswordReset,
    /// A new password was set by such a link.
    PasswordChanged,
    /// A link to confirm a new address with, to that address.
    EmailChange,
    /// Somebody asked for a new address; to the present one.
    EmailChangeAsked,
    /// The address is another one now; to the former one.
    EmailChanged,
    /// A link to become a member with.
    Invitation,
    /// Somebody signed in from a device that was not seen before.
    NewDevice,
    /// What is asked for beside the password has changed.
    FactorsChanged,
    /// A lead waits for an answer.
    LeadWaits,
    /// A time was booked; to who booked it.
    BookingMade,
    /// It is another time now.
    BookingMoved,
    /// It does not take place.
    BookingCancelled,
    /// An activity is due soon.
    ActivityDue,
    /// To see that messages arrive.
    Test,
}

impl Purpose {
    const ALL: [Self; 14] = [
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::EmailChange,
        Self::EmailChangeAsked,
        Self::EmailChanged,
        Self::Invitation,
        Self::NewDevice,
        Self::FactorsChanged,
        Self::LeadWaits,
        Self::BookingMade,
        Self::BookingMoved,
        Self::BookingCancelled,
        Self::ActivityDue,
        Self::Test,
    ];

    /// The code in the table and in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::EmailChange => "email_change",
            Self::EmailChangeAsked => "email_change_asked",
            Self::EmailChanged => "email_changed",
            Self::Invitation => "invitation",
            Self::NewDevice => "new_device",
            Self::FactorsChanged => "factors_changed",
            Self::LeadWaits => "lead_waits",
            Self::BookingMade => "booking_made",
            Self::BookingMoved => "booking_moved",
            Self::BookingCancelled => "booking_cancelled",
            Self::ActivityDue => "activity_due",
            Self::Test => "test",
        }
    }

    /// Reads one.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

const LANGUAGES: [(&str, &str); 3] = [
    ("en", include_str!("letters/en.txt")),
    ("id", include_str!("letters/id.txt")),
    ("th", include_str!("letters/th.txt")),
];

/// A line that begins with this is the link.
const LINK: &str = "-> ";

/// Steps that a template may take: enough for every text, and an end for one that has none.
const FUEL: u64 = 100_000;

fn environment() -> &'static Environment<'static> {
    static MADE: OnceLock<Environment<'static>> = OnceLock::new();
    MADE.get_or_init(|| {
        let mut made = Environment::empty();
        made.set_fuel(Some(FUEL));
        made.set_auto_escape_callback(|name| {
            let is_html = std::path::Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "html");
            if is_html {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        let mut add = |name: String, text: &'static str| {
            made.add_template_owned(name, text)
                .expect("the texts are templates");
        };
        add(
            "letter.html".to_owned(),
            include_str!("letters/letter.html"),
        );
        for (language, all) in LANGUAGES {
            for part in all.split("\n== ").skip(1) {
                let (purpose, text) = part.split_once('\n').expect("a name and a text");
                add(format!("{language}/{}", purpose.trim()), text);
            }
        }
        made
    })
}

/// A message in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// One block of the form for browsers.
#[derive(Serialize)]
struct Block<'a> {
    text: &'a str,
    is_link: bool,
}

/// The words of a purpose; `values` are what its text names, `site` is where it comes from.
pub(super) fn words(
    purpose: Purpose,
    language: &str,
    values: &Value,
    site: &str,
) -> Result<Words, minijinja::Error> {
    let known = LANGUAGES.iter().any(|(one, _)| *one == language);
    let language = if known { language } else { "en" };
    let name = format!("{language}/{}", purpose.code());
    let filled = environment().get_template(&name)?.render(Serde(values))?;
    let (subject, body) = filled.trim().split_once('\n').unwrap_or((&filled, ""));
    let lines: Vec<&str> = body
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let link = values["link"].as_str().unwrap_or_default();
    let blocks: Vec<Block<'_>> = lines
        .iter()
        .map(|line| Block {
            text: line.trim_start_matches(LINK),
            is_link: line.starts_with(LINK),
        })
        .collect();
    let page = json!({
        "language": language, "subject": subject.trim(), "blocks": blocks, "link": link, "site": site,
    });
    let html = environment()
        .get_template("letter.html")?
        .render(Serde(&page))?;
    let plain: Vec<String> = blocks
        .iter()
        .map(|block| {
            if block.is_link {
                format!("{}:\n{link}", block.text)
            } else {
                block.text.to_owned()
            }
        })
        .collect();
    Ok(Words {
        subject: subject.trim().to_owned(),
        text: format!("{}\n\n-- \nRelasi · {site}\n", plain.join("\n\n")),
        html,
    })
}

/// Subject and text of a test message.
pub(crate) fn test_words(name: &str, language: &str) -> Option<(String, String)> {
    let words = words(Purpose::Test, language, &json!({"name": name}), "").ok()?;
    let text = words.text.split("\n\n-- ").next()?.to_owned();
    Some((words.subject, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_words_in_every_language() {
        let values = json!({
            "name": "Siti <b>Rahayu</b>", "link": "https://crm.example.com/x?a=1&b=2", "new": "siti@kopi.example",
            "workspace": "Kopi & Teh", "by": "Dewi", "device": "Firefox, Linux", "ip": "203.0.113.7", "what": "passkey_added", "lead": "Rudi", "minutes": 60,
            "page": "Konsultasi", "host": "Budi Santoso", "when": "1 Desember 2026, 09.00", "place": "https://meet.example/x",
            "activity": "Telepon Rudi", "day": "2026-12-01", "time": "09:00", "zone": "Asia/Jakarta",
        });
        for (language, _) in LANGUAGES {
            for purpose in Purpose::ALL {
                let words = words(purpose, language, &values, "https://crm.example.com").unwrap();
                let about = format!("{language} {purpose:?}: {words:?}");
                assert!(
                    words.subject.chars().count() > 5 && words.subject.chars().count() < 90,
                    "{about}"
                );
                assert!(words.text.chars().count() > 60, "{about}");
                assert!(
                    !words.html.contains("<b>Rahayu") && !words.text.contains("{{"),
                    "{about}"
                );
                let linked = words.text.contains("https://crm.example.com/x?a=1&b=2");
                assert_eq!(linked, words.html.contains("<a class=\"go\""), "{about}");
                assert_eq!(Purpose::from_code(purpose.code()), Some(purpose));
            }
        }
    }

    #[test]
    fn every_change_of_factors_is_named() {
        for (language, _) in LANGUAGES {
            let mut seen = std::collections::BTreeSet::new();
            for what in [
                "second_factor_added",
                "second_factor_removed",
                "recovery_codes_made",
                "passkey_added",
                "passkey_removed",
                "provider_linked",
                "provider_unlinked",
                "second_factor_reset",
            ] {
                let values = json!({"name": "Siti", "what": what, "link": "https://x.example"});
                seen.insert(
                    words(Purpose::FactorsChanged, language, &values, "x")
                        .unwrap()
                        .text,
                );
            }
            assert_eq!(seen.len(), 8, "{language}");
        }
    }

    #[test]
    fn an_unknown_language_reads_english() {
        let words = words(Purpose::Test, "xx", &json!({}), "https://crm.example.com").unwrap();
        assert_eq!(words.subject, "Messages from Relasi arrive");
    }
}
