//! PgBouncer in transaction mode between two nodes and PostgreSQL.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Member, Settings, free_port, postgres};
use serde_json::json;

use super::steady::Book;
use crate::integrity;

/// Connections of the pooler to the database: fewer than the nodes hold to the pooler.
const POOL: usize = 3;

/// A running pooler; ended when dropped.
struct Pooler {
    port: u16,
    process: Child,
}

impl Pooler {
    fn start(folder: &Path, database: u16) -> Self {
        let port = free_port();
        let (users, settings) = (folder.join("users.txt"), folder.join("pgbouncer.ini"));
        fs::write(&users, "\"relasi\" \"\"\n").unwrap();
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={database}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = {POOL}\n\
             max_client_conn = 200\nserver_tls_sslmode = disable\n",
            users.display()
        );
        fs::write(&settings, text).unwrap();
        postgres::give(folder);
        // Debian puts it where only administrators look.
        let usual = "/usr/sbin/pgbouncer";
        let program = if Path::new(usual).exists() {
            usual
        } else {
            "pgbouncer"
        };
        let process = postgres::as_server_user(program)
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("pgbouncer.log")).unwrap())
            .spawn()
            .expect("pgbouncer is installed (scripts/setup.sh test)");
        let pooler = Self { port, process };
        let limit = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < limit, "the pooler does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        // `runuser` hands the signal on to its child, which a kill would not reach.
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.process.wait();
    }
}

#[test]
fn two_nodes_work_behind_a_pooler_in_transaction_mode() {
    let database = postgres::empty_database();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (_, place) = database.url.rsplit_once(':').expect("a port");
    let (port, name) = place.split_once('/').expect("a name");
    let pooler = Pooler::start(folder.path(), port.parse().expect("a number"));
    let node = |n: usize| Settings {
        data_dir: folder.path().join(format!("node-{n}")),
        database_url: Some(format!(
            "postgres://relasi@127.0.0.1:{}/{name}",
            pooler.port
        )),
        environment: vec![("RELASI_DATABASE_POOLER".to_owned(), "true".to_owned())],
        program: None,
    };
    let (first, second) = (node(1).serve(), node(2).serve());
    let owner = Member::set_up(&first.client());
    let there = second
        .client()
        .with_token(owner.client.token.as_ref().expect("a token"));
    let book = Book::default();
    thread::scope(|scope| {
        for lane in 0..8 {
            let nodes = if lane % 2 == 0 {
                [owner.client.clone(), there.clone()]
            } else {
                [there.clone(), owner.client.clone()]
            };
            let book = &book;
            scope.spawn(move || book.write(&format!("Lane {lane}"), &nodes));
        }
        // Reads of every kind go on beside the writes; none may meet what another session prepared or set.
        for n in 0..100 {
            let client = if n % 2 == 0 { &there } else { &owner.client };
            for path in [
                "contacts",
                "home",
                "search?q=lane",
                "contacts/count",
                "me",
                "pipelines",
            ] {
                client.get(path).ok(200);
            }
        }
        book.wait_for(50);
        book.end();
    });
    book.compare(&there);
    there.create("companies", &json!({"name": "PT Kopi"}));
    for server in [first, second] {
        assert_eq!(server.terminate().code(), Some(0));
    }
    let direct = Settings {
        database_url: Some(database.url.clone()),
        environment: Vec::new(),
        ..node(1)
    };
    assert_eq!(integrity::broken(&integrity::open(&direct)), [""; 0]);
}
