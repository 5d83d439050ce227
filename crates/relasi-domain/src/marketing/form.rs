//! A form on the web that makes leads: what it asks, in which words, and how answers are read.

mod answers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use answers::{Answers, read};

use crate::{
    choices,
    fault::{Fault, Faults},
    field::{FieldRef, Item, Kind, Write},
    locale::Language,
    sales::lead,
    shape::Shape,
};

/// Questions of one form at most.
pub const MAX_QUESTIONS: usize = 30;
/// Consents of one form at most.
pub const MAX_CONSENTS: usize = 10;
/// Places that may show a form within a page of theirs.
pub const MAX_ORIGINS: usize = 20;
/// The longest name, heading and label.
pub const MAX_SHORT: usize = 200;
/// The longest introduction, consent and word of thanks.
pub const MAX_LONG: usize = 2_000;

/// Words by language; where one is missing, another is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// Indonesian.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Thai.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub th: String,
}

impl Words {
    /// In a language, or in the first one that there is.
    pub fn of(&self, language: Language) -> Option<&str> {
        let own = match language {
            Language::En => &self.en,
            Language::Id => &self.id,
            Language::Th => &self.th,
        };
        [own, &self.en, &self.id, &self.th]
            .into_iter()
            .map(|text| text.trim())
            .find(|text| !text.is_empty())
    }

    /// Whether there is none in any language.
    pub fn is_empty(&self) -> bool {
        self.of(Language::En).is_none()
    }

    pub(super) fn check(&self, at: &str, max: usize, faults: &mut Faults) {
        for (tag, text) in [("en", &self.en), ("id", &self.id), ("th", &self.th)] {
            if text.chars().count() > max {
                faults.push(Fault::at(format!("{at}/{tag}"), "too_long").with("max", max));
            }
        }
    }
}

/// A question: a field of the lead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Question {
    /// The field that the answer goes to, `custom.tier` for one of the workspace's own.
    pub field: String,
    /// What is asked; the name of the field when nothing is said.
    pub label: Words,
    /// What helps to answer.
    pub help: Words,
    /// Whether an answer is needed.
    pub required: bool,
}

/// A box to tick: agreement to a purpose. It is never ticked before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// The purpose.
    pub purpose_id: Uuid,
    /// What one agrees to; it is kept with the answer as proof.
    pub text: Words,
    /// Whether the form is only taken with it.
    pub required: bool,
}

/// All that a form is but its name and address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Design {
    /// The heading.
    pub title: Words,
    /// What stands below it.
    pub intro: Words,
    /// The questions in their order.
    pub questions: Vec<Question>,
    /// What one may agree to.
    pub consents: Vec<Asked>,
    /// What stands on the button.
    pub button: Words,
    /// What is said afterwards.
    pub thanks: Words,
    /// Where one is led afterwards in place of the thanks; `https` only.
    pub redirect_url: Option<String>,
    /// Web sites that may show the form within their pages: `https://kopi.example`.
    pub origins: Vec<String>,
    /// Source that its leads get.
    pub source: Option<String>,
    /// Campaign that its leads get.
    pub campaign: Option<String>,
}

/// Whether a form can ask for a field.
pub fn can_ask(field: &FieldRef) -> bool {
    let kind = match &field.kind {
        Kind::Text { .. }
        | Kind::LongText { .. }
        | Kind::Integer
        | Kind::Number
        | Kind::Boolean
        | Kind::Date
        | Kind::Choice(_)
        | Kind::Point(_)
        | Kind::Many(Item::Email | Item::Phone | Item::Choice(_)) => true,
        Kind::Money { .. }
        | Kind::Instant
        | Kind::Reference(_)
        | Kind::Person
        | Kind::Many(_)
        | Kind::Json => false,
    };
    // Where they come from is told by the form, and not by who fills it in.
    let told = ["source", "campaign", "source_detail"];
    kind && field.write == Write::Always && !told.contains(&field.name.as_ref())
}

impl Design {
    /// What is wrong with it; `shape` is that of leads.
    pub fn check(&self, shape: Shape<'_>, faults: &mut Faults) {
        for (words, at, max) in [
            (&self.title, "/title", MAX_SHORT),
            (&self.intro, "/intro", MAX_LONG),
            (&self.button, "/button", MAX_SHORT),
            (&self.thanks, "/thanks", MAX_LONG),
        ] {
            words.check(at, max, faults);
        }
        faults.check(self.title.is_empty(), "title", "required");
        self.check_questions(shape, faults);
        self.check_consents(faults);
        self.check_ways(faults);
    }

