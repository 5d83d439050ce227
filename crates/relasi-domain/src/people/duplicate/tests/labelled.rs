//! A labelled set: people and companies, some of them twice with mistakes as people make them, and look-alikes that
//! are others.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    mistakes,
    pool::{
        CHARMS, CITIES, ENGLISH, INDONESIAN, INDONESIAN_SECOND, STREETS, THAI, THAI_COMPANIES,
        THAI_FAMILY, THAI_MORE, THIRDS, TRADES,
    },
    random::Random,
};

/// A record and who it really is: equal numbers mean the same one.
pub struct Labelled {
    pub who: usize,
    pub record: Value,
}

/// So many people, of whom a third is there again, and look-alikes beside them.
pub fn people(count: usize, random: &mut Random) -> Vec<Labelled> {
    let mut all = Vec::new();
    let mut taken = BTreeSet::new();
    for who in 0..count {
        let (record, thai) = person(&mut taken, random);
        if random.chance(33) {
            let record = mistakes::of_person(&record, thai, random);
            all.push(Labelled { who, record });
        }
        if random.chance(20) {
            let record = look_alike(&record, &mut taken, random);
            all.push(Labelled {
                who: count + who,
                record,
            });
        }
        all.push(Labelled { who, record });
    }
    all
}

/// A person, and the name in the other script when it is Thai.
fn person(taken: &mut BTreeSet<String>, random: &mut Random) -> (Value, Option<String>) {
    let (name, other) = match random.below(10) {
        0..=4 => {
            let name = random.pick(INDONESIAN).to_owned();
            let second = random.chance(60).then(|| random.pick(INDONESIAN_SECOND));
            (
                second.map_or(name.clone(), |second| format!("{name} {second}")),
                None,
            )
        }
        5..=8 => {
            let (given, family) = (
                THAI[random.below(THAI.len())],
                THAI_FAMILY[random.below(THAI_FAMILY.len())],
            );
            let (thai, latin) = (
                format!("{} {}", given.0, family.0),
                format!("{} {}", given.1, family.1),
            );
            if random.chance(50) {
                (thai, Some(latin))
            } else {
                (latin, Some(thai))
            }
        }
        _ => (random.pick(ENGLISH).to_owned(), None),
    };
    let latin = other
        .as_deref()
        .filter(|_| !name.is_ascii())
        .unwrap_or(&name);
    let (city, country) = CITIES[random.below(CITIES.len())];
    let mut record = json!({"full_name": name, "city": city, "country": country});
    if random.chance(75) {
        record["emails"] = json!([{"value": email(latin, taken, random)}]);
    }
    if random.chance(80) {
        record["phones"] = json!([{"value": phone(country, random)}]);
    }
    if random.chance(40) {
        record["birth_date"] = json!(format!(
            "{}-{:02}-{:02}",
            1955 + random.below(50),
            1 + random.below(12),
            1 + random.below(28)
        ));
    }
    if random.chance(60) {
        record["address"] = json!(address(random));
        record["postal_code"] = json!(random.digits(5));
    }
    if random.chance(50) {
        record["company"] = json!(company_name(random));
    }
    (record, other)
}

/// An address that nobody else has.
fn email(latin: &str, taken: &mut BTreeSet<String>, random: &mut Random) -> String {
    let plain: String = any_ascii::any_ascii(latin)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_alphabetic() || *c == ' ')
        .collect();
    let words: Vec<&str> = plain.split(' ').collect();
    let mark = random.pick(&[".", "", "_"]);
    let number = if random.chance(60) {
        let count = 2 + random.below(3);
        random.digits(count)
    } else {
        String::new()
    };
    let place = random.pick(&[
        "gmail.com",
        "yahoo.co.id",
        "hotmail.com",
        "kopi.example",
        "sumber.example",
        "thaitrade.example",
    ]);
    let local = format!("{}{number}", words.join(mark));
    // Gmail knows no dots, and providers hand a name out once.
    let mut email = format!("{local}@{place}");
    while !taken.insert(email.replace('.', "")) {
        email = format!("{local}{}@{place}", random.digits(3));
    }
    email
}

pub fn phone(country: &str, random: &mut Random) -> String {
    if country == "TH" {
        format!(
            "+66 8{} {} {}",
            random.digits(1),
            random.digits(3),
            random.digits(4)
        )
    } else {
        format!(
            "+62 8{}-{}-{}",
            random.digits(2),
            random.digits(4),
            random.digits(4)
        )
    }
}

pub fn address(random: &mut Random) -> String {
    format!("Jl. {} No. {}", random.pick(STREETS), 1 + random.below(200))
}

fn company_name(random: &mut Random) -> String {
    if random.chance(25) {
        return format!(
            "บริษัท {}{} จำกัด",
            random.pick(THAI_COMPANIES),
            random.pick(THAI_MORE)
        );
    }
    let form = random.pick(&["PT", "CV", "UD"]);
    let third = if random.chance(60) {
        format!(" {}", random.pick(THIRDS))
    } else {
        String::new()
    };
    format!(
        "{form} {} {}{third}",
        random.pick(TRADES),
        random.pick(CHARMS)
    )
}

/// Somebody else who has much in common: a namesake, one of the family, a colleague.
fn look_alike(record: &Value, taken: &mut BTreeSet<String>, random: &mut Random) -> Value {
    let (mut other, _) = person(taken, random);
    let shared: &[&str] = match random.below(4) {
        0 => &["full_name", "country"],
        1 => &["full_name", "city", "country"],
        // Husband and wife: one home, one phone.
        2 => &["city", "country", "address", "postal_code", "phones"],
        _ => &[
            "company",
            "city",
            "country",
            "address",
            "postal_code",
            "phones",
        ],
    };
    for member in shared {
        if let Some(value) = record.get(*member) {
            other[*member] = value.clone();
        }
    }
    other
}

/// So many companies, of which a third is there again, and branches and neighbours beside them.
pub fn companies(count: usize, random: &mut Random) -> Vec<Labelled> {
    let mut all = Vec::new();
    let mut names = BTreeSet::new();
    for who in 0..count {
        let name = company_name(random);
        // Two companies of one name in one register are rare enough to leave out.
        if !names.insert(crate::platform::import::company_key(&name)) {
            continue;
        }
        let (city, country) = CITIES[random.below(CITIES.len())];
        let mut record = json!({"name": name, "city": city, "country": country});
        if random.chance(60) {
            record["domain"] = json!(format!(
                "{}{}.example",
                random.pick(TRADES).to_lowercase(),
                random.digits(4)
            ));
        }
        if random.chance(60) {
            record["phones"] = json!([{"value": phone(country, random)}]);
        }
        if random.chance(60) {
            record["address"] = json!(address(random));
        }
        if random.chance(33) {
            let record = mistakes::of_company(&record, random);
            all.push(Labelled { who, record });
        }
        if random.chance(20) {
            let mut other = record.clone();
            other["name"] = json!(format!("{name} {}", random.pick(THIRDS)));
            other["address"] = json!(address(random));
            if let Some(members) = other.as_object_mut() {
                members.remove("domain");
                members.remove("phones");
            }
            // A company of that name may be among the others.
            if names.insert(crate::platform::import::company_key(
                other["name"].as_str().unwrap(),
            )) {
                all.push(Labelled {
                    who: count + who,
                    record: other,
                });
            }
        }
        all.push(Labelled { who, record });
    }
    all
}
