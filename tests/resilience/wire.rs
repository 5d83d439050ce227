//! A network that can fail.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Stands between the server and PostgreSQL; it can be cut and led elsewhere.
pub(super) struct Wire {
    target: Arc<Mutex<String>>,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// A wire to the database at an address, and the address of its near end.
    pub(super) fn before(url: &str) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (before, far) = split(url);
        let wire = Self {
            target: Arc::new(Mutex::new(far.0.to_owned())),
            cut: Arc::default(),
            open: Arc::default(),
        };
        let (target, cut, open) = (
            Arc::clone(&wire.target),
            Arc::clone(&wire.cut),
            Arc::clone(&wire.open),
        );
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let mut open = open.lock().expect("nobody panics with it");
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let target = target.lock().expect("nobody panics with it").clone();
                // Nobody listens there for a while: the near end is closed, as by a balancer without a server.
                let Ok(far) = TcpStream::connect(&target) else {
                    continue;
                };
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
        (wire, format!("{before}127.0.0.1:{port}/{}", far.1))
    }

    /// Ends all connections and takes no new ones.
    pub(super) fn cut(&self) {
        let mut open = self.open.lock().expect("nobody panics with it");
        self.cut.store(true, Ordering::SeqCst);
        for stream in open.drain(..) {
            // Those that have ended by themselves are as good as cut.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Takes connections again.
    pub(super) fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }

    /// New connections go to the database at this address.
    pub(super) fn lead_to(&self, url: &str) {
        let (_, (host, _)) = split(url);
        host.clone_into(&mut self.target.lock().expect("nobody panics with it"));
    }
}

/// `postgres://role@`, then the host with its port, and the database.
fn split(url: &str) -> (&str, (&str, &str)) {
    let (before, rest) = url.split_at(url.rfind('@').expect("a role") + 1);
    (before, rest.split_once('/').expect("a database"))
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
