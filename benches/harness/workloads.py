"""Request files: the same operations for the product and for the floor."""
import json
import random
import urllib.parse

from . import data, product

READS = ["get", "page", "search_rare", "search_common", "search_short", "totals"]
WRITES = ["create", "update"]


class Workloads:
    """Writes one file of requests for each operation and server."""

    def __init__(self, folder, rows):
        self.folder, self.rows = folder, rows
        names = [row["Full name"] for row in rows]
        self.rare = data.fragments(names, 5, 20, 8)
        self.common = data.fragments(names, len(rows) // 200, len(rows) // 50, 8)
        self.cities = sorted({row["City"] for row in rows})
        choice = random.Random(11)
        self.picked = sorted(choice.sample(range(len(rows)), min(5000, len(rows))), key=lambda _: choice.random())

    def _write(self, server, operation, lines):
        path = self.folder / f"{server}-{operation}.txt"
        with path.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write("\t".join(line) + "\n")
        return path

    def floor(self):
        """Files by operation."""
        quote = urllib.parse.quote
        ids = [f"/contacts/00000000-0000-4000-8000-{number + 1:012}" for number in self.picked]
        # The floor's index knows nothing shorter than three letters.
        searches = {"search_rare": self.rare, "search_common": self.common, "search_short": self.common}
        files = {name: self._write("floor", name, [("GET", "/contacts?q=" + quote(part), "", "") for part in parts])
                 for name, parts in searches.items()}
        lists = [("GET", f"/contacts?city={quote(city)}&offset={offset}", "", "")
                 for city in self.cities for offset in (0, 50, 100, 150)]
        create = [("POST", "/contacts", json.dumps(self._floor_person(number)), "") for number in self.picked[:2000]]
        update = [("PATCH", path, '{"title": "Owner %N%"}', "") for path in ids]
        files |= {
            "bare": self._write("floor", "bare", [("GET", "/bare", "", "")]),
            "get": self._write("floor", "get", [("GET", path, "", "") for path in ids]),
            "page": self._write("floor", "page", lists),
            "totals": self._write("floor", "totals", [("GET", "/totals", "", "")]),
            "create": self._write("floor", "create", create),
            "update": self._write("floor", "update", update),
        }
        return files

    def _floor_person(self, number):
        row = self.rows[number]
        given, _, family = row["Full name"].partition(" ")
        return {"first_name": given, "last_name": family, "email": "n%N%@new.example", "city": row["City"]}

    def relasi(self, api, people, pipeline, name="relasi"):
        """Files by operation; `people` are the records with their ids."""
        quote = urllib.parse.quote
        picked = [people[number % len(people)] for number in self.picked]
        short = [part[:2] for part in self.common]
        searches = {"search_rare": self.rare, "search_common": self.common, "search_short": short}
        files = {operation: self._write(name, operation, [
            ("GET", "/api/v1/contacts?limit=50&q=" + quote(part), "", "") for part in parts])
            for operation, parts in searches.items()}
        lists = [("GET", path, "", "") for path in product.pages(api, self.cities)]
        create = [("POST", "/api/v1/contacts", json.dumps(self._person(number, people)), "")
                  for number in self.picked[:2000]]
        files |= {
            "get": self._write(name, "get", [("GET", f"/api/v1/contacts/{one['id']}", "", "") for one in picked]),
            "page": self._write(name, "page", lists),
            "totals": self._write(name, "totals", [("GET", f"/api/v1/pipelines/{pipeline}/totals", "", "")]),
            "create": self._write(name, "create", create),
        }
        return files

    def relasi_update(self, api, people, name="relasi"):
        """Made anew for each run: every change needs the version that the record has now."""
        ids = [people[number % len(people)]["id"] for number in self.picked]
        lines = []
        for one in dict.fromkeys(ids):
            version = api.get(f"contacts/{one}")["version"]
            lines.append(("PATCH", f"/api/v1/contacts/{one}", '{"job_title": "Owner %N%"}', str(version)))
        return self._write(name, "update", lines)

    def _person(self, number, people):
        row = self.rows[number]
        return {"full_name": row["Full name"], "emails": [{"value": "n%N%@new.example"}], "city": row["City"],
                "country": row["Country"], "company_id": people[number % len(people)]["company_id"]}
