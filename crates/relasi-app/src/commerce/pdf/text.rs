//! Words on paper: how wide they are, where their lines break, which of them are Thai.

use std::sync::LazyLock;

use icu_segmenter::{LineSegmenter, options::LineBreakOptions};
use rustybuzz::{Face, UnicodeBuffer};

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// For reading.
    Regular,
    /// For heads and sums.
    Strong,
}

/// IBM Plex Sans Thai, with Latin letters: SIL Open Font License 1.1, see `data/fonts/OFL.txt`.
static REGULAR: &[u8] = include_bytes!("../../../data/fonts/IBMPlexSansThai-Regular.ttf");
static STRONG: &[u8] = include_bytes!("../../../data/fonts/IBMPlexSansThai-SemiBold.ttf");

static FACES: LazyLock<[Face<'static>; 2]> = LazyLock::new(|| {
    [REGULAR, STRONG]
        .map(|font| Face::from_slice(font, 0).expect("the fonts are part of the program"))
});

impl Weight {
    /// The font file.
    pub(super) fn font(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Strong => STRONG,
        }
    }

    fn face(self) -> &'static Face<'static> {
        &FACES[self as usize]
    }
}

/// Stretches of one script each: letters are shaped by the rules of theirs. Spaces, digits and signs go with what is
/// before them.
pub(super) fn runs(text: &str) -> Vec<&str> {
    let thai = |c: char| ('\u{0e01}'..='\u{0e5b}').contains(&c);
    let mut runs = Vec::new();
    let (mut start, mut before) = (0, None);
    for (at, c) in text.char_indices() {
        let script = if thai(c) {
            Some(true)
        } else if c.is_alphabetic() {
            Some(false)
        } else {
            before
        };
        if before.is_some() && script != before {
            runs.push(&text[start..at]);
            start = at;
        }
        before = script;
    }
    runs.push(&text[start..]);
    runs.retain(|run| !run.is_empty());
    runs
}

/// How wide a stretch of one script is, in parts of the size of the letters.
pub(super) fn run_width(run: &str, weight: Weight) -> f32 {
    let face = weight.face();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(run);
    buffer.guess_segment_properties();
    let shaped = rustybuzz::shape(face, &[], buffer);
    let width: i32 = shaped.glyph_positions().iter().map(|at| at.x_advance).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand units of a font")]
    let width = width as f32 / face.units_per_em() as f32;
    width
}

/// How wide a line is.
pub(super) fn width(text: &str, weight: Weight, size: f32) -> f32 {
    runs(text)
        .into_iter()
        .map(|run| run_width(run, weight))
        .sum::<f32>()
        * size
}

/// The places where a line may be broken; in Thai, which has no spaces between words, by a dictionary.
fn breaks(text: &str) -> Vec<usize> {
    static SEGMENTER: LazyLock<icu_segmenter::LineSegmenterBorrowed<'static>> =
        LazyLock::new(|| LineSegmenter::new_dictionary(LineBreakOptions::default()));
    SEGMENTER.segment_str(text).filter(|at| *at > 0).collect()
}

/// A text in lines of at most this width. A word that is wider than a line is cut where it must be, never between a
/// letter and its marks.
pub(super) fn wrap(text: &str, weight: Weight, size: f32, most: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut from = 0;
        for at in breaks(paragraph) {
            let word = &paragraph[from..at];
            from = at;
            let longer = format!("{line}{word}");
            if line.is_empty() || width(longer.trim_end(), weight, size) <= most {
                line = longer;
            } else {
                lines.push(line.trim_end().to_owned());
                word.trim_start().clone_into(&mut line);
            }
            while width(line.trim_end(), weight, size) > most {
                let rest = cut(&line, weight, size, most);
                if rest.is_empty() || rest.len() == line.len() {
                    break;
                }
                line.truncate(line.len() - rest.len());
                lines.push(std::mem::replace(&mut line, rest));
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// What is left of a word that is wider than a line, at least one letter being taken.
fn cut(word: &str, weight: Weight, size: f32, most: f32) -> String {
    static CLUSTERS: LazyLock<icu_segmenter::GraphemeClusterSegmenterBorrowed<'static>> =
        LazyLock::new(icu_segmenter::GraphemeClusterSegmenter::new);
    let ends = CLUSTERS.segment_str(word).filter(|at| *at > 0);
    let mut taken = 0;
    for end in ends {
        if taken > 0 && width(&word[..end], weight, size) > most {
            break;
        }
        taken = end;
    }
    word[taken..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_apart() {
        assert_eq!(runs("Gayo 1 kg"), ["Gayo 1 kg"]);
        assert_eq!(runs("กาแฟ Gayo 120 ถุง"), ["กาแฟ ", "Gayo 120 ", "ถุง"]);
        assert_eq!(runs("(12) ถุง"), ["(12) ถุง"]);
        assert_eq!(runs(""), [""; 0]);
    }

    #[test]
    fn thai_marks_take_no_room() {
        let plain = width("กน", Weight::Regular, 10.0);
        let marked = width("กี่น้ำ", Weight::Regular, 10.0);
        let base = width("กนา", Weight::Regular, 10.0);
        assert!(plain > 5.0);
        assert!((marked - base).abs() < 0.6, "{marked} {base}");
    }

    #[test]
    fn thai_breaks_between_words() {
        let text = "ใบเสนอราคานี้ใช้ได้ถึงสิ้นเดือนหน้าเท่านั้น";
        let lines = wrap(text, Weight::Regular, 10.0, 90.0);
        assert!(lines.len() > 1);
        assert_eq!(lines.concat(), text);
        for line in &lines {
            assert!(width(line, Weight::Regular, 10.0) <= 90.0, "{line}");
            // No line begins with a mark or a following vowel.
            let first = line.chars().next().unwrap();
            assert!(
                !('\u{0e30}'..='\u{0e3a}').contains(&first)
                    && !('\u{0e45}'..='\u{0e4e}').contains(&first),
                "{line}"
            );
        }
        let joined = lines.join("|");
        for word in ["ราคา", "เดือน", "เท่านั้น"] {
            assert!(joined.contains(word), "{joined}");
        }
    }

    #[test]
    fn words_longer_than_a_line_are_cut() {
        let lines = wrap(&"น้ำ".repeat(40), Weight::Regular, 10.0, 50.0);
        assert!(lines.len() > 3);
        assert!(lines.iter().all(|line| line.starts_with('น')), "{lines:?}");
        let latin = wrap(
            "Donaudampfschifffahrtsgesellschaft",
            Weight::Regular,
            10.0,
            50.0,
        );
        assert!(
            latin
                .iter()
                .all(|line| width(line, Weight::Regular, 10.0) <= 50.0),
            "{latin:?}"
        );
        assert_eq!(latin.concat(), "Donaudampfschifffahrtsgesellschaft");
        assert_eq!(wrap("a\n\nb", Weight::Regular, 10.0, 50.0), ["a", "", "b"]);
    }
}
