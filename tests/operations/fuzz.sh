#!/usr/bin/env bash
# Every fuzz target for a bounded time, beginning with the corpus that is kept. See fuzz/README.md.
#
#   tests/operations/fuzz.sh [SECONDS]             needs a C++ compiler; installs cargo-fuzz into target/operations
set -euo pipefail
# shellcheck source=tests/operations/service.sh
. "$(dirname "$0")/service.sh"
seconds=${1:-20}
need c++ g++
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}
cargo=${CARGO:-cargo}
if [ ! -x "$target/operations/bin/cargo-fuzz" ]; then
  CARGO_TARGET_DIR="$target/operations/build" "$cargo" install --quiet --locked --version 0.13.2 --root "$target/operations" cargo-fuzz
fi
export PATH="$target/operations/bin:$PATH"
# The compiler is the stable one; the coverage instrumentation has flags that only this lets through. The code has no `unsafe`, so an address
# sanitizer has nothing to find in it.
export RUSTC_BOOTSTRAP=1
for name in request batch headers rules; do
  mkdir -p "$target/operations/corpus/$name"
  cargo fuzz run --dev --sanitizer none --target-dir "$target/operations/fuzz" "$name" "$target/operations/corpus/$name" "fuzz/corpus/$name" -- \
    -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -max_len=8192 -print_final_stats=1 2> "$target/operations/fuzz-$name.log" ||
    { tail -40 "$target/operations/fuzz-$name.log" >&2; exit 1; }
  awk -v name="$name" '/number_of_executed_units/ { units = $2 } /new_units_added/ { added = $2 } END { printf "%-8s %8d inputs, %d of them new\n", name, units, added }' \
    "$target/operations/fuzz-$name.log"
done
