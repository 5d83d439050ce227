#!/usr/bin/env bash
# before.sh REVISION - build the program of an earlier revision, without the browser app; its path goes to standard output.
set -euo pipefail
cd "$(dirname "$0")/.."

here=$PWD
revision=$(git rev-parse --verify "$1^{commit}")
program=target/before/relasi-$revision
if [ ! -x "$program" ]; then
  at=$(mktemp -d)
  trap 'git worktree remove --force "$at/tree"; rmdir "$at"' EXIT
  git worktree add --quiet --detach "$at/tree" "$revision"
  (cd "$at/tree" && CARGO_TARGET_DIR="$here/target/before" cargo build --locked -p relasi-server) >&2
  cp target/before/debug/relasi "$program"
fi
echo "$here/$program"
