//! A private PostgreSQL cluster for one test run.
//!
//! It lies in a temporary folder, listens on a socket there and on a loopback port, and is owned by a small shell that
//! waits on a pipe from this process: when the process ends, in whatever way, the shell stops the cluster and removes
//! the folder. Each test has its own database, a copy of a migrated one.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::server::{Settings, free_port};

/// The role that the server signs in with: an ordinary one, as in production.
const ROLE: &str = "relasi";
const TEMPLATE: &str = "relasi_template";

/// A running cluster; stopped and removed when dropped, and also when this process dies.
#[derive(Debug)]
pub struct Cluster {
    port: u16,
    pub(crate) folder: PathBuf,
    programs: PathBuf,
    user: Option<&'static str>,
    keeper: Child,
    /// Closing it tells the keeper to clean up.
    pipe: Option<ChildStdin>,
}

/// One database in the cluster; dropped with this handle.
#[derive(Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// `postgres://...` for the server.
    pub url: String,
}

/// A fresh database with all migrations, in the cluster of this run.
///
/// # Panics
/// When PostgreSQL can neither be found nor installed, or a migration fails.
pub fn database() -> Database {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let cluster = shared();
    migrated_template(cluster);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.sql(
        "postgres",
        &format!("CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {TEMPLATE}"),
    );
    Database {
        url: cluster.url(&name),
        name,
    }
}

/// A database without any table, for tests of the migrations themselves.
///
/// # Panics
/// When PostgreSQL can neither be found nor installed.
pub fn empty_database() -> Database {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let name = format!("empty_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    shared().sql("postgres", &format!("CREATE DATABASE {name} OWNER {ROLE}"));
    Database {
        url: shared().url(&name),
        name,
    }
}

impl Database {
    /// Runs SQL as a superuser; rows as lines with `|` between the values.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> String {
        shared().sql(&self.name, sql)
    }
}

impl Database {
    /// Fills it from a file of `pg_dump --format=custom`, as the server's own role.
    ///
    /// # Panics
    /// When `pg_restore` reports an error.
    pub fn restore(&self, file: &Path) {
        let output = Command::new(shared().programs.join("pg_restore"))
            .args([
                "--no-owner",
                "--no-comments",
                "--exit-on-error",
                "--dbname",
                &self.url,
            ])
            .arg(file)
            .output()
            .expect("pg_restore can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "pg_restore: {said}");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The cluster is thrown away with the run; a failure here only costs disk space until then.
        let _ = shared().psql(
            "postgres",
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        );
    }
}

fn shared() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(false))
}

fn migrated_template(cluster: &Cluster) {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        cluster.sql(
            "postgres",
            &format!("CREATE DATABASE {TEMPLATE} OWNER {ROLE}"),
        );
        let data_dir = tempfile::tempdir().expect("a temporary folder can be made");
        let settings = Settings {
            data_dir: data_dir.path().to_owned(),
            database_url: Some(cluster.url(TEMPLATE)),
            ..Settings::default()
        };
        settings.run(&["migrate"]);
    });
}

