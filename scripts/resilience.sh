#!/usr/bin/env bash
# resilience.sh [FILTER] - the tests of tests/resilience/, longer than `make test` runs them: 200 kills of the server on
# each database, 10 failovers, 50 losses of power. Each number can be set from outside. The release before works beside this
# one while a node follows the other: RELASI_BEFORE names its program, which else is built of the newest fixture's revision.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build test
scripts/build.sh debug
if [ -z "${RELASI_BEFORE:-}" ]; then
  newest=$(printf '%s\n' tests/fixtures/*/revision | sort | tail -n 1)
  RELASI_BEFORE=$(scripts/before.sh "$(cat "$newest")")
fi
export RELASI_BEFORE
export RELASI_KILL_ROUNDS=${RELASI_KILL_ROUNDS:-200} RELASI_FAILOVERS=${RELASI_FAILOVERS:-10}
export RELASI_POWER_LOSSES=${RELASI_POWER_LOSSES:-50}
cargo test --locked --workspace --test it --no-fail-fast -- "resilience::${1:-}"
