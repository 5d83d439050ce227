"""What is about volume: 300,000 people, found by a field of one's own, changed, searched for duplicates, taken out and in."""
import csv
import json
import random
import statistics
import threading
import time
import urllib.parse

from . import data, measure, product


def people(out, size):
    """A file of `size` people whose city stands in it twice: once for the built-in field, once for one of one's own."""
    target = out / f"data-volume-{size}" / "people.csv"
    if not target.exists():
        plain = data.write(target.parent, size, size // 10, 0)
        with plain.open(newline="", encoding="utf-8") as source, target.open("w", newline="", encoding="utf-8") as file:
            rows = csv.reader(source)
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow([*next(rows), "Town"])
            lines.writerows([*row, row[data.HEADINGS.index("City")]] for row in rows)
    return target


class Neighbour(threading.Thread):
    """Somebody who goes on working: one small change at a time, as fast as a person with a macro, until told to stop."""

    def __init__(self, api, ids):
        super().__init__(daemon=True)
        self.api, self.ids, self.times, self._stop_asked = api, ids, [], threading.Event()

    def run(self):
        choice = random.Random(5)
        while not self._stop_asked.wait(0.05):
            path = f"contacts/{choice.choice(self.ids)}"
            version = self.api.get(path)["version"]
            began = time.monotonic()
            self.api.change_if(path, {"job_title": f"Owner {len(self.times)}"}, version)
            self.times.append(1000 * (time.monotonic() - began))

    def stop(self):
        """Delays in ms: the middle, the 99th of a hundred, the longest."""
        self._stop_asked.set()
        self.join()
        ordered = sorted(self.times) or [0]
        return {"count": len(self.times), "p50_ms": statistics.median(ordered),
                "p99_ms": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)], "max_ms": ordered[-1]}


