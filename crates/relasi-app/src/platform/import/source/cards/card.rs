//! One card as one row.

use calcard::{
    Entry, Parser,
    common::IanaString as _,
    vcard::{
        VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardType,
        VCardValue,
    },
};

/// The columns of a table of cards: what they are called, and the field that each is for.
pub(in crate::platform::import) const COLUMNS: [(&str, &str); 23] = [
    ("Full name", "full_name"),
    ("First name", "given_name"),
    ("Last name", "family_name"),
    ("Salutation", "honorific"),
    ("Nickname", "nickname"),
    ("Email", "emails"),
    ("Work email", "emails"),
    ("Home email", "emails"),
    ("Mobile phone", "phones"),
    ("Phone", "phones"),
    ("Work phone", "phones"),
    ("Home phone", "phones"),
    ("Fax", "phones"),
    ("Company", "company_id"),
    ("Job title", "job_title"),
    ("Birthday", "birth_date"),
    ("Address", "address"),
    ("City", "city"),
    ("Province", "province"),
    ("Postal code", "postal_code"),
    ("Country", "country"),
    ("Notes", "description"),
    ("Tags", "tags"),
];

/// The cells of a card, in the order of [`COLUMNS`].
pub(super) struct Row(pub(super) Vec<String>);

impl Row {
    pub(super) fn of(text: &str) -> Self {
        let mut row = Self(vec![String::new(); COLUMNS.len()]);
        // A text between BEGIN and END is a card, whatever is in it; what it has no name for is left out.
        if let Entry::VCard(card) = Parser::new(text).entry() {
            row.names(&card);
            row.points(&card);
            row.place(&card);
            row.rest(&card);
        }
        row
    }

    fn put(&mut self, heading: &str, value: &str) {
        let value = value.trim();
        if let Some(at) = COLUMNS.iter().position(|(name, _)| *name == heading)
            && !value.is_empty()
        {
            let cell = &mut self.0[at];
            if !cell.is_empty() {
                cell.push_str("; ");
            }
            cell.push_str(value);
        }
    }

    fn names(&mut self, card: &VCard) {
        let parts = card.property(&VCardProperty::N).map(parts);
        let part = |at: usize| -> String {
            let parts = parts.as_ref();
            parts
                .and_then(|all| all.get(at))
                .cloned()
                .unwrap_or_default()
        };
        self.put("Full name", &first(card, &VCardProperty::Fn));
        let given = [part(1), part(2)].join(" ");
        self.put("First name", &given);
        self.put("Last name", &part(0));
        self.put("Salutation", &part(3));
        if let Some(nicknames) = card.property(&VCardProperty::Nickname) {
            self.put("Nickname", &parts_of(nicknames, " / "));
        }
    }

    fn points(&mut self, card: &VCard) {
        for entry in by_preference(card, &VCardProperty::Email) {
            let heading = match () {
                () if is(entry, &VCardType::Work) => "Work email",
                () if is(entry, &VCardType::Home) => "Home email",
                () => "Email",
            };
            self.put(heading, text(entry).trim_start_matches("mailto:"));
        }
        for entry in by_preference(card, &VCardProperty::Tel) {
            let heading = match () {
                () if is(entry, &VCardType::Fax) => "Fax",
                () if is(entry, &VCardType::Cell) => "Mobile phone",
                () if is(entry, &VCardType::Work) => "Work phone",
                () if is(entry, &VCardType::Home) => "Home phone",
                () => "Phone",
            };
            // `tel:+62-812-555;ext=1`; commas and semicolons part numbers in a cell.
            let number = text(entry);
            let number = number.trim_start_matches("tel:");
            let number = number.split(';').next().unwrap_or_default();
            self.put(heading, &number.replace(',', " "));
        }
    }

