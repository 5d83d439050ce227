//! What a column of a file can mean.

use crate::{
    field::{FieldRef, Item, Kind, Write},
    locale::{Language, field_label, text},
    record::Object,
    shape::Shape,
};

/// What a column of a file means.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A field of the record; a reference takes names to look up.
    Field(FieldRef),
    /// The given name, which together with the family name makes the full name.
    GivenName,
    /// The internet domain or web address of the company that the record belongs to.
    CompanyDomain,
}

/// Everything that a column of a file for `object` can mean, in the order in which it is offered.
pub fn targets<'s>(shape: impl Into<Shape<'s>>) -> Vec<Target> {
    let mut all = Vec::new();
    for field in shape.into().fields() {
        let offered =
            field.write != Write::Never && field.kind != Kind::Json && field.name != "team_id";
        if !offered {
            continue;
        }
        let beside = match field.name.as_ref() {
            "full_name" => Some(Target::GivenName),
            "company_id" => Some(Target::CompanyDomain),
            _ => None,
        };
        all.push(Target::Field(field));
        all.extend(beside);
    }
    all
}

impl Target {
    /// The target of a name, among those of the object.
    pub fn find<'s>(shape: impl Into<Shape<'s>>, name: &str) -> Option<Self> {
        targets(shape)
            .into_iter()
            .find(|target| target.name() == name)
    }

    /// The name in a stored mapping: a field's name, `given_name` or `company.domain`.
    pub fn name(&self) -> &str {
        match self {
            Self::Field(field) => &field.name,
            Self::GivenName => "given_name",
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
