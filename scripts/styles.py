#!/usr/bin/env python3
"""Check that no two style sheets give the same class its look: one of them would change a screen that it does not know.

What a class looks like inside of something else, in a state or by a query of width may stand wherever it is used. Exit 1 and
one line per finding.
"""
import collections
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "frontend/styles"


def classes(text):
    """Classes that have a rule of their own, outside of queries."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    around, head = [], ""
    for character in text:
        if character == "{":
            around.append(head.strip())
            if not any(re.match(r"@(media|container|supports)", one) for one in around):
                # Commas inside brackets part no selectors.
                for selector in re.sub(r"\([^()]*\)", "()", around[-1]).split(","):
                    if alone := re.fullmatch(r"\.([a-z][\w-]*)", selector.strip()):
                        yield alone[1]
            head = ""
        elif character in "};":
            if character == "}":
                around.pop()
            head = ""
        else:
            head += character


def main():
    sheets = collections.defaultdict(set)
    for path in sorted(FOLDER.glob("*.css")):
        for name in classes(path.read_text()):
            sheets[name].add(path.name)
    found = [f".{name}: {', '.join(sorted(where))}" for name, where in sorted(sheets.items()) if len(where) > 1]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
