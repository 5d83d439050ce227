//! What two records have to say for and against being the same, added up.
//!
//! The weights are hundredths of certainty: what is rarely equal by chance weighs most. They were set by the labelled
//! set in `docs/duplicates.md`, which holds them in place.

use super::{
    Agreement, Features, Reason, Verdict,
    naming::{Naming, names},
    place, reach, sound,
};

/// What an equal value weighs in a field by which the workspace wants doubles to be found: as good as certain, also
/// where something like the name speaks against it.
const MARK: i32 = 120;

/// Compares two records of one object. The order of the two makes no difference, and nothing scores higher with a
/// record than that record itself.
pub fn compare(a: &Features, b: &Features) -> Verdict {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut say = |field: &str, found: Option<(Agreement, i32)>| {
        let weighty = found.filter(|(_, points)| *points != 0);
        reasons.extend(weighty.map(|(agreement, points)| Reason {
            field: field.to_owned(),
            agreement,
            points,
        }));
    };
    let naming = names(&a.words, &b.words);
    say("name", naming.map(|naming| name(a, b, naming)));
    say("email", emails(a, b));
    say("phone", phones(a, b));
    say("domain", domains(a, b));
    say("tax_id", texts(a.tax.as_deref(), b.tax.as_deref(), 60, -40));
    say("birth_date", births(a, b));
    for mark in a.marks.iter().filter(|mark| b.marks.contains(mark)) {
        say(&mark.field, Some((Agreement::Same, MARK)));
    }
    // What a family or colleagues share says nothing once the names differ.
    if !a.person || naming.is_none_or(Naming::agrees) {
        whereabouts(a, b, &mut say);
    }
    reasons.sort_by(|x, y| {
        y.points
            .abs()
            .cmp(&x.points.abs())
            .then_with(|| x.field.cmp(&y.field))
    });
    let sum: i32 = reasons.iter().map(|reason| reason.points).sum();
    Verdict {
        score: u8::try_from(sum.clamp(0, 100)).unwrap_or(100),
        reasons,
    }
}

