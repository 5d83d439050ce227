//! What every record has in common.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{fault::Faults, field::Field};

/// A JSON object, the form in which records travel between the layers.
pub type Document = Map<String, Value>;

/// An object of the CRM: its names, its fields and its rules.
pub trait Record: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Everything the generic layers know of it.
    const OBJECT: &'static Object;
    /// Its singular name.
    const NAME: &'static str;

    /// Rules beyond the form of single fields; every fault at once.
    fn validate(&self, _faults: &mut Faults) {}
}

/// An object as data.
#[derive(Debug)]
pub struct Object {
    /// Singular name, for example `contact`; also the first half of event names.
    pub name: &'static str,
    /// Plural in paths, for example `contact-roles`.
    pub plural: &'static str,
    /// Table name, for example `contact_roles`.
    pub table: &'static str,
    /// The field that names a record for people.
    pub title: &'static str,
    /// Its own fields; the common ones are [`COMMON`].
    pub fields: &'static [Field],
    /// Found by the global search.
    pub searchable: bool,
    /// A workspace may add fields to it.
    pub extensible: bool,
    /// Which rights guard it.
    pub guard: Guard,
}

/// Whose rights decide over an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Record rights with the scope own, team or all.
    Records,
    /// Everybody reads it, administrators change it (pipelines, stages, teams).
    Settings,
    /// Private to its owner unless shared (saved views, notifications).
    Personal,
}

impl Object {
    /// A field by its name, common fields included.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let own: &'static [Field] = self.fields;
        own.iter()
            .chain(COMMON.iter())
            .find(|field| field.name == name)
    }

    /// Own and common fields in the order in which they are shown.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let own: &'static [Field] = self.fields;
        own.iter().chain(COMMON.iter())
    }
}

/// Fields that each record has besides its own.
pub static COMMON: &[Field] = &[
    Field::new("owner_id", crate::field::Kind::Person).sortable(),
    Field::reference("team_id", "team"),
    Field::new("created_at", crate::field::Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("created_by", crate::field::Kind::Person).read_only(),
    Field::new("updated_at", crate::field::Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("updated_by", crate::field::Kind::Person).read_only(),
    Field::new("deleted_at", crate::field::Kind::Instant)
        .sortable()
        .read_only(),
    Field::reference("import_id", "import").read_only(),
];

/// What the store keeps of each record beside its own fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Counts up on every write; the `ETag`.
    pub version: i64,
    /// When it came to be.
    pub created_at: DateTime<Utc>,
    /// Who made it; none for the product itself.
    pub created_by: Option<Uuid>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Who changed it last.
    pub updated_by: Option<Uuid>,
    /// Who answers for it.
    pub owner_id: Option<Uuid>,
    /// The team it belongs to.
    pub team_id: Option<Uuid>,
    /// Set while it lies in the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The import or sample data that made it.
    pub import_id: Option<Uuid>,
    /// Values of custom fields by their name.
    #[serde(default)]
    pub custom: Document,
}

/// A record as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved<R> {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Its own fields.
    #[serde(flatten)]
    pub record: R,
    /// The common ones.
    #[serde(flatten)]
    pub meta: Meta,
}
