//! Configuration: flags, or the environment variables named beside them.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use relasi_app::identity::Site;
use relasi_domain::identity::role::Role;
use relasi_persistence::Options;
use uuid::Uuid;

/// Relasi, a CRM in one file: server, browser app and database.
#[derive(Debug, Parser)]
#[command(name = "relasi", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Where everything lies.
    #[command(flatten)]
    pub place: Place,
}

/// Where data lies and how much is logged.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder for the SQLite database, uploaded files and backups.
    #[arg(long, env = "RELASI_DATA_DIR", default_value = "data", global = true)]
    pub data_dir: PathBuf,
    /// `postgres://user:password@host/database`; SQLite in the data folder when left out.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// `postgres://…` of a replica that follows the database, for lists, reports and exports; who wrote a moment ago still
    /// reads from the database itself, and everybody does while the replica is away or far behind.
    #[arg(
        long,
        env = "DATABASE_REPLICA_URL",
        hide_env_values = true,
        global = true
    )]
    pub database_replica_url: Option<String>,
    /// Connections for reading, and on PostgreSQL as many for writing.
    #[arg(
        long,
        env = "RELASI_DATABASE_CONNECTIONS",
        default_value_t = 8,
        global = true
    )]
    pub database_connections: usize,
    /// A pooler in transaction mode stands before PostgreSQL.
    #[arg(long, env = "RELASI_DATABASE_POOLER", global = true)]
    pub database_pooler: bool,
    /// Where files of records lie: `s3://bucket/folder`, with the settings in `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and `AWS_ENDPOINT`; a folder in the data folder when left out.
    #[arg(long, env = "RELASI_FILES", global = true)]
    pub files: Option<String>,
    /// File with the keys that secrets in the database are encrypted with; `secret-keys` in the data folder when left
    /// out. Servers of one database share it.
    #[arg(long, env = "RELASI_SECRET_KEYS", global = true)]
    pub secret_keys: Option<PathBuf>,
    /// Log filter, for example `info` or `relasi=debug,warn`.
    #[arg(long, env = "RELASI_LOG", default_value = "info", global = true)]
    pub log: String,
    /// Form of the log lines.
    #[arg(long, env = "RELASI_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    pub log_format: LogFormat,
}

/// Forms of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Place {
    /// The address of the database.
    pub fn database(&self) -> String {
        self.database_url
            .clone()
            .filter(|url| !url.is_empty())
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("relasi.db").display()))
    }

    /// The file with the keys of secrets.
    pub fn secret_keys(&self) -> PathBuf {
        let named = self.secret_keys.clone();
        named.unwrap_or_else(|| self.data_dir.join("secret-keys"))
    }

    /// The file in which the newest seals of the audit log are noted every day.
    pub fn audit_anchors(&self) -> PathBuf {
        self.data_dir.join("audit-anchors.jsonl")
    }

    /// How the database is opened.
    pub fn options(&self) -> Options {
        Options {
            readers: self.database_connections,
            writers: self.database_connections,
            pooler: self.database_pooler,
            replica: self.database_replica_url.clone(),
            pinned_scope: pinned_scope(),
            ..Options::default()
        }
    }
}

