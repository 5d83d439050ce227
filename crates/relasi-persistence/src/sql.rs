//! Statements as text and bound values, the one form in which queries reach either database.

use std::{fmt, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryResult,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType, Nullable, Text, Untyped},
};
use uuid::Uuid;

use crate::database::sight::Sight;

/// A value sent apart from the text of a statement. `None` is NULL of that type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, ids (hyphenated), dates (`YYYY-MM-DD`) and JSON.
    Text(Option<String>),
    /// Whole numbers, money in minor units, instants in microseconds since 1970 UTC.
    Integer(Option<i64>),
    /// True or false.
    Boolean(Option<bool>),
}

impl Value {
    /// NULL of the text type.
    pub const NULL_TEXT: Self = Self::Text(None);
    /// NULL of the integer type.
    pub const NULL_INTEGER: Self = Self::Integer(None);
    /// NULL of the boolean type.
    pub const NULL_BOOLEAN: Self = Self::Boolean(None);

    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        matches!(
            self,
            Self::Text(None) | Self::Integer(None) | Self::Boolean(None)
        )
    }
}

/// A type that can be bound and therefore has a NULL of its own type.
pub trait Scalar: Into<Value> {
    /// What `None` of this type is bound as.
    const NULL: Value;
}

macro_rules! scalars {
    ($($type:ty, $null:ident, |$value:ident| $made:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        }
        impl Scalar for $type {
            const NULL: Value = Value::$null;
        }
    )*};
}

scalars! {
    &str, NULL_TEXT, |value| Value::Text(Some(value.to_owned()));
    String, NULL_TEXT, |value| Value::Text(Some(value));
    &String, NULL_TEXT, |value| Value::Text(Some(value.clone()));
    Uuid, NULL_TEXT, |value| Value::Text(Some(value.to_string()));
    &Uuid, NULL_TEXT, |value| Value::Text(Some(value.to_string()));
    NaiveDate, NULL_TEXT, |value| Value::Text(Some(value.to_string()));
    i64, NULL_INTEGER, |value| Value::Integer(Some(value));
    i32, NULL_INTEGER, |value| Value::Integer(Some(value.into()));
    u32, NULL_INTEGER, |value| Value::Integer(Some(value.into()));
    DateTime<Utc>, NULL_INTEGER, |value| Value::Integer(Some(value.timestamp_micros()));
    bool, NULL_BOOLEAN, |value| Value::Boolean(Some(value));
}

impl<T: Scalar> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(T::NULL, Into::into)
    }
}

impl From<&Self> for Value {
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

/// SQL with its values: `Statement::new("SELECT 1 FROM t WHERE id = ").bind(id)`.
///
/// The text must never contain anything a user wrote; that is what `bind` is for. Statements with
/// the same text share one prepared statement per connection. Write a LIMIT as a number into the
/// text ([`limit`](Self::limit)): SQLite plans anew for a bound one.
#[derive(Clone)]
pub struct Statement {
    text: String,
    /// Each value with the place in the text before which it stands.
    binds: Vec<(usize, Value)>,
    keep: Keep,
    /// What its functions go by, on SQLite.
    sight: Option<Arc<Sight>>,
}

impl Statement {
    /// A statement that begins with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            binds: Vec::new(),
            keep: Keep::Always,
            sight: None,
        }
    }

    /// Adds text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder and its value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.binds.push((self.text.len(), value.into()));
        self
    }

    /// Adds placeholders with commas between them, without brackets.
    pub fn bind_all<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    /// Adds another statement, its values included; it is kept no longer than either.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.binds.extend(
            other
                .binds
                .iter()
                .map(|(at, value)| (start + at, value.clone())),
        );
        self.keep = self.keep.max(other.keep);
        if let Some(sight) = &other.sight {
            self.sight = Some(Arc::clone(sight));
        }
        self
    }

    /// Lets its functions go by this. A statement is for one caller: all parts of it have the same.
    pub(crate) fn seen_by(&mut self, sight: Sight) -> &mut Self {
        self.sight = Some(Arc::new(sight));
        self
    }

    /// What its functions go by.
    pub(crate) fn sight(&self) -> Option<&Arc<Sight>> {
        self.sight.as_ref()
    }

    /// Adds ` LIMIT n` as a literal.
    pub fn limit(&mut self, rows: u32) -> &mut Self {
        self.push(" LIMIT ").push(&rows.to_string())
    }

    /// Keeps the statement out of the connection's cache, for texts of which there are endlessly
    /// many, such as those with lists of values.
    pub fn uncached(&mut self) -> &mut Self {
        self.keep = Keep::Never;
        self
    }

    /// Keeps the statement out of the connection's cache until its text has come several times, for
    /// texts made from filters.
    pub fn cached_if_common(&mut self) -> &mut Self {
        self.keep = self.keep.max(Keep::IfCommon);
        self
    }

    /// How it is kept.
    pub(crate) fn keep(&self) -> Keep {
        self.keep
    }

    /// Its text without its values.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The values in their order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.binds.iter().map(|(_, value)| value)
    }

    /// Whether it has no text and no values.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.binds.is_empty()
    }
}

