#!/bin/sh
# Creates .venv and installs the named file: a lock with its hashes, the demo's without dependencies, or requirements with
# the versions pinned in constraints.txt.
set -eu
requirements=$1
python=${PYTHON:-python3}

as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "imagehub needs Python 3.11 or newer, but '$python' is older or missing. Choose another: make PYTHON=python3.12" >&2
  exit 1
}

# On Debian the venv module is in a separate package.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  as_root || { echo "Python's venv module is missing. Install Debian's package python3-venv." >&2; exit 1; }
  apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
fi

[ -x .venv/bin/uv ] || {
  "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
}
# With bytecode, because an environment without it starts at half the speed; not for the demo's packages, most of whose
# modules are never imported. If uv cannot reach the package index (it does not read pip.conf), pip installs the same in a
# few times the time.
certificates=/etc/ssl/certs/ca-certificates.crt
if [ -e "$certificates" ]; then export UV_SYSTEM_CERTS=1; fi
bytecode=--compile-bytecode
case $requirements in *-demo.lock) bytecode=--no-compile-bytecode ;; esac
case $requirements in
  *-demo.lock) set -- --no-deps --require-hashes --requirement "$requirements" ;;
  *.lock) set -- --require-hashes --requirement "$requirements" ;;
  *) set -- --requirement "$requirements" --constraint constraints.txt ;;
esac
.venv/bin/uv pip install --quiet --python .venv/bin/python "$bytecode" "$@" 2>.venv/uv.log ||
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" || { cat .venv/uv.log >&2; exit 1; }
