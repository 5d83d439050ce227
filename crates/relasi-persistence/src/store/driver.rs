//! How a list gets to its rows where custom fields decide: by their rows in the value index, or record by record.
//!
//! The planners of the databases can't know how often a value occurs, so the store looks first. A value that few
//! records have leads to those; one that many have is looked up for each record in the order of the list, of which a
//! page needs few.

use relasi_domain::{
    field::Kind,
    filter::{Check, Condition},
    record::Object,
};
use serde_json::Value as Json;

use super::{
    Store, custom,
    fragments::{Found, needles},
    keyset::Key,
    page::{Query, keys},
};
use crate::{Dialect, StoreError, sql::Statement};

/// As many records are read and sorted in no time.
pub(super) const FEW: usize = 1_000;

/// A stretch of a list.
pub(super) struct Part {
    pub(super) source: Source,
    /// Its order.
    pub(super) keys: Vec<Key>,
    /// Where it goes on; none at its beginning.
    pub(super) after: Option<Vec<Json>>,
    /// The records without a value of the field that the list is sorted by: a position in it begins with null.
    pub(super) without_value: bool,
}

/// Where rows come from.
pub(super) enum Source {
    /// The records; with a storage key, those that have no value of that field.
    Records(Option<String>),
    /// The value index.
    Index(Rows),
    /// The records with these ids, which are all that the caller sees.
    Few(Statement),
    /// What a search finds.
    Found(Found),
}

/// Rows of one field in the value index, `f`.
pub(super) struct Rows {
    key: String,
    checks: Vec<Check>,
    /// In the order of their records' titles.
    titled: bool,
}

impl Part {
    fn of(source: Source, keys: Vec<Key>, query: &Query<'_>) -> Self {
        Self {
            source,
            keys,
            after: query.after.map(<[Json]>::to_vec),
            without_value: false,
        }
    }
}

impl Store<'_> {
    /// The stretches of a list from where a page begins, in their order.
    pub(super) fn parts(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
    ) -> Result<Vec<Part>, StoreError> {
        if let Some(needle) = query.searched(object) {
            let found = self.search_sources(&needles(needle))?.into_iter();
            let part = |found| Part::of(Source::Found(found), vec![self.newest(found)], query);
            return Ok(found.map(part).collect());
        }
        let mut keys = keys(object, query);
        let source = self.source(object, query)?;
        if let Source::Index(_) | Source::Few(_) = source {
            return Ok(vec![Part::of(source, keys, query)]);
        }
        let sorted = query.sort.first().filter(|_| query.text.is_none());
        if let Some(custom) = sorted.and_then(|sort| sort.field.custom.as_ref()) {
            return Ok(by_value(&custom.key, keys, query));
        }
        // By id alone, or by title, the index has the records of one value in the order of the list.
        let one = drivers(query.filter).into_iter().find(Rows::is_one_value);
        let titled = is_by_title(object, query);
        match one.filter(|_| (titled || keys.len() == 1) && query.text.is_none()) {
            Some(rows) => {
                if titled {
                    "f.title".clone_into(&mut keys[0].column);
                }
                if let Some(id) = keys.last_mut() {
                    "f.record_id".clone_into(&mut id.column);
                }
                let source = Source::Index(Rows { titled, ..rows });
                Ok(vec![Part::of(source, keys, query)])
            }
            None => Ok(vec![Part::of(source, keys, query)]),
        }
    }

    /// The sources of a list whose order does not matter.
    pub(super) fn counted(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
    ) -> Result<Vec<Source>, StoreError> {
        match query.searched(object) {
            Some(needle) => {
                let found = self.search_sources(&needles(needle))?;
                Ok(found.into_iter().map(Source::Found).collect())
            }
            None => match alone(query.filter) {
                Some(rows) => Ok(vec![Source::Index(rows)]),
                None => Ok(vec![self.source(object, query)?]),
            },
        }
    }

    /// The source of a list in any order: the rows of a value that few records have, or few records that the caller sees,
    /// or else the records.
    fn source(&mut self, object: &'static Object, query: &Query<'_>) -> Result<Source, StoreError> {
        for rows in drivers(query.filter) {
            let mut statement =
                Statement::new("SELECT count(*) FROM (SELECT 1 AS one FROM field_index f WHERE ");
            self.push_rows(object, &rows, &mut statement);
            // By its order, PostgreSQL takes the index; of values that it has no statistics of it expects many.
            statement.push(&format!(" ORDER BY f.value LIMIT {}) AS counted", FEW + 1));
            let count = self
                .conn()
                .row(statement.cached_if_common(), |row| row.int(0))?;
            if count.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count <= FEW)) {
                return Ok(Source::Index(rows));
            }
        }
        Ok(match self.few_visible(object, query)? {
            Some(ids) => Source::Few(ids),
            None => Source::Records(None),
        })
    }

    /// ` FROM …` the rows of a field, each with its record `t`.
    pub(super) fn push_index_from(
        &self,
        object: &'static Object,
        rows: &Rows,
        statement: &mut Statement,
    ) {
        let table = object.table;
        let same = "t.workspace_id = f.workspace_id AND t.id = f.record_id";
        // The index first, then the records by primary key: see the search for why it is written like this.
        statement.push(&match self.dialect() {
            Dialect::Sqlite => format!(" FROM field_index f CROSS JOIN {table} t WHERE {same} AND "),
            Dialect::Postgres => format!(
                " FROM field_index f CROSS JOIN LATERAL (SELECT t.* FROM {table} t WHERE {same} OFFSET 0) t WHERE "
            ),
        });
        self.push_rows(object, rows, statement);
    }

    fn push_rows(&self, object: &'static Object, rows: &Rows, statement: &mut Statement) {
        statement
            .push("f.workspace_id = ")
            .bind(self.workspace())
            .push(&format!(" AND f.object = '{}' AND f.field = ", object.name))
            .bind(rows.key.as_str());
        for check in &rows.checks {
            statement.push(" AND ");
            custom::push_value(check, "f.value", self.dialect(), statement);
        }
        if rows.titled {
            // What the index by title has rows of.
            statement.push(" AND f.title <> ''");
        }
    }
}

