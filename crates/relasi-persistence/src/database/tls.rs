//! Encrypted connections to PostgreSQL.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;

/// An encryption that checks whom it talks to: the certificate must be valid for the host's name.
///
/// Trusts the authorities in the PEM file `roots`, or without one those the system trusts.
pub(super) fn verified(roots: Option<&str>) -> Result<MakeRustlsConnect, StoreError> {
    let mut trusted = RootCertStore::empty();
    if let Some(path) = roots {
        let certificates = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| wrong(&format!("sslrootcert {path}: {error}")))?;
        trusted.add_parsable_certificates(certificates);
    } else {
        trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if trusted.is_empty() {
        return Err(wrong(
            "no trusted certificates were found; name a file by sslrootcert",
        ));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(&error.to_string()))?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn wrong(what: &str) -> StoreError {
    StoreError::Other(format!("encryption of the database connection: {what}"))
}
