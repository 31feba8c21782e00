#!/bin/sh
# Statements contradict each other, and the pension insurance leads.
cd "$(dirname "$0")" || exit 1
curl --fail-with-body --silent --show-error "${ASAFLEX_URL:-http://127.0.0.1:8080}/v1/screenings" \
  --header 'Content-Type: application/json' --header 'Accept-Language: de' --data @request.json
