//! Codes from an app: RFC 6238 with SHA-1, six digits, thirty seconds, as every app knows them.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use qrcode::{EcLevel, QrCode, types::Color};
use relasi_persistence::{Conn, Row as Found};
use serde::Serialize;
use totp_rs::{Builder, Totp};
use uuid::Uuid;

use super::super::{Stored, sql};
use crate::{
    Refusal, Result,
    platform::vault::{Row, Vault},
    random::random,
};

/// RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;

/// How long a set-up waits for its first code.
const PENDING: TimeDelta = TimeDelta::hours(1);

/// What an app needs to know; told once.
#[derive(Clone, Serialize)]
pub struct TotpSetUp {
    /// The secret, for typing.
    pub secret: String,
    /// The same as an address that apps know.
    pub uri: String,
    /// The address as a QR code.
    pub qr: Qr,
}

/// A QR code as one path of an SVG.
#[derive(Clone, Serialize)]
pub struct Qr {
    /// Width and height in squares, with the quiet zone around.
    pub size: usize,
    /// The dark squares: attribute `d` of a path.
    pub path: String,
}

struct Factor {
    user: Uuid,
    id: Uuid,
    sealed: String,
}

impl Factor {
    fn row(&self) -> Row {
        row_of(self.user, self.id)
    }

    fn totp(&self, vault: &Vault) -> Result<Totp> {
        let secret = vault.reveal(self.row(), &self.sealed).map_err(|error| {
            log::error!("the secret of a second factor: {error}");
            Refusal::Conflict("secret_unreadable")
        })?;
        Ok(of_secret(&secret, "user"))
    }

    /// The step that a code belongs to, if it is right now.
    fn step(&self, vault: &Vault, code: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
        let time = u64::try_from(now.timestamp()).unwrap_or_default();
        let step = self.totp(vault)?.check(code, time);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }
}

fn row_of(user: Uuid, id: Uuid) -> Row {
    Row {
        column: "totp_factors.secret",
        id,
        workspace: user,
    }
}

fn of_secret(secret: &[u8], account: &str) -> Totp {
    // A colon parts issuer and account in the address.
    Builder::new()
        .with_secret(secret)
        .with_issuer(Some("Relasi"))
        .with_account_name(account.replace(':', " "))
        .build()
        .expect("a secret of 160 bits and names without colons are taken")
}

/// A new secret that waits for its first code; an earlier one that still waits is forgotten.
pub(super) fn begin(
    conn: &mut Conn,
    vault: &Vault,
    user: Uuid,
    email: &str,
    now: DateTime<Utc>,
) -> Result<TotpSetUp> {
    let secret = random::<SECRET_BYTES>();
    let id = Uuid::now_v7();
    let sealed = vault.seal(row_of(user, id), &secret);
    conn.execute(&sql(
        "DELETE FROM totp_factors WHERE user_id = ? AND confirmed_at IS NULL",
        [user.into()],
    ))?;
    conn.execute(&sql(
        "INSERT INTO totp_factors (user_id, id, secret, created_at, last_step) VALUES (?, ?, ?, ?, 0)",
        [user.into(), id.into(), sealed.into(), now.into()],
    ))?;
    let totp = of_secret(&secret, email);
    let uri = totp.to_url().map_err(|error| {
        log::error!("the address of a second factor: {error}");
        Refusal::Conflict("secret_unreadable")
    })?;
    Ok(TotpSetUp {
        secret: totp.secret().to_base32(),
        qr: drawn(&uri),
        uri,
    })
}

/// Makes the waiting secret the one that counts, by a code of it; `false` when the code is wrong.
pub(super) fn confirm(
    conn: &mut Conn,
    vault: &Vault,
    user: Uuid,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let waiting = sql(
        "SELECT user_id, id, secret FROM totp_factors WHERE user_id = ? AND confirmed_at IS NULL AND created_at > ?",
        [user.into(), (now - PENDING).into()],
    );
    let factor = conn
        .row(&waiting, read)?
        .ok_or(Refusal::Conflict("set_up_expired"))?;
    let Some(step) = factor.step(vault, code, now)? else {
        return Ok(false);
    };
    conn.execute(&sql(
        "DELETE FROM totp_factors WHERE user_id = ? AND id <> ?",
        [user.into(), factor.id.into()],
    ))?;
    conn.execute(&sql(
        "UPDATE totp_factors SET confirmed_at = ?, last_step = ? WHERE user_id = ? AND id = ?",
        [now.into(), step.into(), user.into(), factor.id.into()],
    ))?;
    Ok(true)
}

