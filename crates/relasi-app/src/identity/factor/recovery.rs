//! Codes for the day on which the second factor is lost: ten, shown once, each good once.

use chrono::{DateTime, Utc};
use relasi_persistence::Conn;
use uuid::Uuid;

use super::super::{secret::sha256, sql};
use crate::{Result, random::random};

/// How many are made.
pub(super) const COUNT: usize = 10;

/// 32 signs that nobody mistakes for each other (Crockford).
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 16 of them have 80 random bits: nothing to guess, so that a plain hash keeps them.
const LENGTH: usize = 16;

fn new() -> String {
    let signs = random::<LENGTH>().map(|byte| SIGNS[usize::from(byte % 32)]);
    let groups = signs.chunks(4).map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join("-")
}

/// The code as it is meant, whatever stands between its signs and however they are read.
fn meant(code: &str) -> Option<String> {
    let signs = code
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '-');
    let signs = signs.map(|sign| match sign.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    });
    let meant: String = signs.take(LENGTH + 1).collect();
    let known = |sign: u8| SIGNS.contains(&sign);
    (meant.len() == LENGTH && meant.bytes().all(known)).then_some(meant)
}

fn hash(user: Uuid, meant: &str) -> String {
    sha256(format!("{user}|{meant}").as_bytes())
}

/// Makes new ones; those before are no longer good.
pub(super) fn make(conn: &mut Conn, user: Uuid, now: DateTime<Utc>) -> Result<Vec<String>> {
    remove(conn, user)?;
    let codes: Vec<String> = (0..COUNT).map(|_| new()).collect();
    for code in &codes {
        let hash = hash(user, &code.replace('-', ""));
        conn.execute(&sql(
            "INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES (?, ?, ?)",
            [user.into(), hash.into(), now.into()],
        ))?;
    }
    Ok(codes)
}

/// Takes a code, once; `false` when it is none, or was taken before.
pub(super) fn take(conn: &mut Conn, user: Uuid, code: &str, now: DateTime<Utc>) -> Result<bool> {
    let Some(meant) = meant(code) else {
        return Ok(false);
    };
    let taken = conn.execute(&sql(
        "UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL",
        [now.into(), user.into(), hash(user, &meant).into()],
    ))?;
    Ok(taken == 1)
}

/// How many are left.
pub(super) fn left(conn: &mut Conn, user: Uuid) -> Result<i64> {
    let statement = sql(
        "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL",
        [user.into()],
    );
    Ok(conn.row(&statement, |row| row.int(0))?.unwrap_or_default())
}

/// Forgets all.
pub(super) fn remove(conn: &mut Conn, user: Uuid) -> Result<()> {
    conn.execute(&sql(
        "DELETE FROM recovery_codes WHERE user_id = ?",
        [user.into()],
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_write_them() {
        let code = new();
        assert_eq!((code.len(), code.matches('-').count()), (19, 3));
        let plain = code.replace('-', "");
        assert_eq!(meant(&code.to_uppercase()), Some(plain.clone()));
        assert_eq!(meant(&format!(" {} ", code.replace('-', " "))), Some(plain));
        assert_eq!(
            meant("OIL0-0000-0000-0000"),
            Some("0110000000000000".to_owned())
        );
        for wrong in ["", "123456", "uuuu-uuuu-uuuu-uuuu", "0000-0000-0000-0000-0"] {
            assert_eq!(meant(wrong), None, "{wrong}");
        }
    }
}
