//! Rows read by position, alike for both databases.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    pg::Pg,
    row::{Field as _, Row as DieselRow},
    sql_types::{BigInt, Bool, Integer, SmallInt, Text},
    sqlite::Sqlite,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::StoreError;

/// One row of an answer. Positions count from 0 in the order of the SELECT list.
///
/// Sums need `CAST(… AS BIGINT)`: PostgreSQL makes them NUMERIC otherwise.
pub struct Row<'a>(&'a dyn Columns);

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a dyn Columns) -> Self {
        Self(columns)
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no columns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Text that may be NULL.
    pub fn opt_text(&self, index: usize) -> Result<Option<String>, StoreError> {
        self.0.text(index).map_err(|error| wrong(index, &*error))
    }

    /// A whole number that may be NULL.
    pub fn opt_int(&self, index: usize) -> Result<Option<i64>, StoreError> {
        self.0.int(index).map_err(|error| wrong(index, &*error))
    }

    /// A truth value that may be NULL.
    pub fn opt_bool(&self, index: usize) -> Result<Option<bool>, StoreError> {
        self.0.boolean(index).map_err(|error| wrong(index, &*error))
    }

    /// An id that may be NULL.
    pub fn opt_id(&self, index: usize) -> Result<Option<Uuid>, StoreError> {
        let text = self.opt_text(index)?;
        let id = text.map(|text| Uuid::try_parse(&text)).transpose();
        id.map_err(|error| wrong(index, &error))
    }

    /// An instant that may be NULL.
    pub fn opt_at(&self, index: usize) -> Result<Option<DateTime<Utc>>, StoreError> {
        let micros = self.opt_int(index)?;
        Ok(micros.map(|micros| DateTime::from_timestamp_micros(micros).unwrap_or_default()))
    }

    /// JSON that may be NULL.
    pub fn opt_json<T: DeserializeOwned>(&self, index: usize) -> Result<Option<T>, StoreError> {
        let text = self.opt_text(index)?;
        let value = text.map(|text| serde_json::from_str(&text)).transpose();
        value.map_err(|error| wrong(index, &error))
    }

    /// Text; NULL is an error.
    pub fn text(&self, index: usize) -> Result<String, StoreError> {
        self.opt_text(index)?.ok_or_else(|| null(index))
    }

    /// A whole number; NULL is an error.
    pub fn int(&self, index: usize) -> Result<i64, StoreError> {
        self.opt_int(index)?.ok_or_else(|| null(index))
    }

    /// A truth value; NULL is an error.
    pub fn bool(&self, index: usize) -> Result<bool, StoreError> {
        self.opt_bool(index)?.ok_or_else(|| null(index))
    }

    /// An id; NULL is an error.
    pub fn id(&self, index: usize) -> Result<Uuid, StoreError> {
        self.opt_id(index)?.ok_or_else(|| null(index))
    }

    /// An instant; NULL is an error.
    pub fn at(&self, index: usize) -> Result<DateTime<Utc>, StoreError> {
        self.opt_at(index)?.ok_or_else(|| null(index))
    }

    /// JSON; NULL is an error.
    pub fn json<T: DeserializeOwned>(&self, index: usize) -> Result<T, StoreError> {
        self.opt_json(index)?.ok_or_else(|| null(index))
    }
}

fn wrong(index: usize, error: &(dyn std::error::Error + Send + Sync)) -> StoreError {
    StoreError::Other(format!("column {index} of the answer: {error}"))
}

fn null(index: usize) -> StoreError {
    StoreError::Other(format!("column {index} of the answer is NULL"))
}

/// A row without its database's type.
pub(crate) trait Columns {
    fn len(&self) -> usize;
    fn text(&self, index: usize) -> deserialize::Result<Option<String>>;
    fn int(&self, index: usize) -> deserialize::Result<Option<i64>>;
    fn boolean(&self, index: usize) -> deserialize::Result<Option<bool>>;
}

/// How a database's values become ours.
pub(crate) trait Decode: Backend {
    fn text(value: Self::RawValue<'_>) -> deserialize::Result<String>;
    fn int(value: Self::RawValue<'_>) -> deserialize::Result<i64>;
    fn boolean(value: Self::RawValue<'_>) -> deserialize::Result<bool>;
}

impl Decode for Sqlite {
    fn text(value: Self::RawValue<'_>) -> deserialize::Result<String> {
        <String as FromSql<Text, Self>>::from_sql(value)
    }

    fn int(value: Self::RawValue<'_>) -> deserialize::Result<i64> {
        <i64 as FromSql<BigInt, Self>>::from_sql(value)
    }

    fn boolean(value: Self::RawValue<'_>) -> deserialize::Result<bool> {
        <bool as FromSql<Bool, Self>>::from_sql(value)
    }
}

impl Decode for Pg {
    fn text(value: Self::RawValue<'_>) -> deserialize::Result<String> {
        <String as FromSql<Text, Self>>::from_sql(value)
    }

    /// Literals and some functions of PostgreSQL are narrower than our columns.
    fn int(value: Self::RawValue<'_>) -> deserialize::Result<i64> {
        const INT2: u32 = 21;
        const INT4: u32 = 23;
        match value.get_oid().get() {
            INT2 => <i16 as FromSql<SmallInt, Self>>::from_sql(value).map(i64::from),
            INT4 => <i32 as FromSql<Integer, Self>>::from_sql(value).map(i64::from),
            _ => <i64 as FromSql<BigInt, Self>>::from_sql(value),
        }
    }

    fn boolean(value: Self::RawValue<'_>) -> deserialize::Result<bool> {
        <bool as FromSql<Bool, Self>>::from_sql(value)
    }
}

/// A row of diesel seen as [`Columns`].
pub(crate) struct Typed<'a, R, DB>(&'a R, PhantomData<DB>);

impl<'a, R, DB> Typed<'a, R, DB> {
    pub(crate) fn new(row: &'a R) -> Self {
        Self(row, PhantomData)
    }
}

impl<'r, R, DB> Typed<'_, R, DB>
where
    R: DieselRow<'r, DB>,
    DB: Decode,
{
    fn decode<T>(
        &self,
        index: usize,
        make: fn(DB::RawValue<'_>) -> deserialize::Result<T>,
    ) -> deserialize::Result<Option<T>> {
        let field = self.0.get(index).ok_or("there is no such column")?;
        field.value().map(make).transpose()
    }
}

impl<'r, R, DB> Columns for Typed<'_, R, DB>
where
    R: DieselRow<'r, DB>,
    DB: Decode,
{
    fn len(&self) -> usize {
        self.0.field_count()
    }

    fn text(&self, index: usize) -> deserialize::Result<Option<String>> {
        self.decode(index, DB::text)
    }

    fn int(&self, index: usize) -> deserialize::Result<Option<i64>> {
        self.decode(index, DB::int)
    }

    fn boolean(&self, index: usize) -> deserialize::Result<Option<bool>> {
        self.decode(index, DB::boolean)
    }
}
