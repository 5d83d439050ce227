#!/usr/bin/env bash
# dev.sh - rebuild and restart on change: xtask rebuilds the browser app (the debug server reads it from
# disk, the page reloads itself); a change in crates/ or migrations/ rebuilds and restarts the server.
set -euo pipefail
cd "$(dirname "$0")/.."

export RELASI_DATA_DIR=${RELASI_DATA_DIR:-data/dev}
scripts/build.sh debug
scripts/ensure-wasm.sh -- target/debug/xtask dev &
watcher=$! server=
stop() { kill "$watcher" ${server:+"$server"} 2>/dev/null || true; }
trap stop EXIT
# A trap alone would not end the loop below.
trap 'exit 130' INT
trap 'exit 143' TERM

state() { find crates migrations Cargo.lock -type f -not -path 'crates/xtask/*' -printf '%T@ %p\n' | sort | cksum; }

seen=
while true; do
  now=$(state)
  if [ "$now" != "$seen" ]; then
    seen=$now
    if cargo build --quiet --workspace --bin relasi; then
      if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
      target/debug/relasi serve & server=$!
    fi
  fi
  sleep 0.5
done
