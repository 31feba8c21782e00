#!/usr/bin/env bash
# The trials of this folder, bounded in time and number, on loopback, with the debug build that the tests made.
#
#   tests/operations/run.sh [all]          as root on Debian; installs what it needs. `all` adds what builds anew or takes longer: the
#                                          OpenAPI document against the service, the build with traces, the fuzzer.
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
[ "${1:-}" = all ] || exit 0
step contract 10
step traces
step fuzz 15
