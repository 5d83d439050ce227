//! One search over people, companies and deals, best match first.

use relasi_domain::{OBJECTS, identity::access::Action, text};
use relasi_persistence::store::{Hit, needles};
use serde::Serialize;

use crate::{records::Work, refusal::Result};

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Its object, for example `contact`.
    pub object: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it was found by when that is not the name.
    pub subtitle: Option<String>,
    /// How well it fits; higher is better.
    pub score: u32,
}

/// Finds records by a name, a fragment of one, an e-mail address or the digits of a phone number.
pub fn find(work: &mut Work<'_>, needle: &str, limit: usize) -> Result<Vec<Match>> {
    let needle = needle.trim();
    if needle.is_empty() {
        return Ok(Vec::new());
    }
    let access = work.access;
    let searchable = OBJECTS.iter().filter(|object| object.searchable);
    let visible: Vec<_> = searchable
        .map(|object| (*object, access.limit(object, Action::See)))
        .collect();
    let hits = work.store().candidates(needle, &visible)?;
    let sought = Sought::new(needle);
    let mut found: Vec<Match> = Vec::new();
    let by_name = |name: &str| {
        let object = visible.iter().find(|(object, _)| object.name == name);
        object.is_some_and(|(_, limit)| limit.by_name)
    };
    for mut hit in hits {
        if by_name(&hit.object) {
            // What else it is found by has something that may not be seen.
            hit.text = text::search_text(&hit.title);
        }
        if found.iter().all(|other| other.id != hit.id) {
            found.push(rank(hit, &sought));
        }
    }
    found.sort_by(|a, b| {
        b.score
            .cmp(&a.score)
            .then_with(|| a.title.chars().count().cmp(&b.title.chars().count()))
            .then_with(|| b.id.cmp(&a.id))
    });
    found.truncate(limit);
    Ok(found)
}

/// What is looked for, in the forms in which it may be found.
struct Sought {
    key: String,
    fragment: String,
    forms: Vec<String>,
}

impl Sought {
    fn new(needle: &str) -> Self {
        Self {
            key: text::sort_key(needle),
            fragment: text::search_text(needle),
            forms: needles(needle),
        }
    }

    fn is_whole(&self, line: &str) -> bool {
        self.forms.iter().any(|form| form == line)
    }

    /// Whether a line holds it; a number is recognised wherever its marks and zeros stand.
    fn is_in(&self, line: &str) -> bool {
        let number = |form: &String| {
            form.bytes().all(|b| b.is_ascii_digit()) && text::digits(line).contains(form.as_str())
        };
        self.forms
            .iter()
            .any(|form| line.contains(form.as_str()) || number(form))
    }
}

/// The whole name before its beginning, that before the beginning of a word, that before any place; the rest last.
fn rank(hit: Hit, sought: &Sought) -> Match {
    let title = text::search_text(&hit.title);
    let score = if hit.title_key == sought.key {
        100
    } else if hit.title_key.starts_with(&sought.key) {
        80
    } else if hit.text.lines().any(|line| sought.is_whole(line)) {
        70
    } else if title
        .split_whitespace()
        .any(|word| word.starts_with(&sought.fragment))
    {
        60
    } else if title.contains(&sought.fragment) {
        40
    } else {
        20
    };
    let elsewhere = hit
        .text
        .lines()
        .find(|line| *line != title && sought.is_in(line));
    Match {
        object: hit.object,
        id: hit.id,
        title: hit.title,
        subtitle: elsewhere.map(str::to_owned),
        score,
    }
}
