//! One page of records, and what is noted in them.

use std::collections::BTreeSet;

use relasi_domain::{
    field::FieldRef,
    identity::access::{Access, Action},
    people::problem,
    record::{Document, Object},
};
use relasi_persistence::{
    Conn, Statement,
    store::{Query, Store, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::tally::Standard;
use crate::{platform::jobs::JobError, refusal::Result};

/// Records read in one go.
const PAGE: usize = 1_000;

type Read = (Vec<Document>, BTreeSet<String>, Option<Vec<Value>>);

/// A page, the records of open pairs in it, and where the next one begins.
pub(super) fn page(
    conn: &mut Conn,
    access: &Access,
    standard: &Standard,
    after: Option<&[Value]>,
) -> std::result::Result<Read, JobError> {
    let object = standard.object;
    let always = ["version", "owner_id", "updated_at", "last_activity_at"];
    let own: &[&str] = match object.name {
        "deal" => &["status", "close_date"],
        "lead" => &["status", "emails", "phones", "problems"],
        _ => &["emails", "phones", "problems"],
    };
    let mut fields: BTreeSet<String> = always
        .iter()
        .chain(own)
        .map(|name| (*name).to_owned())
        .collect();
    let asked = standard
        .fields
        .iter()
        .map(|field: &FieldRef| match field.custom {
            Some(_) => "custom".to_owned(),
            None => field.name.to_string(),
        });
    fields.extend(asked);
    let fields: Vec<String> = fields.into_iter().collect();
    let query = Query {
        filter: None,
        sort: &[],
        text: None,
        after,
        limit: PAGE,
        trashed: false,
        visible: access.limit(object, Action::See),
        fields: &fields,
        follow: &[],
    };
    let page = Store::new(conn, access).page(object, &query)?;
    let items = [b"[".as_slice(), &page.items, b"]"].concat();
    let documents: Vec<Document> =
        serde_json::from_slice(&items).map_err(|_| JobError::Failed("record_unreadable"))?;
    let alike = match (documents.first(), documents.last()) {
        (Some(first), Some(last)) => {
            let ends = (text_of(first, "id"), text_of(last, "id"));
            alike(conn, access.workspace_id, object, ends)?
        }
        _ => BTreeSet::new(),
    };
    Ok((documents, alike, page.next))
}

/// Records of open pairs between two ids.
fn alike(
    conn: &mut Conn,
    workspace: Uuid,
    object: &Object,
    (first, last): (String, String),
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for side in ["left_id", "right_id"] {
        let mut statement = Statement::new(format!(
            "SELECT {side} FROM duplicate_pairs WHERE state = 'open' AND workspace_id = "
        ));
        statement
            .bind(workspace)
            .push(" AND object = ")
            .bind(object.name);
        statement
            .push(&format!(" AND {side} BETWEEN "))
            .bind(&first)
            .push(" AND ")
            .bind(&last);
        found.extend(conn.rows(&statement, |row| row.text(0))?);
    }
    Ok(found)
}

/// Notes what is wrong with a record, unless it was written meanwhile and knows it itself.
pub(super) fn mark(
    conn: &mut Conn,
    access: &Access,
    object: &'static Object,
    (id, version): (&str, i64),
    problems: &[&str],
) -> Result<()> {
    let workspace = access.workspace_id;
    let mut statement = Statement::new(format!("UPDATE {} SET problems = ", object.table));
    statement
        .bind(json!(problems).to_string())
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    statement
        .push(" AND id = ")
        .bind(id)
        .push(" AND version = ")
        .bind(version);
    if conn.execute(&statement)? == 0 {
        return Ok(());
    }
    let mut former = Statement::new("DELETE FROM field_index WHERE workspace_id = ");
    former
        .bind(workspace)
        .push(" AND object = ")
        .bind(object.name)
        .push(" AND field = 'problems' AND record_id = ")
        .bind(id);
    former
        .push(" AND value IN (")
        .bind_all(problem::PROBLEMS.iter().map(AsRef::as_ref))
        .push(")");
    conn.execute(&former)?;
    let rows = problems.iter().map(|one| {
        let workspace = workspace.to_string();
        [workspace.as_str(), object.name, "problems", one, id]
            .map(Into::into)
            .into()
    });
    let rows: Vec<Vec<relasi_persistence::sql::Value>> = rows.collect();
    let columns = ["workspace_id", "object", "field", "value", "record_id"];
    Store::new(conn, access).insert_rows("field_index", &columns, &rows)?;
    Ok(())
}