/// Where somebody works and lives.
fn whereabouts(a: &Features, b: &Features, say: &mut impl FnMut(&str, Option<(Agreement, i32)>)) {
    say("company", companies(a, b));
    say("address", addresses(a, b));
    say(
        "city",
        texts(
            filled(&a.city),
            filled(&b.city),
            6,
            if a.person { -2 } else { -10 },
        ),
    );
    say(
        "postal_code",
        texts(
            filled(&a.postal),
            filled(&b.postal),
            if a.person { 12 } else { 8 },
            0,
        ),
    );
    say(
        "country",
        texts(filled(&a.country), filled(&b.country), 0, -10),
    );
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Equal or not, where both say something.
fn texts(a: Option<&str>, b: Option<&str>, same: i32, different: i32) -> Option<(Agreement, i32)> {
    let (a, b) = (a?, b?);
    Some(if a == b {
        (Agreement::Same, same)
    } else {
        (Agreement::Different, different)
    })
}

fn name(a: &Features, b: &Features, naming: Naming) -> (Agreement, i32) {
    // The more words there are, the rarer is a name.
    let several = a.words.len().max(b.words.len());
    if a.person {
        of_person(naming, several)
    } else {
        of_company(naming, several)
    }
}

/// Place in a row of weights for one word, two, and more.
fn rank(words: usize) -> usize {
    words.clamp(1, 3) - 1
}

fn of_person(naming: Naming, several: usize) -> (Agreement, i32) {
    match naming {
        Naming::All(Agreement::Same) => (Agreement::Same, [25, 42, 48][rank(several)]),
        Naming::All(Agreement::Swapped) => (Agreement::Swapped, [24, 40, 46][rank(several)]),
        Naming::All(agreement) => (agreement, [18, 34, 38][rank(several)]),
        Naming::Shorter => (Agreement::Part, 26),
        Naming::Abbreviated => (Agreement::Part, 24),
        Naming::OneOf => (Agreement::Part, 10),
        Naming::Some => (Agreement::Different, -30),
        Naming::None => (Agreement::Different, -40),
    }
}

fn of_company(naming: Naming, several: usize) -> (Agreement, i32) {
    match naming {
        Naming::All(Agreement::Same) => (Agreement::Same, [52, 64, 64][rank(several)]),
        Naming::All(Agreement::Swapped) => (Agreement::Swapped, 50),
        Naming::All(agreement) => (agreement, [40, 46, 46][rank(several)]),
        Naming::Abbreviated => (Agreement::Part, 30),
        Naming::Shorter => (Agreement::Part, 16),
        Naming::OneOf => (Agreement::Part, 4),
        Naming::Some => (Agreement::Different, -25),
        Naming::None => (Agreement::Different, -40),
    }
}

/// The best of all pairs of two lists.
fn best<T>(
    a: &[T],
    b: &[T],
    weigh: impl Fn(&T, &T) -> (Agreement, i32),
) -> Option<(Agreement, i32)> {
    let pairs = a
        .iter()
        .flat_map(|one| b.iter().map(move |other| (one, other)));
    pairs
        .map(|(one, other)| weigh(one, other))
        .max_by_key(|(_, points)| *points)
}

fn emails(a: &Features, b: &Features) -> Option<(Agreement, i32)> {
    best(&a.emails, &b.emails, |one, other| {
        let shared = reach::is_shared(one) || reach::is_shared(other);
        let agreement = reach::emails(one, other);
        let colleagues =
            reach::own_domain(one).is_some_and(|own| reach::own_domain(other) == Some(own));
        let points = match agreement {
            Agreement::Same if shared && a.person => 14,
            Agreement::Same if a.person => 55,
            Agreement::Same => 28,
            Agreement::Similar if shared => 4,
            // Two people of one name have such mailboxes.
            Agreement::Similar if a.person && [a, b].iter().any(|of| is_their_name(one, of)) => 8,
            Agreement::Similar => 26,
            // Two mailboxes at one company are two people, as a rule.
            _ if colleagues && a.person && !shared && !reach::same_letters(one, other) => -12,
            _ => 0,
        };
        (agreement, points)
    })
}

/// Whether a mailbox is called nothing but its owner's name.
fn is_their_name(email: &str, owner: &Features) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    let spoken: String = owner.words.iter().map(|word| word.sound.as_str()).collect();
    let written: String = owner.words.iter().map(|word| word.text.as_str()).collect();
    let parts: Vec<&str> = local.split(['.', '_', '-']).collect();
    let heard: String = parts.iter().map(|part| sound::code(part)).collect();
    !local.contains(|c: char| c.is_ascii_digit())
        && (heard == spoken || sound::code(&parts.concat()) == sound::code(&written))
}

fn phones(a: &Features, b: &Features) -> Option<(Agreement, i32)> {
    best(&a.phones, &b.phones, |one, other| {
        let agreement = reach::phones(one, other);
        let points = match agreement {
            Agreement::Same if a.person => 45,
            Agreement::Same => 30,
            Agreement::Similar => 14,
            _ => 0,
        };
        (agreement, points)
    })
}

fn domains(a: &Features, b: &Features) -> Option<(Agreement, i32)> {
    texts(a.domain.as_deref(), b.domain.as_deref(), 45, -6)
}

fn births(a: &Features, b: &Features) -> Option<(Agreement, i32)> {
    let (x, y) = (a.birth.as_deref()?, b.birth.as_deref()?);
    if x == y {
        return Some((Agreement::Same, 30));
    }
    let differing = x.bytes().zip(y.bytes()).filter(|(x, y)| x != y).count();
    Some(if differing <= 1 || day_and_month(x) == y {
        (Agreement::Similar, 12)
    } else {
        (Agreement::Different, -35)
    })
}

/// The date with day and month in each other's place.
fn day_and_month(date: &str) -> String {
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    format!(
        "{}-{}-{}",
        year.unwrap_or_default(),
        day.unwrap_or_default(),
        month.unwrap_or_default()
    )
}

fn companies(a: &Features, b: &Features) -> Option<(Agreement, i32)> {
    texts(a.company.as_deref(), b.company.as_deref(), 20, -6)
}

fn addresses(a: &Features, b: &Features) -> Option<(Agreement, i32)> {
    let agreement = place::addresses(&a.address, &b.address)?;
    // Every town has a Jalan Merdeka.
    let moved = !a.postal.is_empty() && !b.postal.is_empty() && a.postal != b.postal;
    let points = match agreement {
        Agreement::Same if moved => 10,
        Agreement::Same => 20,
        Agreement::Similar if moved => 0,
        Agreement::Similar => 12,
        _ if a.person => -3,
        _ => -12,
    };
    Some((agreement, points))
}
