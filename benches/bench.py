#!/usr/bin/env python3
"""The benchmark behind `make bench`: speed, memory, size and start of the release build on both databases.

    python3 benches/bench.py [--quick] [--million] [--only sqlite|postgres] [--part operations|volume|history] [--no-reach] [--rounds 3] [--seconds 4]

Needs target/release/relasi, wrk, PostgreSQL's programs, Node with tests/browser's packages, and a C compiler for the
floor. Writes bench-out/report.md and bench-out/results.json. Takes about 40 minutes; `--quick` is a trial of the
machinery with few rows, its figures mean nothing.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from harness import data, history, live, measure, product, reach, report, servers, volume, workloads

ROOT = servers.ROOT
OUT = ROOT / "bench-out"
CONNECTIONS = [1, 4]


def say(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


def build_floor():
    # Plain flags: the workspace's own SQLite settings are part of what is measured.
    subprocess.run(["cargo", "build", "--release", "--quiet", "--locked", "--manifest-path", "benches/floor/Cargo.toml",
                    "--target-dir", "target/floor"], cwd=ROOT, check=True, env=dict(os.environ, LIBSQLITE3_FLAGS=""))


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        size = 10_000 if options.quick else 100_000
        self.file = data.write(OUT / f"data-{size}", size, size // 10, size * 3 // 10)
        self.rows = data.read(self.file)
        self.deals = data.read(self.file.parent / "deals.csv")
        self.work = workloads.Workloads(folder, self.rows)
        self.floor = servers.Floor(folder / "floor", self.file.parent)
        self.results = {"rows": size, "backends": {}, "machine": machine(), "options": vars(options)}

    def run(self):
        """Everything, one database after the other."""
        with self.floor:
            self.floor_files = self.work.floor()
            self.results["bare"] = self._one(self.floor, self.floor_files["bare"], 4)
            if self.options.only != "postgres":
                self.results["backends"]["sqlite"] = self._parts("sqlite", contextlib.nullcontext)
            if self.options.only != "sqlite":
                self.results["backends"]["postgres"] = self._parts("postgres", servers.Cluster)
        self.results["binary_bytes"] = servers.RELASI.stat().st_size
        return self.results

    def _parts(self, name, database):
        """What was asked for, each part on a database of its own."""
        found = {}
        if self.options.part in (None, "operations"):
            with database() as cluster:
                found = self._backend(name, cluster)
        if self.options.part in (None, "volume"):
            with database() as cluster:
                found["volume"] = self._volume(name, cluster)
        if self.options.part in (None, "history"):
            with database() as cluster:
                found["history"] = self._history(name, cluster)
        return found

    def _one(self, server, file, connections):
        return measure.load(server.base, server.roots(), file, server.headers, connections, self.options.seconds)

    def _backend(self, name, cluster):
        found = {}
        with servers.Relasi(self.folder / name, cluster) as server:
            api = product.Api(server)
            api.set_up()
            say(f"{name}: import of {len(self.rows)} rows")
            with measure.PeakMemory([server.process.pid]) as watch:
                found["import"] = product.import_contacts(api, self.file)
            found["import"]["peak"] = watch.peak
            say(f"{name}: {found['import']}")
            people, pipeline = product.fill(api, self.deals, len(self.rows) // 5)
            say(f"{name}: {len(self.deals)} deals and {len(self.rows) // 5} activities made")
            api.sign_in()
            found["queue"] = product.queue_throughput(api, people)
            say(f"{name}: queue throughput {found['queue']}")
            if cluster:
                cluster.sql("relasi", "VACUUM ANALYZE")
            found["start_s"] = server.start_times()
            time.sleep(3)
            found["idle"] = measure.memory([server.process.pid])
            api = product.Api(server)
            api.sign_in()
            files = self.work.relasi(api, people, pipeline, name)
            found["operations"] = self._operations(name, server, api, files, people)
            found["creates_16"] = self._one(server, files["create"], 16)
            found["after"] = measure.memory([server.process.pid])
            api.sign_in()
            small = self.options.quick
            found["streams"] = live.streams(server, api, 200 if small else 2_000)
            say(f"{name}: streams {found['streams']}")
            found["fan_out"] = live.fan_out(server, api, 10, 50 if small else 500)
            say(f"{name}: webhooks {found['fan_out']}")
            found["token_check"] = live.token_check(server, api, self.folder, self.options)
            say(f"{name}: token check, ms CPU {found['token_check']}")
            # Last, since it gives half of the people away.
            if self.options.reach:
                found["reach"] = reach.run(server, api, files, people, self.folder, self.options, say)
            if cluster:
                found["insert_limit"] = cluster.insert_limit()
            else:
                found["first_load"] = self._first_load(server)
                if self.options.million:
                    found["million"] = self._million(server, api, files, found)
        return found

    def _operations(self, name, server, api, files, people):
        """Alternated runs of product and floor; the middle of each, and the ratio of their CPU time."""
        found = {}
        for operation in workloads.READS + workloads.WRITES:
            api.sign_in()
            for connections in CONNECTIONS:
                ours, floors = [], []
                for _ in range(self.options.rounds):
                    if operation == "update":
                        files["update"] = self.work.relasi_update(api, people, name)
                    floors.append(self._one(self.floor, self.floor_files[operation], connections))
                    ours.append(self._one(server, files[operation], connections))
                ours, floors = measure.middle(ours), measure.middle(floors)
                ratio = ours["cpu_ms"] / floors["cpu_ms"]
                found[f"{operation} c={connections}"] = {"relasi": ours, "floor": floors, "ratio": ratio}
                say(f"{name}: {operation} c={connections}: {ours['cpu_ms']:.3f} ms, floor {floors['cpu_ms']:.3f} ms, "
                    f"ratio {ratio:.2f}, {ours['rps']:.0f}/s, p99 {ours['p99_ms']:.2f} ms, bad {ours['bad']}")
        return found

    def _first_load(self, server):
        script = [shutil.which("node"), "benches/first_load.mjs", server.base, product.SETUP["email"], product.PASSWORD]
        run = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
        if run.returncode:
            say(f"first load failed: {run.stderr[-600:]}")
            return None
        return json.loads(run.stdout)

    def _volume(self, name, cluster):
        """Everything about volume, on a server of its own."""
        with servers.Relasi(self.folder / f"{name}-volume", cluster) as server:
            return volume.Volume(server, OUT, 3_000 if self.options.quick else 300_000, say).run(name)

    def _history(self, name, cluster):
        """Figures of sales over two years, on a server of its own."""
        with servers.Relasi(self.folder / f"{name}-history", cluster) as server:
            api = product.Api(server)
            api.set_up()
            return history.run(server, api, self.options, say)

    def _million(self, server, api, files, found):
        """900,000 more people in one import, then the cost of a page again."""
        more = data.write(OUT / "data-900000", 900_000, 10_000, 0, first=1_000_001)
        say("sqlite: import of 900,000 more rows")
        with measure.PeakMemory([server.process.pid]) as watch:
            result = product.import_contacts(api, more, seconds=1800)
        api.sign_in()
        pages = measure.middle([self._one(server, files["page"], 1) for _ in range(self.options.rounds)])
        before = found["operations"]["page c=1"]["relasi"]["cpu_ms"]
        return result | {"peak": watch.peak, "page": pages, "page_ratio": pages["cpu_ms"] / before}


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "unknown")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return {"cpu": model, "cores": os.cpu_count(), "commit": commit.stdout.strip(), "at": time.strftime("%Y-%m-%d %H:%M")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--million", action="store_true", default=bool(os.environ.get("MILLION")))
    parser.add_argument("--part", choices=["operations", "volume", "history"], help="only this part; both otherwise")
    parser.add_argument("--reach", action=argparse.BooleanOptionalAction, default=True,
                        help="what lists cost a member of 500 teams and one of a tree of 500")
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 1
    live.more_files()
    OUT.mkdir(exist_ok=True)
    build_floor()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="relasi-bench-", dir=OUT)))
        results = Bench(options, folder).run()
    (OUT / "results.json").write_text(json.dumps(results, indent=1))
    text = report.markdown(results)
    (OUT / "report.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
