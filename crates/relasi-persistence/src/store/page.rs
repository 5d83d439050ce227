//! Lists: filtered, sorted, paged by key.

use std::sync::Arc;

use relasi_domain::{
    field::Field,
    filter::{Condition, SortKey},
    identity::access::{Limit, RecordScope},
    record::Object,
};
use serde_json::Value as Json;

use super::{
    Store, condition, custom,
    driver::{self, Part, Source},
    fragments::{Found, all_indexed, needles, push_named},
    json::{self, References, Shown},
    keyset::{Key, push_after, push_order},
    layout::{Form, layout},
    reach::{push_visible_found, push_visible_page},
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
    pub(super) fn searched(&self, object: &'static Object) -> Option<&'q str> {
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
        let mut page = Page::default();
        if query.visible.is_nothing() {
            return Ok(page);
        }
        let narrowed;
        let columns = if query.fields.is_empty() {
            layout(object)
        } else {
            narrowed = layout(object).only(query.fields);
            &narrowed
        };
        let customs = self.customs.clone();
        let added = shown(customs.of(object), query.fields);
        let shown = Shown {
            layout: columns,
            added: &added,
            follow: query.follow,
        };
        let custom_order = query.sort.iter().any(|key| key.field.custom.is_some());
        page.items.reserve(query.limit * 700);
        for part in self.parts(object, query)? {
            let mut statement = Statement::new(format!("SELECT {}", columns.select));
            for key in &part.keys {
                statement.push(", ").push(&key.column);
            }
            let left = query.limit - page.count;
            let left = u32::try_from(left + 1).unwrap_or(u32::MAX);
            match part.source {
                // Sorts all matches before it gives the first one: their records are not fetched for that.
                Source::Found(Found::Documents)
                    if query.filter.is_none() && self.dialect() == Dialect::Postgres =>
                {
                    statement.push(" FROM (SELECT d.workspace_id, d.record_id");
                    self.push_matches(object, query, Found::Documents, &mut statement);
                    push_after(&part.keys, part.after.as_deref(), &mut statement)?;
                    push_order(&part.keys, &mut statement);
                    statement.limit(left).push(") d");
                    statement.push(&self.record_join(object));
                }
                _ => {
                    self.push_from(object, query, &part.source, &mut statement);
                    push_after(&part.keys, part.after.as_deref(), &mut statement)?;
                }
            }
            push_order(&part.keys, &mut statement);
            statement.limit(left);
            if query.filter.is_some() || !query.fields.is_empty() || custom_order {
                statement.cached_if_common();
            }
            if self.read_part(&shown, &part, query.limit, &statement, &mut page)? {
                return Ok(page);
            }
        }
        page.next = None;
        Ok(page)
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
        for source in self.counted(object, query)? {
            let mut statement = Statement::new("SELECT count(*) FROM (SELECT 1 AS one");
            match source {
                Source::Found(found) if query.filter.is_none() => {
                    self.push_matches(object, query, found, &mut statement);
                }
                _ => self.push_from(object, query, &source, &mut statement),
            }
            statement.push(&format!(" LIMIT {}) AS counted", cap - counted));
            let count = self
                .conn()
                .row(statement.cached_if_common(), |row| row.int(0))?;
            counted += count.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        }
        Ok(counted)
    }

    /// Adds the rows of a part to a page; whether the page is full and more rows follow.
    fn read_part(
        &mut self,
        shown: &Shown<'_>,
        part: &Part,
        limit: usize,
        statement: &Statement,
        page: &mut Page,
    ) -> Result<bool, StoreError> {
        let mut more = false;
        self.conn().for_each(statement, |row| {
            if page.count == limit {
                more = true;
                return Ok(());
            }
            if page.count > 0 {
                page.items.push(b',');
            }
            json::write_row(shown, row, &mut page.items, &mut page.references)?;
            page.count += 1;
            if page.count == limit {
                let mut last: Vec<Json> = Vec::with_capacity(part.keys.len() + 1);
                last.extend(part.without_value.then_some(Json::Null));
                for (offset, key) in part.keys.iter().enumerate() {
                    let index = shown.layout.columns.len() + offset;
                    last.push(match key.form {
                        Form::Text | Form::Json | Form::Custom => row.opt_text(index)?.into(),
                        Form::Boolean => row.opt_bool(index)?.into(),
                        Form::Integer | Form::Instant => Json::from(row.opt_int(index)?),
                    });
                }
                page.next = Some(last);
            }
            Ok(())
        })?;
        Ok(more)
    }

    /// The order of what a search finds: the newest first.
    pub(super) fn newest(&self, found: Found) -> Key {
        match (found, self.dialect()) {
            // The full-text index gives its rows in this order by itself, so that a page need not see them all.
            (Found::Indexed { .. }, _) => newest("f.rowid", Form::Integer),
            (_, Dialect::Sqlite) => newest("d.rid", Form::Integer),
            (_, Dialect::Postgres) => newest("d.record_id", Form::Text),
        }
    }

    /// `FROM … WHERE …` for the matches of a search without their records: search rows are those of living records, with
    /// their owners.
    fn push_matches(
        &self,
        object: &'static Object,
        query: &Query<'_>,
        found: Found,
        statement: &mut Statement,
    ) {
        let needle = query.text.unwrap_or_default();
        let all = needles(needle);
        // PostgreSQL can't know how few of the newest rows somebody sees, and may look for matches among those.
        let matches_first = self.dialect() == Dialect::Postgres
            && query.visible.scope != RecordScope::All
            && all_indexed(&all);
        if matches_first {
            statement.push(" FROM (SELECT d.*");
        }
        self.push_found(&all, object, found, "", statement);
        if matches_first {
            statement.push(" OFFSET 0) d WHERE 1 = 1");
        }
        push_named(&query.visible, needle, self.dialect(), statement);
        push_visible_found(&query.visible, "d", self.dialect(), statement);
    }

    /// `FROM … WHERE …` with everything but the position in the list.
    pub(super) fn push_from(
        &self,
        object: &'static Object,
        query: &Query<'_>,
        source: &Source,
        statement: &mut Statement,
    ) {
        match source {
            Source::Found(found) => {
                let needle = query.text.unwrap_or_default();
                let join = self.record_join(object);
                self.push_found(&needles(needle), object, *found, &join, statement);
                push_named(&query.visible, needle, self.dialect(), statement);
            }
            Source::Index(rows) => self.push_index_from(object, rows, statement),
            Source::Few(ids) => self.push_few(object, ids, statement),
            Source::Records(valueless) => {
                statement
                    .push(&format!(" FROM {} t WHERE t.workspace_id = ", object.table))
                    .bind(self.workspace());
                if let Some(key) = valueless {
                    statement.push(" AND ");
                    custom::push_empty(key, "t", self.dialect(), statement);
                }
            }
        }
        statement.push(if query.trashed {
            " AND t.deleted_at IS NOT NULL"
        } else {
            " AND t.deleted_at IS NULL"
        });
        match source {
            // Search rows know whose their records are, so that those of others need not be fetched.
            Source::Found(_) => {
                push_visible_found(&query.visible, "d", self.dialect(), statement);
            }
            _ => push_visible_page(&query.visible, "t", self.dialect(), statement),
        }
        if let (Some(needle), None) = (query.text, query.searched(object)) {
            let by_name = query.visible.by_name;
            scan::push_found(object, needle, by_name, self.dialect(), statement);
        }
        if let Some(filter) = query.filter {
            statement.push(" AND ");
            condition::push_condition(filter, "t", self.dialect(), statement);
        }
    }

    /// Matches first, then their records by primary key: CROSS JOIN keeps SQLite to it, and OFFSET PostgreSQL, which may
    /// compare each match with each record otherwise while it has no statistics of them.
    fn record_join(&self, object: &'static Object) -> String {
        let table = object.table;
        let same = "t.workspace_id = d.workspace_id AND t.id = d.record_id";
        match self.dialect() {
            Dialect::Sqlite => format!(" CROSS JOIN {table} t ON {same}"),
            Dialect::Postgres => {
                format!(" CROSS JOIN LATERAL (SELECT t.* FROM {table} t WHERE {same} OFFSET 0) t")
            }
        }
    }
}

/// The order of a list of records that isn't read by the index of a custom field.
pub(super) fn keys(object: &'static Object, query: &Query<'_>) -> Vec<Key> {
    if query.text.is_some() {
        return vec![newest("t.id", Form::Text)];
    }
    let mut keys: Vec<Key> = query
        .sort
        .iter()
        .map(|sort| sort_key(object, sort))
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

fn newest(column: &str, form: Form) -> Key {
    Key {
        column: column.to_owned(),
        form,
        descending: true,
        nullable: false,
    }
}

/// The custom fields of an answer with these fields; all when none are named.
fn shown(added: &[Arc<Field>], fields: &[String]) -> Vec<Arc<Field>> {
    let whole = fields.is_empty() || fields.iter().any(|name| name == "custom");
    let named = |field: &&Arc<Field>| whole || fields.iter().any(|name| *name == field.name);
    added.iter().filter(named).cloned().collect()
}

fn sort_key(object: &'static Object, sort: &SortKey) -> Key {
    let field = &sort.field;
    if let Some(custom) = &field.custom {
        return Key {
            column: driver::value_column(object, &custom.key),
            form: Form::Text,
            descending: sort.descending,
            nullable: true,
        };
    }
    let always = matches!(field.name.as_ref(), "created_at" | "updated_at");
    Key {
        column: format!("t.{}", field.key_column()),
        form: Form::of(&field.kind),
        descending: sort.descending,
        nullable: !(field.keyed || field.required || always),
    }
}
