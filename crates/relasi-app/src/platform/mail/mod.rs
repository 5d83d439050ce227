//! Messages to people by e-mail.
//!
//! A message is a row, written in the transaction of what it is about, and a job that sends it. What its text is made of
//! lies encrypted in the row for as long as it may have to be sent, so that a copy of the database opens no account.

mod account;
mod job;
mod letter;
mod list;
mod message;

use std::sync::Arc;

use url::Url;

pub use account::Account;
pub(crate) use account::{Trouble, trouble};
pub use job::handlers;
pub(crate) use job::masked;
pub use letter::Purpose;
pub(crate) use letter::test_words;
pub use list::{MailState, Message, list, send_again, send_test, state};
pub use message::{Letter, forget, reseal};

use crate::platform::vault::Vault;

/// The way out for messages; none where the installation has no mail account. Then none are written either.
#[derive(Clone, Default)]
pub struct Post(Option<Arc<Office>>);

/// What messages need beside the database.
struct Office {
    vault: Vault,
    account: Account,
    /// Where links lead.
    site: Url,
}

impl Post {
    /// Sends by the account; links lead to the site.
    pub fn new(vault: Vault, account: Account, site: Url) -> Self {
        Self(Some(Arc::new(Office {
            vault,
            account,
            site,
        })))
    }

    /// Whether there is a mail account.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// The address of a page of the app, such as `/login`.
    pub fn link(&self, path: &str) -> String {
        self.0
            .as_ref()
            .and_then(|office| office.site.join(path).ok())
            .map_or_else(|| path.to_owned(), String::from)
    }
}
