//! The program as a child process, with its own folder and port.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::client::Client;

/// How long a server may take to answer its first request, on a busy machine and in a debug build.
const START: Duration = Duration::from_mins(1);

/// What a server is started with.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Data folder.
    pub data_dir: PathBuf,
    /// `postgres://...`, or none for SQLite in the data folder.
    pub database_url: Option<String>,
    /// Further environment variables.
    pub environment: Vec<(String, String)>,
    /// Another program than [`program`], such as that of the release before.
    pub program: Option<PathBuf>,
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
    log: PathBuf,
}

/// The debug build of the program: `RELASI_BIN`, or the one beside the test's own file.
pub fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("RELASI_BIN") {
        return path.into();
    }
    let own = std::env::current_exe().expect("a running test has a file");
    let folder = own
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in target/<profile>/deps");
    let path = folder.join("relasi");
    assert!(
        path.exists(),
        "{} is missing: cargo build -p relasi-server, or make test",
        path.display()
    );
    path
}

impl Settings {
    /// The program with a command and this configuration in its environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program.clone().unwrap_or_else(program));
        command
            .args(arguments)
            .env("RELASI_DATA_DIR", &self.data_dir)
            // Nobody outside is asked by tests.
            .env("RELASI_DNS", "127.0.0.1:9")
            .env_remove("DATABASE_URL");
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command to its end; its output when it succeeded.
    ///
    /// # Panics
    /// When the command fails, with what it said.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self
            .command(arguments)
            .output()
            .expect("the program can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "relasi {arguments:?}: {}\n{said}",
            output.status
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts `relasi serve` on a free port and waits until it is ready.
    ///
    /// # Panics
    /// When the server does not become ready, with its log.
    pub fn serve(&self) -> Server {
        // Another process may take the port between the look and the start.
        for _ in 0..5 {
            if let Some(server) = self.try_serve(free_port()) {
                return server;
            }
        }
        panic!("the server found no free port");
    }

    /// Starts `relasi worker` on the same database and data folder (PostgreSQL only) and waits until it works.
    ///
    /// # Panics
    /// When it ends or does not work, with its log.
    pub fn work(&self) -> Server {
        static NUMBER: AtomicU16 = AtomicU16::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let log = self.data_dir.join(format!("worker-{number}.log"));
        let file = File::create(&log).expect("the log can be written");
        let output = file.try_clone().expect("a file can be shared");
        let child = self
            .command(&["worker"])
            .stdout(output)
            .stderr(file)
            .spawn()
            .expect("the program can be started");
        let mut worker = Server {
            child,
            address: String::new(),
            log,
        };
        let limit = Instant::now() + START;
        while !worker.log().contains("Relasi works") {
            let ended = worker.child.try_wait().expect("a child can be waited for");
            assert!(
                ended.is_none(),
                "relasi worker: {ended:?}\n{}",
                worker.log()
            );
            assert!(
                Instant::now() < limit,
                "it does not work:\n{}",
                worker.log()
            );
            sleep(Duration::from_millis(10));
        }
        worker
    }

    fn try_serve(&self, port: u16) -> Option<Server> {
        fs::create_dir_all(&self.data_dir).expect("the data folder can be made");
        let log = self.data_dir.join("server.log");
        let file = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .expect("the log can be written");
        let output = file.try_clone().expect("a file can be shared");
        let listen = format!("127.0.0.1:{port}");
        let child = self
            .command(&["serve"])
            .env("RELASI_LISTEN", &listen)
            .stdout(output)
            .stderr(file)
            .spawn()
            .expect("the program can be started");
        let mut server = Server {
            child,
            address: format!("http://{listen}"),
            log,
        };
        server.wait_until_ready().then_some(server)
    }
}

impl Server {
    /// For example `http://127.0.0.1:12345`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A client without a token.
    pub fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// `kill -9`: the process ends where it stands.
    pub fn kill(mut self) {
        self.end();
    }

    /// SIGTERM, and the exit status of the graceful end.
    ///
    /// # Panics
    /// When the process does not end within 40 seconds.
    pub fn terminate(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill can be started");
        let limit = Instant::now() + Duration::from_secs(40);
        while Instant::now() < limit {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("the server did not end after SIGTERM:\n{}", self.log());
    }

    /// What it has logged so far (at most the last 4,000 characters).
    pub fn log(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let skip = text.chars().count().saturating_sub(4000);
        text.chars().skip(skip).collect()
    }

    /// True when it answers; false when its port was taken.
    fn wait_until_ready(&mut self) -> bool {
        let client = self.client();
        let limit = Instant::now() + START;
        while Instant::now() < limit {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                let log = self.log();
                assert!(
                    log.contains("in use"),
                    "relasi serve ended with {status}:\n{log}"
                );
                return false;
            }
            let reply = client.try_send(crate::Method::GET, "/readyz", &[], &[]);
            if reply.is_ok_and(|reply| reply.status == 200) {
                return true;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("the server is not ready after {START:?}:\n{}", self.log());
    }

    fn end(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("log of the server:\n{}", self.log());
        }
        self.end();
    }
}

/// A port below the range that the system hands out by itself, so that no client socket sits on it.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 1000).unwrap_or(0) * 20;
    loop {
        let port = 10_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
