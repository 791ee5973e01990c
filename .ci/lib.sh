# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What is compiled stays outside the clone: a new clone builds as fast as an old one.
export SPORTELLO_CACHE="${SPORTELLO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sportello}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$SPORTELLO_CACHE/target}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
# rustup's own file for shells; a login shell has read it, make's may not have.
if ! command -v cargo >/dev/null && [ -f "$HOME/.cargo/env" ]; then . "$HOME/.cargo/env"; fi
mkdir -p "$SPORTELLO_CACHE"

say() { printf '\n==> %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# step NAME COMMAND...: runs it, prints its name before and its time after.
step() {
  local name="$1" start=$SECONDS status=0
  shift
  say "$name"
  "$@" || status=$?
  printf -- '--- %s: %dm %02ds%s\n' "$name" $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60)) \
    "$([ $status = 0 ] || echo ", FAILED ($status)")"
  return $status
}
