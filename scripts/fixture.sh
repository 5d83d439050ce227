#!/usr/bin/env bash
# fixture.sh [REVISION] - keep a small database of a release for the tests of later ones: tests/fixtures/schema-<number of
# its last migration>/. Without a revision, of what is checked out here. To be run and committed once for each release.
set -euo pipefail
cd "$(dirname "$0")/.."

keep() { # REVISION [MIGRATION]: what the example writes, and of which program
  local folder
  folder=$(cargo run --locked --quiet -p relasi-tests --example fixture -- "${@:2}")
  git rev-parse --verify "$1^{commit}" >"$folder/revision"
  echo "$folder"
}

if [ $# = 0 ]; then
  scripts/build.sh debug
  keep HEAD
  exit
fi
# The program of that revision, told what to do by the one that is here.
RELASI_BIN=$(scripts/before.sh "$1")
export RELASI_BIN
last=$(git ls-tree -d --name-only "$1:migrations/sqlite" | sort | tail -n 1)
keep "$1" "${last%%_*}"
