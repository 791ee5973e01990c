#!/usr/bin/env bash
# Runs a command with the official API descriptions standing between the counter and the sandbox:
# `contracts.sh PORT_OF_SANDBOX COMMAND ARGUMENT...`. A validating proxy for each API reads every
# request and answer; its address is in IO_URL, GPD_URL, CHECKOUT_URL, RECEIPTS_URL. The sandbox
# may start later. With `many` instead of the port there may be many sandboxes, the addresses are
# in TEST_IO_URL and so on, and each key ends in its sandbox's port (contracts-fanout.mjs).
# Exit: the command's; 3 if it went well but a call broke a description.
. "$(dirname "$0")/lib.sh"
[ $# -ge 2 ] || die "contracts.sh PORT_OF_SANDBOX|many COMMAND..."
port=$1
shift

specs=../shared/specs
if [ ! -d $specs ]; then
  printf '\n!!! NO CONTRACT TESTS: %s is not there, so nothing reads what is sent !!!\n\n' "$specs" >&2
  exec "$@"
fi

folder=$(mktemp -d /tmp/sportello-contracts.XXXXXX)
pids=()
finish() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

test=
if [ "$port" = many ]; then
  test=TEST_
  node .ci/contracts-fanout.mjs >"$folder/port" &
  pids+=($!)
  until [ -s "$folder/port" ]; do
    kill -0 $! || die "contracts-fanout.mjs does not start"
    sleep 0.1
  done
  port=$(cat "$folder/port")
fi
sandbox="http://127.0.0.1:$port"

node .ci/mend.mjs $specs "$folder"
# Four at once: all are open before any is told.
read -r -a ports < <(node -e '
  const { createServer } = require("net");
  const servers = [1, 2, 3, 4].map(() => createServer());
  Promise.all(servers.map((s) => new Promise((done) => s.listen(0, "127.0.0.1", done)))).then(() => {
    console.log(servers.map((s) => s.address().port).join(" "));
    servers.forEach((s) => s.close());
  });')

names=(io gpd checkout receipts)
upstreams=(io/api/v1 gpd/debt-positions-service/v1 checkout/ec/v2 gpd/payments-receipts-service/v1)
for n in 0 1 2 3; do
  # FORCE_COLOR=0: the log is read below.
  FORCE_COLOR=0 node --require ./.ci/prism-redirects.cjs end2end/node_modules/.bin/prism proxy "$folder/${names[n]}.json" \
    "$sandbox/${upstreams[n]}" --errors -h 127.0.0.1 -p "${ports[n]}" >"$folder/${names[n]}.log" 2>&1 &
  pids+=($!)
done

# listening N: the proxy says so in its log, within a minute and a half.
listening() {
  local _
  for _ in $(seq 900); do
    grep -q 'Prism is listening' "$folder/${names[$1]}.log" && return
    kill -0 "${pids[$1]}" 2>/dev/null || break
    sleep 0.1
  done
  cat "$folder/${names[$1]}.log" >&2
  die "the proxy for ${names[$1]} does not start"
}
start=$SECONDS
for n in 0 1 2 3; do listening $n; done
say "contract proxies are up after $((SECONDS - start)) s"

for n in 0 1 2 3; do export "$test${names[n]^^}_URL=http://127.0.0.1:${ports[n]}"; done
status=0
"$@" || status=$?

# A call that breaks a description ends with one of prism's own errors, or is told as a violation
# where it may go on. A sandbox that does not answer is neither.
wrong='stoplight.io/prism/errors#|Violation:'
calls=0 broken=0
for name in "${names[@]}"; do
  calls=$((calls + $(grep -c 'Request received' "$folder/$name.log" || true)))
  grep -qE "$wrong" "$folder/$name.log" || continue
  broken=1
  printf '\n%s: calls that break the official description:\n' "$name" >&2
  grep -E "$wrong" "$folder/$name.log" | head -40 >&2
done
say "contracts: $calls calls read, $([ $broken = 0 ] && echo 'none' || echo 'SOME') against the descriptions"
[ $status != 0 ] || [ $broken = 0 ] || status=3
exit $status
