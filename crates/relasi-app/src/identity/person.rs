//! People's accounts: what is checked of them and how they are stored.

use chrono::{DateTime, Utc};
use relasi_domain::{
    choices,
    fault::{Fault, Faults},
    field::Field,
    identity::{email::Address, password, role::MemberRole},
};
use relasi_persistence::Conn;
use serde_json::Value;
use uuid::Uuid;

use super::{place, sql};
use crate::{Refusal, Result};

/// Passwords that many people have, in lower case: the list of zxcvbn (MIT), see the licence beside it.
static COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// The most characters of a name of a person or workspace.
const NAME: usize = 120;

/// Checks a name.
pub(super) fn check_name(field: &'static str, name: &str, faults: &mut Faults) {
    Field::text(field, NAME)
        .required()
        .check(&Value::from(name), faults);
}

/// Checks a language code.
pub(super) fn check_language(language: &str, faults: &mut Faults) {
    if !choices::LANGUAGES.contains(&language) {
        let choices = choices::LANGUAGES.join(", ");
        faults.push(Fault::field("language", "not_a_choice").with("choices", choices));
    }
}

/// Reads an e-mail address, or adds a fault.
pub(super) fn check_email(email: &str, faults: &mut Faults) -> Option<Address> {
    let address = Address::parse(email);
    faults.check(address.is_none(), "email", "not_email");
    address
}

/// Checks a new password of somebody of whom `context` is known.
pub(super) fn check_password(new: &str, context: &[&str]) -> std::result::Result<(), Fault> {
    password::check(new, context, |text| {
        COMMON_PASSWORDS.lines().any(|line| line == text)
    })
}

/// A new account.
#[derive(Clone)]
pub(super) struct NewUser {
    pub address: Address,
    pub full_name: String,
    pub language: String,
    pub password_hash: String,
}

/// Stores an account; [`Refusal::Conflict`] when the address has one.
pub(super) fn insert_user(conn: &mut Conn, new: &NewUser, now: DateTime<Utc>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let made = conn.execute(&sql(
        "INSERT INTO users (id, version, created_at, updated_at, email, email_key, full_name, language, password_hash, password_changed_at) \
         VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email_key) DO NOTHING",
        [
            id.into(),
            now.into(),
            now.into(),
            (&new.address.shown).into(),
            (&new.address.key).into(),
            new.full_name.trim().into(),
            (&new.language).into(),
            (&new.password_hash).into(),
            now.into(),
        ],
    ))?;
    if made == 1 {
        Ok(id)
    } else {
        Err(Refusal::Conflict("email_taken"))
    }
}

/// Makes somebody a member; a membership that was ended comes to life again, without its former teams and manager.
/// Returns its id.
pub(super) fn join(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    role: MemberRole,
    team: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let statement = sql(
        "INSERT INTO memberships (workspace_id, id, user_id, version, created_at, updated_at, role, team_id, active) \
         VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (workspace_id, user_id) DO UPDATE SET \
         version = memberships.version + 1, updated_at = excluded.updated_at, role = excluded.role, \
         team_id = excluded.team_id, active = excluded.active RETURNING id",
        [
            workspace.into(),
            Uuid::now_v7().into(),
            user.into(),
            now.into(),
            now.into(),
            place::code(role).into(),
            team.into(),
            true.into(),
        ],
    );
    let id = conn
        .row(&statement, |row| row.id(0))?
        .ok_or(Refusal::NotFound)?;
    place::put(conn, workspace, id, None, role)?;
    place::put_teams(conn, workspace, id, &[])?;
    Ok(id)
}

/// What signing in needs of an account.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub id: Uuid,
    pub email: String,
    pub full_name: String,
    pub password_hash: Option<String>,
}

/// The account of an address.
pub(super) fn account(conn: &mut Conn, email_key: &str) -> Result<Option<Account>> {
    let statement = sql(
        "SELECT id, email, full_name, password_hash FROM users WHERE email_key = ?",
        [email_key.into()],
    );
    Ok(conn.row(&statement, |row| {
        Ok(Account {
            id: row.id(0)?,
            email: row.text(1)?,
            full_name: row.text(2)?,
            password_hash: row.opt_text(3)?,
        })
    })?)
}

/// Somebody who is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reader {
    pub email: String,
    pub full_name: String,
    pub language: String,
}

/// The name, address and language of somebody.
pub(super) fn reader(conn: &mut Conn, user: Uuid) -> Result<Reader> {
    let statement = sql(
        "SELECT email, full_name, language FROM users WHERE id = ?",
        [user.into()],
    );
    let found = conn.row(&statement, |row| {
        Ok(Reader {
            email: row.text(0)?,
            full_name: row.text(1)?,
            language: row.text(2)?,
        })
    })?;
    found.ok_or(Refusal::NotFound)
}

/// Stores another hash of the same password; `false` when the password was changed meanwhile.
pub(super) fn renew_hash(conn: &mut Conn, user: Uuid, old: &str, new: &str) -> Result<bool> {
    Ok(conn.execute(&sql(
        "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
        [new.into(), user.into(), old.into()],
    ))? == 1)
}

/// Stores the hash of a new password.
pub(super) fn set_password(
    conn: &mut Conn,
    user: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    conn.execute(&sql(
        "UPDATE users SET password_hash = ?, password_changed_at = ?, updated_at = ?, version = version + 1 WHERE id = ?",
        [hash.into(), now.into(), now.into(), user.into()],
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_known() {
        assert!(COMMON_PASSWORDS.lines().count() > 3_000);
        for password in ["q1w2e3r4t5y6u7i8", "Qwertyuiop12345", "dragon!!!!!!!!!!!"] {
            let fault = check_password(password, &[]).expect_err("it is common");
            assert_eq!(fault.code, "password_common", "{password}");
        }
        assert_eq!(check_password("hujan di bulan juni", &["Siti"]), Ok(()));
    }
}
