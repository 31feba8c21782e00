#!/usr/bin/env bash
# The build with traces: lints, and the privacy test with a collector that keeps every span.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo=${CARGO:-cargo}
"$cargo" clippy --quiet --all-targets --locked --features otel -- -D warnings
"$cargo" test --quiet --locked --features otel --test privacy
# The build without them stays lean.
if "$cargo" tree --locked --edges normal --prefix none | grep -E '^(opentelemetry|prost|reqwest)'; then
  echo 'the default build holds crates for traces' >&2
  exit 1
fi
