"""What a server costs: CPU time per request over its whole process tree, rates and delays by wrk, memory as PSS.

Rates and delays depend on what else the machine does; CPU time per request hardly does, so comparisons use that.
"""
import json
import os
import pathlib
import statistics
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
REPLAY = pathlib.Path(__file__).parent / "replay.lua"


def _stat(pid):
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    fields = text[text.rindex(")") + 2:].split()
    return int(fields[1]), sum(int(field) for field in fields[11:15])


def tree(roots):
    """The processes and all their descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                children.setdefault(_stat(name)[0], []).append(int(name))
            except OSError:
                continue  # it ended meanwhile
    found, todo = set(), list(roots)
    while todo:
        pid = todo.pop()
        if pid not in found:
            found.add(pid)
            todo.extend(children.get(pid, []))
    return found


def cpu_seconds(roots):
    """User and system time, children that have ended included."""
    total = 0
    for pid in tree(roots):
        try:
            total += _stat(pid)[1]
        except OSError:
            continue
    return total / TICKS


def memory(roots):
    """Proportional set size of the tree in MiB: all of it, and the part that is not a mapped file."""
    total = anonymous = 0
    for pid in tree(roots):
        try:
            lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith("Pss:"):
                total += int(line.split()[1])
            elif line.startswith("Pss_Anon:"):
                anonymous += int(line.split()[1])
    return {"pss": round(total / 1024, 1), "anonymous": round(anonymous / 1024, 1)}


class PeakMemory:
    """The largest PSS while the block runs, looked at ten times a second."""

    def __init__(self, roots):
        self.roots, self.peak, self._stop = roots, {"pss": 0, "anonymous": 0}, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self._stop.wait(0.1):
            now = memory(self.roots)
            self.peak = {key: max(value, now[key]) for key, value in self.peak.items()}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


def load(base, roots, requests, headers, connections, seconds):
    """One wrk run of a request file; rates in 1/s, delays in ms, CPU in ms per request."""
    environment = dict(os.environ, REPLAY=str(requests), HEADERS=str(headers))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(REPLAY), base]
    before = {name: cpu_seconds(pids) for name, pids in roots.items()}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    after = {name: cpu_seconds(pids) for name, pids in roots.items()}
    try:
        result = json.loads(run.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise SystemExit(f"wrk failed: {run.stdout}{run.stderr}") from None
    answered = max(1, result["requests"])
    parts = {name: 1000 * (after[name] - before[name]) / answered for name in roots}
    result.update(connections=connections, cpu_parts=parts, cpu_ms=sum(parts.values()),
                  load=os.getloadavg()[0])
    return result


def middle(runs):
    """Median of each number over several runs of the same thing; errors are added up."""
    numbers = ["rps", "p50_ms", "p99_ms", "cpu_ms", "bytes_per_request"]
    merged = {name: statistics.median(run[name] for run in runs) for name in numbers}
    parts = runs[0]["cpu_parts"]
    merged["cpu_parts"] = {part: statistics.median(run["cpu_parts"][part] for run in runs) for part in parts}
    merged["bad"] = sum(run["bad"] for run in runs)
    merged["best_p99_ms"] = min(run["p99_ms"] for run in runs)
    merged["load"] = max(run["load"] for run in runs)
    return merged


def until(condition, seconds, what, pause=0.02):
    """Waits for a condition, gives up with a message."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        value = condition()
        if value:
            return value
        time.sleep(pause)
    raise SystemExit(f"{what} took more than {seconds} s")
