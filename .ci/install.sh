#!/usr/bin/env bash
# Installs what is missing: `install.sh build`, or `install.sh test` for the tests' needs too.
# Nothing is asked of a registry when nothing is missing.
. "$(dirname "$0")/lib.sh"

node_is_new_enough() { have node && have npm && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]; }
postgres_is_there() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

missing=()
have cc && have g++ && have ar || missing+=(build-essential)
node_is_new_enough || missing+=(nodejs npm)
if [ "${1:-build}" = test ]; then
  postgres_is_there || missing+=(postgresql)
  have chromium || missing+=(chromium)
  # Independent readers of our PDFs.
  have pdftotext || missing+=(poppler-utils)
  have qpdf || missing+=(qpdf)
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  have xmllint || missing+=(libxml2-utils)
  have xmlsec1 || missing+=(xmlsec1)
  have clamd || missing+=(clamav-daemon)
fi

install_packages() {
  have apt-get || die "please install: $*"
  local root=()
  if [ "$(id -u)" != 0 ]; then
    have sudo || die "as root, please: apt-get install $*"
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
if [ ${#missing[@]} -gt 0 ]; then
  step "installing Debian's ${missing[*]}" install_packages "${missing[@]}"
  node_is_new_enough || die "node 18 or newer is needed, this is $(node --version)"
fi

have rustup || have cargo || die "rustup is needed: https://rustup.rs"
target=wasm32-unknown-unknown
if [ ! -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
  step "adding Rust's $target" rustup target add $target
fi

if [ "${1:-build}" = test ]; then
  # Python programs that judge ours, a folder each; made again when a version changes. Nothing is
  # compiled: the examiner itself comes as source, which is Python.
  python_tool() {
    local folder="$SPORTELLO_CACHE/$1" wanted="$2"
    cmp -s "$wanted" "$folder/installed.txt" && return
    install_tool() {
      python3 -m venv --clear "$folder" &&
        "$folder/bin/pip" install -q --disable-pip-version-check \
          --only-binary :all: --no-binary spid-sp-test -r "$wanted" &&
        cp "$wanted" "$folder/installed.txt"
    }
    step "installing $1" install_tool
  }
  # What PDFs claim, and the national examiner of SPID.
  python_tool pikepdf server/documents/tests/requirements.txt
  python_tool spid server/saml/tests/requirements.txt
fi

# node_modules matches the lock file, or is made again.
stamp=end2end/node_modules/.installed
wanted="$(cksum <end2end/package-lock.json) $(node --version)"
if [ "$(cat $stamp 2>/dev/null)" != "$wanted" ]; then
  export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
  step "installing npm's packages" npm ci --prefix end2end --no-audit --no-fund --loglevel=error
  printf '%s\n' "$wanted" >$stamp
fi
