//! Lists: filtered, sorted, paged by key.

use relasi_domain::{
    filter::{Condition, SortKey},
    identity::access::Limit,
    record::Object,
    text,
};
use serde_json::Value as Json;

use super::{
    Store, condition,
    json::{self, References},
    keyset::{Key, push_after, push_order},
    layout::{Form, Layout, layout},
    scan,
};
use crate::{Dialect, StoreError, sql::Statement};

/// What a list is asked for.
#[derive(Debug)]
pub struct Query<'q> {
    /// Resolved filter; none lets everything through.
    pub filter: Option<&'q Condition>,
    /// Sort keys; the id breaks ties in the direction of the last one.
    pub sort: &'q [SortKey],
    /// Search text; with it the newest match comes first and `sort` is not used.
    pub text: Option<&'q str>,
    /// Sort values and id of the last row of the page before.
    pub after: Option<&'q [Json]>,
    /// Rows to return.
    pub limit: usize,
    /// The trash instead of the living.
    pub trashed: bool,
    /// Which records the caller may see.
    pub visible: Limit<'q>,
    /// Fields to return; all when empty.
    pub fields: &'q [String],
    /// Reference fields whose targets are to be named.
    pub follow: &'q [String],
}

impl<'q> Query<'q> {
    /// The search text, where there are search rows to look for it.
    fn searched(&self, object: &'static Object) -> Option<&'q str> {
        self.text.filter(|_| object.searchable && !self.trashed)
    }
}

/// A page of records as JSON.
#[derive(Debug, Default)]
pub struct Page {
    /// The records, comma-separated JSON objects.
    pub items: Vec<u8>,
    /// How many they are.
    pub count: usize,
    /// Sort values and id of the last row, when more rows follow.
    pub next: Option<Vec<Json>>,
    /// What the records refer to, for `include`.
    pub references: References,
}

impl Store<'_> {
    /// One page of a list.
    pub fn page(&mut self, object: &'static Object, query: &Query<'_>) -> Result<Page, StoreError> {
        if query.visible.is_nothing() {
            return Ok(Page::default());
        }
        let narrowed;
        let columns = if query.fields.is_empty() {
            layout(object)
        } else {
            narrowed = layout(object).only(query.fields);
            &narrowed
        };
        let keys = self.keys(object, query);
        let mut statement = Statement::new(format!("SELECT {}", columns.select));
        for key in &keys {
            statement.push(", ").push(&key.column);
        }
        self.push_from(object, query, &mut statement);
        push_after(&keys, query.after, &mut statement)?;
        push_order(&keys, &mut statement);
        statement.limit(u32::try_from(query.limit + 1).unwrap_or(u32::MAX));
        if query.filter.is_some() || !query.fields.is_empty() {
            statement.uncached();
        }
        self.read_page(columns, &keys, query, &statement)
    }

    /// How many records a list has, counted up to `cap`.
    pub fn count(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        cap: usize,
    ) -> Result<usize, StoreError> {
        if query.visible.is_nothing() {
            return Ok(0);
        }
        let mut statement = Statement::new("SELECT count(*) FROM (SELECT 1 AS one");
        self.push_from(object, query, &mut statement);
        statement.push(&format!(" LIMIT {cap}) AS counted"));
        let count = self.conn().row(statement.uncached(), |row| row.int(0))?;
        Ok(count.and_then(|n| usize::try_from(n).ok()).unwrap_or(0))
    }

    fn read_page(
        &mut self,
        columns: &Layout,
        keys: &[Key],
        query: &Query<'_>,
        statement: &Statement,
    ) -> Result<Page, StoreError> {
        let mut page = Page::default();
        let mut last = Vec::new();
        let mut more = false;
        page.items.reserve(query.limit * 700);
        self.conn().for_each(statement, |row| {
            if page.count == query.limit {
                more = true;
                return Ok(());
            }
            if page.count > 0 {
                page.items.push(b',');
            }
            json::write_row(
                columns,
                row,
                &mut page.items,
                query.follow,
                &mut page.references,
            )?;
            page.count += 1;
            if page.count == query.limit {
                for (offset, key) in keys.iter().enumerate() {
                    let index = columns.columns.len() + offset;
                    last.push(match key.form {
                        Form::Text | Form::Json => row.opt_text(index)?.into(),
                        Form::Boolean => row.opt_bool(index)?.into(),
                        Form::Integer | Form::Instant => Json::from(row.opt_int(index)?),
                    });
                }
            }
            Ok(())
        })?;
        page.next = more.then_some(last);
        Ok(page)
    }

