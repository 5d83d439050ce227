#!/usr/bin/env bash
# tally.sh LOG... - add up what cargo test, node --test and Python's unittest reported.
# Prints "N passed, M failed" and fails when M is not 0, or when nothing passed. A log named NAME-again.log is of the
# tests that failed in NAME.log: who passes there is named as flaky and has not failed.
set -euo pipefail

awk '
  FNR == 1 { settle() ; counted = 0; again = FILENAME ~ /-again\.log$/ }
  { gsub(/\033\[[0-9;]*m/, "") }
  /^test result: / && again { passed += $4; failed -= $4; next }
  again && /^test .* \.\.\. ok$/ { flaky[++unsure] = $2 }
  /^test result: / { passed += $4; failed += $6; counted += $6 }
  /^(# |ℹ )pass [0-9]+$/ { passed += $3 }
  /^(# |ℹ )(fail|cancelled) [0-9]+$/ { failed += $3; counted += $3 }
  /^flaky: / { flaky[++unsure] = substr($0, 8) }
  /^Ran [0-9]+ tests? in / { ran = $2 }
  /^OK( |$)/ { passed += ran; ran = 0 }
  /^FAILED \(/ {
    n = 0; text = $0
    while (match(text, /(failures|errors)=[0-9]+/)) {
      split(substr(text, RSTART, RLENGTH), part, "="); n += part[2]; text = substr(text, RSTART + RLENGTH)
    }
    failed += n; counted += n; passed += (ran > n ? ran - n : 0); ran = 0
  }
  # In a second run every failure is counted by the first one.
  /^step failed: / { broken = !again }
  # A runner that broke off before it counted a failure is one.
  function settle() { if (broken && !counted) failed++; broken = 0 }
  END {
    settle()
    for (n = 1; n <= unsure; n++) printf "flaky: %s\n", flaky[n]
    printf "%d passed, %d failed\n", passed, failed
    exit (failed > 0 || passed == 0)
  }
' "$@"
