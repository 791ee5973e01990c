#!/usr/bin/env bash
# Every test. Ends with the browser runner's own summary.
. "$(dirname "$0")/lib.sh"
bash .ci/install.sh test

if cargo nextest --version >/dev/null 2>&1; then
  cargo_test() { cargo nextest run --locked --no-fail-fast "$@"; }
else
  cargo_test() { cargo test --locked --no-fail-fast "$@"; }
fi
# With TEST_POSTGRES_URL every server test runs on both databases.
crates() { cargo_test --workspace --exclude bundler --exclude app; }
app() { cargo_test -p app --features ssr; }
rules() { cargo_test -p rules --all-features; }
# In the release profile: its dependencies were just compiled there.
bundler() { cargo_test --release -p bundler; }

all() {
  local failed=()
  step "building" bash .ci/build.sh || return 1
  step "tests: rules, server, sandbox, SAML (SQLite and PostgreSQL)" crates || failed+=(crates)
  step "tests: pages" app || failed+=(pages)
  step "tests: rules, all features" rules || failed+=(rules)
  step "tests: bundler" bundler || failed+=(bundler)
  step "tests: contract proxies" bash .ci/contracts-proof.sh || failed+=(contracts)
  step "tests: browser" bash .ci/e2e.sh || failed+=(browser)
  [ ${#failed[@]} = 0 ] || { echo "failed: ${failed[*]}" >&2; return 1; }
}
if [ "${1:-}" = --inside ]; then
  all
else
  exec bash .ci/postgres.sh bash .ci/test.sh --inside
fi
