#!/usr/bin/env bash
# That the contract proxies let good calls pass and notice bad ones: a good and a bad example of
# each call, against a sandbox of its own.
. "$(dirname "$0")/lib.sh"
if [ ! -d ../shared/specs ]; then
  printf '\n!!! NO CONTRACT TESTS: ../shared/specs is not there !!!\n\n' >&2
  exit 0
fi
sandbox=${SANDBOX:-target/release/sandbox}
[ -x "$sandbox" ] || bash .ci/build.sh

folder=$(mktemp -d /tmp/sportello-proof.XXXXXX)
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
SANDBOX_PORT=$port SMTP_PORT=0 DATA_DIR="$folder" "$sandbox" >"$folder/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

# expect CODE good|bad
expect() {
  local status=0
  bash .ci/contracts.sh "$port" node .ci/contracts-proof.mjs "$2" "http://127.0.0.1:$port" || status=$?
  [ $status = "$1" ] && return
  tail -5 "$folder/log" >&2
  die "contract proxies, $2 calls: $status, not $1"
}
expect 0 good
expect 3 bad
echo "the contract proxies pass what is right and notice what is wrong"
