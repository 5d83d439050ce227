//! Mistakes and changes as they come about when somebody is entered a second time.

use serde_json::{Value, json};

use super::{
    labelled::{address, phone},
    random::Random,
};

/// A person entered again: another day, by somebody else, from another source.
pub fn of_person(record: &Value, other_script: Option<String>, random: &mut Random) -> Value {
    let mut again = record.clone();
    let name = again["full_name"].as_str().unwrap().to_owned();
    let name = match other_script {
        Some(other) if random.chance(30) => other,
        _ => name,
    };
    again["full_name"] = json!(person_name(&name, random));
    let country = record["country"].as_str().unwrap().to_owned();
    reach(&mut again, &country, random);
    // Moved house.
    if random.chance(20) && again.get("address").is_some() {
        again["address"] = json!(address(random));
        again["postal_code"] = json!(random.digits(5));
        if random.chance(40) {
            again["city"] = json!(random.pick(&["Bandung", "Surabaya", "Bangkok", "Medan"]));
        }
    } else if random.chance(30) {
        street(&mut again);
    }
    // Changed jobs.
    if random.chance(15) {
        again["company"] = json!("PT Pindah Kerja");
    } else if let (true, Some(company)) = (random.chance(30), again["company"].as_str()) {
        again["company"] = json!(company.replace("PT ", "PT. ").replace(" จำกัด", " จก."));
    }
    if random.chance(5)
        && let Some(birth) = again["birth_date"].as_str()
    {
        let parts: Vec<&str> = birth.split('-').collect();
        again["birth_date"] = json!(format!("{}-{}-{}", parts[0], parts[2], parts[1]));
    }
    forget(
        &mut again,
        &[
            ("birth_date", 40),
            ("address", 35),
            ("city", 25),
            ("company", 35),
            ("emails", 20),
            ("phones", 20),
        ],
        random,
    );
    again
}

fn person_name(name: &str, random: &mut Random) -> String {
    let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
    match random.below(12) {
        0 => words.reverse(),
        1 | 2 => {
            let at = random.below(words.len());
            words[at] = slip(&words[at], random);
        }
        3 if words.len() > 2 => drop(words.remove(1)),
        4 if words.len() > 1 && name.is_ascii() => words[0].truncate(1),
        5 => words.insert(
            0,
            random.pick(&["Bpk.", "Ibu", "Dr.", "H.", "คุณ"]).to_owned(),
        ),
        6 => words.push("S.E.".to_owned()),
        7 => {
            for word in &mut words {
                *word = word
                    .replace("Muhammad", "Moh.")
                    .replace("Achmad", "Ahmad")
                    .replace("Soe", "Su")
                    .replace("Dj", "J")
                    .replace("Tj", "C")
                    .replace('u', "oe");
            }
        }
        8 => words = vec![words.join(" ").to_uppercase()],
        _ => {}
    }
    words.join(" ")
}

/// A slip of the finger: a letter too much, too few, wrong, or two in each other's place.
fn slip(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 3 {
        return word.to_owned();
    }
    let at = 1 + random.below(letters.len() - 2);
    match random.below(4) {
        0 => letters.insert(at, letters[at]),
        1 => drop(letters.remove(at)),
        2 => letters[at] = if letters[at].is_ascii() { 'e' } else { 'ร' },
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// Other and differently written ways to reach somebody.
fn reach(record: &mut Value, country: &str, random: &mut Random) {
    if let Some(email) = record["emails"][0]["value"].as_str().map(str::to_owned) {
        let (local, place) = email.split_once('@').unwrap();
        let changed = match random.below(10) {
            0 => format!("{}@{place}", slip(local, random)),
            1 | 2 => format!("{local}@baru.example"),
            3 => format!("someone{}@baru.example", random.digits(4)),
            4 => email.to_uppercase(),
            _ => email,
        };
        record["emails"][0]["value"] = json!(changed);
    }
    if let Some(number) = record["phones"][0]["value"].as_str().map(str::to_owned) {
        let changed = match random.below(10) {
            0 => slip(&number, random),
            1 | 2 => phone(country, random),
            3..=5 => number
                .replace("+62 ", "0")
                .replace("+66 ", "0")
                .replace('-', ""),
            _ => number,
        };
        record["phones"][0]["value"] = json!(changed);
    }
}

fn street(record: &mut Value) {
    if let Some(address) = record["address"].as_str() {
        record["address"] = json!(address.replace("Jl. ", "Jalan ").replace("No. ", ""));
    }
}

/// Leaves each member out in so many of a hundred cases.
fn forget(record: &mut Value, members: &[(&str, usize)], random: &mut Random) {
    for (member, percent) in members {
        if random.chance(*percent)
            && let Some(members) = record.as_object_mut()
        {
            members.remove(*member);
        }
    }
}

/// A company entered again.
pub fn of_company(record: &Value, random: &mut Random) -> Value {
    let mut again = record.clone();
    let name = again["name"].as_str().unwrap().to_owned();
    again["name"] = json!(match random.below(7) {
        0 => slip(&name, random),
        1 => name
            .replace("PT ", "")
            .replace("CV ", "")
            .replace("บริษัท ", "")
            .replace(" จำกัด", ""),
        2 => name.to_uppercase(),
        3 => format!("{name} (Persero)"),
        4 => name
            .replace("PT ", "P.T. ")
            .replace(" จำกัด", " จำกัด (มหาชน)"),
        _ => name,
    });
    let country = record["country"].as_str().unwrap().to_owned();
    reach(&mut again, &country, random);
    if random.chance(15) && again.get("address").is_some() {
        again["address"] = json!(address(random));
    } else {
        street(&mut again);
    }
    forget(
        &mut again,
        &[
            ("domain", 30),
            ("phones", 30),
            ("address", 30),
            ("city", 20),
        ],
        random,
    );
    again
}
