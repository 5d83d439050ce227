//! A file that is kept with a record: names that are safe everywhere, and kinds that a browser may be shown.

use crate::{
    fault::{Fault, Faults},
    record::{Guard, Object},
};

/// The most characters of a name.
pub const LONGEST_NAME: usize = 200;

/// What rights are asked of. Files go with the record that they belong to and have no list of their own.
pub static OBJECT: Object = Object {
    name: "file",
    plural: "files",
    table: "files",
    title: "name",
    fields: &[],
    searchable: false,
    extensible: false,
    guard: Guard::Records,
};

/// Kinds that are sent as what they are; all others as bytes. None of them can run in a browser.
const HARMLESS: [&str; 10] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "audio/mpeg",
    "audio/mp4",
    "video/mp4",
    "application/zip",
];

/// Kinds of which the browser shows a small picture.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Endings of names and the kind that must then be in the file, where that is certain.
const ENDINGS: [(&str, &str); 6] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("pdf", "application/pdf"),
];

/// The kind of what nobody recognised.
pub const UNKNOWN: &str = "application/octet-stream";

/// The kind in which a file is sent.
pub fn sent_as(kind: &str) -> &'static str {
    HARMLESS
        .into_iter()
        .find(|harmless| *harmless == kind)
        .unwrap_or(UNKNOWN)
}

/// Whether the browser shows a small picture of a file.
pub fn is_picture(kind: &str) -> bool {
    PICTURES.contains(&kind)
}

/// A name as it is kept: its last part, composed, without characters that are hidden or mean something to a system.
///
/// # Errors
/// Faults at `pointer`: `required` when nothing is left, `too_long`.
pub fn tidy_name(name: &str, pointer: &str) -> Result<String, Faults> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = |c: &char| !c.is_control() && !is_hidden(*c) && !r#":*?"<>|"#.contains(*c);
    let tidy: String = last.chars().filter(harmless).collect();
    let tidy = tidy.trim().trim_end_matches('.').trim_end();
    if tidy.is_empty() {
        return Err(Fault::at(pointer, "required").into());
    }
    if tidy.chars().count() > LONGEST_NAME {
        return Err(Fault::at(pointer, "too_long")
            .with("max", LONGEST_NAME)
            .into());
    }
    Ok(tidy.to_owned())
}

/// Marks that turn the direction of a text, by which `exe.pdf` can be made to look like `fdp.exe`, and such of no width.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Refuses a file whose content is not what its name says, where both are certain.
///
/// # Errors
/// A fault at `pointer`: `file_is_not_its_name`.
pub fn fits_name(name: &str, kind: &str, pointer: &str) -> Result<(), Faults> {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    let promised = ending.and_then(|ending| {
        ENDINGS
            .into_iter()
            .find_map(|(known, kind)| (known == ending).then_some(kind))
    });
    match promised {
        Some(promised) if promised != kind && kind != UNKNOWN => {
            Err(Fault::at(pointer, "file_is_not_its_name")
                .with("kind", kind)
                .into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Result<String, String> {
        tidy_name(text, "?name").map_err(|faults| faults.0[0].code.to_string())
    }

    #[test]
    fn names_lose_what_is_harmful() {
        assert_eq!(name(r"C:\docs\offer.pdf").unwrap(), "offer.pdf");
        assert_eq!(name("../../etc/passwd").unwrap(), "passwd");
        assert_eq!(name("ใบเสนอราคา ๑.pdf").unwrap(), "ใบเสนอราคา ๑.pdf");
        assert_eq!(name("fdp.\u{202e}exe").unwrap(), "fdp.exe");
        assert_eq!(name("a\0\r\nb\".txt. ").unwrap(), "ab.txt");
        for nothing in ["", "..", "a/", "\u{200b}"] {
            assert_eq!(name(nothing).unwrap_err(), "required", "{nothing:?}");
        }
        assert_eq!(name(&"x".repeat(201)).unwrap_err(), "too_long");
    }

    #[test]
    fn content_must_be_what_the_name_says() {
        assert!(fits_name("a.PNG", "image/png", "").is_ok());
        assert!(fits_name("a.png", "text/html", "").is_err());
        assert!(fits_name("scan.pdf", UNKNOWN, "").is_ok());
        assert!(fits_name("a.dwg", "application/octet-stream", "").is_ok());
        assert!(fits_name("no ending", "text/html", "").is_ok());
    }

    #[test]
    fn nothing_that_can_run_is_sent_as_what_it_is() {
        for kind in [
            "text/html",
            "image/svg+xml",
            "text/xml",
            "application/javascript",
        ] {
            assert_eq!(sent_as(kind), "application/octet-stream");
        }
        assert_eq!(sent_as("image/png"), "image/png");
        assert!(PICTURES.into_iter().all(|kind| sent_as(kind) == kind));
    }
}
