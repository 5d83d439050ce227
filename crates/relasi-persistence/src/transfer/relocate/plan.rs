//! Which tables go, in an order in which each refers to those before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    database::{Conn, Dialect},
    error::StoreError,
    sql::Statement,
    transfer::{Column, columns},
};

#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) tables: Vec<Whole>,
}

/// A table with all its columns.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Places of the columns that tell its rows apart.
    pub(super) key: Vec<usize>,
    /// Places of the columns that refer to rows which come later.
    pub(super) later: BTreeSet<usize>,
}

impl Whole {
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|one| one.name.as_str()).collect();
        names.join(", ")
    }

    pub(super) fn key_names(&self) -> String {
        let names = self.key.iter().map(|at| self.columns[*at].name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    pub(super) fn has_later(&self) -> bool {
        !self.later.is_empty()
    }

    fn place(&self, column: &str) -> Result<usize, StoreError> {
        let place = self.columns.iter().position(|one| one.name == column);
        place.ok_or_else(|| StoreError::Other(format!("{}.{column} is not there", self.name)))
    }
}

/// A reference of one table to another.
#[derive(Debug, Default)]
struct Reference {
    table: String,
    to: String,
    /// Its columns that may be empty: without them it refers to nothing.
    optional: Vec<String>,
}

/// Reads the plan from PostgreSQL.
pub(super) fn plan(conn: &mut Conn) -> Result<Plan, StoreError> {
    debug_assert_eq!(conn.dialect(), Dialect::Postgres);
    let mut tables = BTreeMap::new();
    for (table, column) in keys(conn)? {
        if !tables.contains_key(&table) {
            let columns = columns(conn, &table)?;
            tables.insert(
                table.clone(),
                Whole {
                    name: table.clone(),
                    columns,
                    key: Vec::new(),
                    later: BTreeSet::new(),
                },
            );
        }
        if let Some(whole) = tables.get_mut(&table) {
            let place = whole.place(&column)?;
            whole.key.push(place);
        }
    }
    let references = references(conn)?;
    Ok(Plan {
        tables: in_order(tables, references)?,
    })
}

/// Tables and the columns of their primary keys. A table without one could not be compared, so there must be none.
fn keys(conn: &mut Conn) -> Result<Vec<(String, String)>, StoreError> {
    let keyless = Statement::new(
        "SELECT CAST(c.relname AS TEXT) FROM pg_class c WHERE c.relnamespace = CAST(current_schema() AS regnamespace) \
         AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
         AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) LIMIT 1",
    );
    if let Some(name) = conn.row(&keyless, |row| row.text(0))? {
        return Err(StoreError::Other(format!("{name} has no primary key")));
    }
    let keys = Statement::new(
        "SELECT CAST(c.relname AS TEXT), CAST(a.attname AS TEXT) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place) \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number \
         WHERE i.indisprimary AND c.relnamespace = CAST(current_schema() AS regnamespace) AND NOT c.relispartition \
         AND c.relname NOT LIKE '\\_\\_diesel%' ORDER BY 1, k.place",
    );
    conn.rows(&keys, |row| Ok((row.text(0)?, row.text(1)?)))
}

fn references(conn: &mut Conn) -> Result<Vec<Reference>, StoreError> {
    let all = Statement::new(
        "SELECT CAST(c.oid AS TEXT), CAST(t.relname AS TEXT), CAST(r.relname AS TEXT), CAST(a.attname AS TEXT), \
         NOT a.attnotnull FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
         CROSS JOIN LATERAL unnest(c.conkey) AS k(number) \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number \
         WHERE c.contype = 'f' AND t.relnamespace = CAST(current_schema() AS regnamespace) AND NOT t.relispartition",
    );
    let mut found: BTreeMap<String, Reference> = BTreeMap::new();
    conn.for_each(&all, |row| {
        let reference = found.entry(row.text(0)?).or_default();
        reference.table = row.text(1)?;
        reference.to = row.text(2)?;
        if row.bool(4)? {
            reference.optional.push(row.text(3)?);
        }
        Ok(())
    })?;
    Ok(found.into_values().collect())
}

/// Where tables refer to each other in a circle, the columns that may be empty wait.
fn in_order(
    mut waiting: BTreeMap<String, Whole>,
    mut references: Vec<Reference>,
) -> Result<Vec<Whole>, StoreError> {
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let holds = |reference: &Reference| waiting.contains_key(&reference.to);
        let free: Vec<String> = waiting
            .keys()
            .filter(|name| {
                !references
                    .iter()
                    .any(|one| one.table == **name && holds(one))
            })
            .cloned()
            .collect();
        if free.is_empty() {
            // A circle: the first reference in it that may be empty is written afterwards.
            let circle = references.iter().position(|one| {
                waiting.contains_key(&one.table) && holds(one) && !one.optional.is_empty()
            });
            let Some(circle) = circle else {
                return Err(StoreError::Other(
                    "tables refer to each other in a circle".to_owned(),
                ));
            };
            let reference = references.swap_remove(circle);
            if let Some(table) = waiting.get_mut(&reference.table) {
                for column in &reference.optional {
                    let place = table.place(column)?;
                    table.later.insert(place);
                }
            }
        }
        ordered.extend(free.iter().filter_map(|name| waiting.remove(name)));
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[&str]) -> (String, Whole) {
        let column = |name: &&str| Column::text(name);
        let whole = Whole {
            name: name.to_owned(),
            columns: columns.iter().map(column).collect(),
            key: vec![0],
            later: BTreeSet::new(),
        };
        (name.to_owned(), whole)
    }

    fn reference(table: &str, to: &str, optional: &[&str]) -> Reference {
        Reference {
            table: table.to_owned(),
            to: to.to_owned(),
            optional: optional.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn references_come_after_what_they_name_and_circles_wait() {
        let tables = BTreeMap::from([
            table("a", &["id", "b_id"]),
            table("b", &["id", "c_id"]),
            table("c", &["id", "a_id", "c_id"]),
        ]);
        let references = vec![
            reference("a", "b", &[]),
            reference("b", "c", &[]),
            reference("c", "a", &["a_id"]),
            reference("c", "c", &["c_id"]),
        ];
        let ordered = in_order(tables, references).unwrap();
        let names: Vec<&str> = ordered.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["c", "b", "a"]);
        assert_eq!(ordered[0].later, BTreeSet::from([1, 2]));
        assert!(!ordered[1].has_later());
    }

    #[test]
    fn a_circle_of_what_must_be_there_is_told() {
        let tables = BTreeMap::from([table("a", &["id"]), table("b", &["id"])]);
        let references = vec![reference("a", "b", &[]), reference("b", "a", &[])];
        assert!(in_order(tables, references).is_err());
    }
}
