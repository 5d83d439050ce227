//! Reaching a PostgreSQL server: its address and the options of a session.

use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::{
    Config, NoTls, Socket,
    config::{Host, SslMode},
    tls::MakeTlsConnect,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{postgres::PgLink, tls};
use crate::error::StoreError;

/// Longest time for opening a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// A peer that acknowledges nothing for this long counts as gone.
const SILENCE: Duration = Duration::from_secs(30);

/// Where most systems keep the authorities they trust; PostgreSQL 15's programs need the file.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Row-level security lets a whole session see every workspace by it: one of our own only, never one of a pooler's.
const SEES_ALL: &str = "-c app.workspace=*";

/// What a session is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Read,
    Write,
    /// Migrations, which also change what is in the tables.
    Schema,
}

/// A server as its address describes it.
pub(super) struct Server {
    config: Config,
    encryption: Option<MakeRustlsConnect>,
    roots: Option<String>,
    /// The address says that a pooler in transaction mode stands before the server.
    pub(super) pooler: bool,
}

impl Server {
    /// Reads `postgres://…`. Besides the usual parameters these are understood:
    ///
    /// - `sslmode=require` (also `verify-ca`, `verify-full`): encrypted, and the certificate must be
    ///   valid for the host's name; `disable`, `allow`, `prefer` and nothing: not encrypted.
    /// - `sslrootcert=FILE`: the authorities to trust instead of the system's.
    /// - `pooler=transaction`: a pooler in transaction mode stands before the server.
    pub(super) fn parse(address: &str) -> Result<Self, StoreError> {
        let (base, query) = address.split_once('?').unwrap_or((address, ""));
        let mut kept = Vec::new();
        let (mut mode, mut roots, mut pooler) = (None, None, None);
        for part in query.split('&').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => roots = Some(value.replace("%2F", "/")),
                Some(("pooler", value)) => pooler = Some(value),
                _ => kept.push(part),
            }
        }
        let pooler = match pooler {
            None | Some("none") => false,
            Some("transaction") => true,
            Some(_) => return Err(wrong("pooler is transaction or none")),
        };
        let encryption = match mode {
            None | Some("disable" | "allow" | "prefer") => None,
            Some("require" | "verify-ca" | "verify-full") => Some(tls::verified(roots.as_deref())?),
            Some(_) => return Err(wrong("sslmode is disable or require")),
        };
        let cleaned = format!("{base}?{}", kept.join("&"));
        let cleaned = cleaned.trim_end_matches('?');
        let mut config: Config = cleaned.parse().map_err(|error| wrong(&detail(&error)))?;
        config.ssl_mode(if encryption.is_some() {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        config.connect_timeout(CONNECT);
        config.keepalives_idle(SILENCE);
        config.tcp_user_timeout(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("relasi");
        }
        Ok(Self {
            config,
            encryption,
            roots,
            pooler,
        })
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
        let mode = if self.encryption.is_some() {
            "verify-full"
        } else {
            "disable"
        };
        // Without a name libpq looks into the home of the user.
        let roots = self
            .roots
            .clone()
            .unwrap_or_else(|| SYSTEM_ROOTS.to_owned());
        let given = [
            ("PGHOST", Some(hosts.collect::<Vec<_>>().join(","))),
            ("PGPORT", Some(ports.collect::<Vec<_>>().join(","))),
            ("PGUSER", config.get_user().map(str::to_owned)),
            ("PGDATABASE", config.get_dbname().map(str::to_owned)),
            ("PGPASSWORD", password.map(std::borrow::Cow::into_owned)),
            ("PGSSLMODE", Some(mode.to_owned())),
            ("PGSSLROOTCERT", self.encryption.as_ref().map(|_| roots)),
            // A dump is of all workspaces. Poolers refuse options; they can't be dumped through anyway.
            ("PGOPTIONS", (!self.pooler).then(|| SEES_ALL.to_owned())),
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
        purpose: Purpose,
    ) -> Result<PgLink, StoreError> {
        let mut config = self.config.clone();
        if let Some(limit) = statement {
            let given = config.get_options().unwrap_or_default();
            let special = match purpose {
                Purpose::Read => "-c default_transaction_read_only=on",
                Purpose::Write => "-c default_transaction_read_only=off",
                Purpose::Schema => SEES_ALL,
            };
            config.options(format!(
                "{given} -c statement_timeout={} {special}",
                limit.as_millis()
            ));
        }
        let encryption = self.encryption.clone();
        let pooled = statement.is_none();
        PgLink::open(async move || {
            let opened = async {
                match encryption {
                    Some(encryption) => establish(&config, encryption, pooled).await,
                    None => establish(&config, NoTls, pooled).await,
                }
            };
            tokio::time::timeout(CONNECT * 2, opened)
                .await
                .map_err(|_| StoreError::Unavailable("connecting took too long".to_owned()))?
        })
    }
}

async fn establish<T>(
    config: &Config,
    encryption: T,
    pooled: bool,
) -> Result<(AsyncPgConnection, tokio::task::JoinHandle<()>), StoreError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config
        .connect(encryption)
        .await
        .map_err(|error| StoreError::Unavailable(detail(&error)))?;
    let socket = tokio::spawn(async move {
        if let Err(error) = connection.await {
            log::debug!(error = detail(&error).as_str(); "a connection ended");
        }
    });
    if !pooled {
        return Ok((AsyncPgConnection::try_from(client).await?, socket));
    }
    // Diesel prepares two statements here, which behind a pooler only works within a transaction;
    // undone at its end, so that the settings don't stay with a session that others use.
    let begun = client.batch_execute("BEGIN").await;
    begun.map_err(|error| StoreError::Unavailable(detail(&error)))?;
    let mut conn = AsyncPgConnection::try_from(client).await?;
    conn.batch_execute("ROLLBACK").await?;
    Ok((conn, socket))
}

fn wrong(what: &str) -> StoreError {
    StoreError::Other(format!("the database address: {what}"))
}

/// The error with its cause, which says the interesting half.
fn detail(error: &tokio_postgres::Error) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
