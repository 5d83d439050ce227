#!/usr/bin/env bash
# openapi.sh write|check - write openapi/openapi.json from the code, or say whether it is what the code says.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --quiet --workspace --bin relasi
next=$(mktemp)
trap 'rm -f "$next"' EXIT
target/debug/relasi openapi >"$next"
case ${1:-check} in
  write) cat "$next" >openapi/openapi.json ;;
  check)
    diff -u openapi/openapi.json "$next" | head -n 40 || true
    cmp -s openapi/openapi.json "$next" || { echo "openapi/openapi.json is out of date: make openapi" >&2; exit 1; }
    ;;
  *) echo "usage: openapi.sh write|check" >&2; exit 2 ;;
esac
