//! Slows down guessing of passwords, by account and by address, without ever locking anybody out for good.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Row};
use uuid::Uuid;

use super::{Stored, secret::sha256, sql};
use crate::{Refusal, Result};

/// How guesses are counted.
#[derive(Debug, Clone, Copy)]
struct Rule {
    kind: &'static str,
    /// Failures that cost no waiting.
    free: i64,
}

const ACCOUNT: Rule = Rule {
    kind: "account",
    free: 5,
};
/// An office or a mobile network may share one address.
const ADDRESS: Rule = Rule {
    kind: "address",
    free: 20,
};

/// Codes of the second factor: whoever tries them knows the password already.
const FACTOR: Rule = Rule {
    kind: "factor",
    free: 5,
};

/// Messages with a link for a new password: each goes into somebody's mailbox.
const RESET: Rule = Rule {
    kind: "reset",
    free: 3,
};
const RESET_ADDRESS: Rule = Rule {
    kind: "reset_address",
    free: 20,
};

/// The longest wait: at most 96 guesses a day, below the 100 in a row that NIST SP 800-63B allows.
const LONGEST: TimeDelta = TimeDelta::minutes(15);

/// After a day without a failure nothing is remembered.
const MEMORY: TimeDelta = TimeDelta::days(1);

/// Who is trying.
#[derive(Debug, Clone)]
pub struct Attempt {
    subjects: [(Rule, String); 2],
}

impl Attempt {
    /// By the key of the e-mail address and the address of the client (an IPv6 client has a whole /64).
    pub fn new(email_key: &str, client: IpAddr) -> Self {
        Self::of([ACCOUNT, ADDRESS], email_key, client)
    }

    /// Of codes of the second factor of somebody. They are counted apart from passwords, of which the right one would
    /// wash off wrong codes.
    pub fn factor(user: Uuid, client: IpAddr) -> Self {
        Self::of([FACTOR, ADDRESS], &user.to_string(), client)
    }

    /// Of links for a new password.
    pub fn reset(email_key: &str, client: IpAddr) -> Self {
        Self::of([RESET, RESET_ADDRESS], email_key, client)
    }

    /// Forgets failures of the account: somebody has shown otherwise that it is hers.
    pub fn forgive_account(&self, conn: &mut Conn) -> Result<()> {
        let [(account, email), _] = &self.subjects;
        conn.execute(&sql(
            "DELETE FROM sign_in_attempts WHERE kind = ? AND subject = ?",
            [account.kind.into(), email.into()],
        ))?;
        Ok(())
    }

    fn of([rule, address]: [Rule; 2], subject: &str, client: IpAddr) -> Self {
        let network = match client.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
        };
        Self {
            subjects: [
                (rule, sha256(subject.as_bytes())),
                (address, sha256(&network)),
            ],
        }
    }

    /// [`Refusal::Throttled`] when it is too early for another try.
    pub fn check(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
        for (rule, subject) in &self.subjects {
            let statement = sql(
                "SELECT failures, blocked_until, last_failed_at FROM sign_in_attempts WHERE kind = ? AND subject = ?",
                [rule.kind.into(), subject.into()],
            );
            conn.row(&statement, Count::read)?
                .map_or(Ok(()), |count| count.check(now))?;
        }
        Ok(())
    }

    /// Counts a try as failed before the password is looked at, so that parallel guesses count as well.
    ///
    /// [`Refusal::Throttled`] when it is too early; then nothing is counted.
    pub fn begin(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
        for (rule, subject) in &self.subjects {
            // An upsert that changes nothing locks the row, so that parallel tries queue up here.
            let statement = sql(
                "INSERT INTO sign_in_attempts (kind, subject, failures, last_failed_at, blocked_until) \
                 VALUES (?, ?, 0, ?, 0) ON CONFLICT (kind, subject) DO UPDATE SET failures = sign_in_attempts.failures \
                 RETURNING failures, blocked_until, last_failed_at",
                [rule.kind.into(), subject.into(), now.into()],
            );
            let count = conn.row(&statement, Count::read)?.unwrap_or_default();
            count.check(now)?;
            let failures = count.remembered(now) + 1;
            let wait = wait_after(*rule, failures);
            // Without a wait nothing is blocked, not even until now: a request that began a moment earlier may come here
            // later.
            let until = if wait.is_zero() {
                0
            } else {
                (now + wait).timestamp_micros()
            };
            conn.execute(&sql(
                "UPDATE sign_in_attempts SET failures = ?, last_failed_at = ?, blocked_until = ? WHERE kind = ? AND subject = ?",
                [failures.into(), now.into(), until.into(), rule.kind.into(), subject.into()],
            ))?;
        }
        Ok(())
    }

    /// Takes the try back: it was the right password.
    pub fn succeed(&self, conn: &mut Conn) -> Result<()> {
        let [_, (address, network)] = &self.subjects;
        self.forgive_account(conn)?;
        // The address keeps its other failures: one's own account must not wash off guesses at those of others.
        conn.execute(&sql(
            "UPDATE sign_in_attempts SET failures = failures - 1, blocked_until = 0 WHERE kind = ? AND subject = ? AND failures > 0",
            [address.kind.into(), network.into()],
        ))?;
        Ok(())
    }
}

/// What is remembered of one subject.
#[derive(Default)]
struct Count {
    failures: i64,
    blocked_until: i64,
    last_failed_at: i64,
}

impl Count {
    fn read(row: &Row<'_>) -> Stored<Self> {
        Ok(Self {
            failures: row.int(0)?,
            blocked_until: row.int(1)?,
            last_failed_at: row.int(2)?,
        })
    }

    fn check(&self, now: DateTime<Utc>) -> Result<()> {
        match self.blocked_until - now.timestamp_micros() {
            ..=0 => Ok(()),
            wait => Err(Refusal::Throttled {
                retry_after: wait.unsigned_abs().div_ceil(1_000_000),
            }),
        }
    }

    fn remembered(&self, now: DateTime<Utc>) -> i64 {
        let forgotten = self.last_failed_at < (now - MEMORY).timestamp_micros();
        if forgotten { 0 } else { self.failures }
    }
}

/// Nothing for the free failures, then one second, doubled with each further one.
fn wait_after(rule: Rule, failures: i64) -> TimeDelta {
    match failures - rule.free {
        ..=0 => TimeDelta::zero(),
        over @ 1..=10 => TimeDelta::seconds(1 << (over - 1)).min(LONGEST),
        _ => LONGEST,
    }
}

/// Forgets what is no longer counted.
pub(super) fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize> {
    let statement = sql(
        "DELETE FROM sign_in_attempts WHERE last_failed_at < ?",
        [(now - MEMORY).into()],
    );
    Ok(conn.execute(&statement)?)
}
