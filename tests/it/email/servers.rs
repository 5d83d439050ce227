//! Postfix and Dovecot as an operator has them, started for a test with ports, certificates and mailboxes of their own.

use std::{
    fs,
    net::TcpStream,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use relasi_tests::free_port;

/// Everybody's password.
pub const PASSWORD: &str = "kopi-tubruk";

/// Who owns the mailboxes: nobody.
const NOBODY: u32 = 65534;

/// The two servers; they end with it.
pub struct MailServers {
    folder: tempfile::TempDir,
    running: Vec<Child>,
    pub smtp: u16,
    pub imap: u16,
    pub imaps: u16,
}

impl Drop for MailServers {
    fn drop(&mut self) {
        // The script that Postfix is started by passes no signal on to it, and would wait for it.
        if let Ok(master) = fs::read_to_string(self.path("queue/pid/master.pid")) {
            let _ = Command::new("kill").arg(master.trim()).status();
        }
        for child in &mut self.running {
            // The whole family ends with its head.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

impl MailServers {
    /// Starts both, with mailboxes for these addresses. Addresses with `+` are those before it.
    ///
    /// # Panics
    /// When they do not start; their logs are told.
    pub fn start(boxes: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("relasi-mail-")
            .tempdir_in("/tmp")
            .expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("ours");
        let mut servers = Self {
            folder,
            running: Vec::new(),
            smtp: free_port(),
            imap: free_port(),
            imaps: free_port(),
        };
        servers.certificates();
        let mail = servers.path("mail");
        fs::create_dir(&mail).expect("ours");
        chown(&mail, Some(NOBODY), Some(NOBODY)).expect("tests of mail run as root");
        servers.start_postfix(boxes);
        servers.start_dovecot(boxes);
        servers.wait_for(servers.smtp, "220");
        servers.wait_for(servers.imap, "* OK");
        servers
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("ours");
        path
    }

    /// The file of the authority that signed the servers' certificate.
    pub fn authority(&self) -> PathBuf {
        self.path("authority.pem")
    }

    /// A certificate for `localhost`, signed by an authority of its own.
    fn certificates(&self) {
        let run = |arguments: &[&str]| {
            let done = Command::new("openssl")
                .args(arguments)
                .current_dir(self.folder.path())
                .output()
                .expect("openssl");
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.success(), "{said}");
        };
        let key = ["-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj"];
        let authority = [
            &["req", "-x509"],
            key.as_slice(),
            &[
                "/CN=Relasi test",
                "-keyout",
                "authority.key",
                "-out",
                "authority.pem",
            ],
        ];
        run(&authority.concat());
        let request = [
            &["req"],
            key.as_slice(),
            &[
                "/CN=localhost",
                "-keyout",
                "server.key",
                "-out",
                "server.csr",
            ],
        ];
        run(&request.concat());
        self.write("server.ext", "subjectAltName=DNS:localhost\n");
        run(&[
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "authority.pem",
            "-CAkey",
            "authority.key",
            "-CAcreateserial",
            "-days",
            "30",
            "-extfile",
            "server.ext",
            "-out",
            "server.pem",
        ]);
    }

    fn start_postfix(&mut self, boxes: &[&str]) {
        let at = self.folder.path().display().to_string();
        for name in ["postfix", "queue", "data"] {
            fs::create_dir(self.path(name)).expect("ours");
        }
        let done = Command::new("chown")
            .args(["postfix", &format!("{at}/data")])
            .status();
        assert!(
            done.is_ok_and(|done| done.success()),
            "Postfix is installed"
        );
        let known: Vec<String> = boxes
            .iter()
            .map(|address| format!("{address} {}/Maildir/\n", place(address)))
            .collect();
        self.write("boxes", &known.concat());
        let mut domains: Vec<&str> = boxes
            .iter()
            .map(|address| address.split('@').nth(1).unwrap_or_default())
            .collect();
        domains.dedup();
        self.write(
            "postfix/main.cf",
            &format!(
                "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
                 command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\n\
                 setgid_group = postdrop\nmyhostname = mail.relasi.test\nmydestination =\nlocal_recipient_maps =\nalias_maps =\n\
                 inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\nrecipient_delimiter = +\n\
                 default_transport = error:nowhere\nvirtual_transport = virtual\nvirtual_mailbox_domains = {}\n\
                 virtual_mailbox_maps = texthash:{at}/boxes\nvirtual_mailbox_base = {at}/mail\nvirtual_uid_maps = static:{NOBODY}\n\
                 virtual_gid_maps = static:{NOBODY}\n# What can't be delivered comes back as a report.\n\
                 smtpd_reject_unlisted_recipient = no\nsmtpd_tls_cert_file = {at}/server.pem\nsmtpd_tls_key_file = {at}/server.key\n\
                 smtpd_tls_security_level = encrypt\nmaillog_file = {at}/postfix.log\nmaillog_file_prefixes = {at}\n\
                 smtputf8_enable = no\n",
                domains.join(" ")
            ),
        );
        let service = |name: &str, kind: &str, wake: &str, most: &str, program: &str| {
            // What others than Postfix itself reach.
            let open = matches!(
                program,
                "smtpd" | "pickup" | "cleanup" | "qmgr" | "flush" | "postlogd"
            );
            let private = if open { "n" } else { "-" };
            // It writes as whom a mailbox belongs to.
            let unprivileged = if program == "virtual" { "n" } else { "-" };
            format!("{name} {kind} {private} {unprivileged} n {wake} {most} {program}\n")
        };
        let mut master = service(
            &format!("127.0.0.1:{}", self.smtp),
            "inet",
            "-",
            "-",
            "smtpd",
        );
        for (name, wake, most, program) in [
            ("pickup", "60", "1", "pickup"),
            ("cleanup", "-", "0", "cleanup"),
            ("qmgr", "300", "1", "qmgr"),
            ("tlsmgr", "1000?", "1", "tlsmgr"),
            ("rewrite", "-", "-", "trivial-rewrite"),
            ("bounce", "-", "0", "bounce"),
            ("defer", "-", "0", "bounce"),
            ("trace", "-", "0", "bounce"),
            ("verify", "-", "1", "verify"),
            ("flush", "1000?", "0", "flush"),
            ("proxymap", "-", "-", "proxymap"),
            ("error", "-", "-", "error"),
            ("retry", "-", "-", "error"),
            ("virtual", "-", "-", "virtual"),
            ("anvil", "-", "1", "anvil"),
            ("scache", "-", "1", "scache"),
        ] {
            master += &service(name, "unix", wake, most, program);
        }
        master += &service("postlog", "unix-dgram", "-", "1", "postlogd");
        self.write("postfix/master.cf", &master);
        let mut start = Command::new("/usr/sbin/postfix");
        start.args(["-c", &format!("{at}/postfix"), "start-fg"]);
        self.run(&mut start, "postfix.out");
    }

    fn start_dovecot(&mut self, boxes: &[&str]) {
        let at = self.folder.path().display().to_string();
        let known: Vec<String> = boxes
            .iter()
            .map(|address| {
                format!(
                    "{address}:{{PLAIN}}{PASSWORD}::::{at}/mail/{}::\n",
                    place(address)
                )
            })
            .collect();
        self.write("users", &known.concat());
        let (imap, imaps) = (self.imap, self.imaps);
        let config = self.write(
            "dovecot.conf",
            &format!(
                "base_dir = {at}/dovecot\nstate_dir = {at}/dovecot-state\nlog_path = {at}/dovecot.log\nprotocols = imap\n\
                 listen = 127.0.0.1\nssl = yes\nssl_cert = <{at}/server.pem\nssl_key = <{at}/server.key\n\
                 disable_plaintext_auth = yes\nauth_mechanisms = plain\nmail_location = maildir:~/Maildir\nmailbox_idle_check_interval = 1 secs\nfirst_valid_uid = 1\n\
                 service imap-login {{\n  inet_listener imap {{\n    port = {imap}\n  }}\n  inet_listener imaps {{\n    port = {imaps}\n\
                 \n    ssl = yes\n  }}\n}}\npassdb {{\n  driver = passwd-file\n  args = username_format=%u {at}/users\n}}\n\
                 userdb {{\n  driver = passwd-file\n  args = username_format=%u {at}/users\n  \
                 default_fields = uid={NOBODY} gid={NOBODY}\n}}\n",
            ),
        );
        let mut start = Command::new("/usr/sbin/dovecot");
        start.arg("-F").arg("-c").arg(config);
        self.run(&mut start, "dovecot.out");
    }

    fn run(&mut self, command: &mut Command, out: &str) {
        let out = fs::File::create(self.path(out)).expect("ours");
        let again = out.try_clone().expect("a file");
        command.stdin(Stdio::null()).stdout(out).stderr(again);
        let child = command.spawn();
        let child = child.expect("Postfix and Dovecot are installed: scripts/setup.sh test");
        self.running.push(child);
    }

    /// What the servers said, for tests that failed.
    pub fn logs(&self) -> String {
        let names = ["postfix.out", "postfix.log", "dovecot.out", "dovecot.log"];
        let read = |name: &&str| fs::read_to_string(self.path(name)).unwrap_or_default();
        names.iter().map(read).collect::<Vec<_>>().join("\n")
    }

    fn wait_for(&self, port: u16, greeting: &str) {
        use std::io::Read;
        for _ in 0..600 {
            if let Ok(mut line) = TcpStream::connect(("127.0.0.1", port)) {
                let _ = line.set_read_timeout(Some(Duration::from_secs(10)));
                let mut head = [0; 64];
                let read = line.read(&mut head).unwrap_or_default();
                if String::from_utf8_lossy(&head[..read]).starts_with(greeting) {
                    return;
                }
            }
            sleep(Duration::from_millis(100));
        }
        panic!("nobody answers at {port}:\n{}", self.logs());
    }

    /// The messages in somebody's mailbox, as they lie there.
    pub fn mailbox(&self, address: &str) -> Vec<String> {
        let inbox = self.path("mail").join(place(address)).join("Maildir");
        let mut all = Vec::new();
        for part in ["new", "cur"] {
            all.extend(files(&inbox.join(part)));
        }
        all.sort();
        all.into_iter()
            .map(|path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned())
            .collect()
    }

    /// Waits until so many messages lie in somebody's mailbox.
    #[track_caller]
    pub fn wait_for_mail(&self, address: &str, count: usize) -> Vec<String> {
        for _ in 0..1_200 {
            let found = self.mailbox(address);
            if found.len() >= count {
                return found;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("no message to {address}:\n{}", self.logs());
    }

    /// Puts a message into somebody's mailbox, as if it had come from elsewhere.
    pub fn deliver(&self, address: &str, message: &str) {
        let inbox = self.path("mail").join(place(address)).join("Maildir");
        for part in ["tmp", "cur", "new"] {
            fs::create_dir_all(inbox.join(part)).expect("ours");
        }
        let own = Command::new("chown")
            .args(["-R", &format!("{NOBODY}:{NOBODY}")])
            .arg(self.path("mail"))
            .status();
        assert!(own.is_ok_and(|done| done.success()));
        let name = format!("{}.relasi", uuid::Uuid::now_v7().simple());
        let path = inbox.join("tmp").join(&name);
        fs::write(&path, message.replace('\n', "\r\n")).expect("ours");
        chown(&path, Some(NOBODY), Some(NOBODY)).expect("ours");
        fs::rename(path, inbox.join("new").join(name)).expect("ours");
    }
}

fn place(address: &str) -> String {
    let (name, domain) = address.split_once('@').unwrap_or((address, ""));
    format!("{domain}/{name}")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    found.map(|entry| entry.path()).collect()
}

/// Whether a message is signed by the key of a DNS record, as another program sees it.
pub fn is_signed(message: &str, record: &str) -> bool {
    use std::io::Write;
    const CHECK: &str = "import sys, dkim\n\
        record = sys.argv[1].encode()\n\
        good = dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, timeout=5: record)\n\
        sys.exit(0 if good else 1)\n";
    let mut check = Command::new("/usr/bin/python3")
        .args(["-c", CHECK, record])
        .stdin(Stdio::piped())
        .spawn()
        .expect("Python");
    let input = check.stdin.take();
    let message = message.replace("\r\n", "\n").replace('\n', "\r\n");
    input
        .expect("a pipe")
        .write_all(message.as_bytes())
        .expect("it reads");
    check.wait().is_ok_and(|done| done.success())
}

/// Names and SHA-256 of a message's files, as another program reads them.
pub fn enclosed(message: &str) -> Vec<(String, String)> {
    use std::io::Write;
    const READ: &str = "import sys, email, email.policy, hashlib, json\n\
        read = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)\n\
        files = [(part.get_filename(), hashlib.sha256(part.get_payload(decode=True)).hexdigest()) for part in read.iter_attachments()]\n\
        print(json.dumps(files))\n";
    let mut reading = Command::new("/usr/bin/python3")
        .args(["-c", READ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python");
    let mut input = reading.stdin.take().expect("a pipe");
    input.write_all(message.as_bytes()).expect("it reads");
    drop(input);
    let said = reading.wait_with_output().expect("it ends");
    serde_json::from_slice(&said.stdout).expect("a list of files")
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    use std::fmt::Write;
    let hash = Sha256::digest(bytes);
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes it");
        text
    })
}
