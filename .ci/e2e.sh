#!/usr/bin/env bash
# The browser tests, against the release build. Arguments go to Playwright.
. "$(dirname "$0")/lib.sh"
bash .ci/install.sh test
[ -x target/release/server ] && [ -f target/site/manifest.json ] || bash .ci/build.sh
cd end2end
exec node_modules/.bin/playwright test "$@"
