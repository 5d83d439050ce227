//! Who is in the play: people, and what they were to companies.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use relasi_domain::locale::Language;
use uuid::Uuid;

use super::{
    Setting,
    calendar::Calendar,
    firm::{Firm, firms, group},
    phone::Numbers,
    random::Random,
    words::{self, Words},
};

/// A person.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: Uuid,
    /// The row of the table.
    pub(super) row: [&'static str; 7],
    /// Present company.
    pub(super) firm: usize,
    /// Part they play: decides, buys, uses, pays, repairs.
    pub(super) part: usize,
    pub(super) created: DateTime<Utc>,
    pub(super) day: NaiveDate,
    pub(super) phone: String,
    /// Former company, and the day on which they left it.
    pub(super) former: Option<(usize, NaiveDate)>,
}

impl Person {
    /// What one calls them.
    pub(super) fn called(&self) -> &'static str {
        let first = self.row[2].split(' ').next().unwrap_or_default();
        if self.row[3].is_empty() {
            first
        } else {
            self.row[3]
        }
    }

    /// The person as one speaks of them in `language`: `Pak Budi`.
    pub(super) fn addressed(&self, language: Language) -> String {
        let pattern = language.word("address", self.row[1]);
        let spaced = language == Language::Th && self.called().is_ascii();
        let name = if spaced {
            format!(" {}", self.called())
        } else {
            self.called().to_owned()
        };
        pattern.replace("{}", &name)
    }

    /// Where they worked on a day.
    pub(super) fn firm_on(&self, day: NaiveDate) -> usize {
        self.former
            .filter(|(_, left)| day <= *left)
            .map_or(self.firm, |(firm, _)| firm)
    }
}

/// Everybody.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) firms: Vec<Firm>,
    pub(super) people: Vec<Person>,
}

impl Cast {
    pub(super) fn new(setting: &Setting<'_>, calendar: &Calendar) -> Self {
        let mut random = Random::new(setting, 1);
        let mut numbers = Numbers::new();
        let firms = firms(setting, calendar, &mut numbers, &mut random);
        let mut cast = Self {
            firms,
            people: Vec::new(),
        };
        cast.engage(calendar, &mut numbers, &mut random);
        cast.let_some_move(calendar, &mut random);
        cast
    }

    /// Gives every company its people, in turns, so that nobody goes without.
    fn engage(&mut self, calendar: &Calendar, numbers: &mut Numbers, random: &mut Random) {
        let mut waiting: HashMap<&str, Vec<[&'static str; 7]>> = HashMap::new();
        for row in words::people() {
            waiting.entry(row[0]).or_default().push(row);
        }
        for group in [
            "AU", "DE", "HK", "ID", "IN", "JP", "MY", "NL", "NZ", "PH", "SG", "TH", "TL", "US",
            "VN",
        ] {
            if let Some(names) = waiting.get_mut(group) {
                random.shuffle(names);
            }
        }
        for (turn, likely) in [100, 100, 55, 18].into_iter().enumerate() {
            for index in 0..self.firms.len() {
                let name = if random.chance(likely) {
                    waiting
                        .get_mut(group(&self.firms[index]))
                        .and_then(Vec::pop)
                } else {
                    None
                };
                if let Some(row) = name {
                    self.add_person(row, index, turn, calendar, numbers, random);
                }
            }
        }
    }

    fn add_person(
        &mut self,
        row: [&'static str; 7],
        index: usize,
        turn: usize,
        calendar: &Calendar,
        numbers: &mut Numbers,
        random: &mut Random,
    ) {
        let firm = &mut self.firms[index];
        let later = if turn == 0 {
            0
        } else {
            random.between(0, 240).unsigned_abs()
        };
        let day = (firm.day + Days::new(later)).min(calendar.ago(3));
        let created = calendar
            .done(day, firm.zone, firm.country(), random)
            .max(firm.created);
        let part = match turn {
            0 => random.weighted(&[55, 30, 15]),
            1 => 1 + random.weighted(&[40, 60]),
            _ => 2 + random.weighted(&[40, 30, 30]),
        };
        firm.people.push(self.people.len());
        self.people.push(Person {
            id: random.id(created),
            row,
            firm: index,
            part,
            created,
            day: created.with_timezone(&firm.zone).date_naive(),
            phone: numbers.next(firm.country(), firm.country()),
            former: None,
        });
    }

    /// Some change to another company of their country; who came with a company stays.
    fn let_some_move(&mut self, calendar: &Calendar, random: &mut Random) {
        let mut movers: Vec<usize> = (0..self.people.len()).collect();
        movers.retain(|index| self.firms[self.people[*index].firm].people[0] != *index);
        random.shuffle(&mut movers);
        let mut moved = 0;
        for index in movers {
            let day = calendar.ago(random.between(25, 420));
            let (old, since) = (self.people[index].firm, self.people[index].day);
            let others = (0..self.firms.len())
                .filter(|new| *new != old && group(&self.firms[*new]) == group(&self.firms[old]));
            let open: Vec<usize> = others.filter(|new| self.firms[*new].day < day).collect();
            let Some(new) = random.pick(&open).filter(|_| since + Days::new(60) < day) else {
                continue;
            };
            self.people[index].former = Some((old, day));
            self.people[index].firm = new;
            self.firms[old].people.retain(|other| *other != index);
            self.firms[new].people.push(index);
            moved += 1;
            if moved == 14 {
                return;
            }
        }
    }
}
