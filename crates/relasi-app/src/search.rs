//! One search over people, companies and deals, best match first.

use relasi_domain::{
    OBJECTS,
    identity::access::Action,
    text,
};
use relasi_persistence::store::Hit;
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
    let visible: Vec<_> = searchable.map(|object| (*object, access.limit(object, Action::See))).collect();
    let mut hits = work.store().candidates(needle, &visible)?;
    let digits = text::digits(needle);
    let is_number = digits.len() >= 4 && needle.chars().all(|c| c.is_numeric() || "+-() .".contains(c));
    if is_number && digits != needle {
        // Written with marks or a leading zero: the digits as stored find it as well.
        let bare = text::phone_key(needle);
        hits.extend(work.store().candidates(&bare, &visible)?);
    }
    let mut found: Vec<Match> = Vec::new();
    for hit in hits {
        if found.iter().all(|other| other.id != hit.id) {
            found.push(rank(hit, needle));
        }
    }
    found.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.title.chars().count().cmp(&b.title.chars().count())).then_with(|| b.id.cmp(&a.id)));
    found.truncate(limit);
    Ok(found)
}

/// The whole name before its beginning, that before the beginning of a word, that before any place; the rest last.
fn rank(hit: Hit, needle: &str) -> Match {
    let key = text::sort_key(needle);
    let fragment = text::search_text(needle);
    let title = text::search_text(&hit.title);
    let score = if hit.title_key == key {
        100
    } else if hit.title_key.starts_with(&key) {
        80
    } else if hit.text.lines().any(|line| line == fragment) {
        70
    } else if title.split_whitespace().any(|word| word.starts_with(&fragment)) {
        60
    } else if title.contains(&fragment) {
        40
    } else {
        20
    };
    let elsewhere = hit.text.lines().find(|line| line.contains(&fragment) && *line != title);
    Match { object: hit.object, id: hit.id, title: hit.title, subtitle: elsewhere.map(str::to_owned), score }
}
