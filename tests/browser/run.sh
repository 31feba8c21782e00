#!/bin/sh
# Clicks through the portal page and the documentation page in a real Chromium.
#
#   tests/browser/run.sh                         starts the service and tests what it serves
#   ASAFLEX_BIN=path tests/browser/run.sh        … this program; otherwise the one that `cargo build` made (CARGO_TARGET_DIR counts)
#   ASAFLEX_URL=https://… tests/browser/run.sh   tests a service that is already running
#   tests/browser/run.sh screenshots             pictures for the eye, in <target>/screenshots
#
# Needs Node 18 or later and Chromium (CHROMIUM or /usr/bin/chromium); on Debian, as root, what is missing is installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
export CHROMIUM

missing=
[ -x "$CHROMIUM" ] || missing="$missing chromium fonts-noto-core"
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "please install:$missing" >&2
    exit 1
  fi
  apt-get update -qq
  # shellcheck disable=SC2086 # several words on purpose
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if [ ! -e "$here/node_modules/.package-lock.json" ] || [ "$here/package-lock.json" -nt "$here/node_modules/.package-lock.json" ]; then
  (cd "$here" && npm ci --silent --no-audit --no-fund </dev/null)
fi

if [ -z "${ASAFLEX_URL:-}" ]; then
  binary=${ASAFLEX_BIN:-$target/debug/asaflex}
  [ -x "$binary" ] || { echo "no $binary; run cargo build first, or set ASAFLEX_BIN or ASAFLEX_URL" >&2; exit 1; }
  work=$(mktemp -d)
  servers=
  stop() {
    for server in $servers; do kill "$server" 2>/dev/null || true; done
    for server in $servers; do wait "$server" 2>/dev/null || true; done
    rm -rf "$work"
  }
  trap stop EXIT
  trap 'exit 130' INT TERM
  # start NAME FLAGS…
  start() {
    name=$1
    shift
    "$binary" serve --listen 127.0.0.1:0 "$@" >"$work/$name" 2>"$work/$name.err" &
    servers="$servers $!"
  }
  # Prints the address of a started service.
  address() {
    waited=0
    while ! grep -q '^asaflex answers on http' "$work/$1"; do
      [ "$waited" -lt 120 ] || { echo "the service did not start within two minutes" >&2; cat "$work/$1.err" >&2; return 1; }
      waited=$((waited + 1))
      sleep 1
    done
    sed -n 's/^asaflex answers on \(http[^ ]*\).*/\1/p' "$work/$1" | head -n 1
  }
  # Another origin that embeds the component: the tests serve a page there.
  ASAFLEX_PORTAL_ORIGIN=http://127.0.0.1:$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
  export ASAFLEX_PORTAL_ORIGIN
  start on --cors-origin "$ASAFLEX_PORTAL_ORIGIN"
  if [ "${1:-}" != screenshots ]; then
    start off --no-portal
    ASAFLEX_URL_WITHOUT_PORTAL=$(address off)
    export ASAFLEX_URL_WITHOUT_PORTAL
  fi
  ASAFLEX_URL=$(address on)
fi
export ASAFLEX_URL

if [ "${1:-}" = screenshots ]; then
  pictures=$target/screenshots
  node "$here/screenshots.mjs" "$pictures"
  SCREENSHOTS=$pictures node --test "$here/docs.test.mjs"
else
  node --test "$here/portal.test.mjs"
  node --test "$here/docs.test.mjs"
fi
