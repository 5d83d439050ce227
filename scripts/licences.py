#!/usr/bin/env python3
"""Check the licences and sources of every crate in Cargo.lock against deny.toml.

Does with Python's standard library what `cargo deny check licenses sources` does, so that a check needs no
tool built first. Reads `cargo metadata`; development and build dependencies count too.
Exit 1 and one line per crate that is not allowed.
"""
import json
import re
import subprocess
import sys
import tomllib


def allowed(expression, licences):
    """Whether an SPDX expression (AND, OR, WITH, parentheses, old `A/B`) is satisfied by the set `licences`."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1]

    def atom():
        if peek() == "(":
            take()
            value = alternatives()
            take()
            return value
        name = take()
        if peek() == "WITH":
            take()
            name = f"{name} WITH {take()}"
        return name in licences

    def conjunction():
        value = atom()
        while peek() == "AND":
            take()
            value = atom() and value
        return value

    def alternatives():
        value = conjunction()
        while peek() == "OR":
            take()
            value = conjunction() or value
        return value

    return alternatives()


def main():
    with open("deny.toml", "rb") as file:
        rules = tomllib.load(file)
    licences = set(rules["licenses"]["allow"])
    exceptions = {entry["crate"]: set(entry["allow"]) for entry in rules["licenses"].get("exceptions", [])}
    registries = set(rules["sources"]["allow-registry"])
    banned = {entry["crate"]: entry["reason"] for entry in rules["bans"].get("deny", [])}
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--locked", "--format-version", "1"]))
    faults = []
    for package in metadata["packages"]:
        name = f"{package['name']} {package['version']}"
        expression = package["license"]
        if package["source"] is None:
            continue
        if package["source"].removeprefix("registry+") not in registries:
            faults.append(f"{name}: source {package['source']} is not allowed")
        if package["name"] in banned:
            faults.append(f"{name}: banned, {banned[package['name']]}")
        if not expression:
            faults.append(f"{name}: no licence expression")
        elif not allowed(expression, licences | exceptions.get(package["name"], set())):
            faults.append(f"{name}: licence {expression} is not allowed")
    for fault in sorted(faults):
        print(fault, file=sys.stderr)
    print(f"{len(metadata['packages'])} packages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
