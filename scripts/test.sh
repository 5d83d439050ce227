#!/usr/bin/env bash
# test.sh [rust] [browser] [clients] - run the test suites named, or all of them.
# Each runner's own output goes to the terminal; the last line is "N passed, M failed" over all of them. End-to-end tests
# and journeys that fail run once more by themselves: those that pass then are counted so and named as flaky.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# = 0 ]; then set -- rust browser clients; fi
scripts/setup.sh build test
logs=target/test-logs
mkdir -p "$logs"
rm -f "$logs"/*.log

# Thousands of databases come and go: in memory where there is room, since files of PostgreSQL cost more than its work.
memory=/dev/shm
if [ -w "$memory" ] && [ "$(df --output=avail --block-size=1G "$memory" | tail -n 1)" -ge 6 ]; then
  TMPDIR=$(mktemp -d "$memory/relasi-tests-XXXXXX")
  export TMPDIR
  # Whoever runs PostgreSQL makes folders there, and removes them.
  chmod 1777 "$TMPDIR"
  trap 'rm -rf "$TMPDIR"' EXIT
fi

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
  # Always of the whole workspace, as build.sh does, so that both find everything compiled. No crate has tests in its
  # documentation (check.sh sees to it), and looking for them costs more than some crates' tests.
  step unit cargo test --locked --workspace --lib --bins --test engine --no-fail-fast
  # They wait for servers more than they work.
  RUST_TEST_THREADS=$(($(nproc) * 2)) step end-to-end cargo test --locked --workspace --test it --no-fail-fast
  once_more end-to-end cargo test --locked --workspace --test it --no-fail-fast --
}

once_more() { # STEP COMMAND...: the tests of a step that failed, by themselves; many at once are no accident and stay failed
  local name=$1 failed=(); shift
  mapfile -t failed < <(sed -n '/^failures:$/,/^test result/ s/^    \([a-z0-9_]*\(::[a-z0-9_]*\)*\)$/\1/p' "$logs/$name.log" | sort -u)
  if [ ${#failed[@]} = 0 ] || [ ${#failed[@]} -gt 10 ]; then return; fi
  # What passes now is called flaky by the tally; the first failure's text stands above.
  step "$name-again" "$@" --exact --test-threads=1 "${failed[@]}"
}

step build scripts/build.sh debug
if grep -q '^step failed' "$logs/build.log"; then set --; fi
for suite in "$@"; do
  case $suite in
    rust) rust_tests ;;
    browser) step browser node tests/browser/run.mjs ;;
    clients) step clients tests/clients/run.sh ;;
    *) echo "usage: test.sh [rust] [browser] [clients]" >&2; exit 2 ;;
  esac
done

scripts/tally.sh "$logs"/*.log
