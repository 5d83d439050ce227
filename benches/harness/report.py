"""The results as a page for people: targets first, then every figure."""
from . import history, reach, volume

# Largest allowed ratio of CPU time to the floor, on SQLite. PostgreSQL may cost twice that for reads.
RATIOS = {"get": 2.0, "page": 1.5, "search_rare": 2.0, "search_common": 2.0, "search_short": 2.0, "totals": 0.15, "create": 2.5, "update": 2.8}
READS = {"get", "page", "search_rare", "search_common", "search_short", "totals"}
TITLES = {"get": "get by id", "page": "filtered, sorted page of 50", "search_rare": "search, rare fragment",
          "search_common": "search, common fragment",
          "search_short": "search, two letters (floor: common fragment)", "totals": "board totals", "create": "create", "update": "update"}
MEBIBYTE = 1024 * 1024


def _mark(value, limit, at_least=False):
    if value is None:
        return "not measured"
    return "yes" if (value >= limit if at_least else value <= limit) else "**no**"


def _targets(results):
    """(what, measured, target, reached) of everything that has a target."""
    for name, found in results["backends"].items():
        for what, measured, target, value, limit in volume.targets(name, found["volume"]) if "volume" in found else ():
            yield what, measured, target, _mark(value, limit)
        if "operations" not in found:
            continue
        for run, pair in found.get("reach", {}).items():
            if run.rsplit(" ", 1)[1] not in reach.BOUND:
                continue
            what = f"{name}: {_reach_title(run)}, CPU to the owner's"
            yield what, f"{pair['ratio']:.2f} x", f"{reach.RATIO:g} x", _mark(pair["ratio"], reach.RATIO)
        factor = 1 if name == "sqlite" else 2
        for operation, limit in RATIOS.items():
            if name != "sqlite" and operation not in READS:
                continue
            for run in (f"{operation} c=1", f"{operation} c=4"):
                ratio = found["operations"][run]["ratio"]
                limit_here = limit * factor
                yield f"{name}: {TITLES[operation]}, {run[-3:]}, CPU to floor", f"{ratio:.2f} x", f"{limit_here:g} x", \
                    _mark(ratio, limit_here)
    lite = results["backends"].get("sqlite")
    if lite and "operations" in lite:
        yield from _single_targets(lite)
    size = results["binary_bytes"] / 1e6
    yield "size of the binary", f"{size:.1f} MB", "25 MB", _mark(size, 25)


def _single_targets(lite):
    for kind in ("search_rare", "search_common"):
        p99 = lite["operations"][f"{kind} c=1"]["relasi"]["p99_ms"]
        yield f"{TITLES[kind]}, p99, c=1", f"{p99:.1f} ms", "15 ms", _mark(p99, 15)
    rate = lite["creates_16"]["rps"]
    yield "creates a second, 16 clients", f"{rate:.0f}", "1500", _mark(rate, 1500, at_least=True)
    load = lite["import"]
    yield "import", f"{load['import_s']:.1f} s", "10 s for 100,000 rows", _mark(load["import_s"], 10)
    yield "import, peak PSS", f"{load['peak']['pss']:.0f} MiB", "300 MB", _mark(load["peak"]["pss"] * 1.048576, 300)
    yield "idle PSS", f"{lite['idle']['pss']:.1f} MiB", "25 MiB", _mark(lite["idle"]["pss"], 25)
    yield "PSS after the runs", f"{lite['after']['pss']:.1f} MiB", "100 MiB", _mark(lite["after"]["pss"], 100)
    yield "start to first answer", f"{lite['start_s'] * 1000:.0f} ms", "100 ms", _mark(lite["start_s"], 0.1)
    held = lite["streams"]["after"]["pss"]
    yield f"PSS with {lite['streams']['streams']} streams", f"{held:.1f} MiB", "150 MB for 2,000", _mark(held * 1.048576, 150)
    visit = lite.get("first_load")
    if visit:
        kilobytes = visit["first"]["bytes"] / 1000
        yield "first load of the browser app", f"{kilobytes:.0f} kB", "600 kB", _mark(kilobytes, 600)
        yield "list rows visible, cold", f"{visit['list']['ms']} ms", "1500 ms", _mark(visit["list"]["ms"], 1500)
    million = lite.get("million")
    if million:
        yield "page at 1,000,000 to 100,000 contacts", f"{million['page_ratio']:.2f} x", "1.5 x", _mark(million["page_ratio"], 1.5)
        yield "import of 900,000 more rows", f"{million['import_s']:.0f} s", "90 s", _mark(million["import_s"], 90)


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def _operations(name, found):
    rows = []
    for run, pair in found["operations"].items():
        operation, connections = run.split(" c=")
        ours, floor = pair["relasi"], pair["floor"]
        parts = " + ".join(f"{value:.3f}" for value in ours["cpu_parts"].values())
        rows.append([TITLES[operation], connections, parts, f"{floor['cpu_ms']:.3f}", f"{pair['ratio']:.2f}",
                     f"{ours['rps']:.0f}", f"{floor['rps']:.0f}", f"{ours['p50_ms']:.2f}", f"{ours['p99_ms']:.2f}",
                     f"{ours['bytes_per_request']:.0f}", ours["bad"]])
    parts = " + ".join(next(iter(found["operations"].values()))["relasi"]["cpu_parts"])
    head = ["operation", "clients", f"CPU ms ({parts})", "floor CPU ms", "ratio", "1/s", "floor 1/s", "p50 ms", "p99 ms",
            "bytes", "errors"]
    return f"## {name}\n\n" + _table(head, rows)


