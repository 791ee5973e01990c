#!/usr/bin/env bash
# target/release/{server,sandbox,renderer} and target/site, from a cache outside the clone.
. "$(dirname "$0")/lib.sh"
bash .ci/install.sh build

programs() { cargo build --locked --release -p server -p sandbox -p bundler; }
# By itself, so that its tests find the same typesetter compiled.
renderer() { cargo build --locked --profile renderer -p documents; }
browser() {
  cargo build --locked -p app --lib --features hydrate \
    --target wasm32-unknown-unknown --profile wasm
}
bundle() {
  "$CARGO_TARGET_DIR/release/bundler" --out target/site --cache "$SPORTELLO_CACHE/bundle" \
    --wasm "$CARGO_TARGET_DIR/wasm32-unknown-unknown/wasm/app.wasm"
}
# A copy, not a link: another clone may build in the same cache. Moved into place, since a
# program that runs cannot be written over.
place() {
  mkdir -p target/release
  local name built
  for name in server sandbox renderer; do
    built="$CARGO_TARGET_DIR/release/$name"
    [ "$name" != renderer ] || built="$CARGO_TARGET_DIR/renderer/renderer"
    cmp -s "$built" "target/release/$name" && continue
    cp "$built" "target/release/.$name.new"
    mv "target/release/.$name.new" "target/release/$name"
  done
}

step "compiling the server and the sandbox" programs
step "compiling the renderer of documents" renderer
step "compiling the browser program" browser
mkdir -p target
step "making target/site" bundle
place
