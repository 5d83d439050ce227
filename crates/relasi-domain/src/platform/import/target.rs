//! What a column of a file can mean.

use crate::{
    field::{Field, FieldRef, Item, Kind, Write},
    locale::{Language, field_label, text},
    people::contact,
    record::Object,
    sales::lead,
    shape::Shape,
};

/// What a column of a file means.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A field of the record; a reference takes names to look up.
    Field(FieldRef),
    /// The given name, which together with the family name makes the full name.
    GivenName,
    /// The family name of somebody whose record has one name only.
    FamilyName,
    /// Whether somebody agreed to be contacted by a channel; by all of them when none is named.
    Consent(Option<&'static str>),
    /// When that was said.
    ConsentAt,
    /// The internet domain or web address of the company that the record belongs to.
    CompanyDomain,
}

/// Everything that a column of a file for `object` can mean, in the order in which it is offered.
pub fn targets<'s>(shape: impl Into<Shape<'s>>) -> Vec<Target> {
    let shape = shape.into();
    let mut all = Vec::new();
    for field in shape.fields() {
        let written = field.write != Write::Never || is_status(shape.object, &field);
        if !written || field.kind == Kind::Json || field.name == "team_id" {
            continue;
        }
        let beside = match field.name.as_ref() {
            "full_name" => vec![Target::GivenName],
            "name" if shape.object.name == lead::OBJECT.name => {
                vec![Target::GivenName, Target::FamilyName]
            }
            "company_id" => vec![Target::CompanyDomain],
            _ => Vec::new(),
        };
        all.push(Target::Field(field));
        all.extend(beside);
    }
    if [contact::OBJECT.name, lead::OBJECT.name].contains(&shape.object.name) {
        all.extend(CONSENTS.map(|(channel, _, _)| Target::Consent(channel)));
        all.push(Target::ConsentAt);
    }
    all
}

/// Leads that lived elsewhere come in the state in which they were.
fn is_status(object: &Object, field: &Field) -> bool {
    object.name == lead::OBJECT.name && field.name == "status"
}

/// Channels of consent, each with the name of its target and the text that says what it is.
const CONSENTS: [(Option<&str>, &str, &str); 7] = [
    (None, "consent", "import.consent"),
    (Some("email"), "consent.email", "import.consent_email"),
    (Some("phone"), "consent.phone", "import.consent_phone"),
    (
        Some("whatsapp"),
        "consent.whatsapp",
        "import.consent_whatsapp",
    ),
    (Some("line"), "consent.line", "import.consent_line"),
    (Some("sms"), "consent.sms", "import.consent_sms"),
    (Some("post"), "consent.post", "import.consent_post"),
];

/// Name and text of a consent.
fn consent(channel: Option<&str>) -> (&'static str, &'static str) {
    let known = CONSENTS.into_iter().find(|(one, _, _)| *one == channel);
    known.map_or(("consent", "import.consent"), |(_, name, text)| {
        (name, text)
    })
}

impl Target {
    /// The target of a name, among those of the object.
    pub fn find<'s>(shape: impl Into<Shape<'s>>, name: &str) -> Option<Self> {
        targets(shape)
            .into_iter()
            .find(|target| target.name() == name)
    }

    /// The name in a stored mapping: a field's name, `given_name`, `family_name`, `company.domain`, `consent`,
    /// `consent.email` and so on for each channel, or `consent_at`.
    pub fn name(&self) -> &str {
        match self {
            Self::Field(field) => &field.name,
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Consent(channel) => consent(*channel).0,
            Self::ConsentAt => "consent_at",
            Self::CompanyDomain => "company.domain",
        }
    }

    /// What it is called.
    pub fn label(&self, language: Language, object: &Object) -> &str {
        let label = match self {
            Self::Field(field) => match &field.custom {
                Some(custom) => Some(custom.label.of(language)),
                None => field_label(language, object.name, &field.name),
            },
            Self::GivenName => text(language, "import.given_name"),
            Self::FamilyName => text(language, "import.family_name"),
            Self::Consent(channel) => text(language, consent(*channel).1),
            Self::ConsentAt => text(language, "import.consent_at"),
            Self::CompanyDomain => text(language, "import.company_domain"),
        };
        label.unwrap_or(self.name())
    }

    /// Headings that mean it, beside its names and labels.
    pub(super) fn aliases(&self) -> &'static [&'static str] {
        match self {
            Self::Field(field) if field.name == "owner_id" => &[
                "account owner",
                "contact owner",
                "sales",
                "sales rep",
                "pic",
            ],
            Self::Field(field) => field.aliases,
            Self::GivenName => &[
                "given name",
                "first name",
                "firstname",
                "nama depan",
                "ชื่อต้น",
                "ชื่อจริง",
            ],
            Self::FamilyName => &[
                "family name",
                "last name",
                "lastname",
                "surname",
                "nama belakang",
                "นามสกุล",
            ],
            Self::Consent(None) => &["opt in", "consent given", "marketing consent"],
            Self::Consent(Some("email")) => &["email opt in", "email consent"],
            Self::Consent(Some("phone")) => &["phone opt in", "phone consent"],
            Self::Consent(Some("whatsapp")) => &["whatsapp opt in", "whatsapp consent"],
            Self::Consent(Some("line")) => &["line opt in", "line consent"],
            Self::Consent(Some("sms")) => &["sms opt in", "sms consent"],
            Self::Consent(_) => &["post opt in"],
            Self::ConsentAt => &["opt in date", "consent date", "opt in time"],
            Self::CompanyDomain => &[
                "company domain",
                "company website",
                "website",
                "domain",
                "situs web perusahaan",
                "เว็บไซต์บริษัท",
            ],
        }
    }

    /// Whether it tells what somebody agreed to, rather than what they are like.
    pub fn is_consent(&self) -> bool {
        matches!(self, Self::Consent(_) | Self::ConsentAt)
    }

    /// Several columns may mean it, each adding its values.
    pub fn takes_several(&self) -> bool {
        self.item().is_some()
    }

    /// The kind of its items, where it has several.
    pub(super) fn item(&self) -> Option<&Item> {
        match self {
            Self::Field(field) => match &field.kind {
                Kind::Many(item) => Some(item),
                _ => None,
            },
            _ => None,
        }
    }
}
