//! Rows of people who asked to be erased.

use std::collections::BTreeSet;

use relasi_domain::{people::contact, record::Object, sales::lead};
use relasi_persistence::Conn;
use uuid::Uuid;

use super::candidate::Candidate;
use crate::{
    platform::{privacy, vault::Vault},
    refusal::Result,
};

/// Places of rows with an address or number of somebody who asked to be erased.
pub(super) fn places(
    conn: &mut Conn,
    (vault, workspace): (&Vault, Uuid),
    object: &'static Object,
    chunk: &[Candidate],
) -> Result<BTreeSet<usize>> {
    if ![contact::OBJECT.name, lead::OBJECT.name].contains(&object.name) {
        return Ok(BTreeSet::new());
    }
    let made = chunk.iter().enumerate().filter_map(|(place, candidate)| {
        let body = &candidate.made.as_ref().ok()?.body;
        Some((place, [body.get("emails"), body.get("phones")]))
    });
    privacy::marked(conn, vault, workspace, made)
}
