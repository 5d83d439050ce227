//! Names, addresses and numbers of a person, taken out of texts that stay.

use relasi_domain::{
    identity::access::Access,
    record::{Document, Object},
    sales::deal,
    text::sort_key,
};
use relasi_persistence::{
    Conn, Statement,
    personal::{Class, Erase, Mapped},
    store::Store,
    transfer,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Circle, Needles,
    erase::{Counts, add},
    needles::{TAKEN_OUT, containing},
};
use crate::{audit::seal, records::in_trash, refusal::Result};

/// Tables whose texts are made of others, and those that are seen to otherwise.
const OTHERWISE: [&str; 6] = [
    "field_index",
    "unique_values",
    "search_documents",
    "audit_entries",
    "contacts",
    "leads",
];

/// Whether addresses are taken out of a table's texts.
pub(super) fn has_texts(table: &Mapped) -> bool {
    !matches!(table.erase, Erase::Stay | Erase::Naming) && !OTHERWISE.contains(&table.name)
}

/// Takes the person's addresses and numbers out of the texts of a table, whomever they are about.
pub(super) fn table(
    conn: &mut Conn,
    workspace: Uuid,
    table: &Mapped,
    needles: &Needles,
    counts: &mut Counts,
) -> Result<()> {
    let kinds = transfer::columns(conn, table.name)?;
    let is_text = |name: &&str| {
        kinds
            .iter()
            .any(|column| column.name == **name && column.is_text())
    };
    let texts = table.of(Class::Text).chain(table.of(Class::Contact));
    let texts: Vec<&str> = texts.filter(is_text).collect();
    let changed = replace(
        conn,
        workspace,
        (table.name, &texts),
        &needles.addresses,
        None,
    )?;
    add(counts, table.name, changed);
    Ok(())
}

