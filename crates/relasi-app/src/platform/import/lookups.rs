//! People and tags that a file names.

use std::collections::HashMap;

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Access,
    record::Document,
    text,
};
use relasi_persistence::{Conn, Statement, StoreError};
use serde_json::json;
use uuid::Uuid;

/// Members by name and address, tags by name; both are few.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    people: HashMap<String, Uuid>,
    tags: HashMap<String, Uuid>,
    read: bool,
}

impl Lookups {
    /// Reads people and tags the first time.
    pub(super) fn refresh(&mut self, conn: &mut Conn, access: &Access) -> Result<(), StoreError> {
        if self.read {
            return Ok(());
        }
        let mut people = Statement::new(
            "SELECT u.id, u.full_name, u.email_key FROM memberships m JOIN users u ON u.id = m.user_id \
             WHERE m.workspace_id = ",
        );
        people
            .bind(access.workspace_id)
            .push(" AND m.active = ")
            .bind(true);
        for (id, name, email) in
            conn.rows(&people, |row| Ok((row.id(0)?, row.text(1)?, row.text(2)?)))?
        {
            self.people.insert(text::sort_key(&name), id);
            self.people.insert(email, id);
        }
        let mut tags = Statement::new(
            "SELECT id, name_key FROM tags WHERE deleted_at IS NULL AND workspace_id = ",
        );
        tags.bind(access.workspace_id);
        for (id, key) in conn.rows(&tags, |row| Ok((row.id(0)?, row.text(1)?)))? {
            self.tags.insert(key, id);
        }
        self.read = true;
        Ok(())
    }

    /// A member by name or e-mail address.
    pub(super) fn person(&self, written: &str) -> Result<Uuid, Faults> {
        let found = self
            .people
            .get(&text::sort_key(written))
            .or_else(|| self.people.get(&text::email_key(written)));
        found.copied().ok_or_else(|| {
            Fault::field("owner_id", "no_such_record")
                .with("found", written)
                .into()
        })
    }

    /// A tag by its name, and its body when it is to be made.
    pub(super) fn tag(&mut self, name: &str) -> (Uuid, Option<Document>) {
        let key = text::sort_key(name);
        if let Some(id) = self.tags.get(&key) {
            return (*id, None);
        }
        let id = Uuid::now_v7();
        self.tags.insert(key, id);
        let mut body = Document::new();
        body.insert("id".into(), json!(id));
        body.insert("name".into(), json!(name));
        (id, Some(body))
    }

    /// Forgets a tag that will not be made.
    pub(super) fn forget_tag(&mut self, name: &str) {
        self.tags.remove(&text::sort_key(name));
    }
}