    fn check_questions(&self, shape: Shape<'_>, faults: &mut Faults) {
        if self.questions.len() > MAX_QUESTIONS {
            faults.push(Fault::field("questions", "too_many").with("max", MAX_QUESTIONS));
        }
        for (place, question) in self.questions.iter().enumerate() {
            let at = |member: &str| format!("/questions/{place}/{member}");
            let field = shape.field(&question.field).filter(can_ask);
            faults.wrong(field.is_none(), || at("field"), "unknown_field");
            let twice = self.questions[..place]
                .iter()
                .any(|other| other.field == question.field);
            faults.wrong(twice, || at("field"), "named_twice");
            question.label.check(&at("label"), MAX_SHORT, faults);
            question.help.check(&at("help"), MAX_LONG, faults);
        }
        let asks = |name: &str| self.questions.iter().find(|one| one.field == name);
        let named = asks("name").is_some_and(|question| question.required);
        faults.check(!named, "questions", "form_needs_name");
        let reached = ["emails", "phones"]
            .into_iter()
            .any(|name| asks(name).is_some());
        faults.check(!reached, "questions", "form_needs_way_back");
    }

    fn check_consents(&self, faults: &mut Faults) {
        if self.consents.len() > MAX_CONSENTS {
            faults.push(Fault::field("consents", "too_many").with("max", MAX_CONSENTS));
        }
        for (place, asked) in self.consents.iter().enumerate() {
            let at = |member: &str| format!("/consents/{place}/{member}");
            faults.wrong(asked.text.is_empty(), || at("text"), "required");
            asked.text.check(&at("text"), MAX_LONG, faults);
            let twice = self.consents[..place]
                .iter()
                .any(|other| other.purpose_id == asked.purpose_id);
            faults.wrong(twice, || at("purpose_id"), "named_twice");
        }
    }

    fn check_ways(&self, faults: &mut Faults) {
        let led = self.redirect_url.as_deref();
        let plain = |url: &str| {
            url.starts_with("https://") && !choices::bad_url(Some(url)) && url.len() <= 500
        };
        faults.check(
            led.is_some_and(|url| !plain(url)),
            "redirect_url",
            "not_https",
        );
        if self.origins.len() > MAX_ORIGINS {
            faults.push(Fault::field("origins", "too_many").with("max", MAX_ORIGINS));
        }
        for (place, origin) in self.origins.iter().enumerate() {
            faults.wrong(
                !is_origin(origin),
                || format!("/origins/{place}"),
                "not_origin",
            );
        }
        for (name, text, max) in [
            ("source", &self.source, 80),
            ("campaign", &self.campaign, 120),
        ] {
            if text.as_ref().is_some_and(|text| text.chars().count() > max) {
                faults.push(Fault::field(name, "too_long").with("max", max));
            }
        }
    }

    /// The questions with the fields that they go to; what the workspace has no field for any more is left out.
    pub fn asked<'d>(&'d self, shape: Shape<'d>) -> impl Iterator<Item = (&'d Question, FieldRef)> {
        self.questions.iter().filter_map(move |question| {
            let field = shape.field(&question.field).filter(can_ask)?;
            Some((question, field))
        })
    }
}

/// `https://kopi.example`, with a port or without; `http` on the own machine alone.
pub fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://").filter(|host| is_own(host)));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    host.is_some_and(|host| {
        !host.is_empty() && host.len() <= 255 && host.chars().all(plain) && !host.starts_with(':')
    })
}

fn is_own(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    matches!(name, "localhost" | "127.0.0.1")
}

/// The readable part of a form's address: `Daftar harga!` gives `daftar-harga`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in any_ascii::any_ascii(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 40 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "form" } else { slug }.to_owned()
}

/// A form for questions about beans, where one begins.
pub fn usual() -> Design {
    let question = |field: &str, required| Question {
        field: field.to_owned(),
        required,
        ..Question::default()
    };
    Design {
        title: Words {
            en: "Write to us".to_owned(),
            id: "Hubungi kami".to_owned(),
            th: "ติดต่อเรา".to_owned(),
        },
        questions: vec![
            question("name", true),
            question("emails", true),
            question("description", false),
        ],
        ..Design::default()
    }
}

/// Names of answers as a form sends them: `q.emails`, `c.<purpose>`.
pub type Sent = BTreeMap<String, String>;

/// The object that forms make.
pub static MAKES: &crate::record::Object = &lead::OBJECT;
