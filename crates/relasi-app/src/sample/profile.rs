//! Companies, people and roles as documents.

use chrono::{Days, NaiveDate, TimeDelta};
use relasi_domain::{locale::Language, record::Document};
use serde_json::{Value, json};

use super::{
    cast::Person,
    course::{Course, Fate},
    document::{Registry, members, stamped},
    firm::Firm,
    random::Random,
    words::Words,
    writer::{Gaps, Writer},
};

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
    } else if fates
        .iter()
        .any(|fate| matches!(fate, Fate::Open | Fate::Quiet))
    {
        "opportunity"
    } else {
        ["lead", "mql", "sql", "subscriber"][random.weighted(&[50, 20, 18, 12])]
    }
}

impl Registry<'_> {
    /// A company.
    pub(super) fn company(&mut self, index: usize, writer: &mut Writer) -> Document {
        let cast = self.cast;
        let firm = &cast.firms[index];
        let [
            country,
            _,
            name,
            _,
            domain,
            industry,
            employees,
            city,
            province,
            address,
            postal,
            _,
            parent,
        ] = firm.row;
        let stage = standing(
            self.courses.iter().filter(|course| course.firm == index),
            &mut self.random,
        );
        let size: i64 = employees.parse().unwrap_or(0);
        let about = Gaps {
            city: firm.spoken_city().to_owned(),
            quantity: (size / 20 * 10).max(30),
            ..Gaps::default()
        };
        let about = writer.fill(
            firm.language.word("company.about", industry),
            firm.language,
            &about,
            firm.created,
        );
        let parent = cast
            .firms
            .iter()
            .find(|other| other.domain() == parent)
            .map(|other| other.id);
        let count = self
            .courses
            .iter()
            .filter(|course| course.firm == index)
            .count();
        let mut document = stamped(firm.id, firm.created, firm.owner);
        document.extend(members([
            ("name", json!(name)),
            ("domain", json!(domain)),
            (
                "industry",
                json!(self.setting.language.word("industry", industry)),
            ),
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
            (
                "tags",
                self.tags(&[
                    (0, stage == "evangelist" || size > 500, 60),
                    (1, size > 200, 50),
                    (3, count > 1, 12),
                    (5, count == 0, 30),
                ]),
            ),
        ]));
        document
    }

    /// A person.
    pub(super) fn contact(&mut self, index: usize, writer: &mut Writer) -> Document {
        let cast = self.cast;
        let person = &cast.people[index];
        let firm = &cast.firms[person.firm];
        let [_, sex, full_name, _, family, nickname, _] = person.row;
        let stage = self.contact_standing(index, person.firm);
        let sources = self.setting.language.lines("source");
        let source = self.random.weighted(&[24, 20, 18, 14, 9, 9, 6]);
        let channel = match firm.language {
            Language::Id => ["whatsapp", "whatsapp", "phone", "email"],
            Language::Th => ["line", "line", "phone", "email"],
            Language::En => ["email", "email", "phone", "whatsapp"],
        };
        let gaps = Gaps {
            city: firm.spoken_city().to_owned(),
            who: person.addressed(firm.language),
            ..Gaps::default()
        };
        let about = self
            .random
            .chance(22)
            .then(|| writer.line(firm.language, "note.person.a", &gaps, person.created));
        let birthday = self.random.chance(40).then(|| birthday(&mut self.random));
        let mut document = stamped(person.id, person.created, firm.owner);
        document.extend(members([
            ("full_name", json!(full_name)),
            ("family_name", optional(family)),
            ("nickname", optional(nickname)),
            ("honorific", json!(firm.language.word("honorific", sex))),
            ("emails", self.emails(person, firm)),
            ("phones", phones(&person.phone, "mobile")),
            ("job_title", json!(self.job_title(person, firm))),
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
            (
                "tags",
                self.tags(&[
                    (0, stage == "evangelist", 70),
                    (2, source == 2, 80),
                    (4, stage == "customer", 15),
                    (5, stage == "lead", 20),
                ]),
            ),
        ]));
        document
    }

    /// From their own deals, else often that of their company.
    fn contact_standing(&mut self, index: usize, firm: usize) -> &'static str {
        let courses = self.courses;
        let own: Vec<&Course> = courses
            .iter()
            .filter(|course| course.person == index)
            .collect();
        if own.is_empty() && self.random.chance(45) {
            return standing(
                courses.iter().filter(|course| course.firm == firm),
                &mut self.random,
            );
        }
        standing(own.into_iter(), &mut self.random)
    }

    /// A title that fits the part: large companies have no owner at the desk, and not every trade has a chef.
    fn job_title(&mut self, person: &Person, firm: &Firm) -> Option<&'static str> {
        let small = firm.row[6].parse::<i64>().is_ok_and(|size| size < 100);
        let kitchen = matches!(
            firm.industry(),
            "cafe" | "hotel" | "resort" | "restaurant" | "bakery" | "catering"
        );
        let section = match person.part {
            0 if small => "title.small".to_owned(),
            2 if kitchen => "title.kitchen".to_owned(),
            part => format!("title.{part}"),
        };
        self.random.pick(firm.language.lines(&section))
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
        vec![
            self.role(person, former, role, joined, Some(left)),
            self.role(person, person.firm, role, began, None),
        ]
    }

    fn role(
        &mut self,
        person: &Person,
        firm: usize,
        role: &str,
        from: NaiveDate,
        to: Option<NaiveDate>,
    ) -> Document {
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
}

fn optional(text: &str) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        json!(text)
    }
}

fn phones(number: &str, label: &str) -> Value {
    if number.is_empty() {
        json!([])
    } else {
        json!([point(number, label)])
    }
}

/// The part of an address before the `@`: as listed, or the first and last word of the name.
fn mail_name(person: &Person) -> String {
    if !person.row[6].is_empty() {
        return person.row[6].to_owned();
    }
    let words: Vec<String> = person.row[2]
        .split(' ')
        .map(str::to_ascii_lowercase)
        .collect();
    match words.as_slice() {
        [first, .., last] => format!("{first}.{last}"),
        _ => words.concat(),
    }
}

fn birthday(random: &mut Random) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1966, 1, 1).unwrap_or_default();
    first + TimeDelta::days(random.between(0, 12_000))
}
