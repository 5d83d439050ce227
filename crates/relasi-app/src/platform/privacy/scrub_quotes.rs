//! Quotes of a person stay with their figures and without the person, as deals do.

use relasi_domain::{commerce::quote, identity::access::Access, text::sort_key};
use relasi_persistence::{Conn, Statement};

use super::{
    Circle, Needles,
    erase::{Counts, add},
    needles::containing,
    scrub::{list_again, replace, without},
};
use crate::{audit::seal, refusal::Result};

/// Takes the person out of their quotes and of what is said about them.
pub(super) fn quotes(
    conn: &mut Conn,
    access: &Access,
    (circle, needles): (&Circle, &Needles),
    counts: &mut Counts,
) -> Result<()> {
    let workspace = access.workspace_id;
    let needles: Vec<String> = needles.all().cloned().collect();
    for contacts in circle.contacts.chunks(200) {
        let mut theirs = Statement::new("SELECT id FROM quotes WHERE workspace_id = ");
        theirs
            .bind(workspace)
            .push(" AND contact_id IN (")
            .bind_all(contacts)
            .push(")");
        let ids = conn.rows(theirs.uncached(), |row| row.text(0))?;
        for some in ids.chunks(200) {
            let about = |column: &str| {
                let mut condition = Statement::new(format!("{column} IN ("));
                condition.bind_all(some).push(")").uncached();
                condition
            };
            let told = [
                ("line_items", &["name", "description"][..], "quote_id"),
                ("comments", &["body"], "record_id"),
                ("notifications", &["data"], "record_id"),
            ];
            for (table, columns, by) in told {
                let changed = replace(
                    conn,
                    workspace,
                    (table, columns),
                    &needles,
                    Some(&about(by)),
                )?;
                add(counts, table, changed);
            }
            let mut naming = about("record_id");
            naming
                .push(" AND ")
                .append(&containing(conn.dialect(), &["changes"], &needles));
            let emptied = seal::empty(conn, workspace, &naming)?;
            add(counts, "audit_entries", emptied);
            for id in some {
                one(conn, access, id, &needles)?;
            }
            add(counts, "quotes", some.len() as u64);
        }
    }
    Ok(())
}

fn one(conn: &mut Conn, access: &Access, id: &str, needles: &[String]) -> Result<()> {
    let workspace = access.workspace_id;
    let mut found =
        Statement::new("SELECT name, terms, reason, custom FROM quotes WHERE workspace_id = ");
    found.bind(workspace).push(" AND id = ").bind(id);
    let found = conn.row(&found, |row| {
        Ok([
            row.opt_text(0)?,
            row.opt_text(1)?,
            row.opt_text(2)?,
            row.opt_text(3)?,
        ])
    })?;
    let Some(texts) = found else {
        return Ok(());
    };
    let [name, terms, reason, custom] = texts.map(|text| text.map(|text| without(&text, needles)));
    let mut update = Statement::new("UPDATE quotes SET contact_id = NULL, name = ");
    update
        .bind(name.as_deref())
        .push(", name_key = ")
        .bind(sort_key(name.as_deref().unwrap_or_default()));
    update
        .push(", terms = ")
        .bind(terms)
        .push(", reason = ")
        .bind(reason);
    update
        .push(", custom = ")
        .bind(custom)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    conn.execute(update.push(" AND id = ").bind(id))?;
    list_again(conn, access, &quote::OBJECT, id)
}
