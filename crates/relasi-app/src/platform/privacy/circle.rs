//! The ids under which a person stands in a workspace.

use std::collections::BTreeSet;

use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use crate::refusal::Result;

/// Ids asked for in one statement.
const SOME: usize = 500;

/// A person and what belongs to them.
#[derive(Debug, Clone, Default)]
pub(super) struct Circle {
    /// The contact, and those that were merged into it.
    pub(super) contacts: Vec<String>,
    /// Activities with the person alone.
    pub(super) own: Vec<String>,
    /// Activities that are a company's or a deal's as well.
    pub(super) shared: Vec<String>,
    /// Roles, relationships, comments, files, and e-mails with the person alone.
    pub(super) parts: Vec<String>,
    /// Contents of the files.
    pub(super) contents: Vec<Uuid>,
    /// Deals of the person, which are not theirs alone.
    pub(super) deals: Vec<String>,
    /// Imports that wrote something of the person.
    pub(super) imports: Vec<String>,
}

impl Circle {
    /// Reads the circle of a contact, in the trash or not.
    pub(super) fn of(conn: &mut Conn, workspace: Uuid, contact: Uuid) -> Result<Self> {
        let at = At(workspace);
        let contacts = at.merged(conn, contact)?;
        let (mut own, mut shared) = (Vec::new(), Vec::new());
        let sql = "SELECT id, CASE WHEN company_id IS NULL AND deal_id IS NULL THEN 1 ELSE 0 END FROM activities";
        for ids in contacts.chunks(SOME) {
            let rows = at.asked(sql, "contact_id", ids);
            for (id, alone) in conn.rows(&rows, |row| Ok((row.text(0)?, row.int(1)?)))? {
                if alone == 1 { &mut own } else { &mut shared }.push(id);
            }
        }
        let subjects: Vec<String> = [&contacts, &own, &shared]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let mut parts = at.texts(
            conn,
            "SELECT id FROM contact_roles",
            "contact_id",
            &contacts,
        )?;
        for end in ["from_contact_id", "to_contact_id"] {
            parts.extend(at.texts(conn, "SELECT id FROM relationships", end, &contacts)?);
        }
        parts.extend(at.texts(conn, "SELECT id FROM comments", "record_id", &subjects)?);
        parts.extend(at.letters(conn, &contacts)?);
        let files = at.texts(conn, "SELECT id FROM files", "record_id", &subjects)?;
        let contents = at.texts(
            conn,
            "SELECT content_id FROM file_versions",
            "file_id",
            &files,
        )?;
        parts.extend(files);
        let mut imports = at.texts(
            conn,
            "SELECT DISTINCT import_id FROM import_changes",
            "record_id",
            &contacts,
        )?;
        let made = at.texts(
            conn,
            "SELECT coalesce(import_id, '') FROM contacts",
            "id",
            &contacts,
        )?;
        imports.extend(made.into_iter().filter(|id| !id.is_empty()));
        Ok(Self {
            own,
            shared,
            parts,
            contents: contents
                .iter()
                .filter_map(|id| Uuid::try_parse(id).ok())
                .collect(),
            deals: at.texts(conn, "SELECT id FROM deals", "contact_id", &contacts)?,
            imports,
            contacts,
        })
    }

    /// Every id by which rows are the person's.
    pub(super) fn all(&self) -> Vec<String> {
        let all = [&self.contacts, &self.own, &self.shared, &self.parts];
        let all: BTreeSet<&String> = all.into_iter().flatten().collect();
        all.into_iter().cloned().collect()
    }
}

/// A workspace to ask in.
struct At(Uuid);

impl At {
    fn asked(&self, select: &str, column: &str, ids: &[String]) -> Statement {
        let mut statement = Statement::new(format!("{select} WHERE workspace_id = "));
        statement.bind(self.0).push(&format!(" AND {column} IN ("));
        statement.bind_all(ids).push(")").uncached();
        statement
    }

    fn texts(
        &self,
        conn: &mut Conn,
        select: &str,
        column: &str,
        ids: &[String],
    ) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for ids in ids.chunks(SOME) {
            found.extend(conn.rows(&self.asked(select, column, ids), |row| row.text(0))?);
        }
        Ok(found)
    }

    /// E-mails that belong to none but these contacts.
    fn letters(&self, conn: &mut Conn, contacts: &[String]) -> Result<Vec<String>> {
        let links = "SELECT DISTINCT email_id FROM email_links";
        let mut own: BTreeSet<String> = BTreeSet::new();
        own.extend(self.texts(conn, links, "contact_id", contacts)?);
        let all: Vec<String> = own.iter().cloned().collect();
        for ids in all.chunks(SOME) {
            let mut others = self.asked(links, "email_id", ids);
            others
                .push(" AND contact_id NOT IN (")
                .bind_all(contacts)
                .push(")");
            for id in conn.rows(&others, |row| row.text(0))? {
                own.remove(&id);
            }
        }
        Ok(own.into_iter().collect())
    }

    /// A contact and those that went into it, over others too; merges that were undone left two people.
    fn merged(&self, conn: &mut Conn, contact: Uuid) -> Result<Vec<String>> {
        let mut all = BTreeSet::from([contact.to_string()]);
        let mut next = vec![contact.to_string()];
        while !next.is_empty() {
            let sql = "SELECT loser_id FROM merges";
            let mut statement = self.asked(sql, "survivor_id", &next);
            statement.push(" AND undone_at IS NULL AND object = 'contact'");
            let losers = conn.rows(&statement, |row| row.text(0))?;
            next = losers
                .into_iter()
                .filter(|loser| all.insert(loser.clone()))
                .collect();
        }
        Ok(all.into_iter().collect())
    }
}
