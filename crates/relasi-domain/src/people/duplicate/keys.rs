//! Which records are worth a look at each other.
//!
//! Two records are compared when they share a key. A key is loose where people make mistakes: it goes by the sound of
//! names, by any two of several names, by their first letters, by one name with a birth date or a company.

use super::{
    Features,
    name::Word,
    reach::{own_domain, own_local},
};

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// An e-mail address.
    Email,
    /// The part of an e-mail address before the sign.
    Mailbox,
    /// A phone number.
    Phone,
    /// An internet domain.
    Domain,
    /// A tax number.
    Tax,
    /// A name, or two of several.
    Name,
    /// A name with a birth date.
    Birth,
    /// A name with a company.
    Company,
    /// A name with a place.
    Place,
    /// The value of a field of the workspace's own.
    Mark,
}

impl KeyKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Email,
        Self::Mailbox,
        Self::Phone,
        Self::Domain,
        Self::Tax,
        Self::Name,
        Self::Birth,
        Self::Company,
        Self::Place,
        Self::Mark,
    ];

    /// Its code in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Mailbox => "mailbox",
            Self::Phone => "phone",
            Self::Domain => "domain",
            Self::Tax => "tax_id",
            Self::Name => "name",
            Self::Birth => "birth_date",
            Self::Company => "company",
            Self::Place => "place",
            Self::Mark => "custom",
        }
    }

    /// Whether records that share such a key share their name as well.
    pub fn is_named(self) -> bool {
        matches!(self, Self::Name | Self::Birth | Self::Company | Self::Place)
    }
}

/// A key; records with an equal one are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it is made of.
    pub kind: KeyKind,
    /// Its value.
    pub value: String,
}

impl Key {
    /// A number that equal keys share and different ones hardly ever do. The same in every process.
    pub fn hash(&self) -> u64 {
        // FNV-1a with a last stirring, so that all bits depend on all bytes.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ (self.kind as u64);
        for byte in self.value.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash ^= hash >> 32;
        hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The kind stands in the lowest bits, where it can be read again.
        (hash & !0xf) | (self.kind as u64)
    }

    /// The kind that a hash was made for.
    pub fn kind_of(hash: u64) -> Option<KeyKind> {
        KeyKind::ALL
            .into_iter()
            .find(|kind| *kind as u64 == hash & 0xf)
    }
}

/// Words of a name that are paired with each other.
const PAIRED: usize = 4;

/// The keys of a record, each once.
pub fn keys(features: &Features) -> Vec<Key> {
    let mut all = Vec::new();
    let mut add = |kind: KeyKind, value: String| all.push(Key { kind, value });
    for email in &features.emails {
        add(KeyKind::Email, email.clone());
        if let Some(local) = own_local(email) {
            add(KeyKind::Mailbox, local.to_owned());
        }
        if !features.person
            && let Some(domain) = own_domain(email)
        {
            add(KeyKind::Domain, domain.to_owned());
        }
    }
    for phone in &features.phones {
        add(KeyKind::Phone, phone.national.clone());
    }
    if let Some(domain) = &features.domain {
        add(KeyKind::Domain, domain.clone());
    }
    if let Some(tax) = &features.tax {
        add(KeyKind::Tax, tax.clone());
    }
    for mark in &features.marks {
        add(KeyKind::Mark, format!("{} {}", mark.field, mark.value));
    }
    names(features, &mut add);
    all.sort_unstable();
    all.dedup();
    all
}

fn names(features: &Features, add: &mut impl FnMut(KeyKind, String)) {
    let words: Vec<&Word> = features
        .words
        .iter()
        .filter(|word| !word.sound.is_empty())
        .collect();
    let mut together: Vec<&str> = words.iter().map(|word| word.sound.as_str()).collect();
    // Names run together in one script and apart in another sound the same.
    let joined = together.concat();
    if joined.len() >= 3 || !features.person {
        add(KeyKind::Name, joined);
    }
    together.sort_unstable();
    for (index, one) in words.iter().take(PAIRED).enumerate() {
        for other in words.iter().take(PAIRED).skip(index + 1) {
            if one.sound.len() + other.sound.len() >= 3 {
                add(KeyKind::Name, ordered(&one.sound, &other.sound));
            }
            let (a, b) = (beginning(one), beginning(other));
            add(KeyKind::Name, format!("{}-", ordered(&a, &b)));
        }
    }
    let mut domains = features.emails.iter().filter_map(|email| own_domain(email));
    let employer = features.company.as_deref().or_else(|| domains.next());
    for word in words.iter().take(PAIRED) {
        if let Some(birth) = &features.birth {
            add(KeyKind::Birth, format!("{} {birth}", word.sound));
        }
        if let Some(employer) = employer.filter(|_| features.person) {
            add(KeyKind::Company, format!("{} {employer}", word.sound));
        }
        for place in [&features.city, &features.postal] {
            if words.len() == 1 && !place.is_empty() {
                add(KeyKind::Place, format!("{} {place}", word.sound));
            }
        }
    }
    if let (false, [first, ..]) = (features.person, words.as_slice()) {
        add(
            KeyKind::Place,
            format!("{} {}", beginning(first), features.city),
        );
    }
}

/// The first letters, which most slips of the finger leave alone.
fn beginning(word: &Word) -> String {
    word.text.chars().take(3).collect()
}

fn ordered(a: &str, b: &str) -> String {
    let (first, last) = if a <= b { (a, b) } else { (b, a) };
    format!("{first} {last}")
}
