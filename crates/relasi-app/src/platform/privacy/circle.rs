//! The ids under which a person stands in a workspace.

use std::collections::BTreeSet;

use relasi_domain::{record::Object, sales::lead};
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use super::{Known, Person};
use crate::refusal::Result;

/// Ids asked for in one statement.
const SOME: usize = 500;

/// A person and what belongs to them.
#[derive(Debug, Clone, Default)]
pub(super) struct Circle {
    /// The contact, and those that were merged into it.
    pub(super) contacts: Vec<String>,
    /// What they were before: leads that became the contact, and such with an address of theirs.
    pub(super) leads: Vec<String>,
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
    /// The lead of a person who is a lead alone: by it all else is found.
    pub(super) by_lead: Option<String>,
}

impl Circle {
    /// Reads the circle of a person, in the trash or not.
    pub(super) fn of(conn: &mut Conn, workspace: Uuid, person: Person) -> Result<Self> {
        let at = At(workspace);
        let one = at.merged(conn, person.known.object(), vec![person.id.to_string()])?;
        let (contacts, leads) = match person.known {
            Known::Contact => {
                let leads = at.leads(conn, &one, &[])?;
                let leads = at.merged(conn, &lead::OBJECT, leads)?;
                (one, leads)
            }
            Known::Lead => {
                let leads = at.leads(conn, &[], &one)?;
                let leads = at.merged(conn, &lead::OBJECT, leads)?;
                (at.former(conn, &leads)?, leads)
            }
        };
        let (mut own, mut shared) = (Vec::new(), Vec::new());
        let mut known = BTreeSet::new();
        let sql = "SELECT id, CASE WHEN company_id IS NULL AND deal_id IS NULL THEN 1 ELSE 0 END FROM activities";
        for (column, all) in [("contact_id", &contacts), ("lead_id", &leads)] {
            for ids in all.chunks(SOME) {
                let rows = at.asked(sql, column, ids);
                for (id, alone) in conn.rows(&rows, |row| Ok((row.text(0)?, row.int(1)?)))? {
                    if known.insert(id.clone()) {
                        if alone == 1 { &mut own } else { &mut shared }.push(id);
                    }
                }
            }
        }
        let subjects: Vec<String> = [&contacts, &leads, &own, &shared]
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
        let roles = at.texts(
            conn,
            "SELECT id FROM deal_contacts",
            "contact_id",
            &contacts,
        )?;
        parts.extend(roles);
        parts.extend(at.texts(conn, "SELECT id FROM comments", "record_id", &subjects)?);
        parts.extend(at.letters(conn, &contacts, &leads)?);
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
        let made = at.texts(
            conn,
            "SELECT coalesce(import_id, '') FROM leads",
            "id",
            &leads,
        )?;
        imports.extend(made.into_iter().filter(|id| !id.is_empty()));
        let of_leads = "SELECT DISTINCT import_id FROM import_changes";
        imports.extend(at.texts(conn, of_leads, "record_id", &leads)?);
        Ok(Self {
            leads,
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
            by_lead: (person.known == Known::Lead).then(|| person.id.to_string()),
        })
    }

