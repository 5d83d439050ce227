//! Lines to mail servers, by addresses that were looked at, kept open between messages.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lettre::{
    SmtpTransport, Transport,
    address::Envelope,
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Tls as SmtpTls, TlsParameters},
        extension::ClientId,
    },
};

use uuid::Uuid;

use super::{
    Emails,
    account::{Account, Server, Tls},
    secrets::Secrets,
};
use crate::platform::mail::{Trouble, trouble};

/// How long the other side may take for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a line without messages is kept.
const IDLE: Duration = Duration::from_secs(30);
/// Lines to one server from this process: one that hangs holds one worker.
const MOST_LINES: u32 = 1;
/// Accounts whose lines are kept; those that were used longest ago go first.
const MOST_ACCOUNTS: usize = 64;

/// The open lines of an account as it was at a version.
pub(super) struct Lines {
    version: i64,
    address: SocketAddr,
    transport: SmtpTransport,
    used: Instant,
}

fn refused(code: &'static str) -> Trouble {
    Trouble {
        is_final: false,
        slows: true,
        slows_domain: false,
        code,
        reply: String::new(),
    }
}

/// A turn at the server of an account; over when it is dropped.
pub(super) struct Turn {
    emails: Emails,
    account: Uuid,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut turns = self.emails.turns();
        if let Some(taken) = turns.get_mut(&self.account) {
            *taken -= 1;
            if *taken == 0 {
                turns.remove(&self.account);
            }
        }
    }
}

impl Emails {
    fn turns(&self) -> MutexGuard<'_, HashMap<Uuid, u32>> {
        let turns = self.0.turns.lock();
        turns.unwrap_or_else(PoisonError::into_inner)
    }

    /// A turn at the server of an account, unless all lines to it are taken: one that hangs holds no more workers than it
    /// has lines.
    pub(super) fn turn(&self, account: Uuid) -> Option<Turn> {
        let mut turns = self.turns();
        let taken = turns.entry(account).or_default();
        if *taken >= MOST_LINES {
            return None;
        }
        *taken += 1;
        Some(Turn {
            emails: self.clone(),
            account,
        })
    }

    /// The addresses of a server that may be called.
    pub(super) fn addresses(
        &self,
        server: &Server,
    ) -> std::result::Result<Vec<SocketAddr>, Trouble> {
        let encrypted = server.tls != Tls::None;
        let found = self
            .0
            .reach
            .resolved(&server.host, server.port, encrypted)
            .map_err(|error| {
                log::debug!("{}: {error}", server.host);
                refused("mail_unreachable")
            })?;
        if found.is_empty() {
            return Err(refused("mail_address_refused"));
        }
        Ok(found)
    }

    /// Hands a message over by an account.
    pub(super) fn hand_over(
        &self,
        account: &Account,
        secrets: &Secrets,
        envelope: &Envelope,
        message: &[u8],
    ) -> std::result::Result<(), Trouble> {
        let transport = self.transport(account, secrets)?;
        match transport.send_raw(envelope, message) {
            Ok(_) => Ok(()),
            Err(error) => Err(trouble(&error)),
        }
    }

    fn transport(
        &self,
        account: &Account,
        secrets: &Secrets,
    ) -> std::result::Result<SmtpTransport, Trouble> {
        let found = self.addresses(&account.smtp)?;
        let mut all = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lines) = all.get_mut(&account.id)
            && lines.version == account.version
            && found.contains(&lines.address)
        {
            lines.used = Instant::now();
            return Ok(lines.transport.clone());
        }
        let address = found[0];
        let transport = self.open(account, secrets, address)?;
        if all.len() >= MOST_ACCOUNTS {
            let oldest = all.iter().min_by_key(|(_, lines)| lines.used);
            let oldest = oldest.map(|(id, _)| *id);
            oldest.and_then(|id| all.remove(&id));
        }
        all.insert(
            account.id,
            Lines {
                version: account.version,
                address,
                transport: transport.clone(),
                used: Instant::now(),
            },
        );
        Ok(transport)
    }

    fn open(
        &self,
        account: &Account,
        secrets: &Secrets,
        address: SocketAddr,
    ) -> std::result::Result<SmtpTransport, Trouble> {
        let server = &account.smtp;
        // The certificate has to be that of the name, whatever the address.
        let parameters = || TlsParameters::new(server.host.clone());
        let tls = match server.tls {
            Tls::None => SmtpTls::None,
            Tls::Implicit => SmtpTls::Wrapper(parameters().map_err(|error| trouble(&error))?),
            Tls::Required => SmtpTls::Required(parameters().map_err(|error| trouble(&error))?),
        };
        let pool = PoolConfig::new().max_size(MOST_LINES).idle_timeout(IDLE);
        let mut builder = SmtpTransport::builder_dangerous(address.ip().to_string())
            .port(address.port())
            .tls(tls)
            .hello_name(ClientId::Domain(self.0.own_name.clone()))
            .timeout(Some(PATIENCE))
            .pool_config(pool);
        if !server.user.is_empty() {
            let password = secrets.smtp_password.clone();
            builder = builder.credentials(Credentials::new(server.user.clone(), password));
        }
        Ok(builder.build())
    }
}
