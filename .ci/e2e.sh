#!/usr/bin/env bash
# The browser tests, against the release build. Arguments go to Playwright. What the counter says
# to the sandbox passes through the contract proxies; Playwright hands their addresses on to the
# counter, with the rest of the environment.
. "$(dirname "$0")/lib.sh"
bash .ci/install.sh test
[ -x target/release/server ] && [ -f target/site/manifest.json ] || bash .ci/build.sh
sandbox_port=$((${E2E_PORT:-4300} + 1))
exec bash .ci/contracts.sh $sandbox_port env -C end2end node_modules/.bin/playwright test "$@"