/// Whether a list is sorted by the title of its records alone, which rows of custom values know.
fn is_by_title(object: &'static Object, query: &Query<'_>) -> bool {
    match query.sort {
        [one] => one.field.name == object.title && one.field.keyed,
        _ => false,
    }
}

/// A list sorted by a custom field: its rows in the value index, and before or after them the records without a value.
fn by_value(key: &str, keys: Vec<Key>, query: &Query<'_>) -> Vec<Part> {
    let descending = keys[0].descending;
    let rows = Rows {
        key: key.to_owned(),
        checks: Vec::new(),
        titled: false,
    };
    let (last, between) = (keys.len() - 1, keys.iter().skip(1));
    let rest: Vec<Key> = between.map(Key::again).collect();
    let mut all = keys;
    "f.value".clone_into(&mut all[0].column);
    all[0].nullable = false;
    "f.record_id".clone_into(&mut all[last].column);
    let mut with = Part {
        source: Source::Index(rows),
        keys: all,
        after: None,
        without_value: false,
    };
    let mut without = Part {
        source: Source::Records(Some(key.to_owned())),
        keys: rest,
        after: None,
        without_value: true,
    };
    let begun_without = match query.after {
        None => !descending,
        Some(after) if after.first().is_some_and(Json::is_null) => {
            without.after = Some(after[1..].to_vec());
            true
        }
        Some(after) => {
            with.after = Some(after.to_vec());
            false
        }
    };
    match (begun_without, descending) {
        (true, false) => vec![without, with],
        (true, true) => vec![without],
        (false, true) => vec![with, without],
        (false, false) => vec![with],
    }
}

/// The value of a custom field of the record `t`, for lists that are not read by its index. `key` is a storage key, which
/// the product made of letters and digits.
pub(super) fn value_column(object: &'static Object, key: &str) -> String {
    format!(
        "(SELECT s.value FROM field_index s WHERE s.workspace_id = t.workspace_id AND s.record_id = t.id AND s.object = '{}' AND s.field = '{key}')",
        object.name
    )
}

/// What could lead to the records of a filter: the checks of custom fields that every record has to pass.
fn drivers(filter: Option<&Condition>) -> Vec<Rows> {
    let mut rows: Vec<Rows> = Vec::new();
    if let Some(filter) = filter {
        gather(filter, &mut rows);
    }
    rows
}

/// The rows that alone decide which records a filter lets through: without an order, however many they are, no other
/// way is shorter.
fn alone(filter: Option<&Condition>) -> Option<Rows> {
    let tests = match filter? {
        Condition::All(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let plain = |one: &Condition| matches!(one, Condition::Test { .. });
    let rows = drivers(filter).pop()?;
    (tests.iter().all(plain) && rows.checks.len() == tests.len()).then_some(rows)
}

fn gather(condition: &Condition, rows: &mut Vec<Rows>) {
    match condition {
        Condition::All(all) => all.iter().for_each(|one| gather(one, rows)),
        Condition::Test {
            path,
            negated: false,
            check,
        } if path.hops.is_empty() && leads(check, &path.field.kind) => {
            let Some(custom) = &path.field.custom else {
                return;
            };
            let several = matches!(path.field.kind, Kind::Many(_));
            match rows.iter_mut().find(|rows| rows.key == custom.key) {
                // A field has one value, so all checks are of the same row.
                Some(known) if !several => known.checks.push(check.clone()),
                _ => rows.push(Rows {
                    key: custom.key.clone(),
                    checks: vec![check.clone()],
                    titled: false,
                }),
            }
        }
        Condition::Any(_) | Condition::Test { .. } => {}
    }
}

fn leads(check: &Check, kind: &Kind) -> bool {
    match check {
        Check::Empty => false,
        Check::Contains(_) => !matches!(kind, Kind::LongText { .. }),
        _ => true,
    }
}

impl Rows {
    fn is_one_value(&self) -> bool {
        matches!(self.checks.as_slice(), [Check::Has(_)])
            || matches!(self.checks.as_slice(), [Check::Is(values)] if values.len() == 1)
    }
}
