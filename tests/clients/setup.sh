# shellcheck shell=sh
# What the scripts beside this one share; to be sourced. Packages are installed where they are missing: on Debian as root, otherwise with a
# word on what to install.

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
tools=$target/client-tools

# need THING PACKAGE…: installs the packages if the thing, a command, a file, or Python's `ensurepip`, is missing.
need() {
  thing=$1
  shift
  there() {
    case $thing in
      ensurepip) python3 -c 'import ensurepip' 2>/dev/null ;;
      /*) [ -e "$thing" ] ;;
      *) command -v "$thing" >/dev/null ;;
    esac
  }
  there && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  fi
  there || { echo "$thing is missing; install it (Debian: $*)" >&2; exit 1; }
}

# The generators, the validator and the type checker, in an environment of their own.
install_python_tools() {
  need python3 python3
  # Debian packages it apart from Python.
  need ensurepip python3-venv
  if [ ! -e "$tools/installed" ] || [ "$here/requirements.txt" -nt "$tools/installed" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    touch "$tools/installed"
  fi
  PATH=$tools/bin:$PATH
}

# install_node_packages FOLDER: exactly what its lock file says.
install_node_packages() {
  need node nodejs
  need npm npm
  if [ ! -e "$1/node_modules/.package-lock.json" ] || [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; then
    (cd "$1" && npm ci --silent --no-audit --no-fund --ignore-scripts </dev/null)
  fi
}

servers=
work=$(mktemp -d)
stop_servers() {
  for server in $servers; do kill "$server" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap stop_servers EXIT
trap 'exit 130' INT TERM

# start_server NAME [ARGUMENT…]: on a free port; the address is in $url.
start_server() {
  name=$1
  shift
  binary=$target/debug/asaflex
  [ -x "$binary" ] || { echo "no $binary; run cargo build first" >&2; exit 1; }
  "$binary" serve --listen 127.0.0.1:0 "$@" >"$work/$name.out" 2>"$work/$name.err" &
  servers="$servers $!"
  waited=0
  while ! grep -q '^asaflex answers on http' "$work/$name.out"; do
    kill -0 "$!" 2>/dev/null || { cat "$work/$name.err" >&2; exit 1; }
    [ "$waited" -lt 240 ] || { echo "the server did not start within two minutes" >&2; exit 1; }
    waited=$((waited + 1))
    sleep 0.5
  done
  # Read by the script that sourced this one.
  # shellcheck disable=SC2034
  url=$(sed -n 's/^asaflex answers on \(http[^ ]*\).*/\1/p' "$work/$name.out" | head -n 1)
}
