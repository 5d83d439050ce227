//! By what a person is named where no id of theirs stands.

use std::collections::BTreeSet;

use relasi_domain::text::{digits, email_key, phone_key};
use relasi_persistence::{Conn, Dialect, Statement};
use serde_json::Value;
use uuid::Uuid;

use super::Circle;
use crate::refusal::Result;

/// Shorter names are found in too much that means somebody else.
const SHORTEST_NAME: usize = 5;
/// The same for digits.
const SHORTEST_NUMBER: usize = 8;

/// What stands where something was taken out of a text.
pub(super) const TAKEN_OUT: &str = "[erased]";

/// Names, addresses and numbers of a person, those of former times too.
#[derive(Debug, Clone, Default)]
pub(super) struct Needles {
    /// Names. Others may have the same.
    pub(super) names: Vec<String>,
    /// Addresses and numbers in each form that they are written in, without those that somebody else has as well.
    pub(super) addresses: Vec<String>,
    /// Normalised addresses and numbers with their kind, for the marks.
    pub(super) keys: Vec<(&'static str, String)>,
}

impl Needles {
    /// Reads them of the contacts and leads of a circle and of the log of their changes.
    pub(super) fn of(conn: &mut Conn, workspace: Uuid, circle: &Circle) -> Result<Self> {
        let mut found = Found::default();
        for ids in circle.contacts.chunks(500) {
            let mut rows = Statement::new(
                "SELECT full_name, emails, phones FROM contacts WHERE workspace_id = ",
            );
            rows.bind(workspace)
                .push(" AND id IN (")
                .bind_all(ids)
                .push(")")
                .uncached();
            for (name, emails, phones) in conn.rows(&rows, |row| {
                Ok((row.text(0)?, row.json::<Value>(1)?, row.json::<Value>(2)?))
            })? {
                found.take("full_name", &Value::String(name));
                found.take("emails", &emails);
                found.take("phones", &phones);
            }
            Self::of_log(conn, workspace, ids, &mut found)?;
        }
        for ids in circle.leads.chunks(500) {
            let mut rows =
                Statement::new("SELECT name, emails, phones FROM leads WHERE workspace_id = ");
            rows.bind(workspace)
                .push(" AND id IN (")
                .bind_all(ids)
                .push(")")
                .uncached();
            for (name, emails, phones) in conn.rows(&rows, |row| {
                Ok((row.text(0)?, row.json::<Value>(1)?, row.json::<Value>(2)?))
            })? {
                found.take("full_name", &Value::String(name));
                found.take("emails", &emails);
                found.take("phones", &phones);
            }
            Self::of_log(conn, workspace, ids, &mut found)?;
        }
        found.needles(conn, workspace, circle)
    }

    /// Reads what changes of records named.
    fn of_log(conn: &mut Conn, workspace: Uuid, ids: &[String], found: &mut Found) -> Result<()> {
        let mut log = Statement::new("SELECT changes FROM audit_entries WHERE workspace_id = ");
        log.bind(workspace)
            .push(" AND record_id IN (")
            .bind_all(ids);
        log.push(") AND changes <> '[]'").uncached();
        for changes in conn.rows(&log, |row| row.json::<Value>(0))? {
            for change in changes.as_array().into_iter().flatten() {
                let field = change["field"].as_str().unwrap_or_default();
                found.take(field, &change["old"]);
                found.take(field, &change["new"]);
            }
        }
        Ok(())
    }

    /// Everything that names the person.
    pub(super) fn all(&self) -> impl Iterator<Item = &String> {
        self.names.iter().chain(&self.addresses)
    }

