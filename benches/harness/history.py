"""What figures of sales cost at 100,000 deals with two years of history and as many activities: board, reports, forecast.

The past is written into the database, as no API makes one; what is maintained beside the deals is added up from them.
"""
import datetime
import random
import re
import sqlite3
import statistics
import time

from . import measure, product, servers

DAY = 86_400_000_000
# Who have the deals, and teams.
PEOPLE, TEAMS = 20, 4
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


def _people(api):
    """Who has the deals: everybody sees all, but for the last one."""
    teams = [api.post("teams", {"name": f"Sales {number}"})["id"] for number in range(TEAMS)]
    own = {"name": "Bench own", "rights": {"records": {"see": "own", "add": "own", "edit": "own"}}}
    roles = ["member"] * (PEOPLE - 1) + [api.post("roles", own)["id"]]
    people = []
    for number, role in enumerate(roles):
        invited = api.post("invitations", {"email": f"seller{number}@bench.example", "role": role})
        joined = {"full_name": f"Seller {number}", "password": product.PASSWORD, "language": "en"}
        user = api.post(f"invitations/{invited['token']}/accept", joined)["user"]["id"]
        people.append((user, teams[number % TEAMS]))
    return people


def _script(deals, workspace, pipeline, people, dialect):
    of_deals = [(workspace, one["id"], 1, one["made"], one["made"], *people[number * 7 % PEOPLE], one["name"], one["name"].lower(), pipeline,
                 one["stage"], one["status"], one["amount"], "IDR", one["day"], one["since"], one["closed"])
                for number, one in enumerate(deals)]
    columns = "workspace_id, id, version, created_at, updated_at, owner_id, team_id, name, name_key, pipeline_id, stage_id, status, " \
              "amount, currency, close_date, stage_since, closed_at"
    yield from _insert("deals", columns, of_deals)
    moves, number = [], 0
    for one in deals:
        for left, came, at in one["moves"]:
            number += 1
            moves.append((workspace, f"{number:08x}-0000-7000-9000-{number:012x}", one["id"], left, came, at))
    yield from _insert("stage_changes", "workspace_id, id, deal_id, from_stage_id, to_stage_id, at", moves)
    columns = "workspace_id, id, version, created_at, updated_at, owner_id, team_id, kind, subject, subject_key, deal_id, due_at, done_at"
    yield from _insert("activities", columns, _activities(deals, workspace, people))
    yield "DELETE FROM deal_totals;\n"
    yield "INSERT INTO deal_totals (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id, count, amount) " \
          "SELECT workspace_id, pipeline_id, stage_id, currency, coalesce(owner_id, ''), coalesce(team_id, ''), count(*), " \
          "sum(coalesce(amount, 0)) FROM deals WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6;\n"
    yield "ANALYZE;\n"
    yield "DELETE FROM stage_weeks;\n"
    yield "DELETE FROM won_stays;\n"
    for kept in KEPT:
        text = (servers.ROOT / "migrations" / dialect / kept / "up.sql").read_text(encoding="utf-8")
        yield from re.findall(r"^(?:UPDATE|INSERT) .*?;\n", text, re.DOTALL | re.MULTILINE)


def _activities(deals, workspace, people):
    """One for each deal, nearly all of them done."""
    choice = random.Random(12)
    made = []
    for number, one in enumerate(deals):
        due = one["made"] + choice.randrange(20 * DAY)
        done = due + choice.randrange(DAY) if choice.random() < 0.95 and due + DAY < one["since"] + 20 * DAY else None
        made.append((workspace, f"{number:08x}-0000-7000-a000-{number:012x}", 1, one["made"], one["made"], *people[number * 7 % PEOPLE],
                     choice.choice(["call", "meeting", "task", "note"]), f"Step {number}", f"step {number}", one["id"], due, done))
    return made


