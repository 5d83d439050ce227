//! Reaching a PostgreSQL server: its address and the options of a session.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use tokio_postgres::{Config, NoTls, config::Host};

use super::postgres::PgLink;
use crate::error::StoreError;

/// Longest time for opening a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// A peer that acknowledges nothing for this long counts as gone.
const SILENCE: Duration = Duration::from_secs(30);

/// A server as its address describes it.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    /// The address says that a pooler in transaction mode stands before the server.
    pub(super) pooler: bool,
}

impl Server {
    /// Reads `postgres://…`. Besides the usual parameters `pooler=transaction` is understood.
    pub(super) fn parse(address: &str) -> Result<Self, StoreError> {
        let (base, query) = address.split_once('?').unwrap_or((address, ""));
        let (own, kept): (Vec<_>, Vec<_>) = query
            .split('&')
            .filter(|part| !part.is_empty())
            .partition(|p| p.starts_with("pooler="));
        let pooler = match own.as_slice() {
            [] | ["pooler=none"] => false,
            ["pooler=transaction"] => true,
            _ => return Err(wrong("pooler is transaction or none")),
        };
        let cleaned = if kept.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", kept.join("&"))
        };
        let mut config: Config = cleaned.parse().map_err(|error| wrong(&detail(&error)))?;
        config.connect_timeout(CONNECT);
        config.keepalives_idle(SILENCE);
        config.tcp_user_timeout(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("relasi");
        }
        Ok(Self { config, pooler })
    }

    /// What PostgreSQL's own programs need in their environment to reach the same database; the
    /// password is not among their arguments then, where others could read it.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let config = &self.config;
        let hosts = config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        });
        let ports = config.get_ports().iter().map(u16::to_string);
        let password = config.get_password().map(String::from_utf8_lossy);
        let given = [
            ("PGHOST", Some(hosts.collect::<Vec<_>>().join(","))),
            ("PGPORT", Some(ports.collect::<Vec<_>>().join(","))),
            ("PGUSER", config.get_user().map(str::to_owned)),
            ("PGDATABASE", config.get_dbname().map(str::to_owned)),
            ("PGPASSWORD", password.map(std::borrow::Cow::into_owned)),
        ];
        let filled = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        filled.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Opens a session. Without a timeout it sends no session options, as poolers want it.
    pub(super) fn connect(
        &self,
        statement: Option<Duration>,
        read_only: bool,
    ) -> Result<PgLink, StoreError> {
        let mut config = self.config.clone();
        if let Some(limit) = statement {
            let given = config.get_options().unwrap_or_default();
            let access = if read_only { "on" } else { "off" };
            config.options(format!(
                "{given} -c statement_timeout={} -c default_transaction_read_only={access}",
                limit.as_millis()
            ));
        }
        PgLink::open(async move || {
            let opened = tokio::time::timeout(CONNECT * 2, establish(&config));
            opened
                .await
                .map_err(|_| StoreError::Unavailable("connecting took too long".to_owned()))?
        })
    }
}

async fn establish(
    config: &Config,
) -> Result<(AsyncPgConnection, tokio::task::JoinHandle<()>), StoreError> {
    let (client, connection) = config
        .connect(NoTls)
        .await
        .map_err(|error| StoreError::Unavailable(detail(&error)))?;
    let socket = tokio::spawn(async move {
        if let Err(error) = connection.await {
            log::debug!(error = detail(&error).as_str(); "a connection ended");
        }
    });
    Ok((AsyncPgConnection::try_from(client).await?, socket))
}

fn wrong(what: &str) -> StoreError {
    StoreError::Other(format!("the database address: {what}"))
}

/// The error with its cause, which says the interesting half.
fn detail(error: &tokio_postgres::Error) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
