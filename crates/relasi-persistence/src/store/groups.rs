//! Records in groups: how many there are of each, and sums.
//!
//! One statement counts and one sums up; both see every record that the filter takes, by an index of the field where
//! there is one, and give no more rows than groups are asked for.

use relasi_domain::{
    field::{Field, FieldRef, Kind},
    filter::Value as Operand,
    record::Object,
};

use super::{Store, driver, page::Query, reach::push_visible};
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
    /// For each field, how many records have a value.
    pub counts: Vec<i64>,
}

/// How no text is written in a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// As the column has it: nothing or empty.
    Bare,
    /// As nothing.
    OrNull,
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
        let mut statement = Statement::new("SELECT g, count(*) FROM (");
        self.push_all(object, query, (grouped, Key::Bare), "", &mut statement)?;
        statement.push(") q GROUP BY g ORDER BY count(*) DESC, g");
        statement.limit(u32::try_from(grouped.most + 3).unwrap_or(u32::MAX));
        let found = self.conn().rows(statement.cached_if_common(), |row| {
            Ok((row.opt_text(0)?.filter(|key| !key.is_empty()), row.int(1)?))
        })?;
        let mut rows: Vec<GroupRow> = Vec::with_capacity(found.len());
        let mut more = false;
        for (key, count) in found {
            if key.as_deref() == Some(OUTSIDE) {
                more = true;
            } else if let Some(row) = rows.iter_mut().find(|row| row.key == key) {
                row.count += count;
            } else {
                rows.push(GroupRow {
                    key,
                    label: None,
                    count,
                });
            }
        }
        more |= rows.len() > grouped.most;
        rows.truncate(grouped.most);
        self.label(object, query, grouped, &mut rows)?;
        Ok((rows, more))
    }

    /// Writes how records spell the text of each group. Of large groups one record is soon found, by an index or without;
    /// for many small ones all records are read once.
    fn label(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        grouped: &Grouped<'_>,
        rows: &mut [GroupRow],
    ) -> Result<(), StoreError> {
        let Some(label) = label(grouped.by, self.dialect()) else {
            return Ok(());
        };
        let all: i64 = rows.iter().map(|row| row.count).sum();
        let looked_at: i64 = rows.iter().map(|row| all / row.count.max(1)).sum();
        if grouped.by.custom.is_some() || looked_at <= all.saturating_mul(3) {
            for row in rows {
                if let Some(key) = &row.key {
                    let one = self.spelling(object, query, (grouped.by, &label), key);
                    row.label = self.conn().row(&one, |row| row.opt_text(0))?.flatten();
                }
            }
            return Ok(());
        }
        let mut statement = Statement::new("SELECT q.g, ");
        statement
            .push(&label)
            .push(" FROM (SELECT g, min(l) AS first FROM (");
        self.push_all(
            object,
            query,
            (grouped, Key::Bare),
            ", t.id AS l",
            &mut statement,
        )?;
        let keys: Vec<&String> = rows.iter().filter_map(|row| row.key.as_ref()).collect();
        statement.push(") p WHERE g IN (").bind_all(keys);
        statement.push(&format!(
            ") GROUP BY g) q JOIN {} t ON t.id = q.first AND t.workspace_id = ",
            object.table
        ));
        statement.bind(self.workspace());
        let read = |row: &crate::Row<'_>| Ok((row.opt_text(0)?, row.opt_text(1)?));
        for (key, label) in self.conn().rows(statement.cached_if_common(), read)? {
            if let Some(row) = rows.iter_mut().find(|row| row.key == key) {
                row.label = label;
            }
        }
        Ok(())
    }

    /// The text of the first record with a value, as it is written.
    fn spelling(
        &self,
        object: &'static Object,
        query: &Query<'_>,
        (field, label): (&Field, &str),
        key: &str,
    ) -> Statement {
        let mut statement = Statement::new(format!("SELECT {label} FROM {} t", object.table));
        if let Some(custom) = &field.custom {
            let same = "f.workspace_id = t.workspace_id AND f.record_id = t.id";
            statement.push(&format!(" JOIN field_index f ON {same}"));
            statement.push(&format!(
                " WHERE f.object = '{}' AND f.field = ",
                object.name
            ));
            statement
                .bind(custom.key.as_str())
                .push(" AND f.value = ")
                .bind(key);
            statement.push(" AND f.workspace_id = ");
        } else {
            statement.push(&format!(" WHERE t.{} = ", field.key_column()));
            statement.bind(key).push(" AND t.workspace_id = ");
        }
        statement
            .bind(self.workspace())
            .push(" AND t.deleted_at IS NULL");
        push_visible(&query.visible, "t", &mut statement);
        statement.push(" ORDER BY t.id").limit(1);
        statement
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
                ", CAST(sum(s{place} / {HALF}) AS bigint), CAST(sum(s{place} % {HALF}) AS bigint), count(s{place})"
            ));
        }
        statement.push(" FROM (");
        self.push_all(
            object,
            query,
            (grouped, Key::OrNull),
            &columns,
            &mut statement,
        )?;
        let known: Vec<&String> = keys.iter().flatten().collect();
        statement.push(") q WHERE (g IS NULL");
        if !known.is_empty() {
            statement.push(" OR g IN (").bind_all(known).push(")");
        }
        statement.push(") GROUP BY g, c");
        self.conn().rows(statement.cached_if_common(), |row| {
            let sum = |place: usize| {
                let high = row.opt_int(2 + place * 3)?;
                let low = row.opt_int(3 + place * 3)?.unwrap_or(0);
                Ok::<_, StoreError>(
                    high.map(|high| i128::from(high) * i128::from(HALF) + i128::from(low)),
                )
            };
            Ok(GroupSums {
                key: row.opt_text(0)?,
                currency: row.opt_text(1)?,
                sums: (0..fields.len()).map(sum).collect::<Result<_, _>>()?,
                counts: (0..fields.len())
                    .map(|place| row.int(4 + place * 3))
                    .collect::<Result<_, _>>()?,
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
        let ends = self.conn().row(statement.cached_if_common(), |row| {
            Ok(row.opt_text(0)?.zip(row.opt_text(1)?))
        })?;
        Ok(ends.flatten())
    }

    /// `SELECT key AS g, … FROM … WHERE …` of every source of the list.
    fn push_all(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        (grouped, key): (&Grouped<'_>, Key),
        columns: &str,
        statement: &mut Statement,
    ) -> Result<(), StoreError> {
        for (place, source) in self.counted(object, query)?.iter().enumerate() {
            statement.push(if place == 0 { "" } else { " UNION ALL " });
            statement.push("SELECT ");
            push_key(object, grouped, key, statement);
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
fn push_key(object: &'static Object, grouped: &Grouped<'_>, key: Key, statement: &mut Statement) {
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
        // As it is, the groups come in the order of an index of the field.
        _ if key == Key::Bare => {
            statement.push(&value);
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
