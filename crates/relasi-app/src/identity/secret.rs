//! Secrets handed out once and kept as a hash: refresh tokens and invitations.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::random::random;

const SECRET_BYTES: usize = 32;

/// 256 random bits behind the id of their workspace, 64 characters of base64url.
///
/// The workspace in front lets each look-up stay within one workspace.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    workspace_id: Uuid,
    bytes: [u8; SECRET_BYTES],
}

impl Secret {
    /// A new one.
    pub fn new(workspace_id: Uuid) -> Self {
        Self {
            workspace_id,
            bytes: random(),
        }
    }

    /// One that is made of 32 bytes which nobody can guess.
    pub(crate) fn of(workspace_id: Uuid, bytes: [u8; SECRET_BYTES]) -> Self {
        Self {
            workspace_id,
            bytes,
        }
    }

    /// Reads one that a client sent.
    pub fn parse(text: &str) -> Option<Self> {
        let raw = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (workspace, secret) = raw.split_first_chunk::<16>()?;
        Some(Self {
            workspace_id: Uuid::from_bytes(*workspace),
            bytes: secret.try_into().ok()?,
        })
    }

    /// The form that the client gets.
    pub fn reveal(&self) -> String {
        let mut raw = Vec::with_capacity(16 + SECRET_BYTES);
        raw.extend_from_slice(self.workspace_id.as_bytes());
        raw.extend_from_slice(&self.bytes);
        URL_SAFE_NO_PAD.encode(raw)
    }

    /// The workspace that it belongs to.
    pub fn workspace_id(&self) -> Uuid {
        self.workspace_id
    }

    /// The form that is stored. Plain SHA-256: with 256 random bits there is nothing to guess.
    pub fn hash(&self) -> String {
        sha256(&self.bytes)
    }
}

impl Secret {
    /// A name for it that tells nothing about it, to count by.
    pub fn name(&self) -> Uuid {
        let digest = Sha256::digest(self.bytes);
        Uuid::from_slice(&digest[..16]).unwrap_or_default()
    }
}

/// SHA-256 as base64url.
pub(super) fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_round_trip_and_differ() {
        let workspace = Uuid::now_v7();
        let (one, other) = (Secret::new(workspace), Secret::new(workspace));
        assert!(one != other);
        assert_eq!(one.reveal().len(), 64);
        let read = Secret::parse(&one.reveal()).expect("its own form");
        assert!(read == one && read.workspace_id() == workspace);
        assert_eq!(read.hash(), one.hash());
    }

    #[test]
    fn other_texts_are_no_secrets() {
        let long = format!("{}A", Secret::new(Uuid::nil()).reveal());
        for text in ["", "abc", "../../etc/passwd", long.as_str()] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }
}
