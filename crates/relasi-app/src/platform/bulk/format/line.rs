//! Content lines, which cards and calendars are made of.

/// The most bytes of a line before it is folded.
const WIDTH: usize = 75;

/// Adds `name:value`, folded, unless the value is empty; the value is written as it is.
pub(super) fn raw(out: &mut String, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    let mut room = WIDTH;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = WIDTH - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
}

/// Adds `name:text`.
pub(super) fn text(out: &mut String, name: &str, value: &str) {
    raw(out, name, &escaped(value));
}

/// Adds a value of several parts, unless all are empty.
pub(super) fn parts(out: &mut String, name: &str, parts: &[&str]) {
    if parts.iter().any(|part| !part.is_empty()) {
        let all: Vec<String> = parts.iter().map(|part| escaped(part)).collect();
        raw(out, name, &all.join(";"));
    }
}

/// Adds a list, unless it is empty.
pub(super) fn list(out: &mut String, name: &str, items: &[String]) {
    let all: Vec<String> = items.iter().map(|item| escaped(item)).collect();
    raw(out, name, &all.join(","));
}

/// A text without what has a meaning in a line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_letters_and_say_nothing_else() {
        let mut out = String::new();
        text(&mut out, "NOTE", &"กาแฟ, ".repeat(40));
        for line in out.split("\r\n") {
            assert!(line.len() <= WIDTH, "{line}");
        }
        let unfolded = out.replace("\r\n ", "");
        assert!(unfolded.starts_with("NOTE:กาแฟ\\, กาแฟ\\, "), "{unfolded}");
        let mut out = String::new();
        text(&mut out, "FN", "A\r\nEND:VCARD\u{0};x");
        assert_eq!(out, "FN:A\\nEND:VCARD\\;x\r\n");
        text(&mut out, "NOTE", "");
        parts(&mut out, "ADR", &["", ""]);
        list(&mut out, "CATEGORIES", &[]);
        assert_eq!(out.lines().count(), 1);
    }
}
