//! What of the sample data has become one's own by use.

use relasi_domain::{
    field::{Field, Item, Kind},
    people::tag,
    record::Object,
    sales::pipeline,
};
use relasi_persistence::sql::Statement;

use super::load::IMPORT_ID;
use crate::{records::Work, refusal::Result};

/// ` AND import_id IS NOT NULL AND import_id = …`, spelled out for the partial index.
pub(super) fn of_sample(statement: &mut Statement) {
    statement
        .push(" AND import_id IS NOT NULL AND import_id = ")
        .bind(IMPORT_ID);
}

pub(super) fn not_of_sample(statement: &mut Statement, table: &str) {
    statement
        .push(" AND (")
        .push(table)
        .push(".import_id IS NULL OR ")
        .push(table)
        .push(".import_id <> ");
    statement.bind(IMPORT_ID).push(")");
}

pub(super) fn sample_ids(work: &mut Work<'_>, object: &'static Object) -> Result<Vec<String>> {
    let mut statement = Statement::new(format!(
        "SELECT id FROM {} WHERE workspace_id = ",
        object.table
    ));
    statement.bind(work.access.workspace_id);
    of_sample(&mut statement);
    Ok(work.conn.rows(&statement, |row| row.text(0))?)
}

/// Sample pipelines that own deals or stages are in become own ones, with all their stages.
pub(super) fn pipelines(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    for id in sample_ids(work, &pipeline::OBJECT)? {
        let mut used = false;
        for table in ["deals", "stages"] {
            let mut statement =
                Statement::new(format!("SELECT 1 FROM {table} WHERE workspace_id = "));
            statement
                .bind(workspace)
                .push(" AND pipeline_id = ")
                .bind(id.as_str());
            not_of_sample(&mut statement, table);
            used |= work
                .conn
                .row(statement.limit(1), |row| row.int(0))?
                .is_some();
        }
        if used {
            for (table, column) in [("pipelines", "id"), ("stages", "pipeline_id")] {
                let mut statement = Statement::new(format!(
                    "UPDATE {table} SET import_id = NULL WHERE workspace_id = "
                ));
                statement
                    .bind(workspace)
                    .push(" AND ")
                    .push(column)
                    .push(" = ")
                    .bind(id.as_str());
                work.conn.execute(&statement)?;
            }
        }
    }
    Ok(())
}

/// Sample tags that own records wear become own ones.
pub(super) fn tags(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    for object in relasi_domain::OBJECTS {
        let wears = |field: &&Field| matches!(&field.kind, Kind::Many(Item::Reference(target)) if target == tag::OBJECT.name);
        for field in object.fields.iter().filter(wears) {
            let table = object.table;
            let mut statement =
                Statement::new("UPDATE tags SET import_id = NULL WHERE workspace_id = ");
            statement.bind(workspace);
            of_sample(&mut statement);
            statement
                .push(" AND id IN (SELECT i.value FROM field_index i JOIN ")
                .push(table)
                .push(" ON ")
                .push(table);
            statement
                .push(".workspace_id = i.workspace_id AND ")
                .push(table)
                .push(".id = i.record_id WHERE i.workspace_id = ");
            statement
                .bind(workspace)
                .push(" AND i.object = ")
                .bind(object.name)
                .push(" AND i.field = ")
                .bind(field.name.as_ref());
            not_of_sample(&mut statement, table);
            statement.push(")");
            work.conn.execute(&statement)?;
        }
    }
    Ok(())
}