    /// Every id by which rows are the person's.
    pub(super) fn all(&self) -> Vec<String> {
        let all = [
            &self.contacts,
            &self.leads,
            &self.own,
            &self.shared,
            &self.parts,
        ];
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

    /// These leads, those that became these contacts, and those with an e-mail address that is theirs alone. A telephone
    /// is shared too often to say who somebody is.
    fn leads(&self, conn: &mut Conn, contacts: &[String], leads: &[String]) -> Result<Vec<String>> {
        let mut all: BTreeSet<String> = leads.iter().cloned().collect();
        all.extend(self.texts(conn, "SELECT id FROM leads", "contact_id", contacts)?);
        let mut addresses = BTreeSet::new();
        for ids in contacts.chunks(SOME).chain(leads.chunks(SOME)) {
            let mut own = self.asked("SELECT value FROM field_index", "record_id", ids);
            own.push(" AND object IN ('contact', 'lead') AND field = 'emails'");
            addresses.extend(conn.rows(&own, |row| row.text(0))?);
        }
        let addresses: Vec<String> = addresses.into_iter().collect();
        for values in addresses.chunks(SOME) {
            let found = "SELECT value, object, record_id FROM field_index";
            let mut found = self.asked(found, "value", values);
            found.push(" AND object IN ('contact', 'company', 'lead') AND field = 'emails'");
            let found = conn.rows(&found, |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)))?;
            let others: BTreeSet<&String> = found
                .iter()
                .filter(|(_, object, id)| object != "lead" && !contacts.contains(id))
                .map(|(value, _, _)| value)
                .collect();
            let own = found
                .iter()
                .filter(|(value, object, _)| object == "lead" && !others.contains(value));
            all.extend(own.map(|(_, _, id)| id.clone()));
        }
        Ok(all.into_iter().collect())
    }

    /// Contacts in the trash that leads were for a while: their conversions were undone.
    fn former(&self, conn: &mut Conn, leads: &[String]) -> Result<Vec<String>> {
        let mut all = BTreeSet::new();
        let made = "SELECT contact_id FROM lead_conversions";
        for ids in leads.chunks(SOME) {
            let mut made = self.asked(made, "lead_id", ids);
            made.push(" AND undone_at IS NOT NULL");
            let made: Vec<String> = conn.rows(&made, |row| row.text(0))?;
            if made.is_empty() {
                continue;
            }
            let mut gone = self.asked("SELECT id FROM contacts", "id", &made);
            gone.push(" AND deleted_at IS NOT NULL");
            all.extend(conn.rows(&gone, |row| row.text(0))?);
        }
        Ok(all.into_iter().collect())
    }

    /// E-mails that belong to none but these contacts and leads.
    fn letters(
        &self,
        conn: &mut Conn,
        contacts: &[String],
        leads: &[String],
    ) -> Result<Vec<String>> {
        let links = "SELECT DISTINCT email_id FROM email_links";
        let mut own: BTreeSet<String> = BTreeSet::new();
        own.extend(self.texts(conn, links, "contact_id", contacts)?);
        for ids in leads.chunks(SOME) {
            let told = "SELECT DISTINCT record_id FROM timeline_events";
            let mut told = self.asked(told, "subject_id", ids);
            told.push(" AND kind = 'email'");
            own.extend(conn.rows(&told, |row| row.text(0))?);
        }
        let all: Vec<String> = own.iter().cloned().collect();
        for ids in all.chunks(SOME) {
            let mut others = self.asked(links, "email_id", ids);
            if !contacts.is_empty() {
                others
                    .push(" AND contact_id NOT IN (")
                    .bind_all(contacts)
                    .push(")");
            }
            let mut told = self.asked("SELECT record_id FROM timeline_events", "record_id", ids);
            told.push(" AND record_id <> subject_id AND subject_object = 'lead'");
            if !leads.is_empty() {
                told.push(" AND subject_id NOT IN (")
                    .bind_all(leads)
                    .push(")");
            }
            for id in conn.rows(&others, |row| row.text(0))? {
                own.remove(&id);
            }
            for id in conn.rows(&told, |row| row.text(0))? {
                own.remove(&id);
            }
        }
        Ok(own.into_iter().collect())
    }

    /// Records and those that went into them, over others too; merges that were undone left two people.
    fn merged(&self, conn: &mut Conn, object: &Object, into: Vec<String>) -> Result<Vec<String>> {
        let mut all: BTreeSet<String> = into.iter().cloned().collect();
        let mut next = into;
        while !next.is_empty() {
            let mut losers = Vec::new();
            for ids in next.chunks(SOME) {
                let mut statement = self.asked("SELECT loser_id FROM merges", "survivor_id", ids);
                statement.push(" AND undone_at IS NULL AND object = ");
                statement.bind(object.name);
                losers.extend(conn.rows(&statement, |row| row.text(0))?);
            }
            next = losers
                .into_iter()
                .filter(|loser| all.insert(loser.clone()))
                .collect();
        }
        Ok(all.into_iter().collect())
    }
}
