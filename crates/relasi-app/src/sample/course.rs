//! Deals and the way they went: what about, with whom, through which stages, to what end.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    Setting, Way,
    calendar::Calendar,
    cast::Cast,
    money,
    random::Random,
    words,
};

/// How many deals of each pipeline there are.
const SALES: usize = 106;
const SERVICE: usize = 18;

/// Where a deal ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Going on.
    Open,
    /// Still open, but nobody has done anything for weeks.
    Quiet,
    Won,
    Lost,
}

/// What a deal is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goods {
    /// Code of the product.
    pub(super) code: &'static str,
    /// machine, supply, project or service.
    pub(super) kind: &'static str,
    /// How many, kilograms a month or square metres.
    pub(super) quantity: i64,
}

/// A deal's story.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) id: Uuid,
    pub(super) firm: usize,
    pub(super) person: usize,
    pub(super) goods: Goods,
    /// Worth in minor units of the firm's currency.
    pub(super) amount: i64,
    pub(super) service: bool,
    pub(super) created: DateTime<Utc>,
    /// When it entered each open stage, the first at its making.
    pub(super) entered: Vec<DateTime<Utc>>,
    pub(super) closed: Option<DateTime<Utc>>,
    pub(super) fate: Fate,
    pub(super) close_date: NaiveDate,
    /// Place in the list of sources.
    pub(super) source: usize,
    /// Number of its quote.
    pub(super) number: usize,
}

impl Course {
    /// How far a stage is on the way, from 0 to 3.
    pub(super) fn phase(stage: usize, way: &Way) -> usize {
        stage * 4 / way.open.len().max(1)
    }
}

/// What a trade buys.
fn wanted(industry: &str) -> &'static [&'static str] {
    match industry {
        "cafe" => &["espresso", "beans", "grinder", "blend", "bar", "chiller"],
        "roaster" => &["roaster", "packaging", "racks", "grinder"],
        "hotel" | "resort" => &["espresso", "beans", "dishwasher", "ice", "bar"],
        "restaurant" => &["kitchen", "ice", "dishwasher", "coldroom", "coldbrew"],
        "bakery" => &["oven", "coldroom", "chiller", "beans"],
        "catering" => &["kitchen", "coldroom", "racks", "dishwasher"],
        "supermarket" => &["chiller", "coldroom", "racks", "beans"],
        "hospital" => &["kitchen", "dishwasher", "coldroom", "water"],
        "university" => &["espresso", "kitchen", "dishwasher", "water"],
        "food_maker" => &["coldroom", "racks", "packaging", "oven"],
        "distributor" => &["beans", "racks", "coldroom", "blend"],
        _ => &["espresso", "blend", "water", "bar"],
    }
}

/// A product that suits a trade, and how much of it.
pub(super) fn goods(industry: &str, service: bool, random: &mut Random) -> (Goods, i64) {
    let code = if service { "service" } else { random.pick(wanted(industry)).unwrap_or("beans") };
    let row = words::products().into_iter().find(|row| row[0] == code).unwrap_or([code, "service", "480", "4", "18"]);
    let number = |text: &str| text.parse::<i64>().unwrap_or(1);
    let mut quantity = random.between(number(row[3]), number(row[4]));
    if row[1] == "supply" || row[1] == "project" {
        quantity = quantity / 5 * 5;
    }
    // A supply contract runs for a year of months.
    let months = if row[1] == "supply" { 12 } else { 1 };
    let dollars = number(row[2]) * quantity * months * random.between(90, 115) / 100;
    (Goods { code, kind: row[1], quantity }, dollars)
}