pub(super) fn replace(
    conn: &mut Conn,
    workspace: Uuid,
    (table, columns): (&str, &[&str]),
    needles: &[String],
    only: Option<&Statement>,
) -> Result<u64> {
    if columns.is_empty() || needles.is_empty() {
        return Ok(0);
    }
    // A longer form may contain a shorter one.
    let mut needles = needles.to_vec();
    needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    let mut statement = Statement::new(format!("UPDATE {table} SET "));
    for (place, column) in columns.iter().enumerate() {
        statement.push(if place > 0 { ", " } else { "" });
        statement
            .push(column)
            .push(" = ")
            .push(&"replace(".repeat(needles.len()))
            .push(column);
        for needle in &needles {
            statement
                .push(", ")
                .bind(needle)
                .push(&format!(", '{TAKEN_OUT}')"));
        }
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND ");
    statement.append(&containing(conn.dialect(), columns, &needles));
    if let Some(only) = only {
        statement.push(" AND ").append(only);
    }
    Ok(conn.execute(statement.uncached())? as u64)
}

/// Deals of the person stay with their figures and without the person: neither the reference nor the name is left, there
/// and in what is said about them.
pub(super) fn deals(
    conn: &mut Conn,
    access: &Access,
    (circle, needles): (&Circle, &Needles),
    counts: &mut Counts,
) -> Result<()> {
    let workspace = access.workspace_id;
    let all: Vec<String> = needles.all().cloned().collect();
    for some in circle.deals.chunks(200) {
        let about = |column: &str| {
            let mut condition = Statement::new(format!("{column} IN ("));
            condition.bind_all(some).push(")").uncached();
            condition
        };
        let told = [
            (
                "activities",
                &["subject", "subject_key", "body", "location"][..],
                "deal_id",
            ),
            ("comments", &["body"], "record_id"),
            ("timeline_events", &["data"], "subject_id"),
            ("notifications", &["data"], "record_id"),
        ];
        for (table, columns, by) in told {
            let changed = replace(conn, workspace, (table, columns), &all, Some(&about(by)))?;
            add(counts, table, changed);
        }
        let mut naming = about("record_id");
        naming
            .push(" AND ")
            .append(&containing(conn.dialect(), &["changes"], &all));
        let emptied = seal::empty(conn, workspace, &naming)?;
        add(counts, "audit_entries", emptied);
        for id in some {
            one_deal(conn, access, id, &all)?;
        }
        add(counts, "deals", some.len() as u64);
    }
    Ok(())
}

fn one_deal(conn: &mut Conn, access: &Access, id: &str, needles: &[String]) -> Result<()> {
    let workspace = access.workspace_id;
    let mut found = Statement::new(
        "SELECT name, lost_reason, description, custom FROM deals WHERE workspace_id = ",
    );
    found.bind(workspace).push(" AND id = ").bind(id);
    let Some(texts) = conn.row(&found, |row| {
        Ok([
            row.opt_text(0)?,
            row.opt_text(1)?,
            row.opt_text(2)?,
            row.opt_text(3)?,
        ])
    })?
    else {
        return Ok(());
    };
    let [name, reason, description, custom] =
        texts.map(|text| text.map(|text| without(&text, needles)));
    let mut update = Statement::new("UPDATE deals SET contact_id = NULL, name = ");
    update
        .bind(name.as_deref())
        .push(", name_key = ")
        .bind(sort_key(name.as_deref().unwrap_or_default()));
    update
        .push(", lost_reason = ")
        .bind(reason)
        .push(", description = ")
        .bind(description);
    update
        .push(", custom = ")
        .bind(custom)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    conn.execute(update.push(" AND id = ").bind(id))?;
    list_again(conn, access, &deal::OBJECT, id)
}

pub(super) fn without(text: &str, needles: &[String]) -> String {
    let mut needles: Vec<&String> = needles.iter().collect();
    needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    needles.into_iter().fold(text.to_owned(), |text, needle| {
        text.replace(needle.as_str(), TAKEN_OUT)
    })
}

/// Makes the search text of a record anew.
pub(super) fn list_again(
    conn: &mut Conn,
    access: &Access,
    object: &'static Object,
    id: &str,
) -> Result<()> {
    let mut store = Store::new(conn, access);
    let found: Option<Document> = match Uuid::try_parse(id) {
        Ok(id) => store.find(object, id)?,
        Err(_) => None,
    };
    match found {
        Some(record) if !in_trash(&record) => store.list_again(object, &record)?,
        _ => store.unlist(object, id)?,
    }
    Ok(())
}

/// Search texts that hold an address of the person are made anew of what is left, and the log's entries that hold one are
/// emptied.
pub(super) fn made_of_texts(
    conn: &mut Conn,
    access: &Access,
    needles: &Needles,
    counts: &mut Counts,
) -> Result<()> {
    let workspace = access.workspace_id;
    let mut found =
        Statement::new("SELECT object, record_id FROM search_documents WHERE workspace_id = ");
    found.bind(workspace).push(" AND ");
    found.append(&containing(
        conn.dialect(),
        &["title", "title_key", "text"],
        &needles.addresses,
    ));
    let found = conn.rows(&found, |row| Ok((row.text(0)?, row.text(1)?)))?;
    for (object, id) in &found {
        if let Some(object) = relasi_domain::object(object) {
            list_again(conn, access, object, id)?;
        }
    }
    add(counts, "search_documents", found.len() as u64);
    let naming = containing(conn.dialect(), &["changes"], &needles.addresses);
    let emptied = seal::empty(conn, workspace, &naming)?;
    add(counts, "audit_entries", emptied);
    Ok(())
}

/// Imports that wrote the person, or show them, keep their counts and no values.
pub(super) fn imports(
    conn: &mut Conn,
    workspace: Uuid,
    (circle, needles): (&Circle, &Needles),
    counts: &mut Counts,
) -> Result<Vec<String>> {
    let named: Vec<String> = needles.all().cloned().collect();
    let mut found = Statement::new("SELECT id, columns FROM imports WHERE workspace_id = ");
    found
        .bind(workspace)
        .push(" AND (id IN (")
        .bind_all(circle.imports.iter().map(String::as_str).chain([""]));
    found.push(") OR ").append(&containing(
        conn.dialect(),
        &["preview", "columns", "file_name"],
        &named,
    ));
    found.push(")").uncached();
    let found = conn.rows(&found, |row| Ok((row.text(0)?, row.json::<Value>(1)?)))?;
    let mut ids = Vec::new();
    for (id, mut columns) in found {
        for column in columns.as_array_mut().into_iter().flatten() {
            column["sample"] = json!([]);
        }
        let mut update = Statement::new("UPDATE imports SET preview = '[]', columns = ");
        update
            .bind(columns.to_string())
            .push(" WHERE workspace_id = ")
            .bind(workspace);
        conn.execute(update.push(" AND id = ").bind(&id))?;
        ids.push(id);
    }
    add(counts, "imports", ids.len() as u64);
    Ok(ids)
}
