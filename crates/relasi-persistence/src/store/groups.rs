//! Records in groups: how many there are of each, and sums.
//!
//! One statement counts and one sums up; both see every record that the filter takes, by an index of the field where
//! there is one, and give no more rows than groups are asked for.

use relasi_domain::{
    field::{Field, FieldRef, Kind},
    filter::Value as Operand,
    record::Object,
};

use super::{Store, driver, page::Query};
use crate::{
    Dialect, StoreError,
    sql::{Statement, Value},
};

/// Groups that are asked for.
#[derive(Debug)]
pub struct Grouped<'g> {
    /// The field that decides.
    pub by: &'g Field,
    /// For days and points in time, where each group begins, the earliest first, and where the last one ends. The key
    /// of a group is its place.
    pub edges: &'g [Operand],
    /// The most groups; the largest are given.
    pub most: usize,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// What its records have in common, as the store compares it; none for those without a value.
    pub key: Option<String>,
    /// For text, as one of the records writes it.
    pub label: Option<String>,
    /// Records in it.
    pub count: i64,
}

/// Sums of the records of a group that have the same currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSums {
    /// The key of the group.
    pub key: Option<String>,
    /// The currency; none when no field says one.
    pub currency: Option<String>,
    /// For each field; none when no record has a value. Numbers with decimals are in millionths.
    pub sums: Vec<Option<i128>>,
}

/// Sums are made of two halves, so that none runs over.
const HALF: i64 = 1_000_000;
/// The key of records outside of the edges.
const OUTSIDE: &str = "-";

impl Store<'_> {
    /// The groups, the largest first; and whether there are more, or records outside of the edges.
    pub fn groups(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        grouped: &Grouped<'_>,
    ) -> Result<(Vec<GroupRow>, bool), StoreError> {
        if query.visible.is_nothing() {
            return Ok((Vec::new(), false));
        }
        let label = label(grouped.by, self.dialect());
        let mut statement = Statement::new("SELECT g, ");
        statement.push(if label.is_some() { "min(l)" } else { "NULL" });
        statement.push(", count(*) FROM (");
        let label = label.map(|label| format!(", {label} AS l"));
        self.push_all(
            object,
            query,
            grouped,
            &label.unwrap_or_default(),
            &mut statement,
        )?;
        statement.push(") q GROUP BY g ORDER BY count(*) DESC, g");
        statement.limit(u32::try_from(grouped.most + 2).unwrap_or(u32::MAX));
        let mut rows = self.conn().rows(statement.uncached(), |row| {
            Ok(GroupRow {
                key: row.opt_text(0)?,
                label: row.opt_text(1)?,
                count: row.int(2)?,
            })
        })?;
        let all = rows.len();
        rows.retain(|row| row.key.as_deref() != Some(OUTSIDE));
        let more = rows.len() < all || rows.len() > grouped.most;
        rows.truncate(grouped.most);
        Ok((rows, more))
    }

    /// The sums of fields over the groups with these keys. `currency` is the field that says the currency of all of them.
    pub fn group_sums(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        grouped: &Grouped<'_>,
        (fields, currency): (&[FieldRef], Option<&str>),
        keys: &[Option<String>],
    ) -> Result<Vec<GroupSums>, StoreError> {
        let currency = currency.map_or("NULL".to_owned(), |currency| format!("t.{currency}"));
        let amounts = fields.iter().enumerate().map(|(place, field)| {
            let amount = amount(field, self.dialect());
            format!(", {amount} AS s{place}")
        });
        let columns = format!(", {currency} AS c{}", amounts.collect::<String>());
        let mut statement = Statement::new("SELECT g, c");
        for place in 0..fields.len() {
            statement.push(&format!(
                ", CAST(sum(s{place} / {HALF}) AS bigint), CAST(sum(s{place} % {HALF}) AS bigint)"
            ));
        }
        statement.push(" FROM (");
        self.push_all(object, query, grouped, &columns, &mut statement)?;
        let known: Vec<&String> = keys.iter().flatten().collect();
        statement.push(") q WHERE (g IS NULL");
        if !known.is_empty() {
            statement.push(" OR g IN (").bind_all(known).push(")");
        }
        statement.push(") GROUP BY g, c");
        self.conn().rows(statement.uncached(), |row| {
            let sum = |place: usize| {
                let high = row.opt_int(2 + place * 2)?;
                let low = row.opt_int(3 + place * 2)?.unwrap_or(0);
                Ok::<_, StoreError>(
                    high.map(|high| i128::from(high) * i128::from(HALF) + i128::from(low)),
                )
            };
            Ok(GroupSums {
                key: row.opt_text(0)?,
                currency: row.opt_text(1)?,
                sums: (0..fields.len()).map(sum).collect::<Result<_, _>>()?,
            })
        })
    }

    /// The first and the last value of a field of days or points in time, as the store compares them: points in time of
    /// built-in fields in microseconds since 1970.
    pub fn extent(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        field: &Field,
    ) -> Result<Option<(String, String)>, StoreError> {
        if query.visible.is_nothing() {
            return Ok(None);
        }
        let value = value(object, field);
        let mut statement =
            Statement::new("SELECT CAST(min(v) AS text), CAST(max(v) AS text) FROM (");
        for (place, source) in self.counted(object, query)?.iter().enumerate() {
            let union = if place == 0 { "" } else { " UNION ALL " };
            statement.push(union).push(&format!("SELECT {value} AS v"));
            self.push_from(object, query, source, &mut statement);
        }
        statement.push(") q");
        let ends = self.conn().row(statement.uncached(), |row| {
            Ok(row.opt_text(0)?.zip(row.opt_text(1)?))
        })?;
        Ok(ends.flatten())
    }

    /// `SELECT key AS g, … FROM … WHERE …` of every source of the list.
    fn push_all(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        grouped: &Grouped<'_>,
        columns: &str,
        statement: &mut Statement,
    ) -> Result<(), StoreError> {
        for (place, source) in self.counted(object, query)?.iter().enumerate() {
            statement.push(if place == 0 { "" } else { " UNION ALL " });
            statement.push("SELECT ");
            push_key(object, grouped, statement);
            statement.push(" AS g").push(columns);
            self.push_from(object, query, source, statement);
        }
        Ok(())
    }
}

