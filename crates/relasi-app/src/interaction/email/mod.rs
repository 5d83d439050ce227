//! E-mail with people: accounts of a workspace and of its members, what is written by them and what comes in.
//!
//! A message is a row and stands on the timelines of the contacts it concerns. What is written is sent by a job; what
//! comes is fetched by one. Who reads it is decided in one place, [`privacy`].

mod account;
mod arrival;
mod bounce;
mod change;
mod dkim;
mod domain;
mod enclosed;
mod inbound;
mod line;
mod mailbox;
mod message;
mod of_quote;
mod outbox;
mod pace;
mod people;
mod privacy;
mod secrets;
mod send;
mod suppression;
mod sync;
mod thread;
mod token;
mod values;
mod watch;
mod write;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

pub use account::{Account, find, list, mine as find_own};
pub use change::{AccountPatch, change, create, remove, use_dkim};
pub use dkim::DkimKey;
pub use domain::{Dns, DnsRecord, DomainCheck};
pub use message::Message;
pub(crate) use message::{Attachment, attach, latest, latest_of_lead};
pub(crate) use of_quote::of_quote;
pub use pace::{Plan, sent_today};
pub use people::get;
pub use secrets::reseal;
pub use suppression::{NewSuppression, Suppression, list as suppressed, remove as lift, suppress};
pub use sync::{begin as begin_sync, due as sync_due};
pub use watch::{Bounds, Watch};
pub use write::{Draft, send, send_again, send_test};

use self::line::Lines;
use crate::{
    events::webhook::Reach,
    platform::{jobs::Registry, storage::Storage, vault::Vault},
};

/// What e-mail needs beside the database.
#[derive(Clone)]
pub struct Emails(Arc<Parts>);

struct Parts {
    vault: Vault,
    /// Which mail servers may be called.
    reach: Reach,
    storage: Storage,
    dns: Dns,
    /// What the server calls itself.
    own_name: String,
    lines: Mutex<HashMap<Uuid, Lines>>,
    /// Messages that are being handed over, by account.
    turns: Mutex<HashMap<Uuid, u32>>,
}

impl Emails {
    /// Reads and writes through mail servers within reach.
    pub fn new(vault: Vault, reach: Reach, storage: Storage, own_name: &str, dns: Dns) -> Self {
        Self(Arc::new(Parts {
            vault,
            reach,
            storage,
            dns,
            own_name: own_name.to_owned(),
            lines: Mutex::default(),
            turns: Mutex::default(),
        }))
    }

    /// Who is asked about domains.
    pub fn dns(&self) -> &Dns {
        &self.0.dns
    }
}

/// Adds the handlers of jobs that send and fetch.
pub fn handlers(registry: Registry, emails: &Emails) -> Registry {
    registry
        .with(send::Send(emails.clone()))
        .with(sync::Sync(emails.clone()))
}

/// Takes the links of one contact over to another one, when the two become one.
pub(crate) fn relink(conn: &mut Conn, workspace: Uuid, from: Uuid, to: Uuid) -> crate::Result<()> {
    let mut copy = Statement::new(
        "INSERT INTO email_links (workspace_id, contact_id, email_id, at) SELECT workspace_id, ",
    );
    copy.bind(to)
        .push(", email_id, at FROM email_links WHERE workspace_id = ")
        .bind(workspace);
    copy.push(" AND contact_id = ").bind(from);
    copy.push(" ON CONFLICT DO NOTHING");
    conn.execute(&copy)?;
    Ok(())
}

/// Messages of a lead are also those of the contact that it becomes; whether there are any.
pub(crate) fn follow(
    conn: &mut Conn,
    workspace: Uuid,
    lead: Uuid,
    contact: Uuid,
) -> crate::Result<bool> {
    let mut copy = Statement::new(
        "INSERT INTO email_links (workspace_id, contact_id, email_id, at) SELECT DISTINCT e.workspace_id, ",
    );
    copy.bind(contact).push(
        ", m.id, m.at FROM timeline_events e JOIN email_messages m ON m.workspace_id = e.workspace_id AND m.id = e.record_id \
         WHERE e.kind = 'email' AND e.workspace_id = ",
    );
    copy.bind(workspace).push(" AND e.subject_id = ").bind(lead);
    copy.push(" ON CONFLICT DO NOTHING");
    Ok(conn.execute(&copy)? > 0)
}

/// Leaves to a lead alone what became the contact's by [`follow`].
pub(crate) fn unfollow(
    conn: &mut Conn,
    workspace: Uuid,
    lead: Uuid,
    contact: Uuid,
) -> crate::Result<()> {
    let on = |column: &str| {
        format!(
            " IN (SELECT e.record_id FROM timeline_events e WHERE e.kind = 'email' AND e.workspace_id = \
             email_links.workspace_id AND e.subject_id = {column}"
        )
    };
    let mut gone = Statement::new("DELETE FROM email_links WHERE workspace_id = ");
    gone.bind(workspace)
        .push(" AND contact_id = ")
        .bind(contact);
    gone.push(&format!(" AND email_id{}", on(""))).bind(lead);
    gone.push(&format!(
        ") AND email_id NOT{})",
        on("email_links.contact_id")
    ));
    conn.execute(&gone)?;
    Ok(())
}

/// Takes away the links that came over from another contact, when the two become two again: those whose messages stand on
/// its timeline no longer.
pub(crate) fn unlink(conn: &mut Conn, workspace: Uuid, contact: Uuid) -> crate::Result<()> {
    let mut gone = Statement::new("DELETE FROM email_links WHERE workspace_id = ");
    gone.bind(workspace)
        .push(" AND contact_id = ")
        .bind(contact);
    gone.push(
        " AND NOT EXISTS (SELECT 1 FROM timeline_events e WHERE e.workspace_id = email_links.workspace_id \
         AND e.record_id = email_links.email_id AND (e.subject_id = email_links.contact_id OR e.subject_id IN \
         (SELECT l.id FROM leads l WHERE l.workspace_id = email_links.workspace_id AND l.contact_id = email_links.contact_id)))",
    );
    conn.execute(&gone)?;
    Ok(())
}
