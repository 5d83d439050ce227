#!/usr/bin/env bash
# build.sh debug|release - the browser app, then the server with it: target/<kind>/relasi.
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
  debug) dist=() profile=() ;;
  release) dist=(--release) profile=(--release) ;;
  *) echo "usage: build.sh debug|release" >&2; exit 2 ;;
esac

scripts/setup.sh build
cargo build --locked --quiet -p xtask
# WASM_STD_* settings of ensure-wasm.sh hold here too.
scripts/ensure-wasm.sh -- target/debug/xtask dist "${dist[@]}"
cargo build --locked -p relasi-server "${profile[@]}"
