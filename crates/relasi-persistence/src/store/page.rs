//! Lists: filtered, sorted, paged by key.

use relasi_domain::{
    filter::{Condition, SortKey},
    identity::access::Limit,
    record::Object,
};
use serde_json::Value as Json;

use super::{
    Store, condition,
    fragments::{Source, needles},
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

/// A page that is being read, with the position of its last row and whether more rows follow.
#[derive(Default)]
struct Filling {
    page: Page,
    last: Vec<Json>,
    more: bool,
}

impl Store<'_> {
    /// Where a list's rows come from, one source after the other.
    fn sources(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
    ) -> Result<Vec<Source>, StoreError> {
        match query.searched(object) {
            Some(needle) => self.search_sources(&needles(needle)),
            None => Ok(vec![Source::Records]),
        }
    }

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
        let mut filling = Filling::default();
        filling.page.items.reserve(query.limit * 700);
        for source in self.sources(object, query)? {
            let keys = self.keys(query, source);
            let mut statement = Statement::new(format!("SELECT {}", columns.select));
            for key in &keys {
                statement.push(", ").push(&key.column);
            }
            self.push_from(object, query, source, &mut statement);
            push_after(&keys, query.after, &mut statement)?;
            push_order(&keys, &mut statement);
            let wanted = query.limit - filling.page.count + 1;
            statement.limit(u32::try_from(wanted).unwrap_or(u32::MAX));
            if query.filter.is_some() || !query.fields.is_empty() {
                statement.uncached();
            }
            self.read_rows(columns, &keys, query, &statement, &mut filling)?;
            if filling.more {
                break;
            }
        }
        filling.page.next = filling.more.then_some(filling.last);
        Ok(filling.page)
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
        let mut counted = 0;
        for source in self.sources(object, query)? {
            let mut statement = Statement::new("SELECT count(*) FROM (SELECT 1 AS one");
            self.push_from(object, query, source, &mut statement);
            statement.push(&format!(" LIMIT {}) AS counted", cap - counted));
            let count = self.conn().row(statement.uncached(), |row| row.int(0))?;
            counted += count.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        }
        Ok(counted)
    }

    fn read_rows(
        &mut self,
        columns: &Layout,
        keys: &[Key],
        query: &Query<'_>,
        statement: &Statement,
        filling: &mut Filling,
    ) -> Result<(), StoreError> {
        let Filling { page, last, more } = filling;
        self.conn().for_each(statement, |row| {
            if page.count == query.limit {
                *more = true;
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
        })
    }

    fn keys(&self, query: &Query<'_>, source: Source) -> Vec<Key> {
        let newest = |column: &str, form| Key {
            column: column.to_owned(),
            form,
            descending: true,
            nullable: false,
        };
        if query.text.is_some() {
            return vec![match (source, self.dialect()) {
                // The full-text index gives its rows in this order by itself, so that a page need not see them all.
                (Source::Indexed { .. }, _) => newest("f.rowid", Form::Integer),
                (Source::Waiting { .. } | Source::Documents, Dialect::Sqlite) => {
                    newest("d.rid", Form::Integer)
                }
                (Source::Waiting { .. } | Source::Documents, Dialect::Postgres) => {
                    newest("d.record_id", Form::Text)
                }
                (Source::Records, _) => newest("t.id", Form::Text),
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
    fn push_from(
        &self,
        object: &'static Object,
        query: &Query<'_>,
        source: Source,
        statement: &mut Statement,
    ) {
        let table = object.table;
        if let Some(needle) = query.searched(object) {
            // Matches first, then their records by primary key: CROSS JOIN keeps SQLite to it, and OFFSET PostgreSQL,
            // which may compare each match with each record otherwise while it has no statistics of them.
            let same = "t.workspace_id = d.workspace_id AND t.id = d.record_id";
            let join = match self.dialect() {
                Dialect::Sqlite => format!(" CROSS JOIN {table} t ON {same}"),
                Dialect::Postgres => format!(
                    " CROSS JOIN LATERAL (SELECT t.* FROM {table} t WHERE {same} OFFSET 0) t"
                ),
            };
            self.push_found(&needles(needle), object, source, &join, statement);
        } else {
            statement
                .push(&format!(" FROM {table} t WHERE t.workspace_id = "))
                .bind(self.workspace());
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
}
