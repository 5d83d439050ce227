//! Takes the sample data away and leaves everything else as it is.

use relasi_domain::{
    field::{Field, Item, Kind},
    identity::access::Action,
    interaction::activity,
    people::{company, contact, contact_role, tag},
    platform::saved_view,
    record::{Document, Object},
    sales::{deal, pipeline, stage},
};
use relasi_persistence::{sql::Statement, store::text_of};
use serde_json::Value;

use super::load::IMPORT_ID;
use crate::{
    audit, outbox,
    records::{Change, Work, member_id, rules},
    refusal::{Refusal, Result},
};

/// Objects in the order in which they can go: who refers before who is referred to.
static LEAVING: [&Object; 9] = [
    &activity::OBJECT,
    &contact_role::OBJECT,
    &deal::OBJECT,
    &contact::OBJECT,
    &company::OBJECT,
    &stage::OBJECT,
    &pipeline::OBJECT,
    &tag::OBJECT,
    &saved_view::OBJECT,
];

/// Records read and erased with one statement.
const CHUNK: usize = 200;

/// Erases every sample record, for good.
///
/// Own records live on: where they referred to a sample record the reference becomes empty, and a role at a sample
/// company or of a sample person goes with it. Sample tags that own records wear, and sample pipelines that own deals
/// or stages are in, stay as one's own.
///
/// # Errors
/// [`Refusal::Forbidden`] without the right to change settings, [`Refusal::NotFound`] when there is none.
pub fn remove(work: &mut Work<'_>) -> Result<()> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    if !super::is_present(work)? {
        return Err(Refusal::NotFound);
    }
    adopt_pipelines(work)?;
    adopt_tags(work)?;
    for object in relasi_domain::OBJECTS {
        for field in object.fields.iter().filter(|field| !field.required) {
            if let Kind::Reference(target) = &field.kind {
                release(work, object, field, target)?;
            }
        }
    }
    forget_parents(work)?;
    let roles = tied_roles(work)?;
    erase(work, &contact_role::OBJECT, roles)?;
    for object in LEAVING {
        let ids = sample_ids(work, object)?;
        erase(work, object, ids)?;
    }
    let workspace = work.access.workspace_id;
    audit::note(work, "sample_data_removed", "workspace", workspace, Value::Array(Vec::new()))
}

/// ` AND import_id IS NOT NULL AND import_id = …`, spelled out for the partial index.
fn of_sample(statement: &mut Statement) {
    statement.push(" AND import_id IS NOT NULL AND import_id = ").bind(IMPORT_ID);
}

fn not_of_sample(statement: &mut Statement, table: &str) {
    statement.push(" AND (").push(table).push(".import_id IS NULL OR ").push(table).push(".import_id <> ");
    statement.bind(IMPORT_ID).push(")");
}

fn sample_ids(work: &mut Work<'_>, object: &'static Object) -> Result<Vec<String>> {
    let mut statement = Statement::new(format!("SELECT id FROM {} WHERE workspace_id = ", object.table));
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    Ok(work.conn.rows(&statement, |row| row.text(0))?)
}

/// Sample pipelines that own deals or stages are in become own ones, with all their stages.
fn adopt_pipelines(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    for id in sample_ids(work, &pipeline::OBJECT)? {
        let mut used = false;
        for table in ["deals", "stages"] {
            let mut statement = Statement::new(format!("SELECT 1 FROM {table} WHERE workspace_id = "));
            statement.bind(workspace).push(" AND pipeline_id = ").bind(id.as_str());
            not_of_sample(&mut statement, table);
            used |= work.conn.row(statement.limit(1), |row| row.int(0))?.is_some();
        }
        if used {
            for (table, column) in [("pipelines", "id"), ("stages", "pipeline_id")] {
                let mut statement = Statement::new(format!("UPDATE {table} SET import_id = NULL WHERE workspace_id = "));
                statement.bind(workspace).push(" AND ").push(column).push(" = ").bind(id.as_str());
                work.conn.execute(&statement)?;
            }
        }
    }
    Ok(())
}

/// Sample tags that own records wear become own ones.
fn adopt_tags(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    for object in relasi_domain::OBJECTS {
        let wears = |field: &&Field| matches!(&field.kind, Kind::Many(Item::Reference(target)) if target == tag::OBJECT.name);
        for field in object.fields.iter().filter(wears) {
            let table = object.table;
            let mut statement = Statement::new("UPDATE tags SET import_id = NULL WHERE workspace_id = ");
            statement.bind(workspace);
            of_sample(&mut statement);
            statement.push(" AND id IN (SELECT i.value FROM field_index i JOIN ").push(table).push(" ON ").push(table);
            statement.push(".workspace_id = i.workspace_id AND ").push(table).push(".id = i.record_id WHERE i.workspace_id = ");
            statement.bind(workspace).push(" AND i.object = ").bind(object.name).push(" AND i.field = ").bind(field.name.as_ref());
            not_of_sample(&mut statement, table);
            statement.push(")");
            work.conn.execute(&statement)?;
        }
    }
    Ok(())
}

