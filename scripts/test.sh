#!/usr/bin/env bash
# test.sh [rust] [browser] [clients] - run the test suites named, or all of them.
# Each runner's own output goes to the terminal; the last line is "N passed, M failed" over all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# = 0 ]; then set -- rust browser clients; fi
scripts/setup.sh build test
logs=target/test-logs
mkdir -p "$logs"
rm -f "$logs"/*.log

step() { # NAME COMMAND...: run, show, keep for the tally; a step that fails without naming a test counts as one failure
  local name=$1 started=$SECONDS; shift
  printf '== %s\n' "$name"
  if "$@" 2>&1 | tee "$logs/$name.log"; then :; else
    # Read by tally.sh; the runner may have died before it could count.
    echo "step failed: $name" >>"$logs/$name.log"
  fi
  printf '== %s: %d s\n' "$name" $((SECONDS - started))
}

rust_tests() {
  # Everything below runs with the debug server and the quick build of the browser app.
  step unit cargo test --locked --workspace --exclude relasi-tests --no-fail-fast
  step end-to-end cargo test --locked -p relasi-tests --no-fail-fast
}

step build scripts/build.sh debug
if grep -q '^step failed' "$logs/build.log"; then set --; fi
for suite in "$@"; do
  case $suite in
    rust) rust_tests ;;
    browser) step browser node --test --test-concurrency=1 --test-reporter=spec tests/browser/journeys/*.test.mjs ;;
    clients) step clients tests/clients/run.sh ;;
    *) echo "usage: test.sh [rust] [browser] [clients]" >&2; exit 2 ;;
  esac
done

scripts/tally.sh "$logs"/*.log
