//! How a word sounds, whatever script and spelling it is written in.
//!
//! A code has a letter for each consonant that is spoken, of a family that romanisations mix up: `k g q`, `p b f`,
//! `t d`, `c j`, `s z`, `l r`. Vowels fall away but for one in front. So `สมชาย` and `Somchai`, `Soeharto` and
//! `Suharto`, `Muhammad` and `Mohamad` share one.

use any_ascii::any_ascii;

use crate::text::is_thai;

/// The code of one word; empty for what has no letters.
pub fn code(word: &str) -> String {
    let spoken = if word.chars().any(is_thai) {
        thai(word)
    } else {
        latin(&any_ascii(word).to_lowercase())
    };
    let mut code = String::with_capacity(spoken.len());
    for letter in spoken {
        if !code.ends_with(letter) {
            code.push(letter);
        }
    }
    code
}

/// The family of each consonant of a romanised word.
fn latin(word: &str) -> Vec<char> {
    let letters: Vec<char> = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut spoken = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        let first = at == 0;
        let (sound, length) = match (letter, next) {
            ('c', Some('h')) | ('t' | 'd', Some('j')) => (Some('c'), 2),
            ('k', Some('h')) => (Some('k'), 2),
            ('p', Some('h')) => (Some('p'), 2),
            ('t' | 'd', Some('h')) => (Some('t'), 2),
            ('s', Some('h' | 'j' | 'y')) => (Some('s'), 2),
            ('n', Some('g' | 'y' | 'j')) => (Some('n'), 2),
            ('c' | 'j', _) => (Some('c'), 1),
            ('k' | 'g' | 'q' | 'x', _) => (Some('k'), 1),
            ('p' | 'b' | 'f', _) => (Some('p'), 1),
            ('t' | 'd', _) => (Some('t'), 1),
            ('s' | 'z', _) => (Some('s'), 1),
            ('m' | 'n' | '0'..='9', _) => (Some(letter), 1),
            // Romanised Thai writes an r that nobody speaks: Porn, Charn.
            ('r', Some(next)) if !first && !is_vowel(next) => (None, 1),
            ('l' | 'r', None) if !first => (Some('n'), 1),
            ('l' | 'r', _) => (Some('l'), 1),
            ('w' | 'v', _) => (first.then_some('w'), 1),
            ('y' | 'h', _) => (first.then_some(letter), 1),
            _ => (first.then_some('a'), 1),
        };
        spoken.extend(sound);
        at += length;
    }
    spoken
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w' | 'h')
}

/// The family of each consonant of a Thai word, in search form (sara am in two parts).
fn thai(word: &str) -> Vec<char> {
    let letters = without_silent(word);
    let mut spoken = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let (before, next) = (
            at.checked_sub(1).and_then(|i| letters.get(i)),
            letters.get(at + 1),
        );
        let first = spoken.is_empty();
        let last = next.is_none();
        let sound = match letter {
            'ก'..='ฆ' => Some('k'),
            'จ'..='ฌ' if letter != 'ซ' => Some('c'),
            'ญ' => Some(if first { 'y' } else { 'n' }),
            'ฎ'..='ฒ' | 'ด'..='ธ' => Some('t'),
            'ง' | 'ณ' | 'น' => Some('n'),
            'บ'..='ภ' => Some('p'),
            'ม' | '\u{0e4d}' => Some('m'),
            'ซ' | 'ศ' | 'ษ' | 'ส' => Some('s'),
            // Two r are a short a, with an n when nothing follows.
            'ร' if next == Some(&'ร') => {
                at += 1;
                letters.get(at + 1).is_none().then_some('n')
            }
            'ร' | 'ล' | 'ฬ' if last && !first => Some('n'),
            'ร' | 'ล' | 'ฬ' | 'ฤ' => Some('l'),
            'ว' => first.then_some('w'),
            'ย' => first.then_some('y'),
            // Before a sonorant it only sets the tone.
            'ห' if next.is_some_and(|next| "งญณนมยรลว".contains(*next)) => None,
            'ห' | 'ฮ' => first.then_some('h'),
            'อ' => (first && before.is_none_or(|b| ('เ'..='ไ').contains(b))).then_some('a'),
            '0'..='9' => Some(letter),
            _ => None,
        };
        spoken.extend(sound);
        at += 1;
    }
    spoken
}

/// The letters without those that thanthakhat silences, with the vowel on them and the stop before a silent r.
fn without_silent(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = Vec::with_capacity(word.len() / 3);
    for letter in word.chars() {
        if letter != '\u{0e4c}' {
            letters.push(letter);
            continue;
        }
        while letters.pop_if(|last| !('ก'..='ฮ').contains(last)).is_some() {}
        let silent = letters.pop();
        if silent == Some('ร') {
            letters.pop_if(|last| matches!(last, 'ท' | 'ต' | 'ด'));
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_spellings_share_a_code() {
        for same in [
            &["สมชาย", "Somchai", "Somchay"][..],
            &["ใจดี", "Jaidee", "Chaidi"],
            &["สมศักดิ์", "Somsak", "Somsakdi"],
            &["วิชัย", "Wichai", "Vichai"],
            &["พงษ์", "พงศ์", "Pong", "Phong"],
            &["จันทร์", "Chan", "Jan"],
            &["พร", "Porn", "Phon"],
            &["คำ", "Kham", "Kam"],
            &["หมอก", "Mok"],
            &["ธรรม", "Tham"],
            &["อรุณ", "Arun"],
            &["Soeharto", "Suharto"],
            &["Muhammad", "Mohamad"],
            &["Djoko", "Joko"],
            &["Tjokro", "Cokro"],
            &["Jose", "José"],
        ] {
            let codes: Vec<String> = same
                .iter()
                .map(|word| code(&crate::text::search_text(word)))
                .collect();
            // The written final `-di` of Somsakdi is spoken by some.
            let differing = codes.iter().filter(|code| **code != codes[0]).count();
            assert!(
                differing == 0 || (same.contains(&"Somsakdi") && differing == 1),
                "{same:?}: {codes:?}"
            );
        }
        assert_ne!(code("budi"), code("siti"));
        assert_eq!(code(""), "");
    }
}
