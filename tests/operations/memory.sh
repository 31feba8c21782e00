#!/usr/bin/env bash
# Memory while one batch of many lines passes through: it does not grow with the lines.
#
#   tests/operations/memory.sh [LINES]             needs curl; a million lines show it, a hundred thousand are enough to notice
set -euo pipefail
# shellcheck source=tests/operations/service.sh
. "$(dirname "$0")/service.sh"
lines=${1:-100000}
# Most that may be added after the first tenth of the lines.
GROWTH_KIB_MAX=16384
need curl curl
bin=$(program)
start service "$work/log" --listen 127.0.0.1:0 --workers 2 --log-level error
idle=$(rss service)
line='{"asOf":"2026-11-23","facts":{"requester":"trainee","trainingStatus":"in-training","trainingType":"in-company","age":34,"homePostalCode":"70173","failedExams":["final-twice"]}}'
started=$(date +%s.%N)
# The count of answers is written now and then, so that the series can be joined with the lines.
(yes "$line" || true) | head -n "$lines" |
  curl -sN -X POST -H 'Content-Type: application/x-ndjson' -H 'Expect:' -T - "$(address service)/v1/screenings/batch?include=pathways&explain=none" |
  awk -v out="$work/answered" '/"result"/ { n++ } n % 1000 == 0 { print n > out; close(out) } END { print n > out }' &
reader=$!
first=0 most=0
while kill -0 "$reader" 2> /dev/null; do
  sleep 0.5
  now=$(rss service)
  done=$(cat "$work/answered" 2> /dev/null || echo 0)
  [ "$((${done:-0} * 10))" -lt "$lines" ] && first=$((now > first ? now : first))
  most=$((now > most ? now : most))
  echo "${done:-0} $now" >> "$work/series"
done
wait "$reader"
seconds=$(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
answered=$(cat "$work/answered")
[ "$first" -gt 0 ] || first=$idle
echo "$answered of $lines lines answered in $seconds s; resident memory in KiB: idle $idle, in the first tenth at most $first, over all at most $most"
awk '{ lines[NR] = $0 } END { step = NR > 12 ? NR / 12 : 1; for (n = 1; n <= NR; n += step) print "  lines and KiB: " lines[int(n)] }' "$work/series"
[ "$answered" = "$lines" ] || { echo 'lines are missing' >&2; exit 1; }
[ "$((most - first))" -le "$GROWTH_KIB_MAX" ] || { echo 'memory grows with the lines' >&2; exit 1; }
