//! The fields of a workspace, as every part of the product sees them.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use relasi_domain::{
    platform::custom_field::{CustomField, OBJECT},
    shape::Customs,
};
use relasi_persistence::{Conn, Statement, store::Store};
use uuid::Uuid;

use crate::{interaction::outcome, records::typed, refusal::Result};

/// The fields of workspaces as last read, shared by all who work in them.
#[derive(Debug, Default)]
pub struct Known(RwLock<HashMap<Uuid, Customs>>);

impl Known {
    /// The fields of a workspace at this version; read when they are not known.
    pub fn at(&self, conn: &mut Conn, workspace: Uuid, version: i64) -> Result<Customs> {
        if version == 0 {
            return Ok(Customs::default());
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(customs) = known.get(&workspace).filter(|one| one.version() == version) {
            return Ok(customs.clone());
        }
        drop(known);
        let customs = read(conn, workspace, version)?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(workspace, customs.clone());
        Ok(customs)
    }
}

/// The fields of a workspace as they are now.
pub fn of_workspace(conn: &mut Conn, workspace: Uuid) -> Result<Customs> {
    let mut statement = Statement::new("SELECT fields_version FROM workspaces WHERE id = ");
    let version = conn.row(statement.bind(workspace), |row| row.int(0))?;
    match version {
        None | Some(0) => Ok(Customs::default()),
        Some(version) => read(conn, workspace, version),
    }
}

fn read(conn: &mut Conn, workspace: Uuid, version: i64) -> Result<Customs> {
    let mut statement = Statement::new(format!(
        "SELECT id FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
        OBJECT.table
    ));
    statement.bind(workspace).push(" ORDER BY position, id");
    let ids = conn.rows(&statement, |row| row.text(0))?;
    let found = Store::of_workspace(conn, workspace).find_all(&OBJECT, &ids)?;
    let in_order = ids.iter().filter_map(|id| {
        let is_it = |document: &&_| relasi_persistence::store::text_of(document, "id") == *id;
        found.iter().find(is_it)
    });
    let mut fields = Vec::with_capacity(ids.len());
    for document in in_order {
        let definition: CustomField = typed(document)?;
        let field = definition.field();
        fields.push((definition.object, field));
    }
    let customs = Customs::new(version, fields);
    Ok(match outcome::own(conn, workspace)? {
        Some((_, outcomes)) => customs.with_outcomes(outcomes),
        None => customs,
    })
}
