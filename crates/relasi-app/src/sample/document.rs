//! Companies, people, roles and deals as documents.

use chrono::{DateTime, Days, NaiveDate, SecondsFormat, TimeDelta, Utc};
use relasi_domain::{locale::Language, record::Document};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Owner, Setting, Way,
    cast::{Cast, Firm, Person},
    course::{Course, Fate},
    random::Random,
    words::Words,
    writer::{Gaps, Writer, capitalised},
};

/// A moment as records have it.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A document with the members that every historic record brings.
pub(super) fn stamped(id: Uuid, created: DateTime<Utc>, owner: Owner) -> Document {
    members([
        ("id", json!(id)),
        ("created_at", json!(instant(created))),
        ("created_by", json!(owner.user_id)),
        ("updated_at", json!(instant(created))),
        ("updated_by", json!(owner.user_id)),
        ("owner_id", json!(owner.user_id)),
        ("team_id", json!(owner.team_id)),
    ])
}

/// A document of members.
pub(super) fn members<const N: usize>(pairs: [(&str, Value); N]) -> Document {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn point(value: &str, label: &str) -> Value {
    json!({"value": value, "label": label})
}

/// What a company or person is to us, from the deals they have.
fn standing<'c>(courses: impl Iterator<Item = &'c Course>, random: &mut Random) -> &'static str {
    let fates: Vec<Fate> = courses.map(|course| course.fate).collect();
    let won = fates.iter().filter(|fate| **fate == Fate::Won).count();
    if won > 2 && random.chance(50) {
        "evangelist"
    } else if won > 0 {
        "customer"
    } else if fates.iter().any(|fate| matches!(fate, Fate::Open | Fate::Quiet)) {
        "opportunity"
    } else {
        ["lead", "mql", "sql", "subscriber"][random.weighted(&[50, 20, 18, 12])]
    }
}

/// Makes documents out of the cast and the courses.
pub(super) struct Registry<'r> {
    pub(super) setting: &'r Setting<'r>,
    pub(super) cast: &'r Cast,
    pub(super) courses: &'r [Course],
    /// Ids of the tags, in the order of their section.
    pub(super) tags: &'r [Uuid],
    pub(super) random: Random,
}

