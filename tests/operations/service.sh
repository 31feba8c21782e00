# shellcheck shell=bash
# Starts and stops services for the trials in this folder; sourced by them. Everything listens on loopback and ends with the script.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
declare -a children=()

# The program under trial: the one named, or else a debug build.
program() {
  if [ -n "${ASAFLEX_BIN:-}" ]; then
    echo "$ASAFLEX_BIN"
    return
  fi
  (cd "$root" && "${CARGO:-cargo}" build --quiet --locked --bin asaflex) >&2
  echo "${CARGO_TARGET_DIR:-$root/target}/debug/asaflex"
}

bin=${bin:-}

# start NAME LOG ARGUMENTS…: starts a service; its process id and its address land in $work/NAME.pid and $work/NAME.address.
start() { starting "$@" && started "$1" "$2"; }

# The same without waiting until it answers; `started NAME LOG` waits.
starting() {
  local name=$1 log=$2
  shift 2
  rm -f "$work/$name.out"
  "$bin" serve "$@" > "$work/$name.out" 2>> "$log" &
  echo $! > "$work/$name.pid"
  children+=("$!")
}

started() {
  local name=$1 log=$2
  for _ in $(seq 1 1200); do
    if grep -q '^asaflex answers on ' "$work/$name.out" 2> /dev/null; then
      sed -n 's/^asaflex answers on //p' "$work/$name.out" > "$work/$name.address"
      return 0
    fi
    kill -0 "$(pid "$name")" 2> /dev/null || break
    sleep 0.1
  done
  echo "$name does not answer" >&2
  [ -f "$log" ] && tail -5 "$log" >&2
  return 1
}

pid() { cat "$work/$1.pid"; }
address() { cat "$work/$1.address"; }

# Resident memory of a service in KiB.
rss() { awk '/^VmRSS:/ { print $2 }' "/proc/$(pid "$1")/status"; }

# ready NAME FILTER: waits until /health/ready holds a text.
ready() {
  for _ in $(seq 1 900); do
    if curl -s --max-time 2 "$(address "$1")/health/ready" | grep -q -- "$2"; then
      return 0
    fi
    sleep 0.1
  done
  echo "$1: /health/ready never holds $2" >&2
  curl -s --max-time 2 "$(address "$1")/health/ready" >&2
  return 1
}

clean() {
  local child
  for child in "${children[@]}"; do
    kill -9 "$child" 2> /dev/null || true
  done
  rm -rf "$work"
}
trap clean EXIT

# need COMMAND PACKAGE: installs a Debian package where its command is missing.
need() { command -v "$1" > /dev/null || debian "$2"; }

debian() {
  if [ -z "$(find /var/lib/apt/lists -name '*Packages*' -print -quit)" ]; then apt-get update -qq; fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

# python_tools FOLDER COMMAND PACKAGE…: a Python environment that has a command, made once.
python_tools() {
  local folder=$1 command=$2
  shift 2
  [ -x "$folder/bin/$command" ] && return
  # Debian has the interpreter without what makes environments.
  python3 -c 'import ensurepip' 2> /dev/null || debian python3 python3-venv
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
}
