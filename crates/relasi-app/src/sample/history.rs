//! What was done, deal by deal and between deals.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};

use super::{
    Setting, Way,
    calendar::Calendar,
    cast::Cast,
    course::{self, Course, Fate},
    random::Random,
    scene,
};

/// How many activities there are in all, what is still to do included.
pub(super) const ACTIVITIES: usize = 1_500;

/// Something that happened, or that is to happen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) scene: &'static str,
    /// When it was done, or is due.
    pub(super) at: DateTime<Utc>,
    pub(super) done: bool,
    pub(super) firm: usize,
    pub(super) person: usize,
    /// Place of the deal.
    pub(super) deal: Option<usize>,
}

/// Fills two years with what was done.
pub(super) struct Chronicle<'c> {
    setting: &'c Setting<'c>,
    calendar: &'c Calendar,
    cast: &'c Cast,
    random: Random,
    entries: Vec<Entry>,
}

impl<'c> Chronicle<'c> {
    pub(super) fn new(setting: &'c Setting<'c>, calendar: &'c Calendar, cast: &'c Cast) -> Self {
        Self {
            setting,
            calendar,
            cast,
            random: Random::new(setting, 3),
            entries: Vec::new(),
        }
    }

    /// Everything that was done, in the order of time, `count` in all.
    pub(super) fn told(mut self, courses: &[Course], service: &Way, count: usize) -> Vec<Entry> {
        for (index, course) in courses.iter().enumerate() {
            let way = if course.service {
                service
            } else {
                &self.setting.sales
            };
            self.deal(index, course, way);
        }
        self.moves();
        self.entries.truncate(count);
        self.care(count - self.entries.len());
        self.entries.sort_by_key(|entry| (entry.at, entry.person));
        self.entries
    }

    fn deal(&mut self, index: usize, course: &Course, way: &Way) {
        // Those who ask by themselves write first.
        if matches!(course.source, 1 | 3) && !course.service {
            self.add("email.enquiry", course.created, course, index, false);
        }
        let mut last = course.created;
        for (stage, from) in course.entered.iter().enumerate() {
            let quiet = *from + TimeDelta::days(12);
            let next = course.entered.get(stage + 1).copied().or(course.closed);
            let until = next.unwrap_or(if course.fate == Fate::Quiet {
                quiet.min(self.calendar.start)
            } else {
                self.calendar.start
            });
            last = self
                .stage(index, course, Course::phase(stage, way), (*from, until))
                .max(last);
        }
        match (course.fate, course.closed) {
            (Fate::Won, Some(closed)) => self.won(index, course, closed),
            (Fate::Lost, Some(closed)) => self.lost(index, course, closed),
            (Fate::Open, _) if self.calendar.start - last > TimeDelta::days(18) => {
                let day = self.calendar.ago(self.random.between(1, 12));
                let scene = if course.service {
                    "call.renew"
                } else {
                    "call.follow"
                };
                let at = self.time(day, course.firm);
                self.add(scene, at, course, index, true);
            }
            _ => {}
        }
    }