/// The workspace that a test of row-level security lets PostgreSQL be told, whatever is asked for. Never in a program that
/// is given to people.
fn pinned_scope() -> Option<Uuid> {
    let given = std::env::var("RELASI_TEST_SCOPE");
    given
        .ok()
        .filter(|_| cfg!(debug_assertions))
        .and_then(|id| id.parse().ok())
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the browser app and the API, and do the background jobs.
    Serve(Serve),
    /// Do background jobs and send webhooks, without the app and the API; with PostgreSQL only, any number of processes.
    Worker(Background),
    /// Bring the database to this version (the server does so at its start unless told otherwise).
    Migrate,
    /// Fill an empty database with sample data and a user to sign in with.
    Demo,
    /// List, add and change users.
    User {
        /// What to do with users.
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Add workspaces; the first one is made in the browser.
    Workspace {
        /// What to do with workspaces.
        #[command(subcommand)]
        command: WorkspaceCommand,
    },
    /// Keys of the secrets in the database.
    Keys {
        /// What to do with keys.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Copy the database to a file while it is in use.
    Backup {
        /// The file; by default one named by the time in `<data folder>/backups`.
        to: Option<PathBuf>,
    },
    /// Look for damage in the database.
    Check,
    /// The seals of the audit log.
    Audit {
        /// What to do with them.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Copy everything into an empty database of the other kind, SQLite to PostgreSQL or back, and compare each row.
    /// Nobody uses either of them meanwhile.
    Move {
        /// `postgres://user:password@host/database`, or `sqlite:` and the path of a new file.
        #[arg(long, env = "RELASI_MOVE_TO", hide_env_values = true)]
        to: String,
    },
}

/// What is done with the seals of the audit log, also while the server runs.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Compare every entry of the log with its seal, and the seals with what was noted of them outside the database.
    Verify {
        /// Files with lines of `relasi audit heads`, beside the one in the data folder.
        #[arg(long)]
        anchors: Vec<PathBuf>,
    },
    /// Print the newest seal of each workspace, to be kept where nobody who reaches the database can change it.
    Heads,
}

/// Settings of the server.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Address to listen on.
    #[arg(long, env = "RELASI_LISTEN", default_value = "127.0.0.1:7300")]
    pub listen: SocketAddr,
    /// People reach the server over HTTPS: cookies are marked secure.
    #[arg(long, env = "RELASI_HTTPS")]
    pub https: bool,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[arg(long, env = "RELASI_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
    /// Threads that answer requests; one per core when left out.
    #[arg(long, env = "RELASI_WORKERS")]
    pub workers: Option<usize>,
    /// Seconds after SIGTERM in which new requests are still taken while `/readyz` says no, so that a
    /// balancer can turn away first. SIGINT does not wait.
    #[arg(long, env = "RELASI_DRAIN", default_value_t = 1)]
    pub drain: u64,
    /// Requests that one API key may send in a minute, to all programs of a database together.
    #[arg(long, env = "RELASI_KEY_RATE", default_value = "600")]
    pub key_rate: NonZeroU32,
    /// Requests that all API keys of a workspace may send in a minute, to all programs of a database together.
    #[arg(long, env = "RELASI_WORKSPACE_KEY_RATE", default_value = "6000")]
    pub workspace_key_rate: NonZeroU32,
    /// What this process does; with PostgreSQL several may share the work.
    #[arg(long, env = "RELASI_ROLE", value_enum, default_value_t = ServerRole::All)]
    pub role: ServerRole,
    /// The background work.
    #[command(flatten)]
    pub work: Background,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServerRole {
    /// Everything.
    All,
    /// The browser app and the API; background jobs and webhooks are left to other processes.
    Api,
    /// Background jobs and webhooks, as `relasi worker` does.
    Worker,
}

/// Settings of the background work.
#[derive(Debug, Clone, Args)]
pub struct Background {
    /// Background jobs at a time; 0 leaves them to other processes.
    #[arg(long, env = "RELASI_JOBS", default_value_t = 2)]
    pub jobs: usize,
    /// Background jobs of one workspace at a time, in all processes together.
    #[arg(long, env = "RELASI_JOBS_PER_WORKSPACE", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs_per_workspace: u16,
    /// Seconds that a process which does a job may be silent before others take the job over.
    #[arg(long, env = "RELASI_JOB_LEASE", default_value_t = 60, value_parser = clap::value_parser!(u64).range(3..=3600))]
    pub job_lease: u64,
    /// Requests that one webhook gets in a second, from all processes together.
    #[arg(long, env = "RELASI_WEBHOOK_RATE", default_value = "100")]
    pub webhook_rate: NonZeroU32,
    /// Address for Prometheus metrics at `/metrics`, and `/livez`; none are served when left out.
    #[arg(long, env = "RELASI_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Largest file that may be uploaded for an import, in MiB.
    #[arg(long, env = "RELASI_MAX_UPLOAD", default_value_t = 500)]
    pub max_upload: u64,
    /// Largest file that may be kept with a record, in MiB.
    #[arg(long, env = "RELASI_MAX_FILE", default_value_t = 100)]
    pub max_file: u64,
    /// Networks that webhooks and sign-in services may be called in though they are not public, over HTTP as well, for example `10.0.0.0/8`.
    #[arg(long, env = "RELASI_WEBHOOK_ALLOW", value_delimiter = ',')]
    pub webhook_allow: Vec<IpNet>,
    /// Networks that mail servers of workspaces may lie in though they are not public, without TLS as well, for example
    /// `10.0.0.0/8`.
    #[arg(long, env = "RELASI_MAIL_ALLOW", value_delimiter = ',')]
    pub mail_allow: Vec<IpNet>,
    /// DNS servers that are asked about the domains of e-mail accounts, as `address:port`; those of the machine when left out.
    #[arg(long, env = "RELASI_DNS", value_delimiter = ',')]
    pub dns: Vec<SocketAddr>,
    /// Seconds between two looks into a mailbox.
    #[arg(long, env = "RELASI_MAIL_EVERY", default_value = "300")]
    pub mail_every: NonZeroU32,
    /// Mailboxes that this process listens to at a time, so that messages are fetched when they come; 0 for none. The others
    /// are looked into by `--mail-every`.
    #[arg(long, env = "RELASI_MAIL_WATCH", default_value_t = 100)]
    pub mail_watch: usize,
    /// The address that people reach the server under, for example `https://crm.example.com`: passkeys are bound to its
    /// name. Without it they work on this machine only, at `http://localhost`.
    #[arg(long, env = "RELASI_PUBLIC_URL", value_parser = parse_site)]
    pub public_url: Option<Site>,
    /// The mail account of the installation: `smtps://user:password@host:465`, or `smtp://user:password@host:587` for
    /// STARTTLS. TLS is required; `?tls=none` turns it off for a mail server on this machine. Without it nothing is
    /// sent. Needs `--public-url`, for links.
    #[arg(long, env = "RELASI_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// In whose name messages are sent, for example `Relasi <crm@example.com>`.
    #[arg(long, env = "RELASI_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Do not bring the database to this version at the start; refuse to start when it is older.
    #[arg(long, env = "RELASI_NO_MIGRATE")]
    pub no_migrate: bool,
}

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List every membership.
    List,
    /// Add a member; the password is read from standard input.
    Add {
        /// The address to sign in with.
        email: String,
        /// The name.
        #[arg(long)]
        name: String,
        /// owner, admin, manager, member or `read_only`.
        #[arg(long, default_value = "member", value_parser = parse_role)]
        role: Role,
        /// The workspace; needed when there are several.
        #[arg(long)]
        workspace: Option<Uuid>,
    },
    /// Set a password, read from standard input, and end the user's sessions.
    ResetPassword {
        /// The address to sign in with.
        email: String,
    },
    /// Take all second factors of a user away, who has lost them, and end the user's sessions.
    RemoveFactors {
        /// The address to sign in with.
        email: String,
    },
    /// Take the user's access away, at once.
    Deactivate {
        /// The address to sign in with.
        email: String,
    },
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Put a new key into the file of keys and encrypt every secret with it. Stop the servers first and start them
    /// afterwards: each reads the file at its start.
    Rotate,
}

/// What can be done with workspaces.
#[derive(Debug, Subcommand)]
pub enum WorkspaceCommand {
    /// Add a workspace. Its owner is whoever has the address; without an account, one is made with the name and a
    /// password from standard input.
    Add {
        /// Its name.
        name: String,
        /// The address that the owner signs in with.
        #[arg(long)]
        owner: String,
        /// The owner's name; for a new account.
        #[arg(long, default_value = "")]
        owner_name: String,
        /// en, id or th.
        #[arg(long, default_value = "en")]
        language: String,
        /// ISO 4217 code, for example IDR.
        #[arg(long)]
        currency: String,
        /// IANA name, for example Asia/Jakarta.
        #[arg(long)]
        time_zone: String,
    },
    /// Let a workspace be reached from everywhere again, when its list of networks has shut its own people out.
    OpenNetworks {
        /// The workspace; needed when there are several.
        #[arg(long)]
        workspace: Option<Uuid>,
    },
    /// Write a whole workspace into one file. With SQLite the server must not run; while it does, Settings writes the
    /// same file.
    Export {
        /// The file; by convention it ends in `.relasi`.
        file: PathBuf,
        /// The workspace; needed when there are several.
        #[arg(long)]
        workspace: Option<Uuid>,
    },
    /// Make the workspace of such a file here, all of it or nothing, while the server does not run. Its people need
    /// new passwords.
    Import {
        /// The file.
        file: PathBuf,
    },
}

fn parse_site(text: &str) -> Result<Site, String> {
    Site::parse(text).ok_or_else(|| format!("{text} is no address such as https://crm.example.com"))
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::from_code(text)
        .ok_or_else(|| format!("{text} is not one of owner, admin, manager, member, read_only"))
}
