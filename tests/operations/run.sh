#!/usr/bin/env bash
# Everything in this folder, as CI runs it: bounded in time and number, on loopback, with the debug build that the tests made.
#
#   tests/operations/run.sh                as root on Debian; installs what it needs
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
step() {
  local started=$SECONDS
  echo "== $*"
  "$here/$1.sh" "${@:2}"
  echo "== $1: $((SECONDS - started)) s"
}
step lint
step rolling
step memory 20000
step soak 40
step contract 10
step traces
step fuzz 15