/// The column of the record `t` by which a field compares, or its row in the value index.
fn value(object: &'static Object, field: &Field) -> String {
    match &field.custom {
        Some(custom) => driver::value_column(object, &custom.key),
        None => format!("t.{}", field.key_column()),
    }
}

/// What the records of a group have in common, as text.
fn push_key(object: &'static Object, grouped: &Grouped<'_>, statement: &mut Statement) {
    let value = value(object, grouped.by);
    let built = grouped.by.custom.is_none();
    match &grouped.by.kind {
        Kind::Date | Kind::Instant => {
            let [first, .., end] = grouped.edges else {
                statement.push(&format!(
                    "CASE WHEN {value} IS NULL THEN NULL ELSE '{OUTSIDE}' END"
                ));
                return;
            };
            statement
                .push(&format!(
                    "CASE WHEN {value} IS NULL THEN NULL WHEN {value} < "
                ))
                .bind(bound(first, built))
                .push(&format!(" OR {value} >= "))
                .bind(bound(end, built))
                .push(&format!(" THEN '{OUTSIDE}' ELSE "));
            push_place(&value, built, grouped.edges, 0, statement);
            statement.push(" END");
        }
        Kind::Boolean if built => {
            statement.push(&format!("CASE WHEN {value} THEN '1' ELSE '0' END"));
        }
        _ => {
            statement.push(&format!("NULLIF({value}, '')"));
        }
    }
}

/// The place of the span between two neighbouring edges, by halves.
fn push_place(
    value: &str,
    built: bool,
    edges: &[Operand],
    first: usize,
    statement: &mut Statement,
) {
    let middle = edges.len() / 2;
    if edges.len() <= 2 {
        statement.push(&format!("'{first:04}'"));
        return;
    }
    statement
        .push(&format!("CASE WHEN {value} < "))
        .bind(bound(&edges[middle], built))
        .push(" THEN ");
    push_place(value, built, &edges[..=middle], first, statement);
    statement.push(" ELSE ");
    push_place(value, built, &edges[middle..], first + middle, statement);
    statement.push(" END");
}

fn bound(edge: &Operand, built: bool) -> Value {
    match edge {
        Operand::Instant(instant) if built => (*instant).into(),
        other => other.indexed().into(),
    }
}

/// The text of a record as written, where it compares by something else.
fn label(field: &Field, dialect: Dialect) -> Option<String> {
    let text = match (&field.kind, &field.custom) {
        (Kind::Text { .. }, Some(custom)) => in_json(&custom.key, dialect),
        (Kind::Text { .. }, None) if field.keyed => format!("t.{}", field.name),
        _ => return None,
    };
    // Both databases take the same one.
    Some(match dialect {
        Dialect::Sqlite => text,
        Dialect::Postgres => format!("({text}) COLLATE \"C\""),
    })
}

/// A number or an amount of the record `t`; numbers with decimals in millionths.
fn amount(field: &Field, dialect: Dialect) -> String {
    let Some(custom) = &field.custom else {
        return format!("t.{}", field.name);
    };
    let text = in_json(&custom.key, dialect);
    match (&field.kind, dialect) {
        (Kind::Number, Dialect::Sqlite) => format!("CAST(round({text} * 1000000) AS INTEGER)"),
        (Kind::Number, Dialect::Postgres) => {
            format!("CAST(round(CAST({text} AS numeric) * 1000000) AS bigint)")
        }
        (_, Dialect::Sqlite) => text,
        (_, Dialect::Postgres) => format!("CAST({text} AS bigint)"),
    }
}

/// A member of the stored values of custom fields. `key` is a storage key, which the product made of letters and digits.
fn in_json(key: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!("json_extract(t.custom, '$.{key}')"),
        Dialect::Postgres => format!("CAST(t.custom AS json) ->> '{key}'"),
    }
}
