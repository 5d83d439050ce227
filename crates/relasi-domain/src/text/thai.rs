//! What is particular to Thai script.

/// A Thai digit as ASCII; other characters stay.
pub fn arabic_digit(c: char) -> char {
    match c {
        '๐'..='๙' => char::from_digit(u32::from(c) - u32::from('๐'), 10).unwrap_or(c),
        _ => c,
    }
}

/// A character of the Thai script.
pub fn is_thai(c: char) -> bool {
    ('\u{0e01}'..='\u{0e5b}').contains(&c)
}

/// A vowel that is written before the consonant it is spoken after.
pub fn is_leading_vowel(c: char) -> bool {
    ('เ'..='ไ').contains(&c)
}

fn is_consonant(c: char) -> bool {
    ('ก'..='ฮ').contains(&c)
}

/// The circle that sara am is made of, beside sara aa.
const NIKHAHIT: char = '\u{0e4d}';

/// Brings spellings that look alike to one: two sara e become sara ae, and the two parts that NFKC makes of
/// sara am stand side by side after a tone mark instead of around it.
pub fn one_spelling(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let before = out.chars().next_back();
        match (before, c) {
            (Some('เ'), 'เ') => replace_last(&mut out, 'แ'),
            (Some(NIKHAHIT), '\u{0e48}'..='\u{0e4b}') => {
                let end = out.trim_end_matches(NIKHAHIT).len();
                out.insert(end, c);
            }
            _ => out.push(c),
        }
    }
    out
}

fn replace_last(text: &mut String, c: char) {
    text.pop();
    text.push(c);
}

/// Each leading vowel behind the consonant that follows it.
pub fn consonants_first(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let consonant = rest.next_if(|next| is_leading_vowel(c) && is_consonant(*next));
        out.extend(consonant);
        out.push(c);
    }
    out
}

/// See [`super::key_fragments`]; `needle` is search text.
pub fn fragments(needle: &str) -> Vec<String> {
    let closed = needle.trim_end_matches(is_leading_vowel);
    // Nothing but leading vowels: each stands alone in any key that has it.
    let needle = if closed.is_empty() { needle } else { closed };
    let Some(first) = needle.chars().next() else {
        return Vec::new();
    };
    let mut pieces = vec![consonants_first(needle)];
    if is_consonant(first) {
        pieces.extend(('เ'..='ไ').map(|vowel| consonants_first(&format!("{vowel}{needle}"))));
    }
    pieces
}

/// See [`super::key_prefixes`]; `needle` is search text.
pub fn prefixes(needle: &str) -> Vec<String> {
    if needle.is_empty() {
        return Vec::new();
    }
    let mut pieces = vec![consonants_first(needle)];
    if needle.ends_with(is_leading_vowel) {
        pieces.extend(('ก'..='ฮ').map(|c| consonants_first(&format!("{needle}{c}"))));
    }
    pieces
}
