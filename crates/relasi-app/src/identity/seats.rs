//! Who sits where in the demonstration: a team, and who reports to whom.

use relasi_domain::{
    identity::{role::Role, team},
    record::Document,
};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::place;
use crate::{
    records::{Work, member_id},
    refusal::{Refusal, Result},
};

/// Puts members with built-in roles into a new team, below one of them.
///
/// # Errors
/// [`Refusal::NotFound`] for who is no member.
pub fn seat(work: &mut Work<'_>, name: &str, lead: Uuid, members: &[Uuid]) -> Result<()> {
    let workspace = work.access.workspace_id;
    let document: Document = [("name".to_owned(), json!(name))].into_iter().collect();
    let made = work.create(&team::OBJECT, document)?;
    let team = member_id(&made, "id").ok_or(Refusal::NotFound)?;
    let above = membership(work, lead)?;
    for user in [lead].iter().chain(members) {
        let id = membership(work, *user)?;
        let mut statement = Statement::new("UPDATE memberships SET team_id = ");
        statement.bind(team).push(" WHERE workspace_id = ");
        statement.bind(workspace).push(" AND id = ").bind(id);
        work.conn.execute(&statement)?;
        let manager = (*user != lead).then_some(above);
        place::put(work.conn, workspace, id, manager, Role::Member.into())?;
    }
    Ok(())
}

fn membership(work: &mut Work<'_>, user: Uuid) -> Result<Uuid> {
    let mut statement = Statement::new("SELECT id FROM memberships WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(user);
    let found = work.conn.row(&statement, |row| row.id(0))?;
    found.ok_or(Refusal::NotFound)
}
