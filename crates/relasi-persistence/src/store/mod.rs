//! The one store of all records: what it reads and writes is always within one workspace.

mod condition;
mod custom;
mod custom_values;
mod driver;
mod few;
mod find;
mod fragments;
mod groups;
mod json;
mod keyset;
pub mod layout;
mod maintained;
mod matches;
mod page;
mod reach;
mod scan;
mod search;
mod statistics;
mod unique;
mod write;

use relasi_domain::{identity::access::Access, shape::Customs};
use uuid::Uuid;

pub use find::{FoundRecord, Related};
pub use fragments::needles;
pub use groups::{GroupRow, GroupSums, Grouped};
pub use json::{References, instant_micros, instant_text, stored};
pub use page::{Page, Query};
pub use reach::{push_filter, push_only_shared, push_owned, push_taken, push_visible};
pub use search::{Hit, search_text};
pub use write::{Rows, index_values, item_key, text_of};

use crate::{Conn, Dialect};

/// Reads and writes the records of one workspace.
///
/// It can only be had from an [`Access`], so that no statement can leave the workspace out.
pub struct Store<'c> {
    conn: &'c mut Conn,
    workspace: String,
    customs: Customs,
}

impl<'c> Store<'c> {
    /// The store of the workspace that `access` belongs to.
    pub fn new(conn: &'c mut Conn, access: &Access) -> Self {
        Self {
            conn,
            workspace: access.workspace_id.to_string(),
            customs: access.customs.clone(),
        }
    }

    /// The store of a workspace, for the product itself: set-up, jobs, totals. It knows no custom fields.
    pub fn of_workspace(conn: &'c mut Conn, workspace: Uuid) -> Self {
        Self {
            conn,
            workspace: workspace.to_string(),
            customs: Customs::default(),
        }
    }

    /// The connection, for statements of one's own; bind [`Store::workspace`] in each.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// The id of the workspace as stored.
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }
}