    fn keys(&self, object: &'static Object, query: &Query<'_>) -> Vec<Key> {
        let newest = |column: &str, form| Key {
            column: column.to_owned(),
            form,
            descending: true,
            nullable: false,
        };
        if let Some(needle) = query.text {
            return vec![match (query.searched(object), self.dialect()) {
                // The full-text index gives its rows in this order by itself, so that a page need not see them all.
                (Some(_), Dialect::Sqlite) if all_indexed(&needles(needle)) => {
                    newest("f.rowid", Form::Integer)
                }
                (Some(_), Dialect::Sqlite) => newest("d.rid", Form::Integer),
                (Some(_), Dialect::Postgres) => newest("d.record_id", Form::Text),
                (None, _) => newest("t.id", Form::Text),
            }];
        }
        let mut keys: Vec<Key> = query
            .sort
            .iter()
            .map(|sort| {
                let field = sort.field;
                let always = matches!(field.name.as_ref(), "created_at" | "updated_at");
                Key {
                    column: format!("t.{}", field.key_column()),
                    form: Form::of(&field.kind),
                    descending: sort.descending,
                    nullable: !(field.keyed || field.required || always),
                }
            })
            .collect();
        let descending = keys.last().is_some_and(|key| key.descending);
        keys.push(Key {
            column: "t.id".to_owned(),
            form: Form::Text,
            descending,
            nullable: false,
        });
        keys
    }

    /// `FROM … WHERE …` with everything but the position in the list.
    fn push_from(&self, object: &'static Object, query: &Query<'_>, statement: &mut Statement) {
        let workspace = self.workspace();
        if let Some(needle) = query.searched(object) {
            self.push_search_from(object, needle, statement);
        } else {
            statement
                .push(&format!(" FROM {} t WHERE t.workspace_id = ", object.table))
                .bind(workspace);
        }
        statement.push(if query.trashed {
            " AND t.deleted_at IS NOT NULL"
        } else {
            " AND t.deleted_at IS NULL"
        });
        condition::push_visible(&query.visible, "t", statement);
        if let (Some(needle), None) = (query.text, query.searched(object)) {
            scan::push_found(object, needle, self.dialect(), statement);
        }
        if let Some(filter) = query.filter {
            statement.push(" AND ");
            condition::push_condition(filter, "t", self.dialect(), statement);
        }
    }

    fn push_search_from(&self, object: &'static Object, needle: &str, statement: &mut Statement) {
        let needles = needles(needle);
        let indexed = all_indexed(&needles);
        // Matches first, then their records by primary key: CROSS JOIN keeps SQLite to it, and OFFSET PostgreSQL, which
        // may compare each match with each record otherwise while it has no statistics of them.
        let (table, name) = (object.table, object.name);
        let same = "t.workspace_id = d.workspace_id AND t.id = d.record_id";
        let join = match self.dialect() {
            Dialect::Sqlite => format!(
                "search_documents d CROSS JOIN {table} t WHERE {same} AND d.object = '{name}' AND d.workspace_id = "
            ),
            Dialect::Postgres => format!(
                "search_documents d CROSS JOIN LATERAL (SELECT t.* FROM {table} t WHERE {same} OFFSET 0) t WHERE d.object = '{name}' AND d.workspace_id = "
            ),
        };
        if self.dialect() == Dialect::Sqlite && indexed {
            statement
                .push(" FROM search_fragments f CROSS JOIN ")
                .push(&join)
                .bind(self.workspace());
            statement
                .push(" AND d.rid = f.rowid AND f.text MATCH ")
                .bind(phrases(&needles));
        } else {
            statement.push(" FROM ").push(&join).bind(self.workspace());
            push_contains(&needles, self.dialect(), statement);
        }
    }
}

/// Long enough for the trigram index, which knows nothing shorter.
pub(super) fn all_indexed(needles: &[String]) -> bool {
    needles.iter().all(|needle| needle.chars().count() >= 3)
}

/// A full-text query for records with one of the fragments.
pub(super) fn phrases(needles: &[String]) -> String {
    let phrases: Vec<String> = needles.iter().map(|needle| quoted(needle)).collect();
    phrases.join(" OR ")
}

/// `AND …` for search rows `d` with one of the fragments, without the full-text index of SQLite.
pub(super) fn push_contains(needles: &[String], dialect: Dialect, statement: &mut Statement) {
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
