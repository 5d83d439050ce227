#!/usr/bin/env bash
# run.sh - generate a TypeScript and a Python client from openapi/openapi.json and run a scenario with each,
# against a server of its own. What is generated lies in tests/clients/out.
set -euo pipefail
cd "$(dirname "$0")"

out=$PWD/out
document=$PWD/../../openapi/openapi.json
venv=$PWD/../../target/venv/clients
mkdir -p "$out"

echo "-- TypeScript"
node_modules/.bin/openapi-typescript "$document" --output "$out/schema.d.ts" >"$out/typescript.log" 2>&1 ||
  { cat "$out/typescript.log"; exit 1; }
node_modules/.bin/tsc --project typescript
node with-server.mjs node --test --test-reporter=spec "$out/js/scenario.test.js"

echo "-- Python"
rm -rf "$out/relasi_client"
"$venv/bin/openapi-python-client" generate --path "$document" --output-path "$out/relasi_client" --config python/config.yaml \
  --meta none --overwrite --fail-on-warning >"$out/python.log" 2>&1 || { cat "$out/python.log"; exit 1; }
PATH=$venv/bin:$PATH PYTHONPATH=$out PYTHONDONTWRITEBYTECODE=1 node with-server.mjs "$venv/bin/python" -m unittest -v python/scenario.py
