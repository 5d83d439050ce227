//! D8: the disk of a SQLite database is full.

use std::{
    fs::File,
    io::Write as _,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Client, Member, free_port, program};
use serde_json::json;

/// The server on a disk of its own that holds so much.
const SIZE: &str = "24m";

struct OnSmallDisk {
    process: Child,
    client: Client,
    folder: tempfile::TempDir,
}

impl OnSmallDisk {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let disk = format!("mount -t tmpfs -o size={SIZE} small \"$1\" && exec \"$2\" serve");
        // The disk is seen by this process and its children only, and needs no rights.
        let process = Command::new("unshare")
            .args(["--mount", "--map-root-user", "sh", "-c", &disk, "sh"])
            .arg(folder.path())
            .arg(program())
            .env_remove("DATABASE_URL")
            .env("RELASI_DATA_DIR", folder.path())
            .env("RELASI_LISTEN", format!("127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("unshare can be started");
        let client = Client::new(&format!("http://127.0.0.1:{port}"));
        let server = Self {
            process,
            client,
            folder,
        };
        server.until_ready();
        server
    }

    fn until_ready(&self) {
        let limit = Instant::now() + Duration::from_mins(1);
        let ready = || {
            let reply = self
                .client
                .try_send(relasi_tests::Method::GET, "/readyz", &[], &[]);
            reply.is_ok_and(|reply| reply.status == 200)
        };
        while !ready() {
            assert!(Instant::now() < limit, "the server is not ready");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// A path on its disk, as seen from outside.
    fn path(&self, name: &str) -> String {
        format!(
            "/proc/{}/root{}/{name}",
            self.process.id(),
            self.folder.path().display()
        )
    }
}

impl Drop for OnSmallDisk {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn d8_a_full_disk_refuses_writes_and_loses_nothing() {
    let server = OnSmallDisk::start();
    let owner = Member::set_up(&server.client);
    let client = &owner.client;
    let mut kept: Vec<String> = (0..20).map(|n| name(client, n).expect("room")).collect();

    let ballast = server.path("ballast");
    let mut file = File::create(&ballast).expect("the disk is there");
    // To the last byte: the first refusal is that of the disk.
    while file.write(&[0; 4096]).is_ok_and(|length| length > 0) {}
    let mut refused = 0;
    for n in 20..400 {
        match name(client, n) {
            Ok(name) => kept.push(name),
            Err(reply) => {
                refused += 1;
                assert!(
                    !reply.contains("SQL") && !reply.contains("database is full"),
                    "{reply}"
                );
                if refused == 5 {
                    break;
                }
            }
        }
    }
    assert_eq!(refused, 5, "the disk was full");
    // Reading goes on.
    assert_eq!(names(client), sorted(&kept));
    client.get("home").ok(200);

    drop(file);
    std::fs::remove_file(&ballast).expect("the ballast goes");
    kept.push(name(client, 1_000).expect("there is room again"));
    assert_eq!(names(client), sorted(&kept));
    let found = client.list("search", &[("q", "number 1000")]).ok(200);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));

    let check = Command::new(program())
        .arg("check")
        .env_remove("DATABASE_URL")
        .env("RELASI_DATA_DIR", server.path(""))
        .output()
        .expect("the check can be started");
    let said = String::from_utf8_lossy(&check.stdout);
    assert!(check.status.success(), "{said}");
}

/// Makes a contact; its name, or what the refusal said.
fn name(client: &Client, n: usize) -> Result<String, String> {
    let name = format!("Person number {n}");
    let reply = client.post(
        "contacts",
        &json!({"full_name": name, "description": "x".repeat(4_000)}),
    );
    if reply.status == 201 {
        return Ok(name);
    }
    let text = reply.text();
    reply.problem(507, "disk_full");
    Err(text)
}

fn names(client: &Client) -> Vec<String> {
    let all = client.all("contacts", &[("limit", "200")], "full_name");
    let names = all
        .iter()
        .map(|name| name.as_str().expect("a name").to_owned());
    sorted(&names.collect::<Vec<_>>())
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}