/// Whether a connection keeps a statement prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keep {
    /// Its text is one of few.
    Always,
    /// When its text comes again and again.
    IfCommon,
    /// Its text is one of endlessly many.
    Never,
}

/// A statement about to run.
#[derive(Clone, Copy)]
pub(crate) struct Running<'s> {
    pub(crate) statement: &'s Statement,
    /// The connection keeps it prepared.
    pub(crate) kept: bool,
}

impl<DB> QueryFragment<DB> for Running<'_>
where
    DB: Bindable,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    Option<bool>: ToSql<Nullable<Bool>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.kept {
            out.unsafe_to_cache_prepared();
        }
        let (text, mut done) = (&self.statement.text, 0);
        for (at, value) in &self.statement.binds {
            out.push_sql(&text[done..*at]);
            done = *at;
            push_value(value, &mut out)?;
        }
        out.push_sql(&text[done..]);
        Ok(())
    }
}

impl Query for Running<'_> {
    type SqlType = Untyped;
}

/// No static id: diesel's cache goes by the text.
impl QueryId for Running<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Rows for one `INSERT`, borrowed from whoever keeps them: neither text nor values are copied.
#[derive(Clone, Copy)]
pub(crate) struct Insert<'r> {
    /// Up to `VALUES `.
    pub(crate) intro: &'r str,
    pub(crate) rows: &'r [Vec<Value>],
}

impl<DB> QueryFragment<DB> for Insert<'_>
where
    DB: Bindable,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    Option<bool>: ToSql<Nullable<Bool>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.intro);
        for (index, row) in self.rows.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            for (place, value) in row.iter().enumerate() {
                if place > 0 {
                    out.push_sql(", ");
                }
                push_value(value, &mut out)?;
            }
            out.push_sql(")");
        }
        Ok(())
    }
}

fn push_value<'b, DB>(value: &'b Value, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Bindable,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    Option<bool>: ToSql<Nullable<Bool>, DB>,
{
    match value {
        Value::Text(value) => out.push_bind_param::<Nullable<Text>, _>(value),
        Value::Integer(value) => out.push_bind_param::<Nullable<BigInt>, _>(value),
        Value::Boolean(value) => out.push_bind_param::<Nullable<Bool>, _>(value),
    }
}

/// A database that knows all types of [`Value`].
trait Bindable: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Bool> {}

impl<DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Bool>> Bindable for DB {}

/// No static id: diesel's cache goes by the text.
impl QueryId for Insert<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Shows the text with `?` for each value; values may be private and never reach a log.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut done = 0;
        for (at, _) in &self.binds {
            write!(f, "{}?", &self.text[done..*at])?;
            done = *at;
        }
        f.write_str(&self.text[done..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_nest_with_their_values_in_order() {
        let mut inner = Statement::new("a = ");
        inner.bind("x").push(" OR b = ").bind(2_i64);
        let mut outer = Statement::new("SELECT 1 WHERE c = ");
        outer
            .bind(true)
            .push(" AND (")
            .append(&inner)
            .push(") AND d IN (");
        outer.bind_all([1_i64, 2]).push(")").limit(5);
        assert_eq!(
            format!("{outer:?}"),
            "SELECT 1 WHERE c = ? AND (a = ? OR b = ?) AND d IN (?, ?) LIMIT 5"
        );
        let values: Vec<_> = outer.values().cloned().collect();
        assert_eq!(values[..3], [true.into(), "x".into(), 2_i64.into()]);
    }

    #[test]
    fn nothing_is_null_of_its_type() {
        assert_eq!(Value::from(None::<&str>), Value::NULL_TEXT);
        assert_eq!(Value::from(None::<DateTime<Utc>>), Value::NULL_INTEGER);
        assert_eq!(Value::from(None::<bool>), Value::NULL_BOOLEAN);
        assert!(Value::from(None::<Uuid>).is_null());
    }
}
