//! A server with a database of its own for one test.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::client::Client;
use crate::people::Member;
use crate::postgres::{self, Database};
use crate::server::{Server, Settings};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file in a temporary folder.
    Sqlite,
    /// A database in the run's private cluster.
    Postgres,
}

/// What a test body may ask for.
pub trait Start {
    /// Brings it up on a database.
    fn start(backend: Backend) -> Self;
}

/// A migrated server without a workspace.
#[derive(Debug)]
pub struct Empty {
    /// Which database it runs on.
    pub backend: Backend,
    /// How it was started; changes hold from the next [`Self::restart`] on.
    pub settings: Settings,
    /// The process; none between [`Self::kill`] and [`Self::restart`]. Named before the database: it ends first.
    server: Option<Server>,
    database: Option<Database>,
    folder: TempDir,
}

/// A server with a workspace and its owner.
#[derive(Debug)]
pub struct TestApp {
    /// Who set it up.
    pub owner: Member,
    /// The server.
    pub at: Empty,
}

impl Start for Empty {
    fn start(backend: Backend) -> Self {
        Self::with(backend, &[])
    }
}

impl Empty {
    /// A server with further environment variables.
    pub fn with(backend: Backend, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("relasi-test-")
            .tempdir()
            .expect("a temporary folder can be made");
        let database = (backend == Backend::Postgres).then(postgres::database);
        let environment = environment
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let settings = Settings {
            data_dir: folder.path().join("data"),
            database_url: database.as_ref().map(|database| database.url.clone()),
            environment,
            program: None,
        };
        let server = Some(settings.serve());
        Self {
            backend,
            settings,
            server,
            database,
            folder,
        }
    }

    /// The running server.
    ///
    /// # Panics
    /// When it was killed and not started again.
    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    /// A client without a token.
    pub fn client(&self) -> Client {
        self.server().client()
    }

    /// A folder for the test's own files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The PostgreSQL database, for tests that look into it.
    pub fn database(&self) -> Option<&Database> {
        self.database.as_ref()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// A graceful end; the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        self.server
            .take()
            .and_then(|server| server.terminate().code())
    }

    /// Starts the server on the same data, after [`Self::kill`] when it still runs. The port is another one.
    pub fn restart(&mut self) {
        self.kill();
        self.server = Some(self.settings.serve());
    }

    /// A second server on the same database (PostgreSQL only).
    ///
    /// # Panics
    /// On SQLite.
    pub fn second_server(&self) -> Server {
        assert_eq!(
            self.backend,
            Backend::Postgres,
            "one process holds a SQLite file"
        );
        let data_dir = self.folder.path().join("second");
        Settings {
            data_dir,
            ..self.settings.clone()
        }
        .serve()
    }
}

impl Start for TestApp {
    fn start(backend: Backend) -> Self {
        Self::with(backend, &[])
    }
}

impl TestApp {
    /// A set-up server with further environment variables.
    pub fn with(backend: Backend, environment: &[(&str, &str)]) -> Self {
        let at = Empty::with(backend, environment);
        let owner = Member::set_up(&at.client());
        Self { owner, at }
    }

    /// The owner's client.
    pub fn client(&self) -> &Client {
        &self.owner.client
    }

    /// A client without a token.
    pub fn anonymous(&self) -> Client {
        self.at.client()
    }

    /// Invites somebody with a role: `owner`, `admin`, `manager`, `member`, `read_only`.
    #[track_caller]
    pub fn member(&self, role: &str) -> Member {
        self.owner.invite(role, None)
    }

    /// `kill -9`, a new start and a new sign-in of the owner.
    pub fn crash_and_restart(&mut self) {
        self.at.restart();
        self.owner = Member::sign_in(&self.at.client(), &self.owner.email);
    }

    /// Asks for a job until it has ended; the job.
    ///
    /// # Panics
    /// When it has not ended within two minutes.
    #[track_caller]
    pub fn finished(&self, job_id: &str) -> Value {
        let limit = Instant::now() + Duration::from_mins(2);
        loop {
            let job = self.client().get(&format!("jobs/{job_id}")).ok(200);
            if !matches!(job["state"].as_str(), Some("ready" | "running")) {
                return job;
            }
            assert!(Instant::now() < limit, "the job does not end: {job}");
            sleep(Duration::from_millis(20));
        }
    }
}
