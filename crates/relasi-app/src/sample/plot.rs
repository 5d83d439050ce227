//! How the deals come about.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    Setting, Way,
    calendar::{self, Calendar},
    cast::Cast,
    course::{Course, Fate},
    goods::goods,
    money,
    random::Random,
};

/// How many deals of each pipeline there are.
const SALES: usize = 106;
const SERVICE: usize = 18;

/// How many went quiet, and how many of the newest are still going on or were just won, whatever the season.
const QUIET: usize = 10;
const NEWEST: usize = 25;
const JUST_WON: usize = 3;

/// All deals in the order of their making.
pub(super) fn courses(
    setting: &Setting<'_>,
    calendar: &Calendar,
    cast: &Cast,
    service: &Way,
) -> Vec<Course> {
    let mut random = Random::new(setting, 2);
    let mut sales = calendar.spread(SALES, 1, 230, &mut random);
    // The newest is from the last days, whatever day it is.
    sales.extend([calendar.ago(2), calendar.ago(1)]);
    let mut days: Vec<(NaiveDate, bool)> = sales.into_iter().map(|day| (day, false)).collect();
    days.extend(
        calendar
            .spread(SERVICE, 4, 300, &mut random)
            .into_iter()
            .map(|day| (day, true)),
    );
    days.sort_unstable();
    let age = |day: NaiveDate| (calendar.today - day).num_days();
    let mut quiet: Vec<usize> = (0..days.len())
        .filter(|i| !days[*i].1 && (48..=230).contains(&age(days[*i].0)))
        .collect();
    random.shuffle(&mut quiet);
    quiet.truncate(QUIET);
    let old = days.len().saturating_sub(NEWEST);
    let mut won: Vec<usize> = (old..days.len())
        .filter(|i| !days[*i].1 && age(days[*i].0) > 16 && !quiet.contains(i))
        .collect();
    random.shuffle(&mut won);
    won.truncate(JUST_WON);
    let mut plot = Plot {
        setting,
        calendar,
        cast,
        service,
        random,
        courses: Vec::new(),
    };
    for (index, (day, service)) in days.into_iter().enumerate() {
        let fixed = match index {
            _ if quiet.contains(&index) => Some(Fate::Quiet),
            _ if won.contains(&index) => Some(Fate::Won),
            _ if index >= old => Some(Fate::Open),
            _ => None,
        };
        plot.add(day, service, fixed);
    }
    plot.courses
}

struct Plot<'p> {
    setting: &'p Setting<'p>,
    calendar: &'p Calendar,
    cast: &'p Cast,
    service: &'p Way,
    random: Random,
    courses: Vec<Course>,
}

