#!/usr/bin/env bash
# Memory under lasting load of every kind: screenings, catalogue, batches, refusals, hostile bytes, reloads of keys. It rises at the start and
# is flat from then on.
#
#   tests/operations/soak.sh [SECONDS]             needs wrk and curl
set -euo pipefail
# shellcheck source=tests/operations/service.sh
. "$(dirname "$0")/service.sh"
seconds=${1:-60}
# Most that the last third may hold more than the second.
GROWTH_KIB_MAX=6144
need wrk wrk
need curl curl
bin=$(program)
hash=$(printf soak-key | sha256sum | cut -d' ' -f1)
keys() { printf '{"keys":[{"id":"soak%s","sha256":"%s","scopes":["screen","batch","read"]}]}' "$1" "$hash" > "$work/next" && mv "$work/next" "$work/keys"; }
keys 0
start service "$work/log" --listen 127.0.0.1:0 --workers 2 --keys "$work/keys" --rate-limit 1000000 --log-level error
base=$(address service)
end=$(($(date +%s) + seconds))
export KEY=soak-key
DELAY_MS=5 wrk -t1 -c4 -d"${seconds}s" --timeout 10s -s "$root/tests/operations/screening.lua" "$base/v1/screenings" > "$work/wrk" 2>&1 &
children+=("$!")
(
  number=0
  while [ "$(date +%s)" -lt "$end" ]; do
    number=$((number + 1))
    auth="Authorization: Bearer soak-key"
    curl -s -o /dev/null -H "$auth" "$base/v1/facts" -H 'Accept-Language: en'
    curl -s -o /dev/null -H "$auth" "$base/v1/unknown-$number"
    curl -s -o /dev/null "$base/v1/facts"
    curl -s -o /dev/null -X "M$number" "$base/v1/facts"
    curl -s -o /dev/null "$base/metrics"
    curl -s -o /dev/null -H "$auth" -H 'Content-Type: application/json' -d "{\"x$number\":1}" "$base/v1/screenings"
    yes '{}' | head -n 300 | curl -s -o /dev/null -H "$auth" -H 'Content-Type: application/x-ndjson' --data-binary @- "$base/v1/screenings/batch"
    # One that goes away in the middle.
    yes '{}' | head -n 300 | curl -s -m 0.05 -o /dev/null -H "$auth" -H 'Content-Type: application/x-ndjson' --data-binary @- "$base/v1/screenings/batch" || true
    head -c 200000 /dev/urandom | curl -s -m 2 -o /dev/null -H "$auth" -H 'Content-Type: application/json' --data-binary @- "$base/v1/screenings" || true
    [ $((number % 10)) = 0 ] && keys "$number"
  done
) &
children+=("$!")
series=()
while [ "$(date +%s)" -lt "$end" ]; do
  sleep "$(awk -v s="$seconds" 'BEGIN { print s / 30 }')"
  series+=("$(rss service)")
done
echo "resident memory in KiB over $seconds s: ${series[*]}"
grep -E 'requests in|Non-2xx|Socket errors' "$work/wrk" || true
ready service '"status":"ready"'
printf '%s\n' "${series[@]}" | awk -v most="$GROWTH_KIB_MAX" '
  { value[NR] = $1 }
  END {
    third = int(NR / 3)
    for (n = third + 1; n <= 2 * third; n++) middle += value[n] / third
    for (n = 2 * third + 1; n <= 3 * third; n++) last += value[n] / third
    printf "second third %d KiB, last third %d KiB on average\n", middle, last
    exit last - middle > most
  }' || { echo 'memory grows' >&2; exit 1; }