impl Registry<'_> {
    fn tags(&mut self, chances: &[(usize, bool, i64)]) -> Value {
        let mut tags: Vec<&Uuid> = Vec::new();
        for (index, fits, chance) in chances {
            if *fits && self.random.chance(*chance) {
                tags.extend(self.tags.get(*index));
            }
        }
        json!(tags)
    }

    /// A company.
    pub(super) fn company(&mut self, index: usize, writer: &mut Writer) -> Document {
        let cast = self.cast;
        let firm = &cast.firms[index];
        let [country, _, name, _, domain, industry, employees, city, province, address, postal, _, parent] = firm.row;
        let stage = standing(self.courses.iter().filter(|course| course.firm == index), &mut self.random);
        let size: i64 = employees.parse().unwrap_or(0);
        let about = Gaps {
            city: firm.spoken_city().to_owned(),
            quantity: (size / 20 * 10).max(30),
            ..Gaps::default()
        };
        let about = writer.fill(firm.language.word("company.about", industry), firm.language, &about, firm.created);
        let parent = cast.firms.iter().find(|other| other.domain() == parent).map(|other| other.id);
        let count = self.courses.iter().filter(|course| course.firm == index).count();
        let mut document = stamped(firm.id, firm.created, firm.owner);
        document.extend(members([
            ("name", json!(name)),
            ("domain", json!(domain)),
            ("industry", json!(self.setting.language.word("industry", industry))),
            ("employees", json!(size)),
            ("emails", json!([point(&format!("info@{domain}"), "work")])),
            ("phones", phones(&firm.phone, "work")),
            ("website", json!(format!("https://{domain}"))),
            ("address", json!(address)),
            ("city", json!(city)),
            ("province", optional(province)),
            ("postal_code", optional(postal)),
            ("country", json!(country)),
            ("lifecycle_stage", json!(stage)),
            ("parent_id", json!(parent)),
            ("description", json!(about)),
            ("tags", self.tags(&[(0, stage == "evangelist" || size > 500, 60), (1, size > 200, 50), (3, count > 1, 12), (5, count == 0, 30)])),
        ]));
        document
    }

    /// A person.
    pub(super) fn contact(&mut self, index: usize, writer: &mut Writer) -> Document {
        let cast = self.cast;
        let person = &cast.people[index];
        let firm = &cast.firms[person.firm];
        let [_, sex, full_name, _, family, nickname, _] = person.row;
        let titles = firm.language.lines(&format!("title.{}", person.part));
        let own = self.courses.iter().filter(|course| course.person == index);
        let stage = standing(own, &mut self.random);
        let sources = self.setting.language.lines("source");
        let source = self.random.weighted(&[24, 20, 18, 14, 9, 9, 6]);
        let channel = match firm.language {
            Language::Id => ["whatsapp", "whatsapp", "phone", "email"],
            Language::Th => ["line", "line", "phone", "email"],
            Language::En => ["email", "email", "phone", "whatsapp"],
        };
        let gaps = Gaps { city: firm.spoken_city().to_owned(), who: person.addressed(firm.language), ..Gaps::default() };
        let about = self.random.chance(22).then(|| writer.line(firm.language, "note.person.a", &gaps, person.created));
        let birthday = self.random.chance(40).then(|| birthday(&mut self.random));
        let mut document = stamped(person.id, person.created, firm.owner);
        document.extend(members([
            ("full_name", json!(full_name)),
            ("family_name", optional(family)),
            ("nickname", optional(nickname)),
            ("honorific", json!(firm.language.word("honorific", sex))),
            ("emails", self.emails(person, firm)),
            ("phones", phones(&person.phone, "mobile")),
            ("job_title", json!(self.random.pick(titles))),
            ("company_id", json!(firm.id)),
            ("lifecycle_stage", json!(stage)),
            ("source", json!(sources.get(source))),
            ("language", json!(firm.language.tag())),
            ("time_zone", json!(firm.zone.name())),
            ("preferred_channel", json!(self.random.pick(&channel))),
            ("birth_date", json!(birthday)),
            ("city", json!(firm.row[7])),
            ("province", optional(firm.row[8])),
            ("country", json!(firm.country())),
            ("description", json!(about)),
            ("tags", self.tags(&[(0, stage == "evangelist", 70), (2, source == 2, 80), (4, stage == "customer", 15), (5, stage == "lead", 20)])),
        ]));
        document
    }

    fn emails(&mut self, person: &Person, firm: &Firm) -> Value {
        let name = mail_name(person);
        let mut emails = vec![point(&format!("{name}@{}", firm.domain()), "work")];
        if self.random.chance(15) {
            emails.push(point(&format!("{name}@surat.example"), "home"));
        }
        json!(emails)
    }

    /// What a person is and was at companies.
    pub(super) fn roles(&mut self, index: usize) -> Vec<Document> {
        let cast = self.cast;
        let person = &cast.people[index];
        let names = self.setting.language.lines("role");
        let role = names.get(person.part).copied().unwrap_or_default();
        let joined = person.day - TimeDelta::days(self.random.between(60, 2_200));
        let Some((former, left)) = person.former else {
            return vec![self.role(person, person.firm, role, joined, None)];
        };
        let began = left + Days::new(self.random.between(1, 15).unsigned_abs());
        vec![self.role(person, former, role, joined, Some(left)), self.role(person, person.firm, role, began, None)]
    }

    fn role(&mut self, person: &Person, firm: usize, role: &str, from: NaiveDate, to: Option<NaiveDate>) -> Document {
        let firm = &self.cast.firms[firm];
        let mut document = stamped(self.random.id(person.created), person.created, firm.owner);
        document.extend(members([
            ("contact_id", json!(person.id)),
            ("company_id", json!(firm.id)),
            ("role", json!(role)),
            ("from_date", json!(from)),
            ("to_date", json!(to)),
        ]));
        document
    }

    /// A deal with its stage history.
    pub(super) fn deal(&mut self, course: &Course, way: &Way, gaps: &Gaps, writer: &mut Writer) -> Document {
        let firm = &self.cast.firms[course.firm];
        let name = writer.line(firm.language, &format!("deal.{}", course.goods.kind), gaps, course.created);
        let about = self.random.chance(38).then(|| writer.line(firm.language, "deal.about", gaps, course.created));
        let (stage, status) = match course.fate {
            Fate::Won => (way.won, "won"),
            Fate::Lost => (way.lost, "lost"),
            Fate::Open | Fate::Quiet => (way.open[course.entered.len() - 1], "open"),
        };
        let reasons = self.setting.language.lines("lost_reason");
        let reason = reasons.get(self.random.weighted(&[30, 26, 16, 11, 9, 8])).filter(|_| course.fate == Fate::Lost);
        let since = course.closed.or(course.entered.last().copied()).unwrap_or(course.created);
        let mut document = stamped(course.id, course.created, firm.owner);
        document.extend(members([
            ("updated_at", json!(instant(since))),
            ("name", json!(capitalised(&name))),
            ("company_id", json!(firm.id)),
            ("contact_id", json!(self.cast.people[course.person].id)),
            ("pipeline_id", json!(way.pipeline)),
            ("stage_id", json!(stage)),
            ("status", json!(status)),
            ("amount", json!(course.amount)),
            ("currency", json!(firm.currency)),
            ("close_date", json!(course.close_date)),
            ("stage_since", json!(instant(since))),
            ("closed_at", json!(course.closed.map(instant))),
            ("lost_reason", json!(reason)),
            ("source", json!(self.setting.language.lines("source").get(course.source))),
            ("description", json!(about)),
            ("tags", self.tags(&[(0, course.goods.kind == "project", 25), (2, course.source == 2, 50)])),
            ("stage_changes", changes(course, way, stage)),
        ]));
        document
    }
}

/// Each move from stage to stage, the first from nowhere.
fn changes(course: &Course, way: &Way, last: Uuid) -> Value {
    let open = course.entered.iter().zip(&way.open).map(|(at, stage)| (*stage, *at));
    let mut from = None;
    let steps = open.chain(course.closed.map(|at| (last, at)));
    let steps = steps.map(|(to, at)| json!({"from": from.replace(to), "to": to, "at": instant(at)}));
    Value::Array(steps.collect())
}

fn optional(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}

fn phones(number: &str, label: &str) -> Value {
    if number.is_empty() { json!([]) } else { json!([point(number, label)]) }
}

/// The part of an address before the `@`: as listed, or the first and last word of the name.
fn mail_name(person: &Person) -> String {
    if !person.row[6].is_empty() {
        return person.row[6].to_owned();
    }
    let words: Vec<String> = person.row[2].split(' ').map(str::to_ascii_lowercase).collect();
    match words.as_slice() {
        [first, .., last] => format!("{first}.{last}"),
        _ => words.concat(),
    }
}

fn birthday(random: &mut Random) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1966, 1, 1).unwrap_or_default();
    first + TimeDelta::days(random.between(0, 12_000))
}
