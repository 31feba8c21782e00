#!/bin/sh
# Holds openapi/openapi.json against two validators and two linters, without an error and without a warning.
set -eu
# shellcheck source=tests/clients/setup.sh
. "$(dirname "$0")/setup.sh"

document=$root/openapi/openapi.json
install_python_tools
need java default-jre-headless
install_node_packages "$here"
PATH=$here/node_modules/.bin:$PATH
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

echo "openapi-spec-validator"
openapi-spec-validator --schema 3.1 "$document"
echo "openapi-generator validate"
openapi-generator-cli validate --input-spec "$document" >"$work/generator" 2>&1 || { cat "$work/generator" >&2; exit 1; }
echo "redocly lint"
redocly lint --config "$root/openapi/redocly.yaml" "$document"
echo "spectral lint"
spectral lint --ruleset "$root/openapi/.spectral.yaml" --fail-severity hint "$document"
