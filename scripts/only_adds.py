#!/usr/bin/env python3
"""Check that migrations of PostgreSQL since the last release only add (docs/operations.md, "Upgrading").

Nodes of that release work on while those of this one take their place: what they read must stay, and what they write must be
taken. The last release is that of the newest folder in tests/fixtures. Exit 1 and one line per finding.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What breaks statements of the release before, in tables that it knows.
BREAKS = {
    r"\bDROP (TABLE|COLUMN|VIEW|FUNCTION)\b": "what the release before uses goes one release later",
    r"\bRENAME (TO|COLUMN)\b": "a name that the release before uses",
    r"\bALTER COLUMN \w+ (TYPE|SET NOT NULL|DROP DEFAULT)\b": "a column becomes another one",
    r"\bADD (COLUMN )?(IF NOT EXISTS )?(?!CONSTRAINT|CHECK|FOREIGN|UNIQUE|PRIMARY)\w+ [^,;]*\bNOT NULL\b(?![^,;]*\bDEFAULT\b)(?<!DEFAULT)":
        "a column that the release before does not fill",
    r"\bADD (CONSTRAINT \w+ )?(CHECK|UNIQUE|PRIMARY KEY)\b": "a rule that the release before does not know",
}


def statements(path):
    sql = re.sub(r"--[^\n]*", "", path.read_text())
    return [part.strip() for part in sql.split(";") if part.strip()]


def faults(paths):
    """Findings of migrations, which come in their order."""
    made = set()
    for path in paths:
        for statement in statements(path):
            table = re.match(r"(?:CREATE|ALTER|DROP) TABLE (?:IF (?:NOT )?EXISTS )?(\w+)", statement, re.I)
            if table and statement.upper().startswith("CREATE"):
                made.add(table[1])
                continue
            unique = re.match(r"CREATE UNIQUE INDEX (?:IF NOT EXISTS )?\w+\s+ON (\w+)", statement, re.I)
            if unique and unique[1] not in made:
                yield f"{path.relative_to(ROOT)}: a rule that the release before does not know: {unique[0]}"
            if (table and table[1] in made) or re.match(r"(CREATE|INSERT|UPDATE|DELETE|SELECT|WITH)\b", statement, re.I):
                continue
            for pattern, fault in BREAKS.items():
                yield from (f"{path.relative_to(ROOT)}: {fault}: {' '.join(hit[0].split())}"
                            for hit in re.finditer(pattern, statement, re.I))


def main():
    released = max(path.name.removeprefix("schema-") for path in (ROOT / "tests/fixtures").glob("schema-*"))
    since = [path for path in sorted((ROOT / "migrations/postgres").glob("*/up.sql")) if path.parent.name[:4] > released]
    found = list(faults(since))
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
