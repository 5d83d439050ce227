//! The messages by which a quote went to its customer.

use relasi_persistence::Statement;
use serde_json::Value;
use uuid::Uuid;

use super::people;
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// Messages told of a quote.
const MOST: u32 = 20;

/// Messages that brought the link of a quote, the newest first, as far as the caller may read them.
pub(crate) fn of_quote(work: &mut Work<'_>, quote: Uuid) -> Result<Vec<Value>> {
    let mut statement = Statement::new("SELECT id FROM email_messages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND quote_id = ")
        .bind(quote)
        .push(" ORDER BY at DESC, id DESC")
        .limit(MOST);
    let ids = work.conn.rows(&statement, |row| row.id(0))?;
    let mut all = Vec::new();
    for id in ids {
        match people::get(work, id) {
            Ok(found) => all.push(found),
            Err(Refusal::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(all)
}