class Volume:
    """One server with many people; every step says what it took and how much memory."""

    def __init__(self, server, out, size, say):
        self.server, self.out, self.size, self.say = server, out, size, say
        self.api = product.Api(server)

    def run(self, name):
        """All steps, in an order in which the later ones do not make the earlier ones' rows others."""
        self.api.set_up()
        field = {"object": "contact", "kind": "text", "label": "Town"}
        self.api.post("custom-fields", field)
        columns = [{"index": len(data.HEADINGS), "field": "custom.town"}]
        found = {"size": self.size}
        found["import"] = self._watched(lambda: product.import_contacts(self.api, people(self.out, self.size),
                                                                        seconds=1800, mapping=columns))
        self.say(f"{name}: import of {self.size} people with a field of one's own: {found['import']}")
        if self.server.cluster:
            self.server.cluster.sql("relasi", "VACUUM ANALYZE")
        self.api.sign_in()
        found["filters"] = self._filters(name)
        found["edit"] = self._edit()
        self.say(f"{name}: edit of all: {found['edit']}")
        found["duplicates"] = self._watched(lambda: product.scan_duplicates(self.api, seconds=1800))
        self.say(f"{name}: search for duplicates: {found['duplicates']}")
        for form in ("csv", "xlsx", "vcard"):
            found[form] = self._watched(lambda form=form: product.bulk(self.api, "export", {"format": form}))
            self.say(f"{name}: export as {form}: {found[form]}")
        third = self.size // 3
        book = data.as_workbook(data.write(self.out / f"data-doors-{third}", third, third // 10, 0, first=3_000_001))
        found["workbook"] = self._watched(lambda: product.import_contacts(self.api, book, seconds=1800))
        self.say(f"{name}: import of a workbook: {found['workbook']}")
        return found

    def _watched(self, step):
        self.api.sign_in()
        before = measure.memory([self.server.process.pid])
        with measure.PeakMemory([self.server.process.pid]) as watch:
            found = step()
        return found | {"before": before, "peak": watch.peak}

    def _filters(self, name):
        """The same people found by the built-in field and by one's own, in turn: CPU of a page of 50."""
        found = {}
        files = {}
        for field in ("city", "custom.town"):
            files[field] = self.server.folder / f"filter-{field}.txt"
            with files[field].open("w", encoding="utf-8") as file:
                for city in sorted(city for cities in data.CITIES.values() for city in cities):
                    path = urllib.parse.urlencode({"limit": 50, "sort": "full_name", "filter": f'{field} = "{city}"'})
                    file.write(f"GET\t/api/v1/contacts?{path}\t\t\n")
        runs = {field: [] for field in files}
        for _ in range(3):
            for field, file in files.items():
                runs[field].append(measure.load(self.server.base, self.server.roots(), file, self.server.headers, 1, 4))
        for field, all_runs in runs.items():
            found[field] = measure.middle(all_runs)
        found["ratio"] = found["custom.town"]["cpu_ms"] / found["city"]["cpu_ms"]
        self.say(f"{name}: page by city {found['city']['cpu_ms']:.2f} ms, by own field "
                 f"{found['custom.town']['cpu_ms']:.2f} ms, bad {found['city']['bad'] + found['custom.town']['bad']}")
        return found

    def _edit(self):
        """One field of all people, while somebody else goes on working."""
        ids = [one["id"] for one in self.api.get("contacts", limit=200, fields="id")["items"]]
        other = product.Api(self.server)
        other.sign_in()
        beside = Neighbour(other, ids)
        beside.start()
        found = self._watched(lambda: product.bulk(self.api, "edit", {"changes": {"source": "Fair"}}))
        return found | {"beside": beside.stop()}


def targets(name, found):
    """(what, measured, target, value, limit) of everything that has a target."""
    size = f"{found['size']:,}"
    yield f"{name}: page by a field of one's own to one by a built-in field, {size} people, CPU", \
        f"{found['filters']['ratio']:.2f} x", "5 x", found["filters"]["ratio"], 5
    scan = found["duplicates"]
    yield f"{name}: duplicates among {scan['records']:,} people", f"{scan['scan_s']:.0f} s", "120 s", scan["scan_s"], 120
    more = scan["peak"]["anonymous"] - scan["before"]["anonymous"]
    yield f"{name}: memory of that search", f"{more:.0f} MiB", "128 MiB", more, 128
    yield f"{name}: slowest small change beside an edit of {size}", f"{found['edit']['beside']['max_ms']:.0f} ms", "1000 ms", \
        found["edit"]["beside"]["max_ms"], 1000
    book = found["workbook"]
    seconds = book["upload_s"] + book["import_s"]
    yield f"{name}: import of a workbook of {found['size'] // 3:,} rows", f"{seconds:.1f} s", "20 s", seconds, 20
    for step, title in (("edit", "edit"), ("csv", "export as CSV"), ("xlsx", "export as workbook"), ("vcard", "export as cards")):
        yield f"{name}: {title} of {size}", f"{found[step]['seconds']:.0f} s", "120 s", found[step]["seconds"], 120
    for step in ("import", "workbook", "edit", "csv", "xlsx", "vcard"):
        peak = found[step]["peak"]["pss"] * 1.048576
        yield f"{name}: peak memory of {step}", f"{peak:.0f} MB", "300 MB", peak, 300


def rows(found):
    """Every figure: what, measured, more."""
    load, beside = found["import"], found["edit"]["beside"]
    yield [f"import of {found['size']:,} people with a field of one's own", f"{load['upload_s']:.1f} s, {load['import_s']:.1f} s",
           json.dumps(load["counts"])]
    for field in ("city", "custom.town"):
        page = found["filters"][field]
        yield [f"page of 50 by {field}", f"{page['cpu_ms']:.2f} ms CPU", f"p50 {page['p50_ms']:.1f} ms, p99 {page['p99_ms']:.1f} ms"]
    yield ["small changes beside the edit", f"p50 {beside['p50_ms']:.0f} ms, p99 {beside['p99_ms']:.0f} ms",
           f"{beside['count']} of them, longest {beside['max_ms']:.0f} ms"]
    for step in ("edit", "csv", "xlsx", "vcard"):
        work = found[step]
        yield [step, f"{work['seconds']:.1f} s", f"{work['counts']['total'] / work['seconds']:.0f}/s, peak PSS {work['peak']['pss']} MiB"]
