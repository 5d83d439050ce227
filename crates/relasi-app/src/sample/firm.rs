//! Companies.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use relasi_domain::locale::Language;
use uuid::Uuid;

use super::{
    Owner, Setting,
    calendar::Calendar,
    phone::Numbers,
    random::Random,
    words::{self, Words},
};

/// A company.
#[derive(Debug)]
pub(super) struct Firm {
    pub(super) id: Uuid,
    /// Its row of the table.
    pub(super) row: [&'static str; 13],
    pub(super) zone: Tz,
    pub(super) language: Language,
    /// Currency it buys in.
    pub(super) currency: String,
    pub(super) owner: Owner,
    pub(super) created: DateTime<Utc>,
    pub(super) day: NaiveDate,
    pub(super) phone: String,
    /// Its people, by place in the cast; the first came with it.
    pub(super) people: Vec<usize>,
}

impl Firm {
    pub(super) fn country(&self) -> &'static str {
        self.row[0]
    }

    /// Short name as people say it.
    pub(super) fn short(&self) -> &'static str {
        self.row[3]
    }

    pub(super) fn domain(&self) -> &'static str {
        self.row[4]
    }

    pub(super) fn industry(&self) -> &'static str {
        self.row[5]
    }

    /// The city as texts in its language have it.
    pub(super) fn spoken_city(&self) -> &'static str {
        self.language.word("city", self.row[7])
    }
}

/// How many companies of each kind a workspace of a language has: Indonesian, Thai, others.
fn shares(language: Language) -> [usize; 3] {
    match language {
        Language::Id => [30, 16, 14],
        Language::Th => [16, 30, 14],
        Language::En => [20, 20, 20],
    }
}

/// The list of names that a company's people come from.
pub(super) fn group(firm: &Firm) -> &'static str {
    if firm.country() == "TH" && firm.row[1] == "latin" {
        "TL"
    } else {
        firm.country()
    }
}

/// The companies of a workspace, owners before those they own.
pub(super) fn firms(
    setting: &Setting<'_>,
    calendar: &Calendar,
    numbers: &mut Numbers,
    random: &mut Random,
) -> Vec<Firm> {
    let [id, th, others] = shares(setting.language);
    let rows = words::companies();
    let of = |kind: fn(&str) -> bool, count| {
        rows.iter()
            .filter(move |row| kind(row[0]))
            .take(count)
            .copied()
    };
    let mut rows: Vec<_> = of(|c| c == "ID", id)
        .chain(of(|c| c == "TH", th))
        .chain(of(|c| c != "ID" && c != "TH", others))
        .collect();
    random.shuffle(&mut rows);
    // A parent is there before those that belong to it.
    rows.sort_by_key(|row| !row[12].is_empty());
    let mut days = calendar.spread(rows.len() / 2, 30, 220, random);
    days.extend((0..rows.len() - days.len()).map(|_| calendar.ago(random.between(690, 729))));
    days.sort_unstable();
    let weights: Vec<i64> = (0..setting.owners.len())
        .map(|index| if index == 0 { 5 } else { 3 })
        .collect();
    let mut firms = Vec::with_capacity(rows.len());
    for (row, day) in rows.into_iter().zip(days) {
        let zone: Tz = row[11].parse().unwrap_or(Tz::UTC);
        let created = calendar.done(day, zone, row[0], random);
        firms.push(Firm {
            id: random.id(created),
            row,
            zone,
            language: words::spoken_in(row[0]),
            currency: currency(setting, row[0], random),
            owner: setting.owners[random.weighted(&weights)],
            created,
            day: created.with_timezone(&zone).date_naive(),
            phone: numbers.next(row[7], row[0]),
            people: Vec::new(),
        });
    }
    firms
}

/// Most buy in the workspace's currency, some from abroad in their own.
fn currency(setting: &Setting<'_>, country: &str, random: &mut Random) -> String {
    let own = match country {
        "ID" => "IDR",
        "TH" => "THB",
        "SG" => "SGD",
        _ => "USD",
    };
    if random.chance(65) {
        setting.currency.to_owned()
    } else {
        own.to_owned()
    }
}
