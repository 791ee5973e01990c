#!/usr/bin/env bash
# Every test. Ends with the browser runner's own summary.
. "$(dirname "$0")/lib.sh"
[ -n "${1:-}" ] || bash .ci/install.sh test

if cargo nextest --version >/dev/null 2>&1; then
  cargo_test() { cargo nextest run --locked --no-fail-fast "$@"; }
  profile=--cargo-profile
else
  cargo_test() { cargo test --locked --no-fail-fast "$@"; }
  profile=--profile
fi
# With TEST_POSTGRES_URL every server test runs on both databases; what the counters say to their
# sandboxes passes through the contract proxies.
crates() { bash .ci/contracts.sh many bash .ci/test.sh --crates; }
server_crates() { cargo_test --workspace --exclude bundler --exclude app --exclude documents; }
app() { cargo_test -p app --features ssr; }
rules() { cargo_test -p rules --all-features; }
# In the release profile: its dependencies were just compiled there.
bundler() { cargo_test --release -p bundler; }
# In the renderer's own profile, for the same reason.
documents() { cargo_test $profile renderer -p documents; }

all() {
  local failed=()
  step "building" bash .ci/build.sh || return 1
  step "tests: rules, server, sandbox, SAML (SQLite and PostgreSQL)" crates || failed+=(crates)
  step "tests: pages" app || failed+=(pages)
  step "tests: rules, all features" rules || failed+=(rules)
  step "tests: bundler" bundler || failed+=(bundler)
  step "tests: documents" documents || failed+=(documents)
  step "tests: SPID's examiner" bash .ci/spid.sh || failed+=(spid)
  step "tests: contract proxies" bash .ci/contracts-proof.sh || failed+=(contracts)
  step "tests: browser" bash .ci/e2e.sh || failed+=(browser)
  [ ${#failed[@]} = 0 ] || { echo "failed: ${failed[*]}" >&2; return 1; }
}
case "${1:-}" in
  --inside) all ;;
  --crates) server_crates ;;
  *) exec bash .ci/postgres.sh bash .ci/test.sh --inside ;;
esac
