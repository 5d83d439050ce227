#!/usr/bin/env bash
# fixture.sh [REVISION] - keep a small database of a release for the tests of later ones: tests/fixtures/schema-<number of
# its last migration>/. Without a revision, of what is checked out here. To be run and committed once for each release.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# = 0 ]; then
  scripts/build.sh debug
  cargo run --locked --quiet -p relasi-tests --example fixture
  exit
fi
# The program of that revision, told what to do by the one that is here.
here=$PWD
revision=$(git rev-parse --verify "$1^{commit}")
at=$(mktemp -d)
trap 'git worktree remove --force "$at/tree"; rmdir "$at"' EXIT
git worktree add --quiet --detach "$at/tree" "$revision"
(cd "$at/tree" && CARGO_TARGET_DIR="$here/target/fixture" cargo build --locked -p relasi-server)
last=$(ls "$at/tree/migrations/sqlite" | sort | tail -n 1)
RELASI_BIN=$PWD/target/fixture/debug/relasi cargo run --locked --quiet -p relasi-tests --example fixture -- "${last%%_*}"
