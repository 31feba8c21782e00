#!/usr/bin/env bash
# A rolling update without loss: two services behind HAProxy with the configuration of examples/deploy, constant load, and one after the
# other everything that happens in operation. Counts failed requests of each step; none may fail except those in flight at a SIGKILL.
#
#   tests/operations/rolling.sh            needs haproxy, wrk, curl and python3 (installed where missing, as root on Debian); about a minute
#
# Steps are handed to `trial` by name:
# shellcheck disable=SC2317
set -euo pipefail
# shellcheck source=tests/operations/service.sh
. "$(dirname "$0")/service.sh"
need haproxy haproxy
need wrk wrk
need curl curl
need python3 python3
bin=$(program)

CONNECTIONS=8
# With 8 connections about 130 requests a second: enough to hit every moment, and a debug build still has time to read rules.
export DELAY_MS=60
worst=0

# The shipped rules under another version; with one file of cases, so that a reload is short in a debug build.
rules() {
  mkdir -p "$work/rules"
  cp -r "$root/rules" "$work/rules/$1"
  find "$work/rules/$1/cases" -type f -printf '%s %p\n' | sort -n | tail -n +2 | cut -d' ' -f2- | xargs -r rm
  sed -i "s/^version:.*/version: $2/" "$work/rules/$1/ruleset.yaml"
}

# One step, as in the deployment guide.
point() { ln -sfn "$1" "$work/rules/next" && mv -T "$work/rules/next" "$work/rules/current"; }

launching() {
  local name=$1 port=$2 log=$3
  starting "$name" "$log" --listen "127.0.0.1:$port" --rules "$work/rules/current" --workers 1
}

launch() { launching "$@" && started "$1" "$3"; }

replace() {
  kill -TERM "$(pid "$1")"
  local code=0
  wait "$(pid "$1")" || code=$?
  [ "$code" = 0 ] || { echo "$1 ended with $code instead of 0" >&2; exit 1; }
  launch "$1" "$2" "$3"
  # The balancer needs one good probe, and makes one a second.
  sleep 1.2
}

# trial NAME MOST COMMAND…: runs a command under load and counts failed requests; more than MOST of them are a failure.
trial() {
  local name=$1 most=$2 load requests errors refused failed
  shift 2
  wrk -t1 -c"$CONNECTIONS" -d120s --timeout 10s -s "$root/tests/operations/screening.lua" "http://127.0.0.1:$front/v1/screenings" > "$work/wrk" 2>&1 &
  load=$!
  children+=("$load")
  sleep 0.5
  "$@"
  sleep 0.5
  # wrk reports what it has when it is interrupted.
  kill -INT "$load"
  wait "$load" || true
  requests=$(awk '/requests in/ { print $1 }' "$work/wrk")
  errors=$(awk '/Socket errors/ { gsub(",", ""); print $4 + $6 + $8 + $10 }' "$work/wrk")
  refused=$(awk '/Non-2xx/ { print $NF }' "$work/wrk")
  failed=$((${errors:-0} + ${refused:-0}))
  printf '%-58s %6s requests %3s failed\n' "$name" "$requests" "$failed"
  [ "${requests:-0}" -gt 50 ] || { echo "too little load to say anything" >&2; cat "$work/wrk" >&2; exit 1; }
  [ "$failed" -le "$most" ] || { cat "$work/wrk" >&2; worst=1; }
}

both() { ready one "$1" && ready two "$1"; }

free() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
front=$(free); port_one=$(free); port_two=$(free)

rules v1 2026.11.1
rules v2 2026.11.2
rules v3 2026.11.3
# Cut in half, as by a copy that broke off.
find "$work/rules/v3" -name '*.yaml' | sort | awk 'NR % 2' | xargs rm
truncate -s "$(($(wc -c < "$root/rules/facts.yaml") / 2))" "$work/rules/v3/facts.yaml"
point v1
# The second with a log device that refuses every write; both read their rules at the same time.
launching one "$port_one" "$work/one.log"
launching two "$port_two" /dev/full
started one "$work/one.log"
started two /dev/full

sed -e "s|bind :443 .*|bind 127.0.0.1:$front|" -e "s|127.0.0.1:8080|127.0.0.1:$port_one|" -e "s|127.0.0.1:8081|127.0.0.1:$port_two|" \
  "$root/examples/deploy/proxy/haproxy.cfg" > "$work/haproxy.cfg"
haproxy -q -f "$work/haproxy.cfg" > "$work/haproxy.log" 2>&1 &
children+=("$!")
for _ in $(seq 1 100); do
  curl -s -o /dev/null "http://127.0.0.1:$front/v1/ruleset" && break
  sleep 0.1
done
curl -sf -o /dev/null "http://127.0.0.1:$front/v1/ruleset"

swap() { point v2 && both '"version":"2026.11.2"'; }
half() { point v3 && both '"accepted":false' && both '"version":"2026.11.2"'; }
back() { point v2 && both '"accepted":true'; }
update() { replace one "$port_one" "$work/one.log" && replace two "$port_two" /dev/full; }
hangup() { kill -HUP "$(pid one)" "$(pid two)"; sleep 0.5; both '"version":"2026.11.2"'; }
crash() {
  kill -9 "$(pid one)"
  sleep 2
  launch one "$port_one" "$work/one.log"
  sleep 1
}

trial 'nothing happens; one log device refuses writes' 0 sleep 1
trial 'new rules take over while requests are answered' 0 swap
trial 'a rules folder cut in half is refused' 0 half
trial 'the folder is put right again' 0 back
trial 'SIGHUP to both' 0 hangup
trial 'both replaced, one after the other (SIGTERM, start)' 0 update
trial "one is killed (SIGKILL) and comes back; in flight: $CONNECTIONS at most" "$CONNECTIONS" crash

grep -q 'rules refused' "$work/one.log" || { echo 'the refusal is not in the log' >&2; exit 1; }
exit "$worst"
