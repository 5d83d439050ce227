//! Finds the day and the time of day inside a line of text: "Telepon Siti Jum 10.00".

use super::date_words::{self, western_digits};
use super::time_words;
use crate::i18n::{Day, Era};

/// Thai is written without blanks; these words are parted from their neighbours.
const THAI_DAYS: [&str; 8] = [
    "วันนี้",
    "พรุ่งนี้",
    "มะรืนนี้",
    "เมื่อวาน",
    "สัปดาห์หน้า",
    "อาทิตย์หน้า",
    "เดือนหน้า",
    "บ่าย",
];
/// Short words that are names more often than days.
const NAMES: [&str; 4] = ["tom", "tod", "now", "may"];
/// Words that lead to a day and go with it.
const LEADING: [&str; 6] = ["on", "by", "tgl", "tanggal", "วันที่", "pada"];
/// Most words that name one day: "day after tomorrow", "fri 9 aug 2026".
const LONGEST: usize = 4;

/// What a line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The line without the words for day and time.
    pub rest: String,
    /// The day.
    pub day: Option<Day>,
    /// `10:00`.
    pub clock: Option<String>,
}

/// Reads a line. A time without a day means today.
pub fn find(text: &str, today: Day, era: Era) -> Found {
    let mut words: Vec<String> = parted(text).split_whitespace().map(str::to_owned).collect();
    let mut plain = simple(&words);
    let mut clock = None;
    if let Some(time) = time_words::find(&plain) {
        clock = Some(time.clock());
        words.drain(time.from..time.to);
        plain = simple(&words);
    }
    let mut day = None;
    if let Some((from, to, found)) = last_day(&plain, today, era) {
        day = Some(found);
        clock = clock.or_else(|| hour_of(&plain[from..to], found));
        let led = from
            .checked_sub(1)
            .filter(|at| LEADING.contains(&plain[*at].as_str()));
        words.drain(led.unwrap_or(from)..to);
    }
    let day = day.or_else(|| clock.is_some().then_some(today));
    Found {
        rest: words.join(" "),
        day,
        clock,
    }
}

fn simple(words: &[String]) -> Vec<String> {
    words
        .iter()
        .map(|word| western_digits(word).to_lowercase())
        .collect()
}

fn parted(text: &str) -> String {
    THAI_DAYS.iter().fold(text.to_owned(), |text, word| {
        text.replace(word, &format!(" {word} "))
    })
}

/// The last run of words that names a day, the longest one there.
fn last_day(words: &[String], today: Day, era: Era) -> Option<(usize, usize, Day)> {
    (1..=words.len()).rev().find_map(|to| {
        (to.saturating_sub(LONGEST)..to).find_map(|from| {
            let run = &words[from..to];
            let lone = run.len() == 1;
            let led = from > 0 && LEADING.contains(&words[from - 1].as_str());
            let vague = lone
                && (run[0].chars().count() < 3
                    || run[0].parse::<u32>().is_ok()
                    || NAMES.contains(&run[0].as_str()));
            let numbers = run.iter().all(|word| word.parse::<u32>().is_ok());
            if (vague && !led)
                || (numbers && !lone)
                || run.iter().any(|word| LEADING.contains(&word.as_str()))
            {
                return None;
            }
            date_words::parse(&run.join(" "), today, era).map(|day| (from, to, day))
        })
    })
}

/// "jum 10" on a day that is not the 10th: the 10 is an hour.
fn hour_of(run: &[String], day: Day) -> Option<String> {
    let hour: u32 = run.last().filter(|_| run.len() == 2)?.parse().ok()?;
    let has_month = run[0].parse::<u32>().is_ok() || date_words::is_month(&run[0]);
    (hour < 24 && hour != day.day && !has_month).then(|| format!("{hour:02}:00"))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::i18n::{Day, Era};

    fn read(text: &str) -> (String, String, String) {
        // A Sunday.
        let today = Day::parse_iso("2026-11-22").unwrap();
        let found = find(text, today, Era::Gregorian);
        (
            found.rest,
            found.day.map(Day::iso).unwrap_or_default(),
            found.clock.unwrap_or_default(),
        )
    }

    #[test]
    fn reads_lines() {
        for (text, rest, day, clock) in [
            (
                "Telepon Siti Jum 10.00",
                "Telepon Siti",
                "2026-11-27",
                "10:00",
            ),
            ("Telepon Siti Jum 10", "Telepon Siti", "2026-11-27", "10:00"),
            ("Call Tom tomorrow at 9", "Call Tom", "2026-11-23", "09:00"),
            ("Call Tom", "Call Tom", "", ""),
            ("Kirim penawaran besok", "Kirim penawaran", "2026-11-23", ""),
            (
                "Rapat dengan Budi lusa jam 3 sore",
                "Rapat dengan Budi",
                "2026-11-24",
                "15:00",
            ),
            ("Send 3 samples 9/12", "Send 3 samples", "2026-12-09", ""),
            ("Bayar tgl 3", "Bayar", "2026-12-03", ""),
            ("Meet 9 aug 2027 14:30", "Meet", "2027-08-09", "14:30"),
            ("โทรหาสิริพรุ่งนี้ 10.00", "โทรหาสิริ", "2026-11-23", "10:00"),
            (
                "โทรหาสมชาย วันศุกร์ บ่าย 2 โมง",
                "โทรหาสมชาย",
                "2026-11-27",
                "14:00",
            ),
            ("Buy 3 bags", "Buy 3 bags", "", ""),
            ("Lunch 12.30", "Lunch", "2026-11-22", "12:30"),
            ("Call Rina next week", "Call Rina", "2026-11-29", ""),
        ] {
            assert_eq!(
                read(text),
                (rest.to_owned(), day.to_owned(), clock.to_owned()),
                "{text}"
            );
        }
    }
}
