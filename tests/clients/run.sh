#!/usr/bin/env bash
# run.sh - generate a TypeScript and a Python client from openapi/openapi.json and run a scenario with each,
# against a server of its own. What is generated lies in tests/clients/out.
set -euo pipefail
cd "$(dirname "$0")"

out=$PWD/out
document=$PWD/../../openapi/openapi.json
venv=$PWD/../../target/venv/clients
mkdir -p "$out"

quietly() { # LOG COMMAND...: shows what it said only when it fails
  local log=$out/$1; shift
  "$@" >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
}

typescript() {
  quietly typescript.log node_modules/.bin/openapi-typescript "$document" --output "$out/schema.d.ts" &&
    node_modules/.bin/tsc --project typescript &&
    node with-server.mjs node --test --test-reporter=spec "$out/js/scenario.test.js"
}

python() {
  rm -rf "$out/relasi_client"
  quietly python.log "$venv/bin/openapi-python-client" generate --path "$document" --output-path "$out/relasi_client" \
    --config python/config.yaml --meta none --overwrite --fail-on-warning &&
    PYTHONPATH=$out PYTHONDONTWRITEBYTECODE=1 node with-server.mjs "$venv/bin/python" -m unittest -v python/scenario.py
}

status=0
for client in typescript python; do
  echo "-- $client"
  "$client" || { echo "step failed: $client client"; status=1; }
done
exit "$status"
