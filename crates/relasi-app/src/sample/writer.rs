//! Texts made of lines that are drawn like cards, so that nothing reads like a copy.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Utc};
use relasi_domain::locale::Language;

use super::{
    random::{Deck, Random},
    scene::Scene,
    words::Words,
};

/// What the gaps of a line are filled with.
#[derive(Debug, Clone, Default)]
pub(super) struct Gaps {
    /// The product: bare, and as part of a sentence.
    pub(super) product: (String, String),
    /// Type of the product: machine, supply, project or service.
    pub(super) goods: &'static str,
    /// Place of the company in the cast.
    pub(super) firm: usize,
    /// Place of the reason for which a deal was lost.
    pub(super) reason: usize,
    /// Short name of the company.
    pub(super) company: String,
    /// The person as one speaks of them.
    pub(super) who: String,
    /// Somebody else there.
    pub(super) other: String,
    /// Part of the business that it is about.
    pub(super) place: &'static str,
    /// City of the company.
    pub(super) city: String,
    /// How many, kilograms or square metres.
    pub(super) quantity: i64,
    /// Number of the quote.
    pub(super) reference: String,
    /// The amount as written.
    pub(super) amount: String,
}

/// A text, and who began it.
#[derive(Debug, Clone)]
pub(super) struct Text {
    /// One line.
    pub(super) subject: String,
    /// The rest.
    pub(super) body: String,
    /// The customer began it.
    pub(super) inbound: bool,
}

/// Draws lines and fills them in; every company has decks of its own, so that its timeline does not repeat itself.
#[derive(Debug)]
pub(super) struct Writer {
    random: Random,
    decks: HashMap<(usize, String), Deck>,
}

impl Writer {
    /// A writer with a sequence of its own.
    pub(super) fn new(random: Random) -> Self {
        Self {
            random,
            decks: HashMap::new(),
        }
    }

    /// The next line of a section that suits the goods, with its marks taken off; the flag tells `<`.
    fn draw(&mut self, language: Language, section: &str, gaps: &Gaps) -> (&'static str, bool) {
        let lines = language.lines(section);
        let deck = self
            .decks
            .entry((gaps.firm, section.to_owned()))
            .or_default();
        // Twice through the deck at most: a section always has lines for all goods, which a test ensures.
        for _ in 0..lines.len() * 2 {
            let line = lines[deck.draw(lines.len(), &mut self.random)];
            let (mark, rest) = line.split_once(' ').unwrap_or(("", line));
            match (mark, gaps.goods) {
                ("*", "supply" | "service") | ("+", "machine" | "project" | "service") => {}
                ("*" | "+", _) => return (rest, false),
                ("<", _) => return (rest, true),
                _ => return (line, false),
            }
        }
        ("", false)
    }

    /// A line of a section, filled in, beginning with a capital letter.
    pub(super) fn line(
        &mut self,
        language: Language,
        section: &str,
        gaps: &Gaps,
        at: DateTime<Utc>,
    ) -> String {
        let (line, _) = self.draw(language, section, gaps);
        self.fill(line, language, gaps, at)
    }

    /// The text of a scene.
    pub(super) fn text(
        &mut self,
        scene: &Scene,
        language: Language,
        gaps: &Gaps,
        at: DateTime<Utc>,
    ) -> Text {
        let mut subject = String::new();
        let mut sentences: Vec<String> = Vec::new();
        let mut inbound = scene.direction == Some("inbound");
        for part in scene.parts {
            let section = match *part {
                "need" => format!("need.{}", gaps.goods),
                own if own.starts_with('.') => format!("{}{own}", scene.key),
                other => other.to_owned(),
            };
            if *part == "why" {
                let reason = language
                    .lines("why")
                    .get(gaps.reason)
                    .copied()
                    .unwrap_or_default();
                sentences.push(self.fill(reason, language, gaps, at));
                continue;
            }
            let (mut line, theirs) = self.draw(language, &section, gaps);
            inbound |= theirs;
            if let Some((title, text)) = line.split_once(" | ") {
                subject = self.fill(title, language, gaps, at);
                line = text;
            }
            let sentence = self.fill(line, language, gaps, at);
            if !sentences.contains(&sentence) {
                sentences.push(sentence);
            }
        }
        if subject.is_empty() {
            subject = self.line(language, &format!("{}.subject", scene.key), gaps, at);
        }
        Text {
            subject,
            body: laid_out(scene, sentences),
            inbound,
        }
    }

    /// A line with its gaps filled in.
    pub(super) fn fill(
        &mut self,
        line: &str,
        language: Language,
        gaps: &Gaps,
        at: DateTime<Utc>,
    ) -> String {
        let mut text = String::with_capacity(line.len() * 2);
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(before);
            text.push_str(&self.gap(name, language, gaps, at));
            rest = after;
        }
        text.push_str(rest);
        capitalised(text.trim())
    }

    fn gap(&mut self, name: &str, language: Language, gaps: &Gaps, at: DateTime<Utc>) -> String {
        match name {
            "p" => gaps.product.0.clone(),
            "ap" => gaps.product.1.clone(),
            "co" => gaps.company.clone(),
            "who" => gaps.who.clone(),
            "oth" => gaps.other.clone(),
            "place" => gaps.place.to_owned(),
            "city" => gaps.city.clone(),
            "q" => gaps.quantity.to_string(),
            "ref" => gaps.reference.clone(),
            "amt" => gaps.amount.clone(),
            "n" => self.random.between(2, 5).to_string(),
            "pct" => self.random.between(3, 10).to_string(),
            "days" => self.random.pick(&[7, 14, 21, 30]).unwrap_or(14).to_string(),
            "wd" => self
                .random
                .pick(language.lines("weekday"))
                .unwrap_or_default()
                .to_owned(),
            "mon" => month_after(at, self.random.between(1, 2), language).to_owned(),
            "yr" => year_of(at, language).to_string(),
            _ => String::new(),
        }
    }
}

/// Mails have their greeting and their close on lines of their own.
fn laid_out(scene: &Scene, mut sentences: Vec<String>) -> String {
    if scene.kind != "email" || sentences.len() < 3 {
        return sentences.join(" ");
    }
    let close = sentences.pop().unwrap_or_default();
    let hello = sentences.remove(0);
    format!("{hello}\n\n{}\n\n{close}", sentences.join(" "))
}

/// The month so many months after `at`.
fn month_after(at: DateTime<Utc>, months: i64, language: Language) -> &'static str {
    let index = (i64::from(at.month0()) + months) % 12;
    let months = language.lines("month");
    months
        .get(usize::try_from(index).unwrap_or(0))
        .copied()
        .unwrap_or_default()
}

/// The year as people write it: Buddhist in Thai. From November on one plans for the next.
fn year_of(at: DateTime<Utc>, language: Language) -> i32 {
    let year = at.year() + i32::from(at.month() >= 11);
    if language == Language::Th {
        year + 543
    } else {
        year
    }
}

/// The text with its first letter as a capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
