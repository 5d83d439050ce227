//! Reads times of day as people type them: "10.00", "jam 3 sore", "2pm", "10 โมง", "บ่าย 2".

use super::date_words::western_digits;

/// Words before a bare hour.
const BEFORE: [&str; 6] = ["at", "jam", "pukul", "pkl", "เวลา", "@"];
/// Words after a bare hour, before noon or without saying.
const AFTER: [&str; 8] = ["am", "pagi", "o'clock", "โมง", "โมงเช้า", "น.", "น", "นาฬิกา"];
/// Words after an hour that make it one of the afternoon or evening.
const AFTER_NOON: [&str; 6] = ["pm", "siang", "sore", "malam", "โมงเย็น", "ทุ่ม"];
/// Words before an hour of the afternoon.
const THAI_AFTERNOON: &str = "บ่าย";

/// A time of day, and where it stood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeFound {
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// Index of its first word.
    pub from: usize,
    /// Index behind its last word.
    pub to: usize,
}

impl TimeFound {
    /// `14:05`.
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// The last time of day among the words (lower case, western digits).
pub fn find(words: &[String]) -> Option<TimeFound> {
    (0..words.len()).rev().find_map(|at| at_word(words, at))
}

/// A whole text that is a time of day, also "9", "930" and "1405" without any sign: hour and minute.
pub fn parse(text: &str) -> Option<(u32, u32)> {
    let text = western_digits(text.trim()).to_lowercase();
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if let Some(found) = find(&words) {
        return (found.from == 0 && found.to == words.len()).then_some((found.hour, found.minute));
    }
    let digits = text.len();
    let number: u32 = text.parse().ok()?;
    let (hour, minute) = match digits {
        1 | 2 => (number, 0),
        3 | 4 => (number / 100, number % 100),
        _ => return None,
    };
    (hour < 24 && minute < 60).then_some((hour, minute))
}

fn at_word(words: &[String], at: usize) -> Option<TimeFound> {
    let before = at.checked_sub(1).map(|i| words[i].as_str());
    let after = words.get(at + 1).map(String::as_str);
    let led = before.is_some_and(|word| BEFORE.contains(&word));
    let thai_afternoon = before == Some(THAI_AFTERNOON);
    let (digits, glued) = split_suffix(&words[at]);
    let (hour, minute, exact) = clock(digits)?;
    let suffix = if glued.is_empty() { after } else { Some(glued) };
    let afternoon = suffix.is_some_and(|word| AFTER_NOON.contains(&word));
    let said = afternoon || suffix.is_some_and(|word| AFTER.contains(&word));
    if !(exact && glued.is_empty() || led || thai_afternoon || said) {
        return None;
    }
    let hour = match suffix {
        Some("ทุ่ม") if hour <= 6 => hour + 18,
        Some("am") if hour == 12 => 0,
        Some("siang") if hour >= 10 => hour,
        _ if (afternoon || thai_afternoon) && hour < 12 => hour + 12,
        _ => hour,
    };
    let mut to = at + 1 + usize::from(said && glued.is_empty());
    // "บ่าย 2 โมง", "10.00 น."
    if thai_afternoon
        && !said
        && words
            .get(to)
            .is_some_and(|word| AFTER.contains(&word.as_str()))
    {
        to += 1;
    }
    let from = if led || thai_afternoon { at - 1 } else { at };
    (hour < 24).then_some(TimeFound {
        hour,
        minute,
        from,
        to,
    })
}

/// Digits with dot or colon, and what hangs on them: `2pm`, `10โมง`.
fn split_suffix(word: &str) -> (&str, &str) {
    let end = word
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ':')))
        .unwrap_or(word.len());
    let (digits, suffix) = word.split_at(end);
    (
        digits.trim_end_matches([',', ';']),
        suffix.trim_matches(','),
    )
}

/// Hour, minute, and whether minutes were written.
fn clock(text: &str) -> Option<(u32, u32, bool)> {
    let parts: Vec<&str> = text
        .trim_end_matches(['.', ':'])
        .split(['.', ':'])
        .collect();
    let number = |text: &str| {
        (text.len() <= 2)
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    match parts[..] {
        [hour] => Some((number(hour)?, 0, false)).filter(|(hour, ..)| *hour < 24),
        [hour, minute] if minute.len() == 2 => {
            let (hour, minute) = (number(hour)?, number(minute)?);
            (hour < 24 && minute < 60).then_some((hour, minute, true))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{find, parse};

    fn read(text: &str) -> String {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        find(&words).map_or("none".to_owned(), |found| {
            format!("{} {}-{}", found.clock(), found.from, found.to)
        })
    }

    #[test]
    fn reads_a_text_that_is_a_time() {
        for (text, wanted) in [
            ("9", Some((9, 0))),
            ("14.05", Some((14, 5))),
            ("2 PM", Some((14, 0))),
            ("930", Some((9, 30))),
            ("1405", Some((14, 5))),
            ("jam 3 sore", Some((15, 0))),
            ("๑๔.๓๐ น.", Some((14, 30))),
            ("", None),
            ("24", None),
            ("9.75", None),
            ("call at 9", None),
            ("soon", None),
        ] {
            assert_eq!(parse(text), wanted, "{text}");
        }
    }

    #[test]
    fn reads_times() {
        for (text, wanted) in [
            ("telepon siti jum 10.00", "10:00 3-4"),
            ("call at 9", "09:00 1-3"),
            ("2pm", "14:00 0-1"),
            ("2 pm call", "14:00 0-2"),
            ("rapat jam 3 sore", "15:00 1-4"),
            ("rapat jam 12 siang", "12:00 1-4"),
            ("pukul 10.30 besok", "10:30 0-2"),
            ("10 โมง", "10:00 0-2"),
            ("บ่าย 2 โมง", "14:00 0-3"),
            ("2 ทุ่ม", "20:00 0-2"),
            ("14.30 น.", "14:30 0-2"),
            ("12am", "00:00 0-1"),
            ("9.8.2026", "none"),
            ("25.00", "none"),
            ("buy 3 bags", "none"),
            ("kirim 1.250 bags", "none"),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }
}