impl Plot<'_> {
    fn add(&mut self, day: NaiveDate, service: bool, fixed: Option<Fate>) {
        let firm = self.firm(day, service);
        let Some(person) = self.person(firm, day) else {
            return;
        };
        let who = &self.cast.firms[firm];
        let (goods, dollars) = goods(who.industry(), service, &mut self.random);
        let after = self.cast.people[person].created + TimeDelta::minutes(20);
        let created = self
            .time(day, firm)
            .max(after)
            .min(self.calendar.start - TimeDelta::minutes(30));
        let long = if service {
            self.random.between(40, 85)
        } else {
            self.random.between(55, 150)
        };
        // In the first months deals were small and quick.
        let age = (self.calendar.today - day).num_days();
        let long = if age > calendar::HISTORY - 150 {
            long / 2
        } else {
            long
        };
        let this_month = i64::from(self.calendar.today.day()).clamp(3, 13) - 1;
        let long = match fixed {
            Some(Fate::Open) => long.max(age + self.random.between(3, 30)),
            Some(Fate::Won) => age - self.random.between(1, this_month),
            _ => long,
        };
        let fate = fixed.unwrap_or_else(|| self.fate(age, long, service));
        let stages = if service {
            self.service.open.len()
        } else {
            self.setting.sales.open.len()
        };
        let (entered, closed) = self.way(created, firm, long, stages, fate);
        let close_date = self.close_date(day, long, closed, fate, who.zone);
        let id = self.random.id(created);
        let source = self.random.weighted(&[24, 20, 18, 14, 9, 9, 6]);
        self.courses.push(Course {
            id,
            firm,
            person,
            goods,
            amount: money::price(dollars, &who.currency),
            service,
            created,
            entered,
            closed,
            fate,
            close_date,
            source,
            reason: self.random.weighted(&[30, 26, 16, 10, 9, 9]),
            number: 1041 + self.courses.len() * 3,
        });
    }

    fn time(&mut self, day: NaiveDate, firm: usize) -> DateTime<Utc> {
        let firm = &self.cast.firms[firm];
        self.calendar
            .done(day, firm.zone, firm.country(), &mut self.random)
    }

    /// A company that was known on the day; service contracts go to those who bought before.
    fn firm(&mut self, day: NaiveDate, service: bool) -> usize {
        let firms = &self.cast.firms;
        let weight = |index: usize| {
            let mine = self.courses.iter().filter(|course| course.firm == index);
            let (count, bought) = mine.fold((0, false), |(n, won), c| {
                (n + 1, won || c.fate == Fate::Won)
            });
            match (firms[index].day <= day, service) {
                (false, _) => 0,
                (true, true) => {
                    if bought {
                        40
                    } else {
                        1
                    }
                }
                (true, false) => {
                    if count == 0 {
                        6
                    } else {
                        3
                    }
                }
            }
        };
        let weights: Vec<i64> = (0..firms.len()).map(weight).collect();
        self.random.weighted(&weights)
    }

    fn person(&mut self, firm: usize, day: NaiveDate) -> Option<usize> {
        let people = &self.cast.firms[firm].people;
        let there = |index: &usize| {
            self.cast.people[*index].day <= day && self.cast.people[*index].former.is_none()
        };
        let known: Vec<usize> = people.iter().copied().filter(there).collect();
        if self.random.chance(55) {
            known.first().copied()
        } else {
            self.random.pick(&known)
        }
    }

    fn fate(&mut self, age: i64, long: i64, service: bool) -> Fate {
        if age <= long + 2 {
            Fate::Open
        } else if self.random.chance(if service { 80 } else { 51 }) {
            Fate::Won
        } else {
            Fate::Lost
        }
    }

    /// When it entered each stage, and when it was closed.
    fn way(
        &mut self,
        created: DateTime<Utc>,
        firm: usize,
        long: i64,
        stages: usize,
        fate: Fate,
    ) -> (Vec<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let shares: Vec<i64> = (0..stages).map(|_| self.random.between(20, 40)).collect();
        let total: i64 = shares.iter().sum::<i64>().max(1);
        let reached = match fate {
            Fate::Won | Fate::Open => stages,
            Fate::Quiet => 1 + self.random.place(stages),
            Fate::Lost => (1 + self.random.weighted(&[12, 22, 36, 30])).min(stages),
        };
        let mut entered = vec![created];
        let mut gone = 0;
        let end = |gone: i64| created + TimeDelta::days((long * gone / total).max(1));
        for share in &shares[..reached.saturating_sub(1)] {
            gone += share;
            if end(gone) >= self.calendar.start {
                break;
            }
            let last = entered.last().copied().unwrap_or(created);
            let time = self.time(end(gone).date_naive(), firm);
            entered.push(self.within(time, last));
        }
        let closed = matches!(fate, Fate::Won | Fate::Lost).then(|| {
            gone += shares.get(reached.saturating_sub(1)).copied().unwrap_or(20);
            let last = entered.last().copied().unwrap_or(created);
            let time = self.time(end(gone).date_naive(), firm);
            self.within(time, last)
        });
        (entered, closed)
    }

    /// The time, at least an hour after the last one and before today.
    fn within(&self, time: DateTime<Utc>, last: DateTime<Utc>) -> DateTime<Utc> {
        time.max(last + TimeDelta::hours(1))
            .min(self.calendar.start - TimeDelta::minutes(5))
    }

    fn close_date(
        &mut self,
        day: NaiveDate,
        long: i64,
        closed: Option<DateTime<Utc>>,
        fate: Fate,
        zone: Tz,
    ) -> NaiveDate {
        let hoped = day + Days::new(long.unsigned_abs());
        match (closed, fate) {
            (Some(closed), _) => closed.with_timezone(&zone).date_naive(),
            // Some dates have passed without anybody moving them.
            (None, Fate::Open) if self.random.chance(88) => {
                hoped.max(self.calendar.ago(-self.random.between(3, 45)))
            }
            _ => hoped
                .min(self.calendar.ago(self.random.between(2, 20)))
                .max(day + Days::new(7)),
        }
    }
}