def _others(name, found):
    load, many, queue = found["import"], found["creates_16"], found["queue"]
    rows = [
        ["import: upload, then job", f"{load['upload_s']:.1f} s, {load['import_s']:.1f} s", str(load["counts"])],
        ["queue throughput", f"{queue['done_per_s']:.0f} jobs/s", f"{queue['jobs']} jobs of one record each, of one workspace"],
        ["import: peak PSS", f"{load['peak']['pss']} MiB", f"anonymous {load['peak']['anonymous']} MiB"],
        ["creates, 16 clients", f"{many['rps']:.0f}/s", f"p50 {many['p50_ms']:.1f} ms, p99 {many['p99_ms']:.1f} ms, errors {many['bad']}"],
        ["start to first answer", f"{found['start_s'] * 1000:.0f} ms", "middle of 5"],
        ["PSS idle", f"{found['idle']['pss']} MiB", f"anonymous {found['idle']['anonymous']} MiB"],
        ["PSS after the runs", f"{found['after']['pss']} MiB", f"anonymous {found['after']['anonymous']} MiB"],
    ]
    streams, sent, check = found["streams"], found["fan_out"], found["token_check"]
    rows += [
        [f"{streams['streams']} streams of events", f"{streams['after']['pss']} MiB PSS, {streams['before']['pss']} before",
         f"the last one hears of a change after {streams['slowest_s'] * 1000:.0f} ms; {streams['cpu_us_each']:.0f} us CPU for each"],
        ["webhook fan-out", f"{sent['per_s']:.0f} deliveries/s", f"{sent['events']} events to {sent['endpoints']} endpoints, "
         f"changes included; {sent['cpu_ms_each']:.2f} ms CPU for each"],
        ["check of a token", f"{check['session'] - check['none']:.3f} ms CPU (session), {check['key'] - check['none']:.3f} (key)",
         f"a refused request {check['session']:.3f} and {check['key']:.3f}, one without a token {check['none']:.3f}"],
    ]
    if "insert_limit" in found:
        rows.append(["inserts by pgbench, 4 clients", f"{found['insert_limit']:.0f}/s", "one row, three indexes"])
    visit = found.get("first_load")
    if visit:
        rows.append(["first load", f"{visit['first']['bytes'] / 1000:.0f} kB", f"{visit['first']['requests']} requests"])
    return f"### {name}: the rest\n\n" + _table(["what", "measured", "more"], rows)


def _reach_title(run):
    """`page teams` for people."""
    operation, scope = run.rsplit(" ", 1)
    return f"{TITLES[operation]}, {reach.TITLES[scope]}"


def _reach(name, found):
    rows = []
    for run, pair in found.items():
        member, owner = pair["member"], pair["owner"]
        rows.append([_reach_title(run), f"{member['cpu_ms']:.3f}", f"{owner['cpu_ms']:.3f}", f"{pair['ratio']:.2f}",
                     f"{member['p99_ms']:.2f}", member["bad"] + owner["bad"]])
    head = ["operation, by whom", "CPU ms", "the owner's", "ratio", "p99 ms", "errors"]
    return f"### {name}: lists of those who see records by their rights\n\n" + _table(head, rows)


def markdown(results):
    machine = results["machine"]
    bare = results["bare"]
    parts = [
        "# Benchmark",
        f"{machine['at']}, commit {machine['commit']}, {machine['cores']} cores of {machine['cpu']}, "
        f"{results['rows']} contacts, {results['options']['rounds']} alternated runs of {results['options']['seconds']} s.\n"
        "CPU is that of all processes of a server, its database included, per request; the floor is `benches/floor`, "
        "measured in turn with the product. Rates and delays depend on what else the machine did.\n"
        f"Bare JSON by the same HTTP server, 4 clients: {bare['rps']:.0f}/s, {bare['cpu_ms']:.4f} ms CPU.",
        "## Targets\n\n" + _table(["what", "measured", "target", "reached"], _targets(results)),
    ]
    for name, found in results["backends"].items():
        if "operations" in found:
            parts += [_operations(name, found), _others(name, found)]
        if found.get("reach"):
            parts.append(_reach(name, found["reach"]))
        if "history" in found:
            parts.append(f"### {name}: two years of deals\n\n" + _table(["what", "measured", "more"], history.rows(found["history"])))
        if "volume" in found:
            parts.append(f"### {name}: volume\n\n" + _table(["what", "measured", "more"], volume.rows(found["volume"])))
    return "\n\n".join(parts) + "\n"
