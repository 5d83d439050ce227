//! A record as it is compared.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    name::{self, Word},
    place, reach,
};
use crate::{
    filter,
    people::contact,
    platform::import::company_domain,
    record::Document,
    sales::lead,
    shape::Shape,
    text::{digits, phone_key, search_text, sort_key},
};

/// A phone number in the two forms in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Phone {
    /// The digits inside its country, see [`phone_key`].
    pub national: String,
    /// E.164, where the country is known.
    pub international: Option<String>,
}

/// The value of a field that the workspace added so that doubles are found by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The field's name, `custom.member_no`.
    pub field: String,
    /// In the form in which it is compared.
    pub value: String,
}

/// What a record says that tells it from others, in the forms in which it is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// A person rather than a company.
    pub(super) person: bool,
    pub(super) words: Vec<Word>,
    pub(super) emails: Vec<String>,
    pub(super) phones: Vec<Phone>,
    /// Internet domain of a company.
    pub(super) domain: Option<String>,
    /// `2026-11-22`.
    pub(super) birth: Option<String>,
    /// Digits of the tax number.
    pub(super) tax: Option<String>,
    /// The company's name without its legal form, else its id.
    pub(super) company: Option<String>,
    pub(super) address: Vec<String>,
    pub(super) city: String,
    pub(super) postal: String,
    pub(super) country: String,
    pub(super) marks: Vec<Mark>,
}

impl Features {
    /// The features of a contact, company or lead in a workspace with its own fields.
    ///
    /// `company` is the name of a contact's company; `international` gives a number its E.164 form, by the record's
    /// country where the number does not tell.
    pub fn of<'s>(
        shape: impl Into<Shape<'s>>,
        document: &Document,
        company: Option<&str>,
        international: &dyn Fn(&str, &str) -> Option<String>,
    ) -> Self {
        let shape: Shape<'_> = shape.into();
        let object = shape.object;
        let text = |name: &str| {
            document
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let is_lead = object.name == lead::OBJECT.name;
        let person = is_lead || object.name == contact::OBJECT.name;
        let country = text("country").to_uppercase();
        let words = if person {
            name::person(text(object.title))
        } else {
            name::company(text(object.title))
        };
        let phone = |number: &str| Phone {
            national: phone_key(number),
            international: international(number, &country),
        };
        // A lead says where they work in words; the company that it refers to came of its conversion.
        let company = company.filter(|_| !is_lead);
        let company = company.or(is_lead.then(|| text("company_name")));
        let company_name = company
            .map(crate::platform::import::company_key)
            .or_else(|| Some(text("company_id").to_owned()));
        let web = company_domain(text("domain")).or_else(|| company_domain(text("website")));
        Self {
            person,
            words,
            emails: distinct(values(document, "emails").filter_map(reach::email)),
            phones: distinct(
                values(document, "phones")
                    .map(phone)
                    .filter(|p| p.national.len() >= 5),
            ),
            domain: web.filter(|_| !person),
            birth: filled(text("birth_date")),
            tax: filled(&digits(text("tax_id"))).filter(|digits| digits.len() >= 6),
            company: company_name.filter(|name| person && !name.is_empty()),
            address: place::words(text("address")),
            city: place::city(text("city")),
            postal: search_text(text("postal_code")).replace([' ', '-'], ""),
            country,
            marks: marks(shape, document),
        }
    }

    /// What neighbours in a crowd are ordered by: the name in one script and order.
    pub fn order(&self) -> String {
        let mut sounds: Vec<&str> = self.words.iter().map(|word| word.sound.as_str()).collect();
        sounds.sort_unstable();
        sort_key(&sounds.join(" "))
    }

    /// What people of one name are ordered by: where they live and when they were born.
    pub fn whereabouts(&self) -> String {
        format!(
            "{}{}{}",
            self.birth.as_deref().unwrap_or_default(),
            self.city,
            self.postal
        )
    }
}

/// The values of the fields by which the workspace wants doubles to be found.
pub fn marks(shape: Shape<'_>, document: &Document) -> Vec<Mark> {
    let all = shape.marking().flat_map(|field| {
        let values = filter::values(field, field.of(document));
        values.into_iter().map(|value| Mark {
            field: field.name.to_string(),
            value: value.indexed(),
        })
    });
    all.filter(|mark| !mark.value.is_empty()).collect()
}

/// The values of an e-mail or phone field.
fn values<'d>(document: &'d Document, name: &str) -> impl Iterator<Item = &'d str> {
    let points = document.get(name).and_then(Value::as_array);
    points
        .into_iter()
        .flatten()
        .filter_map(|point| point["value"].as_str())
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = values.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
