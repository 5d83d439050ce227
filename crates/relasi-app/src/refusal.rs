//! Why a use case was not carried out.

use relasi_domain::{
    fault::{Fault, Faults},
    record::Document,
};
use relasi_persistence::StoreError;

/// Every way in which a use case says no.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The request breaks rules; each fault names its field.
    #[error("the request is not valid")]
    Invalid(Faults),
    /// There is no such thing, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// The record is there, but was not yet at the time asked for.
    #[error("not there yet")]
    NotYet,
    /// The caller may know of it but not do this.
    #[error("not allowed")]
    Forbidden,
    /// The workspace's rules don't let the caller in; the code is a translation key.
    #[error("barred: {0}")]
    Barred(&'static str),
    /// No valid sign-in came with the request.
    #[error("not signed in")]
    Unauthorized,
    /// A write came without the version it is based on.
    #[error("a version is required")]
    VersionRequired,
    /// The record has changed since the caller read it.
    #[error("the record has changed")]
    Stale(Box<Document>),
    /// The state of things does not allow it; the code is a translation key.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The workspace's fields are other ones by now than the work knows: it has to be done anew.
    #[error("the fields have changed")]
    FieldsChanged,
    /// Too many tries.
    #[error("too many tries")]
    Throttled {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// A file or list is larger than allowed.
    #[error("too large")]
    TooLarge,
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal {
    /// The same refusal, with its faults at the pointers that `at` makes of theirs.
    pub(crate) fn pointing(self, at: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Invalid(faults) => Self::Invalid(faults.pointing(at)),
            other => other,
        }
    }
}

impl From<Faults> for Refusal {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Invalid(fault.into())
    }
}

/// Answer of a use case.
pub type Result<T> = std::result::Result<T, Refusal>;
