//! Rows beside the records of objects that lead to a person, and follow them when they become another one: what was booked,
//! quotes as they were sent, and that somebody is not to be erased.

use relasi_domain::{people::contact, record::Object, sales::lead};
use relasi_persistence::Statement;

use super::moves::Way;
use crate::{records::Work, refusal::Result};

/// A table whose rows follow.
struct Following {
    object: &'static Object,
    table: &'static str,
    column: &'static str,
    /// What tells one row from others, and is not the column itself.
    id: &'static str,
    /// The name by which a merge notes it.
    kind: &'static str,
    /// A record has one of them at most: that of the survivor holds.
    once: bool,
}

static FOLLOWING: [Following; 4] = [
    Following {
        object: &contact::OBJECT,
        table: "bookings",
        column: "contact_id",
        id: "id",
        kind: "booking",
        once: false,
    },
    Following {
        object: &contact::OBJECT,
        table: "quote_versions",
        column: "contact_id",
        id: "quote_id || ':' || number",
        kind: "quote_version",
        once: false,
    },
    Following {
        object: &contact::OBJECT,
        table: "retention_holds",
        column: "contact_id",
        id: "'hold'",
        kind: "hold",
        once: true,
    },
    Following {
        object: &lead::OBJECT,
        table: "lead_holds",
        column: "lead_id",
        id: "'hold'",
        kind: "hold",
        once: true,
    },
];

/// The tables of an object.
fn of(object: &'static Object) -> impl Iterator<Item = &'static Following> {
    FOLLOWING
        .iter()
        .filter(move |one| one.object.name == object.name)
}

/// Rows of the loser become rows of the survivor.
pub(super) fn follow(work: &mut Work<'_>, way: Way) -> Result<()> {
    let workspace = work.access.workspace_id;
    for one in of(way.object) {
        let Following {
            table, column, id, ..
        } = one;
        let of_loser = |statement: &mut Statement| {
            statement.push(" WHERE workspace_id = ").bind(workspace);
            statement.push(&format!(" AND {column} = ")).bind(way.loser);
            if one.once {
                let other = format!(" AND NOT EXISTS (SELECT 1 FROM {table} o WHERE o.{column} = ");
                statement.push(&other).bind(way.survivor);
                statement
                    .push(" AND o.workspace_id = ")
                    .bind(workspace)
                    .push(")");
            }
        };
        let mut kept = Statement::new(
            "INSERT INTO merge_attachments (workspace_id, merge_id, kind, id) SELECT workspace_id, ",
        );
        kept.bind(way.merge).push(", ").bind(one.kind);
        kept.push(&format!(", {id} FROM {table}"));
        of_loser(&mut kept);
        work.conn.execute(&kept)?;
        let mut moved = Statement::new(format!("UPDATE {table} SET {column} = "));
        moved.bind(way.survivor);
        of_loser(&mut moved);
        work.conn.execute(&moved)?;
    }
    Ok(())
}

/// They become rows of the loser again.
pub(super) fn back(work: &mut Work<'_>, way: Way) -> Result<()> {
    let workspace = work.access.workspace_id;
    for one in of(way.object) {
        let Following {
            table, column, id, ..
        } = one;
        let mut back = Statement::new(format!("UPDATE {table} SET {column} = "));
        back.bind(way.loser)
            .push(" WHERE workspace_id = ")
            .bind(workspace);
        back.push(&format!(" AND {column} = ")).bind(way.survivor);
        back.push(&format!(
            " AND {id} IN (SELECT id FROM merge_attachments WHERE workspace_id = "
        ));
        back.bind(workspace)
            .push(" AND merge_id = ")
            .bind(way.merge);
        back.push(" AND kind = ").bind(one.kind).push(")");
        work.conn.execute(&back)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
