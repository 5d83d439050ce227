//! Where a search text is looked for: the search rows of records, on SQLite by way of the full-text index.

use relasi_domain::{identity::access::Limit, record::Object, text};

use super::{
    Store,
    condition::{contains, push_joined},
};
use crate::{Dialect, StoreError, sql::Statement};

/// Where matches of a search come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The search rows of records.
    Documents,
    /// Search rows that wait for the full-text index, newest first: all after this one.
    Waiting { after: i64 },
    /// Search rows that the full-text index finds, up to this one: those that waited may have got into it meanwhile.
    Indexed { last: i64 },
}

impl Store<'_> {
    /// The sources that hold all matches of a search, newest first over all of them.
    pub(super) fn search_sources(&mut self, needles: &[String]) -> Result<Vec<Found>, StoreError> {
        if self.dialect() == Dialect::Postgres || !all_indexed(needles) {
            return Ok(vec![Found::Documents]);
        }
        let last = self.conn().last_indexed_search_row()?;
        Ok(vec![
            Found::Waiting { after: last },
            Found::Indexed { last },
        ])
    }

    /// `FROM … WHERE …` for search rows `d` of an object with one of the fragments.
    pub(super) fn push_found(
        &self,
        needles: &[String],
        object: &'static Object,
        found: Found,
        join: &str,
        statement: &mut Statement,
    ) {
        statement.push(" FROM ");
        if matches!(found, Found::Indexed { .. }) {
            statement.push("search_fragments f CROSS JOIN ");
        }
        statement
            .push("search_documents d")
            .push(join)
            .push(" WHERE d.object = '")
            .push(object.name)
            // The plus keeps SQLite from reading a workspace's rows by the workspace instead of by their number, the newest
            // first: a page would wait for all of them.
            .push(match (found, self.dialect()) {
                (Found::Waiting { .. } | Found::Documents, Dialect::Sqlite) => {
                    "' AND +d.workspace_id = "
                }
                _ => "' AND d.workspace_id = ",
            })
            .bind(self.workspace());
        match found {
            Found::Indexed { last } => {
                statement
                    .push(" AND d.rid = f.rowid AND f.text MATCH ")
                    .bind(phrases(needles));
                statement.push(" AND f.rowid <= ").bind(last);
            }
            Found::Waiting { after } => {
                statement.push(" AND d.rid > ").bind(after);
                push_contains(needles, self.dialect(), statement);
            }
            Found::Documents => push_contains(needles, self.dialect(), statement),
        }
    }
}

/// `AND …` for search rows `d` whose name has one of the fragments, where a limit lets nothing else be searched.
pub(super) fn push_named(
    limit: &Limit<'_>,
    needle: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    if !limit.by_name {
        return;
    }
    let either = text::key_fragments(needle)
        .iter()
        .map(|fragment| contains("d.title_key", fragment, dialect))
        .collect();
    statement.push(" AND ");
    push_joined(either, " OR ", "1 = 0", statement);
}

/// Long enough for the trigram index, which knows nothing shorter.
pub(super) fn all_indexed(needles: &[String]) -> bool {
    needles.iter().all(|needle| needle.chars().count() >= 3)
}

/// A full-text query for records with one of the fragments.
fn phrases(needles: &[String]) -> String {
    let phrases: Vec<String> = needles.iter().map(|needle| quoted(needle)).collect();
    phrases.join(" OR ")
}

/// `AND …` for search rows `d` with one of the fragments, without the full-text index of SQLite.
fn push_contains(needles: &[String], dialect: Dialect, statement: &mut Statement) {
    for (index, needle) in needles.iter().enumerate() {
        statement.push(if index == 0 { " AND (" } else { " OR " });
        match dialect {
            Dialect::Sqlite => statement.push("instr(d.text, ").bind(needle).push(") > 0"),
            Dialect::Postgres => statement.push("d.text LIKE ").bind(like(needle)),
        };
    }
    statement.push(")");
}

/// The fragments of which one must occur: the text itself, and for what looks like a part of a phone number also its
/// digits as they are stored.
pub fn needles(needle: &str) -> Vec<String> {
    let mut needles = vec![text::search_text(needle)];
    let digits = text::digits(needle).len();
    if digits >= 4
        && needle
            .chars()
            .all(|c| c.is_numeric() || "+-() .".contains(c))
    {
        let key = text::phone_key(needle);
        if key != needles[0] {
            needles.push(key);
        }
    }
    needles
}

/// A phrase of the full-text query language: everything in it is text.
fn quoted(needle: &str) -> String {
    format!("\"{}\"", needle.replace('"', "\"\""))
}

/// A LIKE pattern that contains the text itself.
fn like(needle: &str) -> String {
    let mut pattern = String::from("%");
    for c in needle.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
