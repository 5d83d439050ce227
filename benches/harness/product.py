"""Talks to Relasi over its API: sets it up, fills it, and makes the requests that are measured."""
import concurrent.futures
import http.client
import json
import random
import threading
import time
import urllib.parse

from . import measure

PASSWORD = "kopi gayo pagi hari"
SETUP = {"workspace_name": "Benchmark", "language": "en", "currency": "IDR", "time_zone": "Asia/Jakarta",
         "full_name": "Bench Owner", "email": "owner@bench.example", "password": PASSWORD, "sample_data": False}


class Api:
    """One connection per thread, kept open."""

    def __init__(self, server):
        self.server, self.token, self._local = server, None, threading.local()

    def _connection(self):
        """This thread's connection; a new one when the server may have closed the last one for idleness."""
        now, kept = time.monotonic(), getattr(self._local, "connection", None)
        if kept is None or now - self._local.used > 2:
            kept = self._local.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        self._local.used = now
        return kept

    def send(self, method, path, body=None, headers=None, raw=None):
        """The parsed answer; anything but a success ends the run."""
        connection = self._connection()
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if raw is not None:
            data, sent["Content-Type"] = raw, "application/octet-stream"
        else:
            data = json.dumps(body).encode() if body is not None else None
            sent["Content-Type"] = "application/json"
        connection.request(method, "/api/v1/" + path, body=data, headers=sent)
        reply = connection.getresponse()
        text = reply.read()
        if reply.status >= 300:
            raise SystemExit(f"{method} {path}: {reply.status} {text[:600]!r}")
        return json.loads(text) if text else None

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        return self.send("GET", path + ("?" + query if query else ""))

    def post(self, path, body=None):
        return self.send("POST", path, {} if body is None else body)

    def change_if(self, path, changes, version):
        """A change of the version that was read; one that came in between is no fault."""
        try:
            self.send("PATCH", path, changes, {"If-Match": f'"{version}"'})
        except SystemExit as refused:
            if ": 412 " not in str(refused):
                raise

    def set_up(self):
        self.send("POST", "setup", SETUP)
        self.sign_in()

    def sign_in(self, email=SETUP["email"]):
        """A fresh token, also into the header file of the load tool."""
        self.token = None
        self.token = self.send("POST", "sessions", {"email": email, "password": PASSWORD})["access_token"]
        self.server.headers.write_text(f"Authorization: Bearer {self.token}\nContent-Type: application/json\n")

    def job(self, answer, seconds):
        """Waits for a job named by an answer; the finished job."""
        job_id = answer.get("job_id") or answer.get("id")
        ended = measure.until(lambda: self._ended(job_id), seconds, "the job", pause=0.1)
        if ended["state"] != "done":
            raise SystemExit(f"the job did not succeed: {ended}")
        return ended

    def _ended(self, job_id):
        job = self.get(f"jobs/{job_id}")
        return job if job["state"] not in ("ready", "running") else None

    def all(self, path, **parameters):
        cursor = None
        while True:
            page = self.get(path, limit=200, **parameters, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return


def import_contacts(api, file, seconds=600, mapping=()):
    """Uploads a file and imports it, columns in `mapping` as it says; seconds for the upload and for the job, counts."""
    began = time.monotonic()
    made = api.send("POST", f"imports?object=contact&file_name={file.name}", raw=file.read_bytes())
    uploaded = time.monotonic()
    options = {"match": "email", "on_match": "update", "company": "name"}
    api.send("PATCH", f"imports/{made['id']}", {"options": {**made.get("options", {}), **options}, "mapping": list(mapping)})
    begun = api.post(f"imports/{made['id']}/run")
    job = api.job(begun, seconds)
    return {"upload_s": uploaded - began, "import_s": time.monotonic() - uploaded, "counts": job["result"]}


def bulk(api, action, parameters, seconds=1800):
    """Does something to all contacts; seconds, and what came of it."""
    began = time.monotonic()
    order = {"object": "contact", "action": action, "parameters": parameters, "target": {}}
    made = api.post("bulk-operations", order)
    api.job(made, seconds)
    return {"seconds": time.monotonic() - began, "counts": api.get(f"bulk-operations/{made['id']}")["counts"]}


def queue_throughput(api, people, count=500, seconds=600):
    """Many jobs of one record each, put in while all stands still and then done; how many a second, both ways."""
    everything = {"scope": "all"}
    api.post("background-work/pause", everything)
    began = time.monotonic()
    for person in people[:count]:
        api.post("bulk-operations", {"object": "contact", "action": "edit", "target": {"ids": [person["id"]]},
                                     "parameters": {"changes": {"job_title": f"Queue {began:.0f}"}}})
    put = time.monotonic()
    api.post("background-work/resume", everything)

    def idle():
        kinds = api.get("background-work")["kinds"]
        return not any(kind["ready"] + kind["running"] for kind in kinds)

    measure.until(idle, seconds, "the queue", pause=0.05)
    jobs = len(people[:count])
    return {"jobs": jobs, "put_per_s": jobs / (put - began), "done_per_s": jobs / (time.monotonic() - put)}


def scan_duplicates(api, seconds=600):
    """Looks through all people for duplicates; seconds, and what came of it."""
    began = time.monotonic()
    job = api.job(api.post("duplicates/scan", {"object": "contact"}), seconds)
    return {"scan_s": time.monotonic() - began} | {key: job["result"][key] for key in ("records", "compared", "pairs")}


def fill(api, deals, activity_count):
    """Deals over all stages and activities, of and with random people."""
    people = list(api.all("contacts", fields="company_id"))
    pipeline = api.get("pipelines")["items"][0]["id"]
    stages = sorted(api.get("stages", filter=f'pipeline_id = "{pipeline}"')["items"], key=lambda s: s["position"])
    open_stages = [stage["id"] for stage in stages if stage["kind"] == "open"]
    choice = random.Random(7)

    def deal(row):
        person, stage = people[choice.randrange(len(people))], int(row["stage"])
        made = api.post("deals", {
            "name": f"Deal {row['number']}", "company_id": person["company_id"], "contact_id": person["id"],
            "pipeline_id": pipeline, "stage_id": open_stages[min(stage, len(open_stages) - 1)],
            "amount": int(row["amount"]), "currency": "IDR"})
        if stage > 3:
            body, verb = ({}, "win") if stage == 4 else ({"reason": "price"}, "lose")
            api.send("POST", f"deals/{made['id']}/{verb}", body, {"If-Match": f'"{made["version"]}"'})

    def activity(number):
        person = people[choice.randrange(len(people))]
        api.post("activities", {"kind": "note", "subject": f"Note {number}", "contact_id": person["id"]})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in pool.map(deal, deals):
            pass
        for _ in pool.map(activity, range(activity_count)):
            pass
    return people, pipeline


def pages(api, cities, deep=4):
    """Paths of the first pages of the list of each city, sorted by name."""
    for city in cities:
        cursor = None
        for _ in range(deep):
            parameters = {"limit": 50, "sort": "full_name", "filter": f'city = "{city}"'}
            if cursor:
                parameters["cursor"] = cursor
            path = "contacts?" + urllib.parse.urlencode(parameters)
            yield "/api/v1/" + path
            cursor = api.get(path)["next_cursor"]
            if not cursor:
                break
