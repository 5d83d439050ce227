//! Rows of a person, taken out of the tables of the data map.

use std::collections::BTreeMap;

use relasi_persistence::{
    Conn, Dialect, Statement,
    personal::{Class, Erase, MAP, Mapped},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Circle, Needles,
    needles::{TAKEN_OUT, containing},
};
use crate::{audit::seal, refusal::Result, sales::parts};

/// Shorter searches are a part of everybody's name.
const SHORTEST_SEARCH: usize = 3;

/// Ids in one statement.
const SOME: usize = 500;

/// What leads to everything else: it goes last.
const LAST: [&str; 2] = ["merges", "contacts"];

/// Activities lead to leads: these go after them.
const LEADS: &str = "leads";

/// How many rows went or were emptied, by table.
pub(super) type Counts = BTreeMap<String, u64>;

pub(super) fn add(counts: &mut Counts, table: &str, rows: u64) {
    if rows > 0 {
        *counts.entry(table.to_owned()).or_default() += rows;
    }
}

/// A condition that one of the columns holds one of the ids.
pub(super) fn belonging(table: &Mapped, ids: &[String]) -> Statement {
    let mut condition = Statement::new("(");
    for (place, column) in table.by.iter().enumerate() {
        condition.push(if place > 0 { " OR " } else { "" });
        condition.push(column).push(" IN (").bind_all(ids).push(")");
    }
    condition.push(")").uncached();
    condition
}

fn run(conn: &mut Conn, sql: &str, workspace: Uuid, condition: &Statement) -> Result<u64> {
    let mut statement = Statement::new(format!("{sql} WHERE workspace_id = "));
    statement.bind(workspace).push(" AND ").append(condition);
    Ok(conn.execute(&statement)? as u64)
}

/// Everything that is the person's, but for the contact, its merges and the log, which go last: as long as they are there
/// the work can be taken up again.
pub(super) fn rows(
    conn: &mut Conn,
    workspace: Uuid,
    circle: &Circle,
    counts: &mut Counts,
) -> Result<()> {
    let ids = circle.all();
    // What a lead was for a while is found by its conversions, which go with it.
    let by_lead = circle.by_lead.is_some();
    let later = |name: &str| {
        name == LEADS || LAST.contains(&name) || (by_lead && name == "lead_conversions")
    };
    let deals = parts::deals_of(conn, workspace, &circle.contacts)?;
    let going = MAP
        .iter()
        .filter(|table| table.erase == Erase::Rows && !later(table.name));
    for table in going {
        for ids in ids.chunks(SOME) {
            if table.name == "search_documents" && conn.dialect() == Dialect::Sqlite {
                let mut fragments = Statement::new(
                    "DELETE FROM search_fragments WHERE rowid IN (SELECT rid FROM search_documents WHERE workspace_id = ",
                );
                fragments
                    .bind(workspace)
                    .push(" AND ")
                    .append(&belonging(table, ids));
                conn.execute(fragments.push(")"))?;
            }
            let gone = run(
                conn,
                &format!("DELETE FROM {}", table.name),
                workspace,
                &belonging(table, ids),
            )?;
            add(counts, table.name, gone);
        }
    }
    for deal in deals {
        parts::keep_roles(conn, workspace, deal)?;
    }
    activities(conn, workspace, circle, counts)?;
    // By the lead of somebody who is nothing else the work is taken up again.
    let leads = circle.leads.iter();
    let leads: Vec<String> = leads
        .filter(|id| Some(*id) != circle.by_lead.as_ref())
        .cloned()
        .collect();
    remove_leads(conn, workspace, &leads, counts)?;
    // With what is gone nothing leads to its entries any more.
    let parts = [&leads, &circle.own, &circle.shared, &circle.parts];
    let parts: Vec<String> = parts.into_iter().flatten().cloned().collect();
    log(conn, workspace, &parts, counts)
}

fn remove_leads(
    conn: &mut Conn,
    workspace: Uuid,
    leads: &[String],
    counts: &mut Counts,
) -> Result<()> {
    for ids in leads.chunks(SOME) {
        let mut condition = Statement::new("id IN (");
        condition.bind_all(ids).push(")").uncached();
        let gone = run(conn, "DELETE FROM leads", workspace, &condition)?;
        add(counts, LEADS, gone);
    }
    Ok(())
}

/// Empties the log of some records.
fn log(conn: &mut Conn, workspace: Uuid, ids: &[String], counts: &mut Counts) -> Result<()> {
    for table in MAP.iter().filter(|table| table.erase == Erase::Emptied) {
        for ids in ids.chunks(SOME) {
            let emptied = seal::empty(conn, workspace, &belonging(table, ids))?;
            add(counts, table.name, emptied);
        }
    }
    Ok(())
}

