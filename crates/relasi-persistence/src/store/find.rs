//! Single records, and what records are called.

use relasi_domain::{
    identity::access::{OwnedBy, Visibility},
    record::{Document, Guard, Object},
};
use uuid::Uuid;

use super::{
    Store,
    json::{self, Shown},
    layout::layout,
};
use crate::{StoreError, sql::Statement};

/// A record as JSON, with what rights and versions need of it.
#[derive(Debug)]
pub struct FoundRecord {
    /// The JSON object.
    pub json: Vec<u8>,
    /// Its version.
    pub version: i64,
    /// Whose it is.
    pub owned_by: OwnedBy,
}

/// The name of a record that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

impl Store<'_> {
    /// A record as JSON bytes, in the trash or not.
    pub fn find_json(
        &mut self,
        object: &'static Object,
        id: Uuid,
    ) -> Result<Option<FoundRecord>, StoreError> {
        let columns = layout(object);
        let customs = self.customs.clone();
        let shown = Shown {
            layout: columns,
            added: customs.of(object),
            follow: &[],
        };
        let mut statement = Statement::new(format!(
            "SELECT {} FROM {} t WHERE t.workspace_id = ",
            columns.select, object.table
        ));
        statement
            .bind(self.workspace())
            .push(" AND t.id = ")
            .bind(id);
        self.conn().row(&statement, |row| {
            let mut bytes = Vec::with_capacity(1024);
            json::write_row(&shown, row, &mut bytes, &mut json::References::new())?;
            let id = |name: &str| match columns.position(name) {
                Some(index) => Ok::<_, StoreError>(
                    row.opt_text(index)?
                        .and_then(|id| Uuid::try_parse(&id).ok()),
                ),
                None => Ok(None),
            };
            let personal = object.guard == Guard::Personal;
            let visibility = columns.position("visibility").filter(|_| personal);
            let visibility = visibility.map(|index| row.opt_text(index)).transpose()?;
            let locked = columns.position("locked").filter(|_| personal);
            let locked = locked.map(|index| row.opt_bool(index)).transpose()?;
            let owned_by = OwnedBy {
                owner_id: id("owner_id")?,
                team_id: id("team_id")?,
                visibility: Visibility::of(visibility.flatten().as_deref()),
                locked: locked.flatten().unwrap_or(false),
            };
            Ok(FoundRecord {
                json: bytes,
                version: row.int(1)?,
                owned_by,
            })
        })
    }

    /// A record, in the trash or not.
    pub fn find(
        &mut self,
        object: &'static Object,
        id: Uuid,
    ) -> Result<Option<Document>, StoreError> {
        self.find_json(object, id)?
            .map(|found| json::document(&found.json))
            .transpose()
    }

    /// Records by their ids, in no order; at most a few hundred at a time.
    pub fn find_all(
        &mut self,
        object: &'static Object,
        ids: &[String],
    ) -> Result<Vec<Document>, StoreError> {
        let columns = layout(object);
        let customs = self.customs.clone();
        let shown = Shown {
            layout: columns,
            added: customs.of(object),
            follow: &[],
        };
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(500) {
            let mut statement = Statement::new(format!(
                "SELECT {} FROM {} t WHERE t.workspace_id = ",
                columns.select, object.table
            ));
            statement.bind(self.workspace());
            statement.push(" AND t.id IN (").bind_all(ids).push(")");
            self.conn().for_each(statement.uncached(), |row| {
                let mut bytes = Vec::with_capacity(1024);
                json::write_row(&shown, row, &mut bytes, &mut json::References::new())?;
                found.push(json::document(&bytes)?);
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// Titles of records by their ids.
    pub fn titles(
        &mut self,
        object: &'static Object,
        ids: &[String],
    ) -> Result<Vec<Related>, StoreError> {
        // PostgreSQL refuses `IN ()`, here and below.
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = Statement::new(format!(
            "SELECT id, {} FROM {} WHERE workspace_id = ",
            object.title, object.table
        ));
        statement
            .bind(self.workspace())
            .push(" AND id IN (")
            .bind_all(ids)
            .push(")");
        self.related(statement.uncached())
    }

    /// Living records by their titles in the form in which these are compared: title and id.
    pub fn titled(
        &mut self,
        object: &'static Object,
        keys: &[String],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let title = object.field(object.title);
        let column = title.map_or(object.title.into(), |field| field.key_column());
        let mut found = Vec::new();
        for keys in keys.chunks(500) {
            let mut statement = Statement::new(format!(
                "SELECT {column}, id FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
                object.table
            ));
            statement.bind(self.workspace());
            statement
                .push(&format!(" AND {column} IN ("))
                .bind_all(keys)
                .push(")");
            let rows = |row: &crate::Row<'_>| Ok((row.text(0)?, row.text(1)?));
            found.extend(self.conn().rows(statement.uncached(), rows)?);
        }
        Ok(found)
    }

    /// Names of members of the workspace by their user ids.
    pub fn user_names(&mut self, ids: &[String]) -> Result<Vec<Related>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = Statement::new(
            "SELECT u.id, u.full_name FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ",
        );
        statement
            .bind(self.workspace())
            .push(" AND m.user_id IN (")
            .bind_all(ids)
            .push(")");
        self.related(statement.uncached())
    }

    /// Which of the user ids belong to members of the workspace who have not left it.
    pub fn members(&mut self, ids: &[String]) -> Result<Vec<String>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = Statement::new("SELECT user_id FROM memberships WHERE workspace_id = ");
        statement
            .bind(self.workspace())
            .push(" AND active = ")
            .bind(true);
        statement.push(" AND user_id IN (").bind_all(ids).push(")");
        self.conn().rows(statement.uncached(), |row| row.text(0))
    }

    /// What the records of an object are called, or people for `user`; with the plural of what they are. None for what
    /// has no names.
    pub fn named(
        &mut self,
        target: &str,
        ids: &[String],
    ) -> Result<Option<(&'static str, Vec<Related>)>, StoreError> {
        let object = relasi_domain::object(target);
        let Some(plural) = object
            .map(|object| object.plural)
            .or_else(|| (target == "user").then_some("users"))
        else {
            return Ok(None);
        };
        let mut found = Vec::new();
        for ids in ids.chunks(500) {
            found.extend(match object {
                Some(object) => self.titles(object, ids)?,
                None => self.user_names(ids)?,
            });
        }
        Ok(Some((plural, found)))
    }

    fn related(&mut self, statement: &Statement) -> Result<Vec<Related>, StoreError> {
        self.conn().rows(statement, |row| {
            Ok(Related {
                id: row.text(0)?,
                title: row.opt_text(1)?.unwrap_or_default(),
            })
        })
    }

    /// Which of the ids belong to living records.
    pub fn existing(
        &mut self,
        object: &'static Object,
        ids: &[String],
    ) -> Result<Vec<String>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = Statement::new(format!(
            "SELECT id FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
            object.table
        ));
        statement.bind(self.workspace());
        if let [id] = ids {
            statement.push(" AND id = ").bind(id.as_str());
        } else {
            statement.push(" AND id IN (").bind_all(ids).push(")");
            statement.uncached();
        }
        self.conn().rows(&statement, |row| row.text(0))
    }
}
