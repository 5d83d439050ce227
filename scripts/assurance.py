#!/usr/bin/env python3
"""Check that every test named in docs/assurance.md is there, and that tests named after a promise are named in it.

Exit 1 and one line per finding.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    text = (ROOT / "docs/assurance.md").read_text()
    named = set(re.findall(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+){2,})`", text))
    sources = [path for folder in ("tests/it", "tests/resilience", "crates") for path in (ROOT / folder).rglob("*.rs")]
    there = {name for path in sources for name in re.findall(r"\bfn (\w+)\(", path.read_text())}
    found = [f"docs/assurance.md: no test is called {name}" for name in sorted(named - there)]
    coded = {name for name in there if re.match(r"[tacbpdj]\d+_", name)}
    found += [f"docs/assurance.md: {name} is not named" for name in sorted(coded - named)]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