def fill(server, api, count):
    """Writes the past while the server stands still."""
    pipeline = api.get("pipelines")["items"][0]["id"]
    stages = sorted(api.get("stages", filter=f'pipeline_id = "{pipeline}"')["items"], key=lambda stage: stage["position"])
    of_kind = {kind: [stage["id"] for stage in stages if stage["kind"] == kind] for kind in ("open", "won", "lost")}
    people = _people(api)
    workspace = api.get("workspace")["id"]
    now = int(time.time() * 1e6)
    deals = list(_rows(count, now, (of_kind["open"], of_kind["won"][0], of_kind["lost"][0])))
    script = _script(deals, workspace, pipeline, people, "postgres" if server.cluster else "sqlite")
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
    found = {"deals": count, "moves": moves, "snapshot_s": time.monotonic() - began, "answers": {}}
    say(f"history: {count} deals, {moves} moves, snapshot {found['snapshot_s']:.1f} s")
    today = datetime.date.today()

    def days(begin, end):
        return {"from": str(today - datetime.timedelta(days=begin)), "to": str(today - datetime.timedelta(days=end))}

    two_years, year_ago = days(730, -1), days(400, 365)
    of_stages = {
        "funnel, quarter": ("insight/sales/funnel", {}), "funnel, two years": ("insight/sales/funnel", two_years),
        "time in stages, quarter": ("insight/sales/stage_time", {}),
        "time in stages, two years": ("insight/sales/stage_time", two_years),
        "pipeline as of today": ("insight/sales/pipeline_at", {}), "pipeline as of a year ago": ("insight/sales/pipeline_at", year_ago),
    }
    reports = {}
    for report in ("results", "cohort", "lost_reasons", "activities", "cycle", "velocity", "sources", "campaigns", "lead_people", "growth"):
        reports[f"{report}, quarter"] = (f"insight/sales/{report}", {})
        reports[f"{report}, two years"] = (f"insight/sales/{report}", two_years)
    boards = {"sales board, quarter": ("insight/sales-board", {})}
    filtered = {f"{name}, one owner": (path, {**parameters, "filter": "owner_id = me"}) for name, (path, parameters) in of_stages.items()}
    sums = {"board totals": (f"pipelines/{pipeline}/totals", {}), "chances of stages": (f"pipelines/{pipeline}/rates", {})}
    forecasts = {
        "forecast, quarter": ("insight/forecast", {}), "changes since the night": ("insight/forecast/changes", {}),
        "accuracy, quarter": ("insight/forecast/accuracy", {}),
    }
    other = {name: (path, {**parameters, "filter": "amount > 0"}) for name, (path, parameters) in of_stages.items()}
    last = f"seller{PEOPLE - 1}@bench.example"
    for whose, email, asked in [("all", product.SETUP["email"], {**sums, **boards, **of_stages, **forecasts, **reports}), ("own", last, {**sums, **boards, **of_stages, **filtered}),
                                ("all, by the amount", product.SETUP["email"], other)]:
        api.sign_in(email)
        for name, (path, parameters) in asked.items():
            found["answers"][f"{name} ({whose})"] = _asked(server, api, (path, parameters), options, f"{name} ({whose})", say)
    return found


def _asked(server, api, request, options, name, say):
    """The middle of some answers, and what one takes of the processors."""
    times, roots = [], [pid for pids in server.roots().values() for pid in pids]
    api.get(request[0], **request[1])
    used, count = measure.cpu_seconds(roots), 3 if options.quick else 15
    for _ in range(count):
        began = time.monotonic()
        api.get(request[0], **request[1])
        times.append((time.monotonic() - began) * 1000)
    cpu = (measure.cpu_seconds(roots) - used) / count * 1000
    say(f"history: {name}: p50 {statistics.median(times):.1f} ms, least {min(times):.1f} ms, CPU {cpu:.1f} ms")
    return {"p50_ms": statistics.median(times), "least_ms": min(times), "cpu_ms": cpu}


def rows(found):
    """For the report."""
    head = [["deals, moves", f"{found['deals']}, {found['moves']}", f"two years, {PEOPLE} people"],
            ["snapshot of a night", f"{found['snapshot_s']:.1f} s", "the job with its wait"]]
    return head + [[name, f"{one['p50_ms']:.1f} ms", f"p50, bound {BOUND} ms; CPU {one['cpu_ms']:.1f} ms"]
                   for name, one in found["answers"].items()]
