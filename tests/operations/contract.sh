#!/usr/bin/env bash
# schemathesis against the running service: requests made from the OpenAPI document, valid and invalid, with every check. Fixed seed,
# bounded number of requests.
#
#   tests/operations/contract.sh [EXAMPLES]        needs python3 with venv; installs schemathesis into target/operations
set -euo pipefail
# shellcheck source=tests/operations/service.sh
. "$(dirname "$0")/service.sh"
examples=${1:-15}
venv=${CARGO_TARGET_DIR:-$root/target}/operations/venv
python_tools "$venv" schemathesis schemathesis==4.32.5
bin=$(program)
need curl curl
start service "$work/log" --listen 127.0.0.1:0
curl -sf "$(address service)/openapi.json" > "$work/openapi.json"
hooks=$(cd "$(dirname "$0")" && pwd)
cd "$work"
export ASAFLEX_DOCUMENT=$work/openapi.json SCHEMATHESIS_HOOKS=contract_hooks
PYTHONPATH=$hooks PYTHONDONTWRITEBYTECODE=1 "$venv/bin/schemathesis" run "$(address service)/openapi.json" --checks all --seed 20261123 \
  --max-examples "$examples" --workers 2 --request-timeout 20 --suppress-health-check all --generation-database none --no-color
# It still answers.
ready service '"status":"ready"'
