//! One cell of a file.

use crate::text::{digits, search_text};

/// Nothing, or what programs write for nothing.
pub(super) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    let marks = [
        "-", "--", "–", "—", "n/a", "#n/a", "#value!", "#ref!", "#name?", "#div/0!", "null",
        "(blank)",
    ];
    text.is_empty() || marks.iter().any(|mark| text.eq_ignore_ascii_case(mark))
}

/// The text itself: trimmed, without the apostrophe that keeps spreadsheets from calculating, control
/// characters as spaces; line ends stay where `lines` is set.
pub(super) fn clean(text: &str, lines: bool) -> String {
    let text = text.trim();
    let text = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '0']) => rest,
        _ => text,
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\t'));
    let text: String = text
        .chars()
        .map(|c| if kept(c) { c } else { ' ' })
        .collect();
    text.trim().to_owned()
}

/// Several values in one cell, parted by `;`, `,`, `|`, ` ::: ` or line ends; also by `/` between whole phone numbers.
pub(super) fn items(text: &str) -> Vec<String> {
    let parts = text.split(":::");
    let parts = parts.flat_map(|part| part.split([';', ',', '|', '\n', '\r']));
    let parts = parts.flat_map(|part| {
        let numbers: Vec<&str> = part.split('/').collect();
        let whole = numbers.len() > 1 && numbers.iter().all(|number| digits(number).len() >= 7);
        if whole { numbers } else { vec![part] }
    });
    parts
        .map(|part| clean(part.trim().trim_matches('"'), false))
        .filter(|part| !is_blank(part))
        .collect()
}

/// The address in `Siti Rahma <siti@kopi.example>` or `mailto:siti@kopi.example`.
pub(super) fn bare_email(text: &str) -> &str {
    let inner = text
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(text, |(inner, _)| inner);
    let inner = inner.trim();
    inner.strip_prefix("mailto:").unwrap_or(inner)
}

/// Yes and no in the product's languages.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match search_text(text).as_str() {
        "true" | "1" | "yes" | "y" | "x" | "✓" | "ya" | "benar" | "ใช่" | "จริง" => {
            Some(true)
        }
        "false" | "0" | "no" | "n" | "tidak" | "bukan" | "salah" | "ไม่" | "ไม่ใช่" | "เท็จ" => {
            Some(false)
        }
        _ => None,
    }
}

/// What the numbers or addresses of a column are for, by its heading key.
pub(super) fn label(heading: &str) -> Option<&'static str> {
    let labels = [
        (
            "mobile",
            &["mobile", "cell", "hp", "handphone", "seluler", "มือถือ"][..],
        ),
        ("whatsapp", &["whatsapp", "wa"]),
        (
            "work",
            &[
                "work",
                "office",
                "business",
                "kantor",
                "ที่ทํางาน",
                "ทํางาน",
                "ออฟฟิศ",
            ],
        ),
        ("home", &["home", "rumah", "บ้าน"]),
        ("fax", &["fax", "faks", "faksimile", "แฟกซ์"]),
    ];
    let means = |word: &str| {
        if word.is_ascii() {
            heading.split(' ').any(|part| part == word)
        } else {
            heading.contains(&*crate::text::sort_key(word))
        }
    };
    labels
        .iter()
        .find(|(_, words)| words.iter().any(|word| means(word)))
        .map(|(label, _)| *label)
}