/// All deals in the order of their making.
pub(super) fn courses(setting: &Setting<'_>, calendar: &Calendar, cast: &Cast, service: &Way) -> Vec<Course> {
    let mut random = Random::new(setting.seed, 2);
    let mut sales = calendar.spread(SALES, 1, 300, &mut random);
    // The newest is from the last days, whatever day it is.
    sales.extend([calendar.ago(2), calendar.ago(1)]);
    let mut days: Vec<(NaiveDate, bool)> = sales.into_iter().map(|day| (day, false)).collect();
    days.extend(calendar.spread(SERVICE, 4, 220, &mut random).into_iter().map(|day| (day, true)));
    days.sort_unstable();
    let mut plot = Plot { setting, calendar, cast, service, random, courses: Vec::new(), quiet: 0 };
    for (day, service) in days {
        plot.add(day, service);
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
    quiet: usize,
}

impl Plot<'_> {
    fn add(&mut self, day: NaiveDate, service: bool) {
        let firm = self.firm(day, service);
        let Some(person) = self.person(firm, day) else {
            return;
        };
        let who = &self.cast.firms[firm];
        let (goods, dollars) = goods(who.industry(), service, &mut self.random);
        let after = self.cast.people[person].created + TimeDelta::minutes(20);
        let created = self.time(day, firm).max(after).min(self.calendar.start - TimeDelta::minutes(30));
        let long = if service { self.random.between(25, 50) } else { self.random.between(55, 150) };
        let fate = self.fate(day, long, service);
        let stages = if service { self.service.open.len() } else { self.setting.sales.open.len() };
        let (entered, closed) = self.way(created, firm, long, stages, fate);
        let close_date = self.close_date(day, long, closed, fate);
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
            number: 1041 + self.courses.len() * 3,
        });
    }

    fn time(&mut self, day: NaiveDate, firm: usize) -> DateTime<Utc> {
        let firm = &self.cast.firms[firm];
        self.calendar.done(day, firm.zone, firm.country(), &mut self.random)
    }

    /// A company that was known on the day; service contracts go to those who bought before.
    fn firm(&mut self, day: NaiveDate, service: bool) -> usize {
        let firms = &self.cast.firms;
        let weight = |index: usize| {
            let mine = self.courses.iter().filter(|course| course.firm == index);
            let (count, bought) = mine.fold((0, false), |(n, won), c| (n + 1, won || c.fate == Fate::Won));
            match (firms[index].day <= day, service) {
                (false, _) => 0,
                (true, true) => if bought { 40 } else { 1 },
                (true, false) => if count == 0 { 6 } else { 3 },
            }
        };
        let weights: Vec<i64> = (0..firms.len()).map(weight).collect();
        self.random.weighted(&weights)
    }

    fn person(&mut self, firm: usize, day: NaiveDate) -> Option<usize> {
        let people = &self.cast.firms[firm].people;
        let there = |index: &usize| self.cast.people[*index].day <= day && self.cast.people[*index].former.is_none();
        let known: Vec<usize> = people.iter().copied().filter(there).collect();
        if self.random.chance(55) { known.first().copied() } else { self.random.pick(&known) }
    }

    fn fate(&mut self, day: NaiveDate, long: i64, service: bool) -> Fate {
        let age = (self.calendar.today - day).num_days();
        if (48..=230).contains(&age) && !service && self.quiet < 9 && self.random.chance(22) {
            self.quiet += 1;
            Fate::Quiet
        } else if age <= long + 2 {
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
        time.max(last + TimeDelta::hours(1)).min(self.calendar.start - TimeDelta::minutes(5))
    }

    fn close_date(&mut self, day: NaiveDate, long: i64, closed: Option<DateTime<Utc>>, fate: Fate) -> NaiveDate {
        let hoped = day + Days::new(long.unsigned_abs());
        match (closed, fate) {
            (Some(closed), _) => closed.date_naive(),
            // Some dates have passed without anybody moving them.
            (None, Fate::Open) if self.random.chance(88) => hoped.max(self.calendar.ago(-self.random.between(3, 45))),
            _ => hoped.min(self.calendar.ago(self.random.between(2, 20))).max(day + Days::new(7)),
        }
    }
}
