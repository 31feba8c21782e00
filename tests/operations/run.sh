#!/usr/bin/env bash
# The trials of this folder, bounded in time and number, on loopback, with the debug build that the tests made.
#
#   tests/operations/run.sh                as root on Debian; installs what it needs, and builds twice more: for the fuzzer and with traces
#
# Two steps leave more on the disk than all others (linters, builds for the fuzzer): that is taken away when they are over.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
made=${CARGO_TARGET_DIR:-$here/../../target}/operations
step() {
  local started=$SECONDS
  echo "== $*"
  "$here/$1.sh" "${@:2}"
  echo "== $1: $((SECONDS - started)) s"
}
step lint
rm -rf "$made/lint"
step contract 10
step rolling
step memory 20000
step soak 40
step fuzz 20
rm -rf "$made/fuzz" "$made/build"
step traces