/// Empties a reference of own records to sample records: by the record layer, and silently in the trash.
fn release(work: &mut Work<'_>, object: &'static Object, field: &'static Field, target: &str) -> Result<()> {
    let Some(target) = relasi_domain::object(target) else {
        return Ok(());
    };
    let mut statement = Statement::new(format!("SELECT id, version, deleted_at FROM {} WHERE workspace_id = ", object.table));
    statement.bind(work.access.workspace_id).push(" AND ").push(&field.name).push(" IN (SELECT id FROM ").push(target.table);
    statement.push(" WHERE workspace_id = ").bind(work.access.workspace_id);
    of_sample(&mut statement);
    statement.push(")");
    not_of_sample(&mut statement, object.table);
    let tied = work.conn.rows(&statement, |row| Ok((row.text(0)?, row.int(1)?, row.opt_int(2)?)))?;
    for (id, version, deleted) in tied {
        let Ok(id) = uuid::Uuid::try_parse(&id) else { continue };
        if deleted.is_some() {
            let null = relasi_persistence::sql::Value::from(None::<&str>);
            work.store().maintain(object, id, &[(field.name.as_ref(), null)])?;
        } else {
            let patch: Document = [(field.name.to_string(), Value::Null)].into_iter().collect();
            work.change(object, id, Some(version), "updated", |_, _| Ok(patch))?;
        }
    }
    Ok(())
}

/// Sample companies let go of each other, so that they can leave in any order.
fn forget_parents(work: &mut Work<'_>) -> Result<()> {
    let mut statement = Statement::new("UPDATE companies SET parent_id = NULL WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    work.conn.execute(&statement)?;
    Ok(())
}

/// Own roles with a sample person or company at one end: there is nothing left of them to keep.
fn tied_roles(work: &mut Work<'_>) -> Result<Vec<String>> {
    let workspace = work.access.workspace_id;
    let mut statement = Statement::new("SELECT id FROM contact_roles WHERE workspace_id = ");
    statement.bind(workspace);
    not_of_sample(&mut statement, "contact_roles");
    for (word, column, table) in [("AND (", "contact_id", "contacts"), ("OR", "company_id", "companies")] {
        statement.push(&format!(" {word} {column} IN (SELECT id FROM {table} WHERE workspace_id = ")).bind(workspace);
        of_sample(&mut statement);
        statement.push(")");
    }
    statement.push(")");
    Ok(work.conn.rows(&statement, |row| row.text(0))?)
}

/// Erases records with all that hangs on them, and tells those who listen.
fn erase(work: &mut Work<'_>, object: &'static Object, ids: Vec<String>) -> Result<()> {
    for ids in ids.chunks(CHUNK) {
        let documents = work.store().find_all(object, ids)?;
        let gone = documents.into_iter().filter_map(|before| {
            let id = member_id(&before, "id")?;
            let mut after = before.clone();
            after.insert("deleted_at".into(), Value::from(relasi_persistence::store::instant_text(work.now.timestamp_micros())));
            Some(Change { id, before: Some(before), after })
        });
        let gone: Vec<Change> = gone.collect();
        if object.name == deal::OBJECT.name {
            delete(work, "stage_changes", "deal_id", ids)?;
        }
        outbox::record(work, object, "erased", &gone)?;
        for change in &gone {
            if object.searchable {
                work.store().unlist(object, &text_of(&change.after, "id"))?;
            }
        }
        for (table, column) in
            [("field_index", "record_id"), ("timeline_events", "record_id"), ("timeline_events", "subject_id"), ("notifications", "record_id")]
        {
            delete(work, table, column, ids)?;
        }
        delete(work, object.table, "id", ids)?;
        // Totals, next steps and last contacts of those who stay.
        rules(object).written(work, &gone)?;
    }
    Ok(())
}

fn delete(work: &mut Work<'_>, table: &str, column: &str, ids: &[String]) -> Result<()> {
    let mut statement = Statement::new(format!("DELETE FROM {table} WHERE workspace_id = "));
    statement.bind(work.access.workspace_id).push(" AND ").push(column).push(" IN (");
    statement.bind_all(ids.iter().map(String::as_str)).push(")");
    work.conn.execute(statement.uncached())?;
    Ok(())
}
