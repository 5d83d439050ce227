//! Exports of other programs, known by their headings.

mod crm;
mod mail;

use relasi_domain::{
    field::CUSTOM,
    people::contact,
    platform::import::{Confidence, Guess, Target, guess_targets},
    record::Object,
    sales::lead,
    shape::Shape,
};

use super::{
    Column, Import,
    source::{CARD_COLUMNS, Format, Program},
};

/// A program that people come from.
#[derive(Debug)]
pub(super) struct Preset {
    /// Its name in requests.
    pub(super) name: &'static str,
    /// What it is called.
    pub(super) title: &'static str,
    /// What it exports.
    exports: &'static [Export],
    /// Its words, by the field that they stand in, each with the code or word that it means; an empty one means nothing.
    words: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// Whether `E-mail 1 - Value` is told what for by `E-mail 1 - Label`.
    labelled: bool,
}

/// The export of one kind of record.
#[derive(Debug)]
struct Export {
    object: &'static str,
    /// Any of these groups of headings tells it.
    told_by: &'static [&'static [&'static str]],
    /// Headings and the fields that they mean. Owners are left out: they are people of the other program.
    columns: &'static [(&'static str, &'static str)],
}

/// All of them; the more particular first.
static PROGRAMS: [&Preset; 7] = [
    &crm::HUBSPOT,
    &crm::SALESFORCE,
    &crm::PIPEDRIVE,
    &crm::ESPOCRM,
    &mail::MAILCHIMP,
    &mail::GOOGLE,
    &mail::OUTLOOK,
];

/// The table that is made of cards. Not a program that one may choose.
pub(super) static VCARD: Preset = Preset {
    name: "vcard",
    title: "vCard",
    exports: &[Export {
        object: "contact",
        told_by: &[],
        columns: &CARD_COLUMNS,
    }],
    words: &[],
    labelled: false,
};

/// The program of this name, if it exports such records.
pub(super) fn named(object: &Object, name: &str) -> Option<&'static Preset> {
    let all = PROGRAMS.into_iter();
    all.filter(|preset| preset.exports(object).next().is_some())
        .find(|preset| preset.name == name)
}

/// Whose export a file with these headings is.
pub(super) fn recognised(object: &Object, headings: &[String]) -> Option<&'static Preset> {
    let keys: Vec<String> = headings.iter().map(|heading| key(heading)).collect();
    let there = |heading: &&'static str| keys.contains(&key(heading));
    PROGRAMS.into_iter().find(|preset| {
        let mut groups = preset.exports(object).flat_map(|export| export.told_by);
        groups.any(|group| group.iter().all(&there))
    })
}

/// How an import is read.
pub(super) fn of(import: &Import) -> Option<&'static Preset> {
    if import.source.format == Format::Vcard {
        return Some(&VCARD);
    }
    named(
        relasi_domain::object(&import.object)?,
        import.options.preset.as_deref()?,
    )
}

/// The words of a program for a field.
pub(super) fn words(
    preset: Option<&'static Preset>,
    field: Option<&str>,
) -> &'static [(&'static str, &'static str)] {
    let all = preset.map_or(&[][..], |preset| preset.words);
    let of_field = all.iter().find(|(name, _)| Some(*name) == field);
    of_field.map_or(&[], |(_, words)| words)
}

/// The column that tells what the addresses of another one are for.
pub(super) fn label_at(
    preset: Option<&'static Preset>,
    columns: &[Column],
    column: &Column,
) -> Option<usize> {
    preset.filter(|preset| preset.labelled)?;
    let heading = key(&column.heading);
    let about = heading.strip_suffix(" - value")?;
    let wanted = [format!("{about} - label"), format!("{about} - type")];
    columns
        .iter()
        .find(|other| wanted.contains(&key(&other.heading)))
        .map(|other| other.index)
}

