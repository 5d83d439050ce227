//! Search rows: written with the record, read best match first.

use relasi_domain::{
    field::{Kind, Point},
    identity::access::Limit,
    record::{Document, Object},
    shape::Shape,
    text,
};
use serde_json::Value as Json;

use super::{
    Store,
    fragments::{Found, needles, push_named},
    reach::push_visible_found,
    write::text_of,
};
use crate::{
    Dialect, Row, StoreError,
    sql::{Statement, Value},
};

const SEARCH_COLUMNS: [&str; 8] = [
    "workspace_id",
    "object",
    "record_id",
    "title_key",
    "title",
    "text",
    "owner_id",
    "team_id",
];

impl Store<'_> {
    pub(super) fn insert_search_rows(&mut self, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite && !rows.is_empty() {
            self.conn().makes_search_rows();
        }
        self.insert_rows("search_documents", &SEARCH_COLUMNS, rows)
    }

    pub(super) fn replace_search_row(
        &mut self,
        object: &'static Object,
        document: &Document,
    ) -> Result<(), StoreError> {
        self.remove_search_row(&text_of(document, "id"))?;
        let shape = Shape::new(object, &self.customs);
        let row = search_row(self.workspace(), shape, document);
        self.insert_search_rows(&[row])
    }

    /// Takes a trashed record out of the search.
    pub fn unlist(&mut self, object: &'static Object, id: &str) -> Result<(), StoreError> {
        if object.searchable {
            self.remove_search_row(id)
        } else {
            Ok(())
        }
    }

    /// Puts a restored record back into the search.
    pub fn list_again(
        &mut self,
        object: &'static Object,
        document: &Document,
    ) -> Result<(), StoreError> {
        if object.searchable {
            self.replace_search_row(object, document)
        } else {
            Ok(())
        }
    }

    /// Takes a record out of the search.
    pub(super) fn remove_search_row(&mut self, id: &str) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite {
            let mut statement = Statement::new(
                "DELETE FROM search_fragments WHERE rowid = (SELECT rid FROM search_documents WHERE workspace_id = ",
            );
            statement
                .bind(self.workspace())
                .push(" AND record_id = ")
                .bind(id)
                .push(")");
            self.conn().execute(&statement)?;
        }
        let mut statement = Statement::new("DELETE FROM search_documents WHERE workspace_id = ");
        statement
            .bind(self.workspace())
            .push(" AND record_id = ")
            .bind(id);
        self.conn().execute(&statement).map(drop)
    }
}

pub(super) fn search_row(workspace: &str, shape: Shape<'_>, document: &Document) -> Vec<Value> {
    let object = shape.object;
    let title = text_of(document, object.title);
    vec![
        workspace.into(),
        object.name.into(),
        text_of(document, "id").into(),
        text::sort_key(&title).into(),
        title.into(),
        search_text(shape, document).into(),
        optional(document, "owner_id"),
        optional(document, "team_id"),
    ]
}

fn optional(document: &Document, name: &str) -> Value {
    document.get(name).and_then(Json::as_str).into()
}

/// What a record is found by: its searched fields, normalised; phone numbers by their digits as well.
pub fn search_text<'s>(shape: impl Into<Shape<'s>>, document: &Document) -> String {
    let mut words = Vec::new();
    for field in shape.into().fields().filter(|field| field.searched) {
        match (&field.kind, field.of(document)) {
            (Kind::Many(_), Json::Array(entries)) => {
                for entry in entries {
                    let text = entry["value"].as_str().unwrap_or_default();
                    words.push(text::search_text(text));
                    if field.name == "phones" {
                        words.push(text::digits(text));
                        words.push(text::phone_key(text));
                    }
                }
            }
            (Kind::Point(Point::Phone), Json::String(text)) => {
                words.extend([text::digits(text), text::phone_key(text)]);
            }
            (_, Json::String(text)) => words.push(text::search_text(text)),
            _ => {}
        }
    }
    words.dedup();
    words.join("\n")
}

/// Something that the global search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The object.
    pub object: String,
    /// The record.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its name, normalised.
    pub title_key: String,
    /// All that it is found by, normalised.
    pub text: String,
}

/// What is read of a search row.
const HIT: &str = "SELECT d.object, d.record_id, d.title, d.title_key, d.text";

/// How many fragment matches are looked at before ranking; the newest count.
const CANDIDATES: u32 = 200;

impl Store<'_> {
    /// Candidates for a search text: names that begin with it, then the newest that contain it.
    ///
    /// `visible` is asked for each object; objects without it are left out.
    pub fn candidates(
        &mut self,
        needle: &str,
        visible: &[(&'static Object, Limit<'_>)],
    ) -> Result<Vec<Hit>, StoreError> {
        let mut hits = Vec::new();
        let key = text::sort_key(needle);
        for (object, limit) in visible.iter().filter(|(_, limit)| !limit.is_nothing()) {
            // By the object's own index of names.
            let Object { table, title, .. } = object;
            let mut statement = Statement::new(HIT);
            statement
                .push(&format!(
                    " FROM {table} t JOIN search_documents d ON d.workspace_id = t.workspace_id AND d.record_id = t.id WHERE d.workspace_id = "
                ))
                .bind(self.workspace())
                .push(" AND d.object = ")
                .bind(object.name);
            push_visible_found(limit, "d", self.dialect(), &mut statement);
            statement
                .push(" AND t.deleted_at IS NULL AND t.workspace_id = ")
                .bind(self.workspace());
            statement
                .push(&format!(" AND t.{title}_key >= "))
                .bind(key.as_str());
            statement
                .push(&format!(" AND t.{title}_key < "))
                .bind(format!("{key}\u{10FFFF}"));
            statement
                .push(&format!(" ORDER BY t.{title}_key"))
                .limit(20);
            hits.extend(self.conn().rows(&statement, hit)?);
        }
        let forms = needles(needle);
        let sources = self.search_sources(&forms)?;
        for (object, limit) in visible.iter().filter(|(_, limit)| !limit.is_nothing()) {
            for found in &sources {
                let statement = self.fragment_hits((needle, &forms), object, limit, *found);
                hits.extend(self.conn().rows(&statement, hit)?);
            }
        }
        Ok(hits)
    }

    fn fragment_hits(
        &self,
        (needle, forms): (&str, &[String]),
        object: &'static Object,
        limit: &Limit<'_>,
        found: Found,
    ) -> Statement {
        let mut statement = Statement::new(HIT);
        self.push_found(forms, object, found, "", &mut statement);
        push_named(limit, needle, self.dialect(), &mut statement);
        push_visible_found(limit, "d", self.dialect(), &mut statement);
        let newest = match (found, self.dialect()) {
            (Found::Indexed { .. }, _) => " ORDER BY f.rowid DESC",
            (_, Dialect::Sqlite) => " ORDER BY d.rid DESC",
            (_, Dialect::Postgres) => " ORDER BY d.record_id DESC",
        };
        statement.push(newest).limit(CANDIDATES);
        statement
    }
}

fn hit(row: &Row<'_>) -> Result<Hit, StoreError> {
    Ok(Hit {
        object: row.text(0)?,
        id: row.text(1)?,
        title: row.text(2)?,
        title_key: row.text(3)?,
        text: row.text(4)?,
    })
}
