//! The database goes away and comes back; the server stays.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Backend, Client, Empty, Member, Server, Start as _};
use serde_json::json;

/// Stands between the server and PostgreSQL and can be cut.
struct Wire {
    port: u16,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let wire = Self {
            port,
            cut: Arc::default(),
            open: Arc::default(),
        };
        let (cut, open) = (Arc::clone(&wire.cut), Arc::clone(&wire.open));
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let mut open = open.lock().expect("nobody panics with it");
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let far = TcpStream::connect(&target).expect("PostgreSQL listens");
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (
                        from.try_clone().expect("a socket"),
                        to.try_clone().expect("a socket"),
                    );
                    thread::spawn(move || pass(from, to));
                }
                open.extend([near, far]);
            }
        });
        wire
    }

    fn cut(&self) {
        let mut open = self.open.lock().expect("nobody panics with it");
        self.cut.store(true, Ordering::SeqCst);
        for stream in open.drain(..) {
            // Those that have ended by themselves are as good as cut.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // The other direction ends as well.
    let _ = to.shutdown(Shutdown::Both);
}

/// Asks until the probe answers with this status.
fn until_ready_is(client: &Client, status: u16, server: &Server) {
    let limit = Instant::now() + Duration::from_secs(30);
    while client.get("/readyz").status != status {
        assert!(
            Instant::now() < limit,
            "/readyz is not {status}:\n{}",
            server.log()
        );
        thread::yield_now();
    }
}

#[test]
fn the_server_outlives_an_outage_of_the_database() {
    let at = Empty::start(Backend::Postgres);
    let url = at.settings.database_url.clone().expect("an address");
    let (before, rest) = url.rsplit_once(':').expect("a port");
    let (port, name) = rest.split_once('/').expect("a name");
    let wire = Wire::to(format!("127.0.0.1:{port}"));
    let mut settings = at.settings.clone();
    settings.data_dir = at.folder().join("behind");
    settings.database_url = Some(format!("{before}:{}/{name}", wire.port));
    let server = settings.serve();
    let owner = Member::set_up(&server.client());
    let client = &owner.client;
    let made = client.create("contacts", &json!({"full_name": "Malee Srisuk"}));

    wire.cut();
    until_ready_is(client, 503, &server);
    for reply in [
        client.get("contacts"),
        client.get("search?q=malee"),
        client.post("contacts", &json!({"full_name": "Nobody"})),
        client.get("home"),
    ] {
        assert!(
            !reply.header("retry-after").is_empty(),
            "{}: {}",
            reply.request,
            reply.text()
        );
        reply.problem(503, "unavailable");
    }
    client.get("/readyz").problem(503, "unavailable");
    assert_eq!(
        client.get("/livez").status,
        200,
        "the process itself is well"
    );
    assert_eq!(client.get("/").status, 200, "so is the app");

    wire.mend();
    until_ready_is(client, 200, &server);
    assert_eq!(client.get("contacts").ok(200)["items"][0]["id"], made["id"]);
    assert_eq!(
        client.get("contacts/count").ok(200)["count"],
        1,
        "what was refused was not written"
    );
    client.create("contacts", &json!({"full_name": "Somchai"}));
    assert_eq!(server.terminate().code(), Some(0));
}
