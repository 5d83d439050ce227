"""What figures of sales cost at 100,000 deals with two years of history: board, funnel, time in stages, forecast, changes.

The past is written into the database, as no API makes one; what is maintained beside the deals is added up from them.
"""
import datetime
import random
import re
import sqlite3
import statistics
import time

from . import servers

DAY = 86_400_000_000
# What fills the tables that are kept beside the moves, for those who had moves before.
KEPT = ["0076_stage_weeks", "0080_won_stays"]
# Largest allowed p50 of an answer, in ms.
BOUND = 50


def _rows(count, now, stages):
    """Deals and their moves: each goes on after some days, to the next stage or out."""
    choice = random.Random(11)
    open_, won, lost = stages
    for number in range(count):
        at = now - choice.randrange(730) * DAY - choice.randrange(DAY)
        made, place, moves, closed = at, 0, [(None, open_[0], at)], None
        while True:
            at += int(choice.expovariate(1 / 25) * DAY)
            if at > now:
                break
            last, lucky = moves[-1][1], choice.random() < 0.7
            if place + 1 < len(open_) and lucky:
                place += 1
                moves.append((last, open_[place], at))
            else:
                closed = at
                moves.append((last, won if lucky else lost, at))
                break
        ends = closed or now + choice.randrange(-20, 120) * DAY
        status = "open" if closed is None else "won" if moves[-1][1] == won else "lost"
        yield {
            "id": f"{number:08x}-0000-7000-8000-{number:012x}", "name": f"Deal {number}", "made": made, "closed": closed,
            "status": status, "stage": moves[-1][1], "since": moves[-1][2], "amount": choice.randrange(10**6, 10**9),
            "day": datetime.datetime.fromtimestamp(ends / 1e6, datetime.timezone.utc).date().isoformat(), "moves": moves,
        }


def _literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, int) else f"'{value}'"


def _insert(table, columns, rows):
    for start in range(0, len(rows), 500):
        values = ",\n".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows[start:start + 500])
        yield f"INSERT INTO {table} ({columns}) VALUES {values};\n"


def _script(deals, workspace, pipeline, owner, dialect):
    of_deals = [(workspace, one["id"], 1, one["made"], one["made"], owner, one["name"], one["name"].lower(), pipeline,
                 one["stage"], one["status"], one["amount"], "IDR", one["day"], one["since"], one["closed"]) for one in deals]
    columns = "workspace_id, id, version, created_at, updated_at, owner_id, name, name_key, pipeline_id, stage_id, status, " \
              "amount, currency, close_date, stage_since, closed_at"
    yield from _insert("deals", columns, of_deals)
    moves, number = [], 0
    for one in deals:
        for left, came, at in one["moves"]:
            number += 1
            moves.append((workspace, f"{number:08x}-0000-7000-9000-{number:012x}", one["id"], left, came, at))
    yield from _insert("stage_changes", "workspace_id, id, deal_id, from_stage_id, to_stage_id, at", moves)
    yield "DELETE FROM deal_totals;\n"
    yield "INSERT INTO deal_totals (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id, count, amount) " \
          "SELECT workspace_id, pipeline_id, stage_id, currency, coalesce(owner_id, ''), coalesce(team_id, ''), count(*), " \
          "sum(coalesce(amount, 0)) FROM deals WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6;\n"
    yield "DELETE FROM stage_weeks;\n"
    yield "DELETE FROM won_stays;\n"
    for kept in KEPT:
        text = (servers.ROOT / "migrations" / dialect / kept / "up.sql").read_text(encoding="utf-8")
        yield from re.findall(r"^(?:UPDATE|INSERT) .*?;\n", text, re.DOTALL | re.MULTILINE)


def fill(server, api, count):
    """Writes the past while the server stands still."""
    pipeline = api.get("pipelines")["items"][0]["id"]
    stages = sorted(api.get("stages", filter=f'pipeline_id = "{pipeline}"')["items"], key=lambda stage: stage["position"])
    of_kind = {kind: [stage["id"] for stage in stages if stage["kind"] == kind] for kind in ("open", "won", "lost")}
    owner = api.get("members")["items"][0]["user_id"]
    workspace = api.get("workspace")["id"]
    now = int(time.time() * 1e6)
    deals = list(_rows(count, now, (of_kind["open"], of_kind["won"][0], of_kind["lost"][0])))
    script = _script(deals, workspace, pipeline, owner, "postgres" if server.cluster else "sqlite")
    server.stop()
    if server.cluster:
        file = server.cluster.folder / "history.sql"
        with open(file, "w", encoding="utf-8") as out:
            out.write("BEGIN;\n")
            out.writelines(script)
            out.write("COMMIT;\nVACUUM ANALYZE;\n")
        file.chmod(0o644)
        server.cluster.run("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h", server.cluster.folder, "-p",
                           str(server.cluster.port), "-d", "relasi", "-f", file)
        file.unlink()
    else:
        with sqlite3.connect(next((server.folder / "data").glob("*.db"))) as database:
            for statement in script:
                database.execute(statement)
            database.execute("ANALYZE")
    server.start()
    return pipeline, sum(len(one["moves"]) for one in deals)


def run(server, api, options, say):
    """p50 of each answer, with one client."""
    count = 2_000 if options.quick else 100_000
    pipeline, moves = fill(server, api, count)
    api.sign_in()
    began = time.monotonic()
    schedules = {}
    while "forecast.snapshot" not in schedules:
        schedules = {one["name"]: one["id"] for one in api.get("job-schedules")["items"]}
    api.job(api.post(f"job-schedules/{schedules['forecast.snapshot']}/run"), 600)
    found = {"deals": count, "moves": moves, "snapshot_s": time.monotonic() - began, "p50_ms": {}}
    say(f"history: {count} deals, {moves} moves, snapshot {found['snapshot_s']:.1f} s")
    today = datetime.date.today()
    two_years = {"from": str(today - datetime.timedelta(days=730)), "to": str(today + datetime.timedelta(days=1))}
    asked = {
        "board totals": (f"pipelines/{pipeline}/totals", {}),
        "funnel, quarter": ("insight/sales/funnel", {}), "funnel, two years": ("insight/sales/funnel", two_years),
        "time in stages, quarter": ("insight/sales/stage_time", {}),
        "time in stages, two years": ("insight/sales/stage_time", two_years),
        "pipeline as of today": ("insight/sales/pipeline_at", {}),
        "forecast, quarter": ("insight/forecast", {}), "changes since the night": ("insight/forecast/changes", {}),
        "accuracy, quarter": ("insight/forecast/accuracy", {}),
    }
    for name, (path, parameters) in asked.items():
        times = []
        for _ in range(3 if options.quick else 15):
            began = time.monotonic()
            api.get(path, **parameters)
            times.append((time.monotonic() - began) * 1000)
        found["p50_ms"][name] = statistics.median(times)
        say(f"history: {name}: {found['p50_ms'][name]:.1f} ms")
    return found


def rows(found):
    """For the report."""
    head = [["deals, moves", f"{found['deals']}, {found['moves']}", "two years"],
            ["snapshot of a night", f"{found['snapshot_s']:.1f} s", "the job with its wait"]]
    return head + [[name, f"{p50:.1f} ms", f"p50, bound {BOUND} ms"] for name, p50 in found["p50_ms"].items()]
