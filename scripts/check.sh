#!/usr/bin/env bash
# check.sh - everything that needs no running server: format, lints, layering, licences, generated files, size of files.
# All checks run; the failed ones are named at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=()

check() { # NAME COMMAND...
  local name=$1; shift
  printf -- '-- %s\n' "$name"
  "$@" || failed+=("$name")
}

in_tree() { cargo tree --locked -p "$1" -e normal --prefix none -f '{p}' 2>/dev/null | cut -d' ' -f1 | grep -Fxq "$2"; }

layering() { # domain <- persistence <- app <- http <- server; frontend -> domain only
  local rule ok=0
  for rule in \
    'relasi-domain diesel' 'relasi-domain actix-web' 'relasi-domain tokio' 'relasi-domain getrandom' \
    'relasi-persistence actix-web' 'relasi-persistence relasi-app' 'relasi-app actix-web' 'relasi-app relasi-http' \
    'relasi-frontend relasi-persistence' 'relasi-frontend relasi-app' 'relasi-frontend diesel'; do
    # shellcheck disable=SC2086
    if in_tree $rule; then echo "${rule% *} must not depend on ${rule#* }" >&2; ok=1; fi
  done
  # What is a dependency of a dependency there must at least not be named.
  if grep -rnwE --include='*.rs' --include=Cargo.toml 'diesel|diesel_async' crates/relasi-http/src crates/relasi-http/Cargo.toml crates/relasi-app/src crates/relasi-app/Cargo.toml; then
    echo "only relasi-persistence may name diesel" >&2; ok=1
  fi
  return "$ok"
}

wasm() { scripts/ensure-wasm.sh -- cargo check --locked --quiet -p relasi-domain --target wasm32-unknown-unknown --target-dir target/wasm; }

migrations() { # the same folders in both dialects, each with its way up and down
  diff <(cd migrations/sqlite && find . -name '*.sql' | sort) <(cd migrations/postgres && find . -name '*.sql' | sort)
}

sizes() {
  local long
  long=$(git ls-files -- '*.rs' '*.css' '*.sql' '*.mjs' '*.ts' '*.py' '*.sh' | xargs -r wc -l | awk '$2 != "total" && $1 > 400')
  [ -z "$long" ] || { printf 'more than 400 lines:\n%s\n' "$long" >&2; return 1; }
}

habits() { # what clippy does not see
  local ok=0 tests
  if git grep -nE '#!?\[allow\(' -- '*.rs'; then echo "use #[expect(.., reason = \"..\")]" >&2; ok=1; fi
  if git grep -nE '\b(TODO|FIXME)\b|todo!\(|unimplemented!\(|#\[ignore' -- '*.rs' '*.mjs' '*.ts' '*.py' ||
    git grep -nE '\b(test|it|describe|journey)\.(only|skip|todo)\(' -- '*.mjs' '*.ts'; then
    echo "unfinished work or a test that does not run" >&2; ok=1
  fi
  # test.sh runs the tests of these names, and none in documentation.
  tests=$(git ls-files '*.rs' | sed -nE 's:^((crates/)?[^/]+/)?tests/([a-z_]+)(/main)?\.rs$:\3:p' | sort -u | xargs)
  if [ "$tests" != "engine it" ]; then echo "scripts/test.sh does not name these tests: $tests" >&2; ok=1; fi
  if git ls-files '*.rs' | xargs awk '
    FNR == 1 { inside = 0 }
    /^ *\/\/[\/!] *```/ { if (!inside && $0 !~ /```text/) { print FILENAME ":" FNR; found = 1 } inside = !inside }
    END { exit !found }'; then
    echo "tests in documentation do not run: say \`\`\`text, or write a test" >&2; ok=1
  fi
  return "$ok"
}

scripts/setup.sh build
check format cargo fmt --all -- --check -l
check lints cargo clippy --locked --workspace --all-targets --quiet --keep-going -- -D warnings
check layering layering
check 'domain in wasm' wasm
check licences scripts/licences.py
check migrations migrations
check 'portable SQL' scripts/portable_sql.py
check 'one class, one style sheet' scripts/styles.py
check 'migrations only add' scripts/only_adds.py
check 'promises and tests' scripts/assurance.py
check openapi scripts/openapi.sh check
check 'file sizes' sizes
check habits habits

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed:'; printf ' %s;' "${failed[@]}"; printf '\n'
  exit 1
fi
echo "all checks passed"
