#!/bin/sh
# Pins packages again after a change of a requirements file: constraints.txt for development and tests,
# requirements.lock for deployments and the Lambda packages, requirements-demo.lock for what only the demo installs. What
# is pinned already stays; UPGRADE=1 looks for newer versions, UPGRADE=name for those of one package.
set -eu
compile() {
  # Neither file names a package index, so each machine uses its own.
  .venv/bin/uv pip compile --quiet --no-config --no-annotate --no-header --no-emit-index-url "$@"
}
case ${UPGRADE:-} in
  "") upgrade="" ;;
  1) upgrade="--upgrade" ;;
  *) upgrade="--upgrade-package=$UPGRADE" ;;
esac
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS=1; fi

# Debian 12 has Python 3.11.2.
# shellcheck disable=SC2086  # empty, or one option
compile requirements-dev.txt --python-version 3.11.2 $upgrade --output-file constraints.txt >/dev/null
# The deployment and the demo may run another Python, or on another system.
lock() {
  compile "$@" --universal --python-version 3.11 --generate-hashes --constraint constraints.txt >.venv/lock
}
lock requirements.txt
{
  echo "# requirements.txt and all that it brings, with hashes: python -m pip install --require-hashes -r requirements.lock"
  echo "# Made with: make lock"
  cat .venv/lock
} >requirements.lock
lock requirements-demo.txt --no-deps
{
  echo "# requirements-demo.txt with hashes, to install with --no-deps. Made with: make lock"
  cat .venv/lock
} >requirements-demo.lock
sed -i '1i # Every package that is installed, pinned. Made with: make lock' constraints.txt
