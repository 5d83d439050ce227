//! A page on which somebody books time with one or several people: when they can be met, and what is asked.

mod free;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use free::{Busy, Hours, Wanted, free};

use super::form::{self, Asked, Question, Words};
use crate::{
    choices,
    fault::{Fault, Faults},
    platform::business_hours::{TimeOfDay, Week},
    shape::Shape,
};

/// Lengths that a page offers at most.
pub const MAX_LENGTHS: usize = 6;
/// The longest meeting in minutes.
pub const MAX_LENGTH: u16 = 8 * 60;
/// Days off and days with further hours of one page at most.
pub const MAX_DAYS: usize = 500;
/// The longest room before and after a meeting in minutes.
pub const MAX_ROOM: u16 = 4 * 60;
/// The longest notice in minutes.
pub const MAX_NOTICE: u32 = 30 * 24 * 60;
/// The furthest day.
pub const MAX_AHEAD: u16 = 365;
/// The longest place.
pub const MAX_PLACE: usize = 250;
/// People of one page at most.
pub const MAX_HOSTS: usize = 50;

/// Hours of one day beyond those of the week, on a day off as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// Which day.
    pub day: NaiveDate,
    /// When they begin.
    pub from: TimeOfDay,
    /// When they end.
    pub to: TimeOfDay,
}

/// How the people of a page share what is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// One of them, in turn.
    #[default]
    RoundRobin,
    /// All of them come.
    Together,
}

impl Sharing {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::RoundRobin, Self::Together];

    /// Its code in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::Together => "together",
        }
    }
}

/// What a booking becomes in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Makes {
    /// A meeting.
    #[default]
    Meeting,
    /// A call.
    Call,
}

impl Makes {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Meeting, Self::Call];

    /// The kind of its activity.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Call => "call",
        }
    }
}

/// All that a page is but its name, its address and its people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Design {
    /// The heading.
    pub title: Words,
    /// What stands below it.
    pub intro: Words,
    /// What becomes of it.
    pub makes: Makes,
    /// How the people share it.
    pub sharing: Sharing,
    /// Lengths in minutes that one may choose of.
    pub lengths: Vec<u16>,
    /// Where one meets.
    pub place: Option<String>,
    /// A name of the IANA data base; that of the workspace when none is given.
    pub time_zone: Option<String>,
    /// The hours of each day, from Monday.
    pub week: Week,
    /// Days on which nobody can be met.
    pub days_off: Vec<NaiveDate>,
    /// Hours beyond those of the week.
    pub extra: Vec<Extra>,
    /// Minutes that stay free before.
    pub room_before: u16,
    /// Minutes that stay free after.
    pub room_after: u16,
    /// Minutes from now to the first that can be booked.
    pub notice: u32,
    /// Days from today to the last that can be booked.
    pub days_ahead: u16,
    /// Of one person on one day at most.
    pub per_day: Option<u16>,
    /// Minutes from one beginning to the next.
    pub step: u16,
    /// What is asked, as a form does.
    pub questions: Vec<Question>,
    /// What one may agree to.
    pub consents: Vec<Asked>,
    /// Source that its leads get.
    pub source: Option<String>,
}

impl Default for Design {
    fn default() -> Self {
        let question = |field: &str, required| Question {
            field: field.to_owned(),
            required,
            ..Question::default()
        };
        let nine_to_five = TimeOfDay::new(9, 0).zip(TimeOfDay::new(17, 0));
        Self {
            title: Words {
                en: "Book a meeting".to_owned(),
                id: "Pesan waktu bertemu".to_owned(),
                th: "นัดหมาย".to_owned(),
            },
            intro: Words::default(),
            makes: Makes::default(),
            sharing: Sharing::default(),
            lengths: vec![30],
            place: None,
            time_zone: None,
            week: nine_to_five
                .map_or_else(Week::default, |(from, to)| Week::working_days(from, to)),
            days_off: Vec::new(),
            extra: Vec::new(),
            room_before: 0,
            room_after: 0,
            notice: 4 * 60,
            days_ahead: 60,
            per_day: None,
            step: 30,
            questions: vec![
                question("name", true),
                question("emails", true),
                question("phones", false),
                question("description", false),
            ],
            consents: Vec::new(),
            source: None,
        }
    }
}