fn activities(
    conn: &mut Conn,
    workspace: Uuid,
    circle: &Circle,
    counts: &mut Counts,
) -> Result<()> {
    let among = |ids: &[String]| {
        let mut condition = Statement::new("id IN (");
        condition.bind_all(ids).push(")").uncached();
        condition
    };
    for ids in circle.own.chunks(SOME) {
        let gone = run(conn, "DELETE FROM activities", workspace, &among(ids))?;
        add(counts, "activities", gone);
    }
    let emptied = format!(
        "UPDATE activities SET contact_id = NULL, lead_id = NULL, subject = '{TAKEN_OUT}', subject_key = '{TAKEN_OUT}', body = NULL, \
         outcome = NULL, location = NULL, custom = '{{}}'"
    );
    for ids in circle.shared.chunks(SOME) {
        let changed = run(conn, &emptied, workspace, &among(ids))?;
        add(counts, "activities", changed);
    }
    for contact in &circle.contacts {
        attended(conn, workspace, contact, counts)?;
    }
    Ok(())
}

/// Takes the person out of the activities of others in which they took part.
fn attended(conn: &mut Conn, workspace: Uuid, contact: &str, counts: &mut Counts) -> Result<()> {
    let of = |statement: &mut Statement| {
        statement
            .bind(workspace)
            .push(" AND object = 'activity' AND field = 'attendees' AND value = ");
        statement.bind(contact);
    };
    let mut ids = Statement::new("SELECT record_id FROM field_index WHERE workspace_id = ");
    of(&mut ids);
    for id in conn.rows(&ids, |row| row.text(0))? {
        let mut one = Statement::new("SELECT attendees FROM activities WHERE workspace_id = ");
        one.bind(workspace).push(" AND id = ").bind(&id);
        let Some(mut people) = conn.row(&one, |row| row.json::<Vec<String>>(0))? else {
            continue;
        };
        people.retain(|other| other != contact);
        let mut update = Statement::new("UPDATE activities SET attendees = ");
        update
            .bind(json!(people).to_string())
            .push(" WHERE workspace_id = ")
            .bind(workspace)
            .push(" AND id = ")
            .bind(&id);
        let changed = conn.execute(&update)? as u64;
        add(counts, "activities", changed);
    }
    let mut gone = Statement::new("DELETE FROM field_index WHERE workspace_id = ");
    of(&mut gone);
    conn.execute(&gone)?;
    Ok(())
}

/// What machines keep for a while and that names the person, of one table.
pub(super) fn naming(
    conn: &mut Conn,
    workspace: Uuid,
    table: &Mapped,
    (circle, needles): (&Circle, &Needles),
    counts: &mut Counts,
) -> Result<()> {
    let texts: Vec<&str> = table
        .of(Class::Text)
        .chain(table.of(Class::Contact))
        .collect();
    let mut named: Vec<String> = needles.all().cloned().collect();
    if table.name == "idempotency_keys" {
        // An answer may say anything about a record.
        named.extend(circle.all());
    }
    if !table.by.is_empty() {
        for ids in circle.all().chunks(SOME) {
            let gone = format!("DELETE FROM {}", table.name);
            let gone = run(conn, &gone, workspace, &belonging(table, ids))?;
            add(counts, table.name, gone);
        }
    }
    for named in named.chunks(50) {
        let mut condition = containing(conn.dialect(), &texts, named);
        if matches!(table.name, "jobs" | "bulk_operations") {
            condition.push(" AND finished_at IS NOT NULL");
        }
        let gone = run(
            conn,
            &format!("DELETE FROM {}", table.name),
            workspace,
            &condition,
        )?;
        add(counts, table.name, gone);
    }
    if table.name == "bulk_operations" {
        searches(conn, workspace, needles, counts)?;
    }
    Ok(())
}

/// Operations on what somebody searched for go when that was a part of what the person is called.
fn searches(
    conn: &mut Conn,
    workspace: Uuid,
    needles: &Needles,
    counts: &mut Counts,
) -> Result<()> {
    let mut ended = Statement::new(
        "SELECT id, target FROM bulk_operations WHERE finished_at IS NOT NULL AND workspace_id = ",
    );
    let ended = conn.rows(ended.bind(workspace), |row| {
        Ok((row.text(0)?, row.json::<Value>(1)?))
    })?;
    for (id, target) in ended {
        let searched = target["q"]
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_lowercase();
        if searched.chars().count() < SHORTEST_SEARCH
            || !needles
                .all()
                .any(|needle| needle.to_lowercase().contains(&searched))
        {
            continue;
        }
        let mut condition = Statement::new("id = ");
        condition.bind(id);
        let gone = run(conn, "DELETE FROM bulk_operations", workspace, &condition)?;
        add(counts, "bulk_operations", gone);
    }
    Ok(())
}

/// Empties the log of the person's records, and removes the contact, or the lead of who is nothing else.
pub(super) fn last(
    conn: &mut Conn,
    workspace: Uuid,
    circle: &Circle,
    counts: &mut Counts,
) -> Result<()> {
    log(conn, workspace, &circle.all(), counts)?;
    if let Some(lead) = &circle.by_lead {
        remove_leads(conn, workspace, std::slice::from_ref(lead), counts)?;
    }
    // Leads were merged as well.
    let people: Vec<String> = circle
        .contacts
        .iter()
        .chain(&circle.leads)
        .cloned()
        .collect();
    for table in MAP.iter().filter(|table| LAST.contains(&table.name)) {
        for ids in people.chunks(SOME) {
            let sql = format!("DELETE FROM {}", table.name);
            let gone = run(conn, &sql, workspace, &belonging(table, ids))?;
            add(counts, table.name, gone);
        }
    }
    Ok(())
}