    /// One address: that of the work before others.
    fn place(&mut self, card: &VCard) {
        let all = by_preference(card, &VCardProperty::Adr);
        let work = all.iter().find(|entry| is(entry, &VCardType::Work));
        let Some(entry) = work.or(all.first()) else {
            return;
        };
        let parts = parts(entry);
        let part = |at: usize| parts.get(at).map_or("", String::as_str);
        let street = [part(0), part(1), part(2)];
        let street: Vec<&str> = street.into_iter().filter(|part| !part.is_empty()).collect();
        self.put("Address", &street.join(", "));
        for (heading, at) in [
            ("City", 3),
            ("Province", 4),
            ("Postal code", 5),
            ("Country", 6),
        ] {
            self.put(heading, part(at));
        }
    }

    fn rest(&mut self, card: &VCard) {
        // The units below a company stand behind it.
        if let Some(company) = card.property(&VCardProperty::Org) {
            self.put("Company", parts(company).first().map_or("", String::as_str));
        }
        let title = first(card, &VCardProperty::Title);
        let role = first(card, &VCardProperty::Role);
        self.put("Job title", if title.is_empty() { &role } else { &title });
        let birthday = card.property(&VCardProperty::Bday);
        self.put("Birthday", &birthday.map(day).unwrap_or_default());
        let notes = card.properties(&VCardProperty::Note).map(text);
        let notes: Vec<String> = notes.filter(|note| !note.trim().is_empty()).collect();
        self.put("Notes", &notes.join("\n\n"));
        for entry in card.properties(&VCardProperty::Categories) {
            self.put("Tags", &parts_of(entry, "; "));
        }
    }
}

/// The entries of a property, the preferred ones first.
fn by_preference<'c>(card: &'c VCard, name: &'c VCardProperty) -> Vec<&'c VCardEntry> {
    let mut all: Vec<&VCardEntry> = card.properties(name).collect();
    all.sort_by_key(|entry| {
        let stated = entry.parameters(&VCardParameterName::Pref).next();
        let rank = stated.map(|value| match value {
            VCardParameterValue::Integer(rank) => *rank,
            other => other
                .as_text()
                .and_then(|text| text.parse().ok())
                .unwrap_or(1),
        });
        rank.or_else(|| {
            types(entry)
                .any(|kind| kind.eq_ignore_ascii_case("pref"))
                .then_some(1)
        })
        .unwrap_or(u32::MAX)
    });
    all
}

/// What an entry is for: `TYPE=work,voice`, or the bare `WORK` of the old form.
fn types(entry: &VCardEntry) -> impl Iterator<Item = &str> {
    let named = entry
        .parameters(&VCardParameterName::Type)
        .filter_map(|value| value.as_text());
    let bare = entry.params.iter().filter_map(|param| match &param.name {
        VCardParameterName::Other(name) => Some(name.as_str()),
        _ => None,
    });
    named.chain(bare).flat_map(|kinds| kinds.split(','))
}

fn is(entry: &VCardEntry, wanted: &VCardType) -> bool {
    let wanted = wanted.as_str();
    types(entry).any(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

fn first(card: &VCard, name: &VCardProperty) -> String {
    card.property(name).map(text).unwrap_or_default()
}

/// The whole value as one text.
fn text(entry: &VCardEntry) -> String {
    parts_of(entry, ", ")
}

fn parts_of(entry: &VCardEntry, between: &str) -> String {
    let parts = parts(entry);
    let filled: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    filled.join(between)
}

/// The parts of a value, each as one text.
fn parts(entry: &VCardEntry) -> Vec<String> {
    let part = |value: &VCardValue| match value {
        VCardValue::Component(items) => items.join(", "),
        VCardValue::Integer(number) => number.to_string(),
        VCardValue::Float(number) => number.to_string(),
        value => value.as_text().unwrap_or_default().to_owned(),
    };
    let parts = entry.values.iter().map(part);
    parts.map(|part| part.trim().to_owned()).collect()
}

/// A whole day; one without its year says nothing of an age.
fn day(entry: &VCardEntry) -> String {
    let found = entry.values.first().map(|value| match value {
        VCardValue::PartialDateTime(at) => match (at.year, at.month, at.day) {
            (Some(year), Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
            _ => String::new(),
        },
        value => value.as_text().unwrap_or_default().to_owned(),
    });
    found.unwrap_or_default()
}
