#!/usr/bin/env bash
# The official examiner (spid-sp-test) against the release build. Arguments: names of its runs.
. "$(dirname "$0")/lib.sh"
bash .ci/install.sh test
[ -x target/release/server ] || bash .ci/build.sh
exec node .ci/spid.mjs "$SPORTELLO_CACHE/spid" "$@"
