#!/bin/sh
# Clicks through the portal page in a real Chromium.
#
#   tests/portal/run.sh                         starts target/debug/asaflex and tests what it serves
#   ASAFLEX_URL=https://… tests/portal/run.sh   tests a server that is already running
#   tests/portal/run.sh screenshots             pictures for the eye, in target/portal-screenshots
#
# Needs Node 20 or later. Chromium is taken from CHROMIUM or /usr/bin/chromium; on Debian a missing one is installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
export CHROMIUM

if [ ! -x "$CHROMIUM" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
  else
    echo "no Chromium at $CHROMIUM; install it or set CHROMIUM" >&2
    exit 1
  fi
fi

if [ ! -e "$here/node_modules/.package-lock.json" ] || [ "$here/package-lock.json" -nt "$here/node_modules/.package-lock.json" ]; then
  (cd "$here" && npm ci --silent --no-audit --no-fund </dev/null)
fi

if [ -z "${ASAFLEX_URL:-}" ]; then
  binary=$root/target/debug/asaflex
  [ -x "$binary" ] || { echo "no $binary; run cargo build first, or set ASAFLEX_URL" >&2; exit 1; }
  work=$(mktemp -d)
  "$binary" serve --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" &
  server=$!
  trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
  waited=0
  while ! grep -q '^asaflex answers on http' "$work/out"; do
    kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; exit 1; }
    [ "$waited" -lt 120 ] || { echo "the server did not start within two minutes" >&2; exit 1; }
    waited=$((waited + 1))
    sleep 1
  done
  ASAFLEX_URL=$(sed -n 's/^asaflex answers on \(http[^ ]*\).*/\1/p' "$work/out" | head -n 1)
fi
export ASAFLEX_URL

if [ "${1:-}" = screenshots ]; then
  node "$here/screenshots.mjs" "$root/target/portal-screenshots"
else
  node --test "$here/portal.test.mjs"
fi
