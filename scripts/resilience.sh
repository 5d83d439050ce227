#!/usr/bin/env bash
# resilience.sh [FILTER] - the tests of tests/resilience/, longer than `make test` runs them: 200 kills of the server on
# each database, 10 failovers, 50 losses of power. Each number can be set from outside.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build test
scripts/build.sh debug
export RELASI_KILL_ROUNDS=${RELASI_KILL_ROUNDS:-200} RELASI_FAILOVERS=${RELASI_FAILOVERS:-10}
export RELASI_POWER_LOSSES=${RELASI_POWER_LOSSES:-50}
cargo test --locked --workspace --test it --no-fail-fast -- "resilience::${1:-}"