    /// What happens while a deal stands in a stage; the time of the last of it.
    fn stage(
        &mut self,
        index: usize,
        course: &Course,
        phase: usize,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> DateTime<Utc> {
        let likely = if course.service {
            scene::SERVICE[(phase / 2).min(1)]
        } else {
            scene::PHASES[phase.min(3)]
        };
        let chosen: Vec<&str> = likely
            .iter()
            .filter(|(_, chance)| self.random.chance(*chance))
            .map(|(key, _)| *key)
            .collect();
        let share = (until - from) / i32::try_from(chosen.len() + 1).unwrap_or(1);
        let mut last = from;
        for key in chosen {
            let wanted = last + share;
            let at = self.time(wanted.date_naive(), course.firm);
            let at = at.max(last + TimeDelta::minutes(35)).min(until);
            let hour = at.with_timezone(&self.cast.firms[course.firm].zone).hour();
            // A stage of a day or two has no room for more.
            if at < self.calendar.start && (8..18).contains(&hour) {
                self.add(key, at, course, index, true);
                last = at;
            }
        }
        last
    }

    fn won(&mut self, index: usize, course: &Course, closed: DateTime<Utc>) {
        for (key, chance, (least, most)) in scene::WON {
            let key = match (*key, course.goods.kind) {
                ("meeting.handover", "supply") => "meeting.supply",
                ("meeting.handover", "service") => "meeting.service",
                ("meeting.handover", _) => "meeting.install",
                (key, _) => key,
            };
            let after = self.random.between(*least, *most);
            if !self.random.chance(*chance) {
                continue;
            }
            let at = if key == "email.order" {
                closed - TimeDelta::minutes(10)
            } else if after == 0 {
                closed + TimeDelta::minutes(20)
            } else {
                self.time((closed + TimeDelta::days(after)).date_naive(), course.firm)
            };
            if closed + TimeDelta::days(after) < self.calendar.start {
                self.add(key, at, course, index, after > 30);
            }
        }
    }

    fn lost(&mut self, index: usize, course: &Course, closed: DateTime<Utc>) {
        // A call says why by itself; who never answered does not say no either.
        let (told, noted) = match self.random.chance(50) {
            _ if course.reason == course::NO_ANSWER => ("call.none", true),
            true => ("email.decline", self.random.chance(75)),
            false => ("call.lost", false),
        };
        self.add(told, closed - TimeDelta::minutes(15), course, index, false);
        if noted {
            let at = closed - TimeDelta::minutes(5);
            self.add("note.lost", at, course, index, false);
        }
    }

    /// Somebody notes that a person works elsewhere now.
    fn moves(&mut self) {
        let moved = |(index, left): (usize, Option<(usize, NaiveDate)>)| Some((index, left?.1));
        let people = self
            .cast
            .people
            .iter()
            .map(|person| person.former)
            .enumerate();
        let moved: Vec<(usize, NaiveDate)> = people.filter_map(moved).collect();
        for (person, left) in moved {
            let firm = self.cast.people[person].firm;
            let later = self.random.between(4, 18).unsigned_abs();
            let at = self.time(left + Days::new(later), firm);
            self.entries.push(Entry {
                scene: "note.moved",
                at,
                done: true,
                firm,
                person,
                deal: None,
            });
        }
    }

    /// Talks, mails and visits that keep people warm.
    fn care(&mut self, count: usize) {
        let weights: Vec<i64> = scene::CARE.iter().map(|(_, weight)| *weight).collect();
        let mut days = self.calendar.spread(count * 2, 1, 150, &mut self.random);
        self.random.shuffle(&mut days);
        let mut left = count;
        for day in days.into_iter().cycle().take(count * 40) {
            if left == 0 {
                return;
            }
            let person = self.random.place(self.cast.people.len());
            let known = &self.cast.people[person];
            if known.day >= day {
                continue;
            }
            let firm = known.firm_on(day);
            let at = self
                .time(day, firm)
                .max(known.created + TimeDelta::minutes(40));
            let scene = scene::CARE[self.random.weighted(&weights)].0;
            if at < self.calendar.start {
                self.entries.push(Entry {
                    scene,
                    at,
                    done: true,
                    firm,
                    person,
                    deal: None,
                });
                left -= 1;
            }
        }
    }

    fn add(
        &mut self,
        scene: &'static str,
        at: DateTime<Utc>,
        course: &Course,
        index: usize,
        others: bool,
    ) {
        let person = if others && self.random.chance(22) {
            self.colleague(course, at)
        } else {
            course.person
        };
        let at = at
            .max(course.created)
            .min(self.calendar.start - TimeDelta::minutes(1));
        self.entries.push(Entry {
            scene,
            at,
            done: true,
            firm: course.firm,
            person,
            deal: Some(index),
        });
    }

    /// Somebody else of the company who was known then; else the deal's own person.
    fn colleague(&mut self, course: &Course, at: DateTime<Utc>) -> usize {
        let there = |index: &usize| {
            self.cast.people[*index].created < at && self.cast.people[*index].former.is_none()
        };
        let known: Vec<usize> = self.cast.firms[course.firm]
            .people
            .iter()
            .copied()
            .filter(there)
            .collect();
        self.random.pick(&known).unwrap_or(course.person)
    }

    fn time(&mut self, day: NaiveDate, firm: usize) -> DateTime<Utc> {
        let firm = &self.cast.firms[firm];
        self.calendar
            .done(day, firm.zone, firm.country(), &mut self.random)
    }
}
