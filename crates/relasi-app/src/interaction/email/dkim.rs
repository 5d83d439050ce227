//! Keys that messages are signed with, and what is to be published of them.

use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::message::{
    dkim::{
        DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
        DkimSigningKey,
    },
    header::HeaderName,
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{EncodeRsaPrivateKey, LineEnding},
    pkcs8::EncodePublicKey,
    rand_core::OsRng,
};

use crate::refusal::{Refusal, Result};

/// Bits of a key: what every mailbox provider checks.
const BITS: usize = 2048;

/// Headers that are signed, whether they are there or not: none can be added later. Those of the text itself are not among
/// what lettre signs.
const SIGNED: [&str; 8] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
];

/// A key and its public half.
#[derive(Clone)]
pub struct DkimKey {
    pub(super) private: String,
    pub(super) public: String,
}

impl DkimKey {
    /// Makes a key; that takes a while, so not in a transaction.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn make() -> Result<Self> {
        let broken = |error: String| {
            log::error!("a DKIM key: {error}");
            Refusal::Conflict("dkim_no_key")
        };
        let key = RsaPrivateKey::new(&mut OsRng, BITS).map_err(|no| broken(no.to_string()))?;
        let private = key.to_pkcs1_pem(LineEnding::LF);
        let private = private.map_err(|no| broken(no.to_string()))?.to_string();
        let public = key.to_public_key().to_public_key_der();
        let public = public.map_err(|no| broken(no.to_string()))?;
        Ok(Self {
            private,
            public: STANDARD.encode(public.as_bytes()),
        })
    }
}

/// The text of the DNS record for a public key.
pub(super) fn record(public: &str) -> String {
    format!("v=DKIM1; k=rsa; p={public}")
}

/// How the messages of an account are signed.
pub(super) fn config(selector: &str, domain: &str, key: &str) -> Option<DkimConfig> {
    let key = DkimSigningKey::new(key, DkimSigningAlgorithm::Rsa).ok()?;
    Some(DkimConfig::new(
        selector.to_owned(),
        domain.to_owned(),
        key,
        SIGNED.map(HeaderName::new_from_ascii_str).to_vec(),
        DkimCanonicalization {
            header: DkimCanonicalizationType::Relaxed,
            body: DkimCanonicalizationType::Relaxed,
        },
    ))
}
