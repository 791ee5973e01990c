#!/usr/bin/env bash
# Weight and speed, in a counter and a sandbox of its own: `bench.sh`, or `bench.sh STAGE…` for some
# of the stages, or `bench.sh help`.
. "$(dirname "$0")/lib.sh"
case "${1:-}" in help | -h | --help) exec node .ci/bench/run.mjs help ;; esac
bash .ci/install.sh test
bash .ci/build.sh

# Together with the programs, so that what they share is not compiled again.
load() { cargo build --locked --release -p server -p sandbox -p bundler -p bench; }
step "compiling the load" load

# Lighthouse is heavier than everything else from npm: only this asks for it.
stamp=.ci/bench/node_modules/.installed
wanted="$(cksum <.ci/bench/package-lock.json) $(node --version)"
if [[ "${*:-lighthouse}" == *lighthouse* ]] && [ "$(cat $stamp 2>/dev/null)" != "$wanted" ]; then
  export PUPPETEER_SKIP_DOWNLOAD=1
  step "installing Lighthouse" npm ci --prefix .ci/bench --no-audit --no-fund --loglevel=error
  printf '%s\n' "$wanted" >$stamp
fi

# Open streams are files.
ulimit -Sn "$(ulimit -Hn)"
# A database that keeps what it promises, as in production: the tests' does not.
POSTGRES_DURABLE=1 exec bash .ci/postgres.sh node .ci/bench/run.mjs "$@"
