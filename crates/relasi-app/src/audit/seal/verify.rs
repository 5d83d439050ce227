//! Comparing the log with its seals and anchors.

use std::{collections::BTreeMap, fmt};

use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use super::{Anchor, BEGINNING, SEAL, Seal, covered, workspaces};
use crate::refusal::Result;

/// Something that is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Entries under a seal were changed, removed, exchanged or added to.
    Entries {
        /// Whose.
        workspace: Uuid,
        /// The seal.
        number: i64,
        /// How many there were.
        were: i64,
        /// How many are there.
        are: i64,
    },
    /// A seal does not follow from the one before it, or one is missing.
    Chain {
        /// Whose.
        workspace: Uuid,
        /// Where the chain breaks.
        number: i64,
    },
    /// Entries were emptied that no certificate of an erasure accounts for, or certified ones were put back.
    Emptied {
        /// Whose.
        workspace: Uuid,
        /// How many are emptied.
        emptied: i64,
        /// How many the certificates name.
        certified: i64,
    },
    /// A certificate of an erasure that nobody ordered by the log.
    Certificate {
        /// Whose.
        workspace: Uuid,
        /// The erasure.
        erasure: Uuid,
    },
    /// A seal that was anchored is not there as it was: the end of the log was cut off, or all was made anew.
    Anchor {
        /// Whose.
        workspace: Uuid,
        /// The anchored seal.
        number: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entries {
                workspace,
                number,
                were,
                are,
            } => write!(
                f,
                "workspace {workspace}: entries under seal {number} are not as they were ({were} sealed, {are} there)"
            ),
            Self::Chain { workspace, number } => {
                write!(
                    f,
                    "workspace {workspace}: the chain breaks at seal {number}"
                )
            }
            Self::Emptied {
                workspace,
                emptied,
                certified,
            } => write!(
                f,
                "workspace {workspace}: {emptied} entries were emptied, certificates of erasures name {certified}"
            ),
            Self::Certificate { workspace, erasure } => write!(
                f,
                "workspace {workspace}: the log has no order of the erasure {erasure}"
            ),
            Self::Anchor { workspace, number } => write!(
                f,
                "workspace {workspace}: seal {number} was anchored and is not there as it was"
            ),
        }
    }
}

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Seals.
    pub seals: u64,
    /// Entries under them.
    pub entries: u64,
    /// Newer entries that no seal is over yet.
    pub unsealed: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Compares the emptied entries of a workspace with its certificates. Their seals hold by the digests that they keep, so
/// whoever reaches the database could hide what an entry said by emptying it: only an erasure that was ordered may.
fn erased(conn: &mut Conn, workspace: Uuid, verified: &mut Verified) -> Result<()> {
    let mut count = Statement::new(
        "SELECT count(*) FROM audit_entries WHERE erased IS NOT NULL AND workspace_id = ",
    );
    let emptied = conn.row(count.bind(workspace), |row| row.int(0))?;
    let emptied = emptied.unwrap_or_default();
    let mut all = Statement::new(
        "SELECT e.id, e.state, e.counts, (SELECT count(*) FROM audit_entries o WHERE o.workspace_id = e.workspace_id \
         AND o.record_id = e.contact_id AND o.action = 'erasure_ordered') FROM erasures e WHERE e.workspace_id = ",
    );
    all.bind(workspace).push(" ORDER BY e.id");
    let certificates = conn.rows(&all, |row| {
        let counts: BTreeMap<String, i64> = row.json(2)?;
        Ok((row.id(0)?, row.text(1)?, counts, row.int(3)?))
    })?;
    let (mut certified, mut open) = (0, false);
    for (erasure, state, counts, ordered) in certificates {
        open |= state != "done";
        certified += counts.get("audit_entries").copied().unwrap_or_default();
        if ordered == 0 {
            verified
                .findings
                .push(Finding::Certificate { workspace, erasure });
        }
    }
    // One that is not done has emptied some that it will name.
    if emptied < certified || (emptied > certified && !open) {
        verified.findings.push(Finding::Emptied {
            workspace,
            emptied,
            certified,
        });
    }
    Ok(())
}

/// Goes through the logs of all workspaces. Memory holds one entry at a time.
pub fn verify(conn: &mut Conn, anchors: &[Anchor]) -> Result<Verified> {
    let mut verified = Verified::default();
    for workspace in workspaces(conn)? {
        of_workspace(conn, workspace, &mut verified)?;
        erased(conn, workspace, &mut verified)?;
    }
    for anchor in anchors {
        let mut same = Statement::new("SELECT chain FROM audit_seals WHERE workspace_id = ");
        same.bind(anchor.workspace_id);
        same.push(" AND number = ").bind(anchor.number);
        let chain = conn.row(&same, |row| row.text(0))?;
        if chain.as_ref() != Some(&anchor.chain) {
            verified.findings.push(Finding::Anchor {
                workspace: anchor.workspace_id,
                number: anchor.number,
            });
        }
    }
    Ok(verified)
}

fn of_workspace(conn: &mut Conn, workspace: Uuid, verified: &mut Verified) -> Result<()> {
    let (mut number, mut chain, mut after) = (0, BEGINNING.to_owned(), String::new());
    loop {
        let mut seals = Statement::new(format!(
            "SELECT {SEAL} FROM audit_seals WHERE workspace_id = "
        ));
        seals.bind(workspace).push(" AND number > ").bind(number);
        seals.push(" ORDER BY number").limit(500);
        let seals = conn.rows(&seals, Seal::read)?;
        if seals.is_empty() {
            let mut newer =
                Statement::new("SELECT count(*) FROM audit_entries WHERE workspace_id = ");
            newer
                .bind(workspace)
                .push(" AND id > ")
                .bind(after.as_str());
            let newer = conn.row(&newer, |row| row.int(0))?.unwrap_or_default();
            verified.unsealed += u64::try_from(newer).unwrap_or_default();
            return Ok(());
        }
        for seal in seals {
            if seal.number != number + 1 || seal.chain != seal.linked(&chain) {
                verified.findings.push(Finding::Chain {
                    workspace,
                    number: seal.number,
                });
            }
            let (_, entries, digest) = under(conn, workspace, &after, &seal)?;
            if entries != seal.entries || digest != seal.digest {
                verified.findings.push(Finding::Entries {
                    workspace,
                    number: seal.number,
                    were: seal.entries,
                    are: entries,
                });
            }
            verified.seals += 1;
            verified.entries += u64::try_from(entries).unwrap_or_default();
            (number, chain, after) = (seal.number, seal.chain, seal.last_id);
        }
    }
}

/// What is there under a seal now. More than it can have means that some were added, whatever they are.
fn under(
    conn: &mut Conn,
    workspace: Uuid,
    after: &str,
    seal: &Seal,
) -> Result<(String, i64, String)> {
    let found = covered(conn, workspace, (after, &seal.last_id), seal.scheme)?;
    let (rest, _, _) = &found;
    if found.1 == seal.entries && *rest != seal.last_id {
        // As many, but others: the last ones are beyond what one look takes.
        let (_, more, _) = covered(conn, workspace, (rest, &seal.last_id), seal.scheme)?;
        return Ok((found.0, found.1 + more, found.2));
    }
    Ok(found)
}