    /// Whether bytes name the person, as UTF-8, as UTF-16 or in the encoding of Thai files.
    pub(super) fn are_in(&self, bytes: &[u8]) -> bool {
        let within = |needle: &[u8]| {
            !needle.is_empty() && bytes.windows(needle.len()).any(|part| part == needle)
        };
        self.all().any(|needle| {
            let wide = |order: fn(u16) -> [u8; 2]| {
                needle.encode_utf16().flat_map(order).collect::<Vec<u8>>()
            };
            let (thai, _, lossy) = encoding_rs::WINDOWS_874.encode(needle);
            within(needle.as_bytes())
                || within(&wide(u16::to_le_bytes))
                || within(&wide(u16::to_be_bytes))
                || (!lossy && within(&thai))
        })
    }
}

/// A condition that one of the columns contains one of the needles.
pub(super) fn containing(dialect: Dialect, columns: &[&str], needles: &[String]) -> Statement {
    let function = match dialect {
        Dialect::Sqlite => "instr",
        Dialect::Postgres => "strpos",
    };
    let mut condition = Statement::new("(");
    let mut first = true;
    for column in columns {
        for needle in needles {
            condition.push(if first { "" } else { " OR " });
            condition
                .push(&format!("{function}({column}, "))
                .bind(needle)
                .push(") > 0");
            first = false;
        }
    }
    condition
        .push(if first { "1 = 0)" } else { ")" })
        .uncached();
    condition
}

/// As something stands inside of JSON text.
fn in_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.trim_matches('"').to_owned()
}

#[derive(Default)]
struct Found {
    names: BTreeSet<String>,
    emails: BTreeSet<String>,
    phones: BTreeSet<String>,
}

impl Found {
    fn take(&mut self, field: &str, value: &Value) {
        let into = match field {
            "full_name" | "name" => &mut self.names,
            "emails" => &mut self.emails,
            "phones" => &mut self.phones,
            _ => return,
        };
        into.extend(value.as_str().map(str::to_owned));
        let points = value.as_array().into_iter().flatten();
        into.extend(
            points
                .filter_map(|point| point["value"].as_str())
                .map(str::to_owned),
        );
    }

    fn needles(self, conn: &mut Conn, workspace: Uuid, circle: &Circle) -> Result<Needles> {
        let emails = self
            .emails
            .iter()
            .map(|email| ("email", email, email_key(email)));
        let phones = self
            .phones
            .iter()
            .map(|phone| ("phone", phone, phone_key(phone)));
        let points: Vec<_> = emails
            .chain(phones)
            .filter(|(_, _, key)| !key.is_empty())
            .collect();
        let keys: BTreeSet<&String> = points.iter().map(|(_, _, key)| key).collect();
        let others = of_others(conn, workspace, circle, &keys)?;
        let mut needles = Needles::default();
        let mut forms = BTreeSet::new();
        for (kind, written, key) in points {
            if others.contains(&key) {
                continue;
            }
            let long = |digits: &String| digits.len() >= SHORTEST_NUMBER;
            forms.extend([written.clone(), in_json(written)]);
            if kind == "email" {
                forms.extend([key.clone(), written.to_lowercase(), written.to_uppercase()]);
            } else {
                forms.extend([key.clone(), digits(written)].into_iter().filter(long));
            }
            if !needles.keys.contains(&(kind, key.clone())) {
                needles.keys.push((kind, key));
            }
        }
        needles.addresses = forms
            .into_iter()
            .filter(|form| form.chars().count() >= SHORTEST_NAME)
            .collect();
        let names = self
            .names
            .into_iter()
            .filter(|name| name.chars().count() >= SHORTEST_NAME);
        let names: BTreeSet<String> = names
            .flat_map(|name| [in_json(&name), name.to_lowercase(), name])
            .collect();
        needles.names = names.into_iter().collect();
        Ok(needles)
    }
}

/// Those of the addresses and numbers that somebody else has too: a telephone of an office is not one person's.
fn of_others(
    conn: &mut Conn,
    workspace: Uuid,
    circle: &Circle,
    keys: &BTreeSet<&String>,
) -> Result<BTreeSet<String>> {
    let keys: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    let mut others = BTreeSet::new();
    for some in keys.chunks(200) {
        let mut statement = Statement::new(
            "SELECT value FROM field_index WHERE object IN ('contact', 'company') AND field IN ('emails', 'phones') AND workspace_id = ",
        );
        statement
            .bind(workspace)
            .push(" AND value IN (")
            .bind_all(some.iter().copied());
        statement.push(")").uncached();
        if !circle.contacts.is_empty() {
            statement
                .push(" AND record_id NOT IN (")
                .bind_all(&circle.contacts)
                .push(")");
        }
        others.extend(conn.rows(&statement, |row| row.text(0))?);
    }
    Ok(others)
}
