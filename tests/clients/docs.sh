#!/bin/sh
# Opens /docs in a real Chromium and tries a screening out.
#
#   tests/clients/docs.sh                 the test
#   tests/clients/docs.sh screenshots     pictures for the eye, in target/docs-screenshots
#
# Needs target/debug/asaflex (cargo build). Chromium is taken from CHROMIUM or /usr/bin/chromium.
set -eu
# shellcheck source=tests/clients/setup.sh
. "$(dirname "$0")/setup.sh"

CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
need "$CHROMIUM" chromium fonts-noto-core
install_node_packages "$here"
start_server docs
export CHROMIUM ASAFLEX_URL="$url"

if [ "${1:-}" = screenshots ]; then
  export SCREENSHOTS="$target/docs-screenshots"
  mkdir -p "$SCREENSHOTS"
fi
node --test "$here/docs.test.mjs"
