#!/usr/bin/env bash
# build.sh debug|release - the browser app, then the server with it: target/<kind>/relasi.
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
  # Chosen from the whole workspace, programs are built of the same crates with the same features as its tests are. Chosen
  # by package, nearly half of all crates would be compiled twice, our own among them.
  debug) dist=() of=(--workspace) server=(--workspace --bin relasi) ;;
  release) dist=(--release) of=(-p xtask) server=(-p relasi-server --release) ;;
  *) echo "usage: build.sh debug|release" >&2; exit 2 ;;
esac

scripts/setup.sh build
cargo build --locked --quiet "${of[@]}" --bin xtask
# WASM_STD_* settings of ensure-wasm.sh hold here too.
scripts/ensure-wasm.sh -- target/debug/xtask dist "${dist[@]}"
cargo build --locked "${server[@]}"
