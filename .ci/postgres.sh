#!/usr/bin/env bash
# Runs a command with TEST_POSTGRES_URL at a PostgreSQL of its own: a new cluster in a
# temporary folder, on a free port, gone at the end. `postgres.sh COMMAND ARGUMENT...`
# With POSTGRES_DURABLE it writes as in production.
. "$(dirname "$0")/lib.sh"

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || die "PostgreSQL is missing: bash .ci/install.sh test"
folder=$(mktemp -d /tmp/sportello-postgres.XXXXXX)
# PostgreSQL refuses to run as root: Debian's user `postgres` does, in a folder of its own.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$folder"

finish() {
  (cd / && as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop) >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
# Nothing here outlives the tests: no fsync.
careless="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
[ -z "${POSTGRES_DURABLE:-}" ] || careless=
start() {
  port=$(free_port)
  # Many tests at once: many connections.
  (cd / && as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start -o "-p $port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder $careless \
    -c max_connections=400") >/dev/null
}
(cd / && as_owner "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync) >/dev/null
# A port may be taken between the question and the answer.
start || start || { cat "$folder/log" >&2; die "PostgreSQL did not start"; }

export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
"$@"
