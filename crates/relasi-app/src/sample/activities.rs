//! Activities as documents: texts, times, outcomes.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use relasi_domain::{locale::Language, record::Document};

use super::{
    Setting,
    calendar::Calendar,
    cast::Cast,
    course::Course,
    document::{instant, stamped},
    goods::{self, Goods},
    history::Entry,
    money,
    random::Random,
    scene::{self, Scene},
    words::Words,
    writer::{Gaps, Text, Writer},
};

/// Where a trade does its business: the section of its places.
fn places(industry: &str) -> &'static str {
    match industry {
        "hotel" | "resort" => "place.stay",
        "catering" | "food_maker" | "distributor" | "roaster" => "place.plant",
        "hospital" | "university" | "office" => "place.campus",
        _ => "place.shop",
    }
}

/// Writes activities and the words of deals.
pub(super) struct Scribe<'s> {
    calendar: &'s Calendar,
    cast: &'s Cast,
    random: Random,
    pub(super) writer: Writer,
}

impl<'s> Scribe<'s> {
    pub(super) fn new(setting: &Setting<'_>, calendar: &'s Calendar, cast: &'s Cast) -> Self {
        let writer = Writer::new(Random::new(setting, 6));
        Self {
            calendar,
            cast,
            random: Random::new(setting, 5),
            writer,
        }
    }

    /// What a deal's texts are about; the same place and numbers through all of them.
    pub(super) fn deal_gaps(&mut self, course: &Course) -> Gaps {
        let firm = &self.cast.firms[course.firm];
        let mut gaps = self.gaps(course.firm, course.person, course.goods);
        gaps.reason = course.reason;
        gaps.reference = format!("Q-{}", course.number);
        gaps.amount = money::written(course.amount, &firm.currency, firm.language);
        gaps
    }

    /// What texts without a deal are about.
    pub(super) fn care_gaps(&mut self, firm: usize, person: usize) -> Gaps {
        let (goods, _) = goods::goods(self.cast.firms[firm].industry(), false, &mut self.random);
        self.gaps(firm, person, goods)
    }

    fn gaps(&mut self, firm: usize, person: usize, goods: Goods) -> Gaps {
        let index = firm;
        let firm = &self.cast.firms[index];
        let language = firm.language;
        let word = language.word("product", goods.code);
        let (bare, phrase) = word.split_once(" | ").unwrap_or((word, word));
        let places = language.lines(places(firm.industry()));
        Gaps {
            product: (bare.to_owned(), phrase.to_owned()),
            goods: goods.kind,
            firm: index,
            reason: 0,
            company: firm.short().to_owned(),
            who: self.cast.people[person].addressed(language),
            other: self.other(index, person, language),
            place: self.random.pick(places).unwrap_or_default(),
            city: firm.spoken_city().to_owned(),
            quantity: goods.quantity,
            reference: String::new(),
            amount: String::new(),
        }
    }

    /// A colleague by name, or one of the departments.
    fn other(&mut self, firm: usize, person: usize, language: Language) -> String {
        let people = self.cast.firms[firm].people.iter().copied();
        let colleagues: Vec<usize> = people.filter(|other| *other != person).collect();
        let named = if self.random.chance(45) {
            self.random.pick(&colleagues)
        } else {
            None
        };
        let name = named.map(|other| self.cast.people[other].addressed(language));
        name.unwrap_or_else(|| {
            self.random
                .pick(language.lines("team"))
                .unwrap_or_default()
                .to_owned()
        })
    }

    /// What an entry is about: who is spoken of is the one it was with.
    pub(super) fn entry_gaps(&mut self, entry: &Entry, deal: Option<(&Course, &Gaps)>) -> Gaps {
        let Some((course, gaps)) = deal else {
            return self.care_gaps(entry.firm, entry.person);
        };
        let language = self.cast.firms[entry.firm].language;
        let mut gaps = gaps.clone();
        if entry.person != course.person {
            // The deal's own person is the other one then.
            gaps.other = std::mem::replace(
                &mut gaps.who,
                self.cast.people[entry.person].addressed(language),
            );
        }
        gaps
    }

