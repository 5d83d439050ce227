//! How two names agree, word by word, in whatever order.

use strsim::osa_distance;

use super::{Agreement, name::Word, reach::digits_differ};

/// How likely one word was meant by the other, in percent.
fn likeness(a: &Word, b: &Word) -> u32 {
    if a.text == b.text {
        return 100;
    }
    let (short, long) = if a.letters() <= b.letters() {
        (a, b)
    } else {
        (b, a)
    };
    let scripts_differ = a.is_thai() != b.is_thai();
    if short.letters() == 1 && long.letters() > 1 {
        // An initial.
        let initial = if scripts_differ {
            long.sound.starts_with(short.sound.as_str())
        } else {
            long.text.starts_with(short.text.as_str())
        };
        return if initial { 60 } else { 0 };
    }
    if digits_differ(&a.text, &b.text) {
        return 0;
    }
    if scripts_differ {
        let heard = a.sound == b.sound;
        let nearly = a.sound.len().min(b.sound.len()) >= 3 && osa_distance(&a.sound, &b.sound) == 1;
        return match a.sound.len() {
            0 => 0,
            // One consonant is little to go by.
            1 if heard => 66,
            _ if heard => 86,
            _ if nearly => 66,
            _ => 0,
        };
    }
    let slips = osa_distance(&a.text, &b.text);
    match (slips, short.letters()) {
        (1, 4..) => return 90,
        (1, 3) => return 66,
        (2, 7..) => return 82,
        // Thai company names are one long word.
        (3, 14..) => return 78,
        _ => {}
    }
    if a.sound == b.sound && a.sound.len() >= 2 && slips <= 3 {
        return 80;
    }
    // A name cut short.
    if short.letters() >= 4 && long.text.starts_with(short.text.as_str()) {
        return 66;
    }
    0
}

/// From here on a word counts as found again.
const FOUND: u32 = 60;

/// How two names agree, and whether the same number of words stands in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// All words.
    All(Agreement),
    /// Every word of the shorter one, at least two.
    Shorter,
    /// The one word of the shorter one.
    OneOf,
    /// All words, some as an initial or cut short.
    Abbreviated,
    /// Some words, others not.
    Some,
    /// None.
    None,
}

impl Naming {
    /// Whether the names may well be one.
    pub(super) fn agrees(self) -> bool {
        !matches!(self, Self::Some | Self::None)
    }
}

/// How two names agree; none when one of them has no words.
pub(super) fn names(a: &[Word], b: &[Word]) -> Option<Naming> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a == b {
        return Some(Naming::All(Agreement::Same));
    }
    let (a, b) = (glued(a, b), glued(b, a));
    let found = pairs(&a, &b);
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    let least = found.iter().copied().min().unwrap_or(0);
    if found.len() == short && short == long {
        return Some(match least {
            100 => Naming::All(Agreement::Swapped),
            // Two different scripts can only sound alike.
            86 => Naming::All(Agreement::Sound),
            78.. if across(&a, &b) => Naming::All(Agreement::Sound),
            78.. => Naming::All(Agreement::Similar),
            _ => Naming::Abbreviated,
        });
    }
    if run_together(&a, &b) {
        return Some(Naming::All(Agreement::Sound));
    }
    let good = found.iter().filter(|likeness| **likeness >= 78).count();
    Some(match (found.len() == short, short) {
        (true, 2..) if good == short => Naming::Shorter,
        (true, 2..) if good > 0 => Naming::Abbreviated,
        (true, _) if good == short => Naming::OneOf,
        _ if found.is_empty() => Naming::None,
        _ => Naming::Some,
    })
}

/// Whether one is written in Thai and the other is not.
fn across(a: &[Word], b: &[Word]) -> bool {
    a.iter().any(Word::is_thai) != b.iter().any(Word::is_thai)
}

/// Thai writes the words of a company's name without gaps.
fn run_together(a: &[Word], b: &[Word]) -> bool {
    let sound =
        |words: &[Word]| -> String { words.iter().map(|word| word.sound.as_str()).collect() };
    let spoken = sound(a);
    a.len() != b.len() && across(a, b) && spoken.len() >= 4 && spoken == sound(b)
}

/// Likeness of the words that belong together: the likest pair first, each word once.
fn pairs(a: &[Word], b: &[Word]) -> Vec<u32> {
    let mut all: Vec<(u32, &str, &str, usize, usize)> = Vec::new();
    for (i, one) in a.iter().enumerate() {
        for (j, other) in b.iter().enumerate() {
            let likeness = likeness(one, other);
            if likeness >= FOUND {
                // Ties are broken by the words, not by who comes first.
                let (x, y) = (one.text.as_str(), other.text.as_str());
                all.push((likeness, x.min(y), x.max(y), i, j));
            }
        }
    }
    all.sort_by(|x, y| y.0.cmp(&x.0).then_with(|| (x.1, x.2).cmp(&(y.1, y.2))));
    let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut found = Vec::new();
    for (likeness, _, _, i, j) in all {
        if !used_a[i] && !used_b[j] {
            (used_a[i], used_b[j]) = (true, true);
            found.push(likeness);
        }
    }
    found
}

/// Two words of `a` as one where `b` writes them as one: `Nur Aini` and `Nuraini`.
fn glued(a: &[Word], b: &[Word]) -> Vec<Word> {
    let mut best: Option<(&Word, usize, usize)> = None;
    if a.len() > b.len() {
        for whole in b {
            for (i, first) in a.iter().enumerate() {
                let rest = whole
                    .text
                    .strip_prefix(first.text.as_str())
                    .unwrap_or_default();
                let next = a.iter().position(|word| word.text == rest);
                if let Some(j) = next.filter(|j| *j != i)
                    && best.is_none_or(|(word, ..)| whole.text > word.text)
                {
                    best = Some((whole, i, j));
                }
            }
        }
    }
    let Some((whole, i, j)) = best else {
        return a.to_vec();
    };
    let kept = a.iter().enumerate().filter(|(at, _)| *at != i && *at != j);
    kept.map(|(_, word)| word.clone())
        .chain([whole.clone()])
        .collect()
}
