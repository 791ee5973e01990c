#!/usr/bin/env bash
# Time to the first byte, and bytes, of the main pages of a running demo: 20 visits each.
. "$(dirname "$0")/lib.sh"
exec node .ci/bench.mjs "${BASE_URL:-http://localhost:${PORT:-3000}}"
