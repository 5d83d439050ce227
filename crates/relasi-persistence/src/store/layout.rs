//! The columns of an object's table, derived from its field list.

use std::{borrow::Cow, collections::HashMap, sync::OnceLock};

use relasi_domain::{
    OBJECTS,
    field::{CUSTOM, Field, Kind},
    record::{COMMON, Object},
};

/// How a column's value is stored and how it looks as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text, a JSON string.
    Text,
    /// A whole number, a JSON number.
    Integer,
    /// A truth value.
    Boolean,
    /// Microseconds since 1970, an RFC 3339 string in JSON.
    Instant,
    /// JSON text, taken as it is.
    Json,
    /// The values of custom fields, by storage key; by name in JSON.
    Custom,
}

impl Form {
    /// The form of a field's column.
    pub fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Integer | Kind::Money { .. } => Self::Integer,
            Kind::Boolean => Self::Boolean,
            Kind::Instant => Self::Instant,
            // Only fields that are added are numbers or points, and those have no columns.
            Kind::Many(_) | Kind::Json | Kind::Number | Kind::Point(_) => Self::Json,
            Kind::Text { .. }
            | Kind::LongText { .. }
            | Kind::Date
            | Kind::Choice(_)
            | Kind::Reference(_)
            | Kind::Person => Self::Text,
        }
    }
}

/// One selected column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name of the column and of the JSON member.
    pub name: Cow<'static, str>,
    /// `"name":` as it stands in the JSON.
    pub member: String,
    /// Its form.
    pub form: Form,
    /// Object that its value refers to; `user` for people.
    pub target: Option<Cow<'static, str>>,
}

impl Column {
    fn plain(name: &'static str, form: Form) -> Self {
        Self {
            name: Cow::Borrowed(name),
            member: format!("\"{name}\":"),
            form,
            target: None,
        }
    }

    fn of(field: &'static Field) -> Self {
        let target = match &field.kind {
            Kind::Reference(object) => Some(object.clone()),
            Kind::Person => Some(Cow::Borrowed("user")),
            _ => None,
        };
        Self {
            member: format!("\"{}\":", field.name),
            name: field.name.clone(),
            form: Form::of(&field.kind),
            target,
        }
    }
}

/// The columns that make a record's JSON, in order.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Columns; the first is always `id`.
    pub columns: Vec<Column>,
    /// `id, version, …` qualified with the table alias `t`.
    pub select: String,
}

impl Layout {
    fn from_columns(columns: Vec<Column>) -> Self {
        let names: Vec<String> = columns.iter().map(|c| format!("t.{}", c.name)).collect();
        Self {
            select: names.join(", "),
            columns,
        }
    }

    /// All columns of an object.
    fn whole(object: &'static Object) -> Self {
        let mut columns = vec![
            Column::plain("id", Form::Text),
            Column::plain("version", Form::Integer),
        ];
        columns.extend(object.fields.iter().chain(COMMON).map(Column::of));
        columns.push(Column::plain("custom", Form::Custom));
        Self::from_columns(columns)
    }

    /// `id`, `version` and the named ones of the whole.
    pub fn only(&self, names: &[String]) -> Self {
        let wanted = |column: &Column| {
            matches!(column.name.as_ref(), "id" | "version")
                || names.iter().any(|n| *n == column.name)
                || (column.form == Form::Custom && names.iter().any(|n| n.starts_with(CUSTOM)))
        };
        Self::from_columns(self.columns.iter().filter(|c| wanted(c)).cloned().collect())
    }

    /// Position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// The layout of an object, made once for the life of the process.
pub fn layout(object: &'static Object) -> &'static Layout {
    static LAYOUTS: OnceLock<HashMap<&'static str, Layout>> = OnceLock::new();
    let all = LAYOUTS.get_or_init(|| OBJECTS.iter().map(|o| (o.name, Layout::whole(o))).collect());
    // Every object that reaches the store is one of `OBJECTS`.
    &all[object.name]
}
