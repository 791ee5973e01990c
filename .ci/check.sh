#!/usr/bin/env bash
# What must hold besides the tests. Every check runs; the exit code says whether all passed.
. "$(dirname "$0")/lib.sh"
bash .ci/install.sh build

clippy() { cargo clippy --locked "$@" -- -D warnings; }
format() { cargo fmt --all --check; }
lint_server() { clippy -p rules -p saml -p esign -p papers -p documents -p server -p sandbox -p bundler -p bench --all-targets; }
lint_pages() { clippy -p app --features ssr --all-targets; }
lint_browser() { clippy -p app --lib --features hydrate --target wasm32-unknown-unknown; }
licences() {
  cargo metadata --locked --format-version 1 >"$SPORTELLO_CACHE/metadata.json" &&
    node .ci/licences.mjs "$SPORTELLO_CACHE/metadata.json" end2end/package-lock.json .ci/bench/package-lock.json
}
# Children of a textarea are not escaped when rendered, nor is an inner HTML: one wrapper, and the
# files that show what the server has made.
raw_html() {
  local found
  found=$(
    grep -rnE '<textarea|\("textarea"|textarea\(\)' --include='*.rs' app/src | grep -vE '^app/src/components/textarea\.rs:'
    grep -rn 'inner_html' --include='*.rs' app/src |
      grep -vE '^app/src/(components/textarea|document|pages|patch|shell|wizard/steps)\.rs:'
  ) || true
  found=$(grep -vE '^[^:]+:[0-9]+:[[:space:]]*//|^[^:]+/tests\.rs:' <<<"$found" || true)
  [ -z "$found" ] || { echo "$found"; echo "use the component TextArea, or let leptos escape"; return 1; }
}
pure_rules() {
  local found
  found=$(cargo tree --locked -p rules -e normal --prefix none | grep -E '^(leptos|tokio|axum|sqlx|web-sys|rand)( |_)' || true)
  [ -z "$found" ] || { echo "rules must stay free of: $found"; return 1; }
}
# What the browser loads, compressed: the budget of the first visit on a phone.
budgets() {
  [ -f target/site/manifest.json ] || bash .ci/build.sh
  node .ci/budgets.mjs target/site
}

failed=()
run() { step "$@" || failed+=("$1"); }
run "format" format
run "lints: server side" lint_server
run "lints: pages" lint_pages
run "lints: browser" lint_browser
run "licences and banned crates" licences
run "no raw HTML" raw_html
run "rules are pure" pure_rules
run "size budgets" budgets
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
