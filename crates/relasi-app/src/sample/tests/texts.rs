//! Words, numbers and addresses.

use std::collections::HashSet;

use super::*;
use crate::sample::{
    scene,
    words::{self, Words, sections},
};

#[test]
fn every_language_has_the_same_sections() {
    let names = |language| {
        sections(language)
            .keys()
            .copied()
            .filter(|name| *name != "city")
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(names(Language::En), names(Language::Id));
    assert_eq!(names(Language::En), names(Language::Th));
}

#[test]
fn every_scene_has_its_lines() {
    for language in Language::ALL {
        for scene in scene::all() {
            for part in scene.parts {
                let section = match *part {
                    "need" => "need.machine".to_owned(),
                    "why" => "why".to_owned(),
                    own if own.starts_with('.') => format!("{}{own}", scene.key),
                    other => other.to_owned(),
                };
                // Something has to be left for goods of every kind.
                let lines = language.lines(&section);
                assert!(
                    lines.iter().any(|line| !line.starts_with(['*', '+'])),
                    "{language:?} {section}"
                );
            }
            let own = language.lines(&format!("{}.a", scene.key));
            let titled = !own.is_empty() && own.iter().all(|line| line.contains(" | "));
            let subjects = language.lines(&format!("{}.subject", scene.key));
            assert!(
                titled || subjects.iter().any(|line| !line.starts_with(['*', '+'])),
                "{language:?} {}",
                scene.key
            );
        }
    }
}

#[test]
fn the_scenes_in_use_exist() {
    let phases = scene::PHASES
        .iter()
        .chain(&scene::SERVICE)
        .flat_map(|phase| phase.iter().map(|(key, _)| *key));
    let steps = scene::STEPS.iter().flat_map(|keys| keys.iter().copied());
    let care = scene::CARE.iter().map(|(key, _)| *key);
    for key in phases.chain(steps).chain(care) {
        assert_eq!(scene::find(key).key, key);
    }
}

#[test]
fn no_gap_stays_open_and_nothing_reads_like_a_copy() {
    everywhere(|_, plan| {
        let mut bodies: BTreeMap<String, usize> = BTreeMap::new();
        for document in plan
            .activities
            .iter()
            .chain(&plan.deals)
            .chain(&plan.companies)
            .chain(&plan.contacts)
        {
            for name in ["name", "subject", "body", "description", "location"] {
                let text = text(document, name);
                assert!(
                    !text.contains(['{', '}', '|', '*', '<']) && !text.contains("  "),
                    "{text:?}"
                );
            }
        }
        let texts: Vec<String> = plan
            .activities
            .iter()
            .map(|activity| format!("{} {}", text(activity, "subject"), text(activity, "body")))
            .collect();
        for text in &texts {
            *bodies.entry(text.clone()).or_default() += 1;
        }
        let copies = bodies.values().filter(|count| **count > 1).count();
        assert!(
            copies * 100 < texts.len() * 2,
            "{copies} of {} texts come twice",
            texts.len()
        );
    });
}

#[test]
fn texts_are_in_the_language_of_the_country() {
    let plan = plan(&setting(Language::En, DAYS[0]));
    let country: HashMap<&str, &str> = plan
        .companies
        .iter()
        .map(|company| (text(company, "id"), text(company, "country")))
        .collect();
    let is_thai = |text: &str| text.chars().any(|c| ('\u{e01}'..='\u{e5b}').contains(&c));
    for activity in &plan.activities {
        let thai = country[text(activity, "company_id")] == "TH";
        // A subject may be no more than the number of a quote, and what is ahead has no body.
        let words = ["subject", "body"].map(|name| text(activity, name));
        assert_eq!(words.into_iter().any(is_thai), thai, "{activity:?}");
    }
}

#[test]
fn addresses_and_numbers_are_made_up() {
    everywhere(|_, plan| {
        let (mut phones, mut emails) = (HashSet::new(), HashSet::new());
        for document in plan.contacts.iter().chain(&plan.companies) {
            for phone in document["phones"].as_array().expect("a list") {
                let value = phone["value"].as_str().expect("a number");
                assert!(value.starts_with('+') && value.contains("555"), "{value}");
                assert!(phones.insert(value.to_owned()), "{value} comes twice");
            }
            for email in document["emails"].as_array().expect("a list") {
                let value = email["value"].as_str().expect("an address");
                assert!(value.ends_with(".example") && value.is_ascii(), "{value}");
                assert!(emails.insert(value.to_owned()), "{value} comes twice");
            }
        }
    });
}

#[test]
fn the_tables_are_whole() {
    let lines = |text: &str| text.lines().skip(1).count();
    assert_eq!(
        words::companies().len(),
        lines(include_str!("../../../data/companies.txt"))
    );
    assert_eq!(
        words::people().len(),
        lines(include_str!("../../../data/people.txt"))
    );
    assert_eq!(
        words::products().len(),
        lines(include_str!("../../../data/products.txt"))
    );
    assert_eq!(
        words::numbers().len(),
        lines(include_str!("../../../data/phones.txt"))
    );
    let domains: HashSet<_> = words::companies().iter().map(|row| row[4]).collect();
    for row in words::companies() {
        assert!(row[11].parse::<Tz>().is_ok(), "{}", row[11]);
        assert!(
            row[12].is_empty() || domains.contains(row[12]),
            "{}",
            row[12]
        );
        for language in Language::ALL {
            assert_ne!(language.word("industry", row[5]), row[5]);
        }
    }
}

#[test]
fn filters_of_views_are_understood() {
    for language in Language::ALL {
        let plan = plan(&setting(language, DAYS[0]));
        for view in &plan.saved_views {
            let object = relasi_domain::object(text(view, "object")).expect("an object");
            relasi_domain::filter::parse(text(view, "filter"), object).expect("a filter");
            relasi_domain::filter::parse_sort(text(view, "sort"), object).expect("a sort");
        }
    }
}
