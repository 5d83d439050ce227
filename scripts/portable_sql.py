#!/usr/bin/env python3
"""Check that the SQL can be spread over machines by workspace (docs/operations.md, "More than one machine").

Migrations of PostgreSQL: keys, unique indexes and references begin with the workspace, and nothing is used that a
distributed PostgreSQL lacks. Sources: no session state, no locks of sessions, no work in the database's own language.
Exit 1 and one line per finding.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Tables of the installation, which have no workspace and are copied to every machine.
OF_THE_INSTALLATION = {
    "workspaces", "users", "setups", "signing_keys", "sign_in_attempts",
    # What the operator paused, and when the installation was last looked after.
    "job_kinds", "upkeep",
    # What people sign in with, in whatever workspace.
    "totp_factors", "recovery_codes", "passkeys", "known_devices", "sign_in_challenges",
}

# Takes no decisions, only refuses to change what was written into the audit log, and compares the workspace of a row with
# that of the transaction.
GUARDS = re.compile(
    r"CREATE (FUNCTION|TRIGGER) (audit_entries_(stay|no_update)|in_scope)\b.*?(\$\$;|EXECUTE FUNCTION audit_entries_stay\(\);)", re.S)

# What is found in migrations and must not be.
SCHEMA = {
    r"\b(BIG|SMALL)?SERIAL\b|\bCREATE SEQUENCE\b|\bGENERATED\b[^,]*\bAS IDENTITY\b": "numbers from one counter",
    r"\bDEFERRABLE\b|\bEXCLUDE\b|\bINHERITS\b": "constraints that hold on one machine only",
    r"\bCREATE (OR REPLACE )?(FUNCTION|PROCEDURE|TRIGGER|RULE)\b|\bDO \$\$|\bplpgsql\b": "work inside the database",
    r"\bUSING gist\b": "GiST",
    r"\bLOCK TABLE\b": "locks of tables",
}

# What is found in sources and must not be.
SOURCES = {
    r"\bLISTEN [a-z_]+\b|\bpg_notify\b|\bNOTIFY [a-z_]+\b": "notifications of a session",
    r"\bpg_(try_)?advisory_(un)?lock\b": "locks of a session (those of a transaction are fine)",
    r'"\s*SET (?!LOCAL\b|TRANSACTION\b)[a-z_.]+ *(=|TO)': "settings of a session (SET LOCAL is fine)",
    r"\bLOCK TABLE\b": "locks of tables",
}


def without_comments(sql):
    return re.sub(r"--[^\n]*", "", sql)


def parts(body):
    """The columns and constraints of a table: what stands between commas outside brackets."""
    depth, part = 0, ""
    for character in body:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += character
    yield part.strip()


def keys(sql):
    """Table and kind of each key, unique index and reference that does not begin with the workspace."""
    for match in re.finditer(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.*?)\n\)", sql, re.S):
        table, body = match.groups()
        if table.removesuffix("_new") in OF_THE_INSTALLATION:
            continue
        if not re.search(r"\bworkspace_id\b", body):
            yield table, "has no workspace"
        for part in parts(body):
            refers = re.search(r"\bREFERENCES (\w+)", part)
            if refers and refers[1] in OF_THE_INSTALLATION:
                continue
            key = re.search(r"\b(PRIMARY KEY|UNIQUE|FOREIGN KEY)\s*\(([^)]*)\)", part)
            if key and key[2].split(",")[0].strip() != "workspace_id":
                yield table, f"{key[1].lower()} ({key[2]}) does not begin with workspace_id"
            elif not key and re.search(r"\b(PRIMARY KEY|UNIQUE)\b", part) and not part.startswith("workspace_id"):
                yield table, f"{part.split()[0]} is a key of its own"
            if refers and not key:
                yield table, f"{part.split()[0]} refers to {refers[1]} without its workspace"
    for match in re.finditer(r"CREATE UNIQUE INDEX (?:IF NOT EXISTS )?(\w+)\s+ON (\w+)[^(]*\(([^;]*)", sql):
        index, table, columns = match.groups()
        if table not in OF_THE_INSTALLATION and not columns.lstrip().startswith("workspace_id"):
            yield table, f"unique index {index} does not begin with workspace_id"


def main():
    found = []
    for path in sorted((ROOT / "migrations/postgres").glob("*/up.sql")):
        sql = GUARDS.sub("", without_comments(path.read_text()))
        name = path.relative_to(ROOT)
        found += [f"{name}: {table}: {fault}" for table, fault in keys(sql)]
        for pattern, fault in SCHEMA.items():
            found += [f"{name}: {fault}: {hit[0]}" for hit in re.finditer(pattern, sql, re.I)]
    for path in sorted(ROOT.glob("crates/*/src/**/*.rs")):
        text = path.read_text()
        for pattern, fault in SOURCES.items():
            found += [f"{path.relative_to(ROOT)}: {fault}: {hit[0]}" for hit in re.finditer(pattern, text)]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