/// Owns the cluster: `$1` programs, `$2` folder, `$3` port, `$4` fsync on or off; of a standby, `$5` folder and `$6` port of
/// the primary.
const KEEPER: &str = r#"
trap '' INT TERM HUP PIPE
cd "$2" || exit 1
clean() { "$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1; cd /; rm -rf "$2"; }
if [ "$5" ]; then
  "$1/pg_basebackup" -D "$2/data" -h "$5" -p "$6" -U postgres -R -X stream -c fast --no-sync >"$2/copy.log" 2>&1
else
  "$1/initdb" -D "$2/data" -U postgres -A trust --locale=C.UTF-8 --encoding=UTF8 --no-sync >"$2/initdb.log" 2>&1
fi &&
"$1/pg_ctl" -D "$2/data" -l "$2/server.log" -w -t 60 -o "-c listen_addresses=127.0.0.1 -c port=$3 \
  -c unix_socket_directories=$2 -c fsync=$4 -c full_page_writes=$4 -c synchronous_commit=$4 -c max_connections=300 \
  -c shared_buffers=64MB -c client_min_messages=warning" start >"$2/start.log" 2>&1 ||
{ echo "failed: $(cat "$2"/*.log | tail -n 5 | tr '\n' ' ')"; clean "$1" "$2"; exit 1; }
echo ready
read -r _
clean "$1" "$2"
"#;

impl Cluster {
    /// Starts one. `durable` keeps fsync on, for tests that kill the database itself.
    ///
    /// # Panics
    /// When PostgreSQL can neither be found nor installed.
    pub fn start(durable: bool) -> Self {
        let cluster = Self::begin(durable, None);
        cluster.sql("postgres", &format!("CREATE ROLE {ROLE} LOGIN"));
        cluster
    }

    pub(crate) fn begin(durable: bool, primary: Option<&Self>) -> Self {
        let programs = programs();
        let user = server_user();
        let folder = tempfile::Builder::new()
            .prefix("relasi-pg-")
            .tempdir()
            .expect("a folder can be made")
            .keep();
        if let Some(user) = user {
            let status = Command::new("chown").arg(user).arg(&folder).status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "{user} cannot own {}",
                folder.display()
            );
        }
        let port = free_port();
        let mut keeper = as_user(user, "sh")
            .args(["-c", KEEPER, "keeper"])
            .args([&programs, &folder])
            .args([
                port.to_string().as_str(),
                if durable { "on" } else { "off" },
            ])
            .args(
                primary
                    .map(|primary| primary.folder.clone())
                    .unwrap_or_default()
                    .to_str(),
            )
            .args(primary.map(|primary| primary.port.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("a shell can be started");
        let pipe = keeper.stdin.take();
        let output = keeper.stdout.take().expect("the output is a pipe");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the keeper answers");
        assert_eq!(line.trim(), "ready", "PostgreSQL does not start");
        Self {
            port,
            folder,
            programs,
            user,
            keeper,
            pipe,
        }
    }

    /// How the server reaches one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs SQL as a superuser in one of its databases.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn sql(&self, database: &str, sql: &str) -> String {
        self.psql(database, sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let output = as_user(self.user, &self.programs.join("psql").to_string_lossy())
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
            ])
            .arg("-h")
            .arg(&self.folder)
            .args(["-p", &self.port.to_string(), "-d", database, "-c", sql])
            .current_dir("/")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
        let _ = write!(said, " ({})", output.status);
        Err(said)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.pipe = None;
        // The keeper ends by itself; waiting only makes sure that the folder is gone afterwards.
        let _ = self.keeper.wait();
    }
}

/// PostgreSQL refuses to run as root: then it runs as its own user, or as `nobody`.
fn server_user() -> Option<&'static str> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if id(&["-u"]).as_deref() != Some("0") {
        return None;
    }
    Some(if id(&["-u", "postgres"]).is_some() {
        "postgres"
    } else {
        "nobody"
    })
}

/// A program that may not run as root, under the user that PostgreSQL runs under.
pub fn as_server_user(program: &str) -> Command {
    as_user(server_user(), program)
}

/// Gives a folder to the user that PostgreSQL runs under.
///
/// # Panics
/// When it cannot be given.
pub fn give(folder: &Path) {
    if let Some(user) = server_user() {
        let status = Command::new("chown")
            .args(["-R", user])
            .arg(folder)
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "{}",
            folder.display()
        );
    }
}

fn as_user(user: Option<&str>, program: &str) -> Command {
    let Some(user) = user else {
        return Command::new(program);
    };
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--", program]);
    command
}

/// The folder with `initdb`; installs PostgreSQL when there is none.
fn programs() -> PathBuf {
    if let Some(found) = installed() {
        return found;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/setup.sh");
    let status = Command::new(script).arg("postgres").status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "PostgreSQL is not installed and could not be"
    );
    installed().expect("the package has initdb")
}

fn installed() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter(|entry| entry.path().join("bin/initdb").exists())
        .max_by_key(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .parse::<u32>()
                .unwrap_or(0)
        })
        .map(|entry| entry.path().join("bin"));
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    })
}
