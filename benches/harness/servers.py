"""The servers that are measured, each with what it needs, and a private PostgreSQL cluster."""
import os
import pathlib
import pwd
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

from . import live, measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELASI = ROOT / "target/release/relasi"
FLOOR = ROOT / "target/floor/release/floor"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


class Process:
    """A server on a loopback port; use it in a `with` block."""

    name = "server"
    ready_path = "/readyz"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.headers = self.folder / "headers.txt"
        self.process = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def roots(self):
        """Process trees whose CPU time counts, by name."""
        return {self.name: [self.process.pid]}

    def start(self):
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), env=self.environment(), stdout=log, stderr=log)
        measure.until(self._ready, 60, f"starting {self.name}", pause=0.001)

    def _ready(self):
        if self.process.poll() is not None:
            raise SystemExit((self.folder / "server.log").read_text()[-3000:])
        return answers(self.base + self.ready_path)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.stop()


class Floor(Process):
    """The same stack with next to no product code, on the same rows."""

    name = "floor"
    ready_path = "/bare"

    def __init__(self, folder, data):
        super().__init__(folder)
        self.database = self.folder / "floor.db"
        if not self.database.exists():
            subprocess.run([FLOOR, "load", data, self.database], check=True)

    def command(self):
        return [FLOOR, "serve", self.database, self.headers, str(self.port)]


class Relasi(Process):
    """The product's release build; `cluster` for PostgreSQL, none for SQLite."""

    name = "relasi"

    def __init__(self, folder, cluster=None, binary=RELASI):
        super().__init__(folder)
        self.cluster, self.binary = cluster, binary

    def command(self):
        return [self.binary, "serve"]

    def environment(self):
        own = dict(os.environ, RELASI_LISTEN=f"127.0.0.1:{self.port}", RELASI_DATA_DIR=str(self.folder / "data"))
        own.pop("DATABASE_URL", None)
        if self.cluster:
            own["DATABASE_URL"] = self.cluster.url
        return live.allow(own)

    def roots(self):
        parts = super().roots()
        if self.cluster:
            parts["postgres"] = [self.cluster.pid()]
        return parts

    def start_times(self, count=5):
        """Seconds from the start of the process to its first answer; the middle of several."""
        times = []
        for _ in range(count):
            self.stop()
            started = time.monotonic()
            self.start()
            times.append(time.monotonic() - started)
        return statistics.median(times)


class Cluster:
    """PostgreSQL with its default durability, in a temporary folder, as an ordinary user."""

    def __init__(self):
        bins = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
        found = bins[-1].parent if bins else pathlib.Path(shutil.which("initdb") or "").parent
        self.bin, self.port = found, free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="relasi-bench-pg-"))
        self.user = None
        if os.getuid() == 0:
            self.user = "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"
            shutil.chown(self.folder, self.user)
        self.url = f"postgres://relasi@127.0.0.1:{self.port}/relasi"

    def run(self, program, *arguments, check=True):
        command = [self.bin / program, *arguments]
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        return subprocess.run(command, cwd=self.folder, check=check, capture_output=True, text=True)

    def sql(self, database, text):
        return self.run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h", self.folder, "-p",
                        str(self.port), "-d", database, "-c", text).stdout.strip()

    def pid(self):
        return int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def __enter__(self):
        self.run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "--locale=C.UTF-8",
                 "--encoding=UTF8")
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.folder} " \
                  "-c shared_buffers=256MB"
        # The log file must be named: the server keeps the pipe of this call open otherwise.
        self.run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options, "start")
        self.sql("postgres", "CREATE ROLE relasi LOGIN")
        self.sql("postgres", "CREATE DATABASE relasi OWNER relasi")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def insert_limit(self, seconds=4, clients=4):
        """Single-row inserts a second by PostgreSQL's own load tool: a table with the keys a contact needs."""
        self.sql("postgres", "CREATE TABLE IF NOT EXISTS rows (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, "
                             "email text, city text); CREATE INDEX IF NOT EXISTS rows_email ON rows (email); "
                             "CREATE INDEX IF NOT EXISTS rows_city ON rows (city, name)")
        script = self.folder / "insert.sql"
        script.write_text("\\set n random(1, 1000000000)\n"
                          "INSERT INTO rows (name, email, city) VALUES ('Siti ' || :n, 'n' || :n || '@x.example', 'Bandung');\n")
        script.chmod(0o644)
        said = self.run("pgbench", "-h", self.folder, "-p", str(self.port), "-U", "postgres", "-M", "prepared", "-n", "-T",
                        str(seconds), "-c", str(clients), "-f", script, "postgres").stdout
        return next(float(line.split()[2]) for line in said.splitlines() if line.startswith("tps"))
