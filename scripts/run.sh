#!/usr/bin/env bash
# run.sh serve|demo [ARG...] - build the release binary and run it on ./data (demo: ./data/demo).
# RELASI_DATA_DIR and DATABASE_URL go through to the server; NO_BROWSER=1 opens no browser.
set -euo pipefail
cd "$(dirname "$0")/.."

command=${1:-serve}
[ $# = 0 ] || shift
case $command in
  serve) export RELASI_DATA_DIR=${RELASI_DATA_DIR:-data} ;;
  demo) export RELASI_DATA_DIR=${RELASI_DATA_DIR:-data/demo} ;;
  *) echo "usage: run.sh serve|demo" >&2; exit 2 ;;
esac
scripts/build.sh release

open_browser() { # ADDRESS, once it answers
  local opener
  if [ "$(uname)" = Darwin ]; then opener=open
  elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then opener=xdg-open
  else return; fi
  for _ in $(seq 50); do
    if curl -fsS -o /dev/null "$1/livez" 2>/dev/null; then "$opener" "$1" >/dev/null 2>&1; return; fi
    sleep 0.2
  done
}

address=http://${RELASI_LISTEN:-127.0.0.1:7300}
if [ -z "${NO_BROWSER:-}${CI:-}" ]; then open_browser "$address" & fi
if [ "$command" = demo ]; then target/release/relasi demo; fi
exec target/release/relasi serve "$@"