impl Design {
    /// What it asks, as a form.
    pub fn form(&self) -> form::Design {
        form::Design {
            title: self.title.clone(),
            intro: self.intro.clone(),
            questions: self.questions.clone(),
            consents: self.consents.clone(),
            source: self.source.clone(),
            ..form::Design::default()
        }
    }

    /// What is wrong with it; `shape` is that of leads.
    pub fn check(&self, shape: Shape<'_>, faults: &mut Faults) {
        self.form().check(shape, faults);
        let asks = |question: &Question| question.field == "emails" && question.required;
        let reached = self.questions.iter().any(asks);
        faults.check(!reached, "questions", "booking_needs_email");
        self.week.check("/week", faults);
        self.check_days(faults);
        self.check_lengths(faults);
        let zone = self.time_zone.as_deref();
        let bad = zone.is_some_and(choices::bad_time_zone);
        faults.check(bad, "time_zone", "not_time_zone");
        let place = self.place.as_deref().unwrap_or_default();
        if place.chars().count() > MAX_PLACE {
            faults.push(Fault::field("place", "too_long").with("max", MAX_PLACE));
        }
        let outside = [
            ("room_before", self.room_before > MAX_ROOM),
            ("room_after", self.room_after > MAX_ROOM),
            ("notice", self.notice > MAX_NOTICE),
            ("days_ahead", !(1..=MAX_AHEAD).contains(&self.days_ahead)),
            ("step", !(5..=MAX_LENGTH).contains(&self.step)),
            (
                "per_day",
                self.per_day.is_some_and(|n| !(1..=100).contains(&n)),
            ),
        ];
        for (name, wrong) in outside {
            faults.check(wrong, name, "out_of_range");
        }
    }

    fn check_lengths(&self, faults: &mut Faults) {
        faults.check(self.lengths.is_empty(), "lengths", "required");
        if self.lengths.len() > MAX_LENGTHS {
            faults.push(Fault::field("lengths", "too_many").with("max", MAX_LENGTHS));
        }
        for (place, minutes) in self.lengths.iter().enumerate() {
            let at = || format!("/lengths/{place}");
            faults.wrong(!(5..=MAX_LENGTH).contains(minutes), at, "out_of_range");
            faults.wrong(self.lengths[..place].contains(minutes), at, "named_twice");
        }
    }

    fn check_days(&self, faults: &mut Faults) {
        for (name, count) in [
            ("days_off", self.days_off.len()),
            ("extra", self.extra.len()),
        ] {
            if count > MAX_DAYS {
                faults.push(Fault::field(name, "too_many").with("max", MAX_DAYS));
            }
        }
        for (place, extra) in self.extra.iter().enumerate() {
            let at = || format!("/extra/{place}/to");
            faults.wrong(extra.to <= extra.from, at, "before_start");
        }
    }

    /// The hours in which one of the people can be met: their own, or those of the page.
    pub fn hours<'h>(&'h self, host: &'h Host, usual: Tz) -> Hours<'h> {
        let zone = host.time_zone.as_deref().or(self.time_zone.as_deref());
        Hours {
            zone: zone.and_then(|zone| zone.parse().ok()).unwrap_or(usual),
            week: host.week.as_ref().unwrap_or(&self.week),
            days_off: &self.days_off,
            extra: &self.extra,
        }
    }
}

/// Somebody who can be met, with hours of their own or by those of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Who.
    pub user_id: Uuid,
    /// Where their clocks hang, when not as those of the page.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Their hours in place of those of the page.
    #[serde(default)]
    pub week: Option<Week>,
}

/// What is wrong with the people of a page; faults point to members below `at`.
pub fn check_hosts(hosts: &[Host], at: &str, faults: &mut Faults) {
    faults.wrong(hosts.is_empty(), || at.to_owned(), "required");
    if hosts.len() > MAX_HOSTS {
        faults.push(Fault::at(at, "too_many").with("max", MAX_HOSTS));
    }
    for (place, host) in hosts.iter().enumerate() {
        let here = |member: &str| format!("{at}/{place}/{member}");
        let twice = hosts[..place].iter().any(|one| one.user_id == host.user_id);
        faults.wrong(twice, || here("user_id"), "named_twice");
        let zone = host.time_zone.as_deref();
        let bad = zone.is_some_and(choices::bad_time_zone);
        faults.wrong(bad, || here("time_zone"), "not_time_zone");
        if let Some(week) = &host.week {
            week.check(&here("week"), faults);
        }
    }
}