/// Takes a code, once; `false` when it is wrong or was taken before.
pub(super) fn take(
    conn: &mut Conn,
    vault: &Vault,
    user: Uuid,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let confirmed = sql(
        "SELECT user_id, id, secret FROM totp_factors WHERE user_id = ? AND confirmed_at IS NOT NULL",
        [user.into()],
    );
    let Some(factor) = conn.row(&confirmed, read)? else {
        return Ok(false);
    };
    let Some(step) = factor.step(vault, code, now)? else {
        return Ok(false);
    };
    // Of two requests with one code, the second finds the step taken.
    let taken = conn.execute(&sql(
        "UPDATE totp_factors SET last_step = ? WHERE user_id = ? AND id = ? AND last_step < ?",
        [step.into(), user.into(), factor.id.into(), step.into()],
    ))?;
    Ok(taken == 1)
}

/// Since when codes are asked for; none when they are not.
pub(super) fn since(conn: &mut Conn, user: Uuid) -> Result<Option<DateTime<Utc>>> {
    let statement = sql(
        "SELECT confirmed_at FROM totp_factors WHERE user_id = ? AND confirmed_at IS NOT NULL",
        [user.into()],
    );
    Ok(conn.row(&statement, |row| row.at(0))?)
}

/// Forgets the secrets of somebody; whether one counted.
pub(super) fn remove(conn: &mut Conn, user: Uuid) -> Result<bool> {
    let had = since(conn, user)?.is_some();
    conn.execute(&sql(
        "DELETE FROM totp_factors WHERE user_id = ?",
        [user.into()],
    ))?;
    Ok(had)
}

/// Encrypts the secret of everybody with the newest key; how many there are.
pub(super) fn reseal(conn: &mut Conn, vault: &Vault) -> Result<usize> {
    let all = conn.rows(
        &sql("SELECT user_id, id, secret FROM totp_factors", []),
        read,
    )?;
    for factor in &all {
        let secret = vault
            .reveal(factor.row(), &factor.sealed)
            .map_err(|error| {
                log::error!("the secret of a second factor: {error}");
                Refusal::Conflict("secret_unreadable")
            })?;
        let sealed = vault.seal(factor.row(), &secret);
        conn.execute(&sql(
            "UPDATE totp_factors SET secret = ? WHERE user_id = ? AND id = ? AND secret = ?",
            [
                sealed.into(),
                factor.user.into(),
                factor.id.into(),
                (&factor.sealed).into(),
            ],
        ))?;
    }
    Ok(all.len())
}

fn read(row: &Found<'_>) -> Stored<Factor> {
    Ok(Factor {
        user: row.id(0)?,
        id: row.id(1)?,
        sealed: row.text(2)?,
    })
}

/// The quiet zone that readers expect.
const QUIET: usize = 4;

fn drawn(text: &str) -> Qr {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .expect("an address of this length fits");
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % width + QUIET, place / width + QUIET);
            // Writing into a String cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Qr {
        size: width + 2 * QUIET,
        path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let totp = of_secret(b"12345678901234567890", "siti@kopi.example");
        for (time, step) in [(59, 1), (1_111_111_109, 37_037_036)] {
            let code = match time {
                59 => "287082",
                _ => "081804",
            };
            assert_eq!(totp.check(code, time), Some(step));
        }
        assert_eq!(totp.check("287082", 200), None);
    }

    #[test]
    fn a_drawing_has_its_quiet_zone() {
        let qr = drawn("otpauth://totp/Relasi:siti");
        assert!(qr.path.starts_with("M4 4h1v1h-1z"));
        assert!(qr.size >= 29);
    }
}