/// What a field of a person is in a lead; none for what leads do not have.
fn of_lead(field: &'static str) -> Option<&'static str> {
    match field {
        "full_name" => Some("name"),
        "company_id" => Some("company_name"),
        "company.domain" => Some("website"),
        "honorific" | "nickname" | "lifecycle_stage" | "birth_date" | "address" | "province"
        | "postal_code" => None,
        same => Some(same),
    }
}

impl Preset {
    /// Its exports of such records. Whoever exports people may have leads among them, so those are read as leads as well;
    /// what is said of leads alone comes first.
    fn exports(&self, object: &Object) -> impl Iterator<Item = &'static Export> {
        let people = (object.name == lead::OBJECT.name).then_some(contact::OBJECT.name);
        let names = [Some(object.name), people].into_iter().flatten();
        let all = self.exports;
        names.filter_map(|name| all.iter().find(|export| export.object == name))
    }

    /// Headings and the fields that they mean in such records.
    fn columns(&self, object: &Object) -> Vec<(&'static str, &'static str)> {
        let exports = self.exports(object).flat_map(|export| {
            let of_people = export.object != object.name;
            let columns = export.columns.iter();
            columns.filter_map(move |(heading, field)| {
                let field = if of_people { of_lead(field)? } else { field };
                Some((*heading, field))
            })
        });
        exports.collect()
    }

    /// What columns mean by its table; others only if they are called like a field that the workspace made.
    pub(super) fn guesses(
        &self,
        shape: Shape<'_>,
        columns: &[(String, Vec<String>)],
    ) -> Vec<Guess> {
        let known = self.columns(shape.object);
        let mut taken: Vec<Target> = Vec::new();
        let guesses = guess_targets(shape, columns).into_iter();
        let own = |guess: &Guess| {
            let custom = guess.target.as_ref().map(Target::name);
            guess.confidence == Confidence::High
                && custom.is_some_and(|name| name.starts_with(CUSTOM))
        };
        let mut place = |(guess, (heading, _)): (Guess, &(String, Vec<String>))| {
            let heading = key(heading);
            let meant = known.iter().find(|(name, _)| key(name) == heading);
            let target = match meant {
                Some((_, field)) => Target::find(shape, field),
                None => guess.target.clone().filter(|_| own(&guess)),
            };
            let free = |target: &Target| target.takes_several() || !taken.contains(target);
            let target = target.filter(free);
            taken.extend(target.clone());
            let confidence = if target.is_some() {
                Confidence::High
            } else {
                Confidence::None
            };
            Guess { target, confidence }
        };
        guesses.zip(columns).map(&mut place).collect()
    }
}

impl From<&Preset> for Program {
    fn from(preset: &Preset) -> Self {
        Self {
            name: preset.name.to_owned(),
            title: preset.title.to_owned(),
        }
    }
}

/// A heading as it is compared: programs change case and spaces between releases, not words.
fn key(heading: &str) -> String {
    let words = heading.trim_start_matches('\u{feff}').split_whitespace();
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use relasi_domain::people::company;

    use super::*;

    #[test]
    fn every_column_means_a_field_that_there_is() {
        for preset in PROGRAMS.into_iter().chain([&VCARD]) {
            for export in preset.exports {
                let object = relasi_domain::object(export.object).unwrap();
                let shape = Shape::from(object);
                for (heading, field) in export.columns {
                    assert!(
                        Target::find(shape, field).is_some(),
                        "{}: {heading} -> {field}",
                        preset.name
                    );
                }
                for group in export.told_by {
                    assert!(!group.is_empty());
                    let headings: Vec<String> = group.iter().map(ToString::to_string).collect();
                    let found = recognised(object, &headings).map(|found| found.name);
                    assert_eq!(found, Some(preset.name), "{headings:?}");
                }
                let mut headings: Vec<String> =
                    export.columns.iter().map(|(name, _)| key(name)).collect();
                headings.sort();
                let before = headings.len();
                headings.dedup();
                assert_eq!(
                    headings.len(),
                    before,
                    "{} says one heading twice",
                    preset.name
                );
            }
        }
    }

    #[test]
    fn people_may_be_leads() {
        let shape = Shape::from(&lead::OBJECT);
        for preset in PROGRAMS.into_iter().chain([&VCARD]) {
            let columns = preset.columns(&lead::OBJECT);
            for (heading, field) in &columns {
                assert!(
                    Target::find(shape, field).is_some(),
                    "{}: {heading} -> {field}",
                    preset.name
                );
            }
            let means = |wanted: &str| columns.iter().any(|(_, field)| *field == wanted);
            assert!(means("emails") && (means("name") || means("given_name")));
        }
        let headings = [
            "Last Name",
            "Company / Account",
            "Lead Source",
            "Lead Owner",
        ];
        let headings: Vec<String> = headings.map(str::to_owned).to_vec();
        let found = recognised(&lead::OBJECT, &headings).map(|found| found.name);
        assert_eq!(found, Some("salesforce"));
    }

    #[test]
    fn codes_are_those_of_the_field() {
        for preset in PROGRAMS {
            for (name, words) in preset.words {
                let mut objects = [&contact::OBJECT, &lead::OBJECT].into_iter();
                let found = objects.find_map(|object| Target::find(object, name));
                let Some(Target::Field(field)) = found else {
                    assert!(found.is_some(), "{}: {name}", preset.name);
                    continue;
                };
                let Some(codes) = field.codes() else { continue };
                for (word, code) in *words {
                    assert!(
                        codes.iter().any(|known| known == code),
                        "{}: {word}",
                        preset.name
                    );
                }
            }
        }
    }

    #[test]
    fn files_of_ones_own_are_nobodys_export() {
        for headings in [
            &["Name", "Email", "Phone", "Company"][..],
            &["First Name", "Last Name", "Email", "Phone Number", "Notes"],
            &["Nama", "Surel", "Kota"],
        ] {
            let headings: Vec<String> = headings.iter().map(ToString::to_string).collect();
            assert!(
                recognised(&contact::OBJECT, &headings).is_none(),
                "{headings:?}"
            );
            assert!(
                recognised(&company::OBJECT, &headings).is_none(),
                "{headings:?}"
            );
        }
    }
}