    /// The activity of an entry.
    pub(super) fn activity(
        &mut self,
        entry: &Entry,
        gaps: &Gaps,
        deal: Option<&Course>,
    ) -> Document {
        let scene = scene::find(entry.scene);
        let firm = &self.cast.firms[entry.firm];
        let person = &self.cast.people[entry.person];
        let text = self.writer.text(scene, firm.language, gaps, entry.at);
        let earliest = deal.map_or(person.created, |course| course.created);
        let (created, due, done) = self.times(scene, entry, earliest);
        let mut document = stamped(self.random.id(created), created, firm.owner);
        let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
        set("kind", json!(scene.kind));
        set("contact_id", json!(person.id));
        set("company_id", json!(firm.id));
        set("deal_id", json!(deal.map(|course| course.id)));
        set("due_at", json!(due.map(instant)));
        set("done_at", json!(done.map(instant)));
        for (name, value) in self.details(scene, &text, entry) {
            document.insert(name.to_owned(), value);
        }
        if scene.kind == "meeting" {
            let section = if scene.key == "meeting.terms" && self.random.chance(35) {
                "location.online"
            } else {
                "location"
            };
            let place = self.writer.line(firm.language, section, gaps, entry.at);
            document.insert("location".to_owned(), json!(place));
        }
        document
    }

    /// When it was written down, is due, and was done.
    fn times(
        &mut self,
        scene: &Scene,
        entry: &Entry,
        earliest: DateTime<Utc>,
    ) -> (DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let last = self.calendar.start - TimeDelta::minutes(1);
        let before = |days: i64| (entry.at - TimeDelta::days(days)).max(earliest).min(last);
        if !entry.done {
            let days = self
                .random
                .between(2, 9)
                .max((entry.at - last).num_days() + self.random.between(1, 5));
            return (before(days), Some(entry.at), None);
        }
        match scene.kind {
            "task" => {
                let due = entry.at + TimeDelta::minutes(self.random.between(-30, 26) * 60);
                (before(self.random.between(1, 6)), Some(due), Some(entry.at))
            }
            "meeting" => {
                let length = self.random.between(scene.minutes.0, scene.minutes.1) / 15 * 15;
                let end = (entry.at + TimeDelta::minutes(length)).min(last);
                (before(self.random.between(2, 8)), Some(entry.at), Some(end))
            }
            _ => (entry.at, None, Some(entry.at)),
        }
    }

    fn details(&mut self, scene: &Scene, text: &Text, entry: &Entry) -> Vec<(&'static str, Value)> {
        let mut details = vec![("subject", json!(text.subject))];
        // What is still ahead has no report yet.
        if entry.done || scene.kind == "task" {
            details.push(("body", json!(text.body)));
        }
        match scene.kind {
            "call" if entry.done => {
                let outcome = match scene.key {
                    "call.none" => "no_answer",
                    "call.message" => "left_message",
                    _ => "reached",
                };
                let minutes = self.random.between(scene.minutes.0, scene.minutes.1);
                details.extend([
                    ("outcome", json!(outcome)),
                    ("duration_minutes", json!(minutes)),
                ]);
            }
            "meeting" if entry.done => {
                let minutes = self.random.between(scene.minutes.0, scene.minutes.1) / 15 * 15;
                details.push(("duration_minutes", json!(minutes)));
            }
            "call" | "meeting" => {
                let minutes = if scene.kind == "call" { 30 } else { 60 };
                details.push(("duration_minutes", json!(minutes)));
            }
            "task" => {
                let priority = ["low", "normal", "high"][self.random.weighted(&[15, 60, 25])];
                details.push(("priority", json!(priority)));
            }
            _ => {}
        }
        if matches!(scene.kind, "call" | "email") {
            details.push((
                "direction",
                json!(if text.inbound { "inbound" } else { "outbound" }),
            ));
        }
        details
    }
}
