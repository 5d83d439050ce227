//! A throw-away PostgreSQL server for one test run.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use tempfile::TempDir;

/// Makes the cluster, serves until its input ends, which it does when the tests end in any way.
const KEEPER: &str = r#"
trap '' INT TERM
"$1/initdb" -D "$2/data" -U postgres -A trust --locale=C.UTF-8 -E UTF8 --no-sync >"$2/log" 2>&1 &&
printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$2'" "fsync = off" \
  "max_connections = 200" "shared_buffers = 32MB" >>"$2/data/postgresql.conf" &&
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w start >>"$2/log" 2>&1 && echo ready
read -r _
"$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$2/data"
"#;

/// A server of its own, listening on a socket in a temporary folder.
pub struct Cluster {
    keeper: Option<Child>,
    programs: PathBuf,
    folder: Option<TempDir>,
    outside: Option<String>,
}

/// The server of this run; none when the machine has no PostgreSQL. `RELASI_TEST_POSTGRES_URL` may
/// name a running server instead, by a role that may create databases.
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED
        .get_or_init(|| match std::env::var("RELASI_TEST_POSTGRES_URL") {
            Ok(address) => Some(Cluster {
                keeper: None,
                programs: PathBuf::new(),
                folder: None,
                outside: Some(address),
            }),
            Err(_) => Cluster::start(),
        })
        .as_ref()
}

impl Cluster {
    /// Starts one; none when the machine has no PostgreSQL.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("PostgreSQL is not installed: its half of the tests is left out");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        own(folder.path());
        let mut keeper = as_server_user("sh")
            .args(["-c", KEEPER, "keeper"])
            .args([&programs, folder.path()])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        assert_eq!(line.trim(), "ready", "PostgreSQL does not start: {log}");
        let cluster = Self {
            keeper: Some(keeper),
            programs,
            folder: Some(folder),
            outside: None,
        };
        cluster.sql("CREATE ROLE relasi LOGIN");
        Some(cluster)
    }

    /// A new database without tables; its address.
    pub fn create_database(&self) -> String {
        self.create_database_with("")
    }

    /// A new database with more clauses for its creation.
    pub fn create_database_with(&self, clauses: &str) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("engine_{}_{number}", std::process::id());
        if let Some(outside) = &self.outside {
            let create = format!("CREATE DATABASE {name} {clauses}");
            let done = Command::new("psql")
                .args(["-X", "-q", outside, "-c", &create])
                .status();
            assert!(done.unwrap().success(), "{create}");
            let (base, _) = outside.rsplit_once('/').unwrap();
            return format!("{base}/{name}");
        }
        self.sql(&format!("CREATE DATABASE {name} OWNER relasi {clauses}"));
        let folder = self.folder().display().to_string().replace('/', "%2F");
        format!("postgres://relasi@{folder}/{name}")
    }

    /// Runs SQL as the superuser.
    pub fn sql(&self, sql: &str) {
        let done = as_server_user(&self.programs.join("psql").to_string_lossy())
            .args([
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-c",
                sql,
                "-h",
            ])
            .arg(self.folder())
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{sql}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    /// Stops or starts the server.
    pub fn control(&self, action: &str) {
        let log = self.folder().join("log");
        let done = as_server_user(&self.programs.join("pg_ctl").to_string_lossy())
            .args([action, "-w", "-D"])
            .arg(self.folder().join("data"))
            .arg("-l")
            .arg(log)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success(), "pg_ctl {action}");
    }

    /// Lets the server speak TLS on a port of its own with a certificate for `localhost`; the
    /// address of the database at `socket` there, and the file with the authority to trust.
    pub fn encrypt(&self, socket: &str) -> (String, PathBuf) {
        let script = r#"cd "$1" && {
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=authority -days 2
openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost
printf 'subjectAltName = DNS:localhost\nbasicConstraints = CA:FALSE\n' >leaf
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile leaf \
  -out server.crt && chmod 600 server.key
} 2>/dev/null"#;
        let made = as_server_user("sh")
            .args(["-c", script, "sh"])
            .arg(self.folder())
            .status();
        assert!(made.unwrap().success());
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = self.folder().display();
        for setting in [
            "listen_addresses = 'localhost'".to_owned(),
            format!("port = {port}"),
            format!("ssl_cert_file = '{folder}/server.crt'"),
            format!("ssl_key_file = '{folder}/server.key'"),
            "ssl = on".to_owned(),
        ] {
            self.sql(&format!("ALTER SYSTEM SET {setting}"));
        }
        self.control("restart");
        let name = socket.rsplit_once('/').unwrap().1;
        (
            format!("postgres://relasi@localhost:{port}/{name}"),
            self.folder().join("ca.crt"),
        )
    }

    fn folder(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
    }
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop()
}

/// The server refuses to run as root.
fn as_server_user(program: &str) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        command
    } else {
        Command::new(program)
    }
}

fn own(folder: &Path) {
    if is_root() {
        let done = Command::new("chown")
            .arg("postgres")
            .arg(folder)
            .status()
            .unwrap();
        assert!(done.success());
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}
