#!/bin/sh
# Makes .venv from the lock file and sees to PostgreSQL. A second run finds all done; one that was
# cut off is repeated. In sh, for there is no Python environment yet.
set -eu
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}
stamp=.venv/kiezknoten-stamp

fail() {
    echo "$1" >&2
    exit 1
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "Python 3.11 or newer is needed: sudo apt-get install python3 (or name one: PYTHON=python3.12 make …), or see docs/containers.md."

# One at a time: `make up` and `make test` may be the first commands of two terminals.
mkdir -p .local
if command -v flock >/dev/null; then
    exec 9>.local/setup.lock
    flock 9
fi

# The place belongs to it: programs in .venv/bin know where they are and do not survive a move.
wanted=$(pwd && "$python" --version && cksum requirements.lock pyproject.toml deploy/local/setup.sh)

if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        missing="Python's venv module is missing: sudo apt-get install --no-install-recommends python3-venv postgresql postgresql-postgis, or see docs/containers.md."
        [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "$missing"
        echo "Installing python3-venv …"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get -qq update && apt-get -qq install -y --no-install-recommends python3-venv; } \
            >.local/apt.log 2>&1 || fail "apt-get failed; .local/apt.log says why."
        "$python" -c 'import ensurepip' 2>/dev/null || fail "$missing"
    fi
    # Made afresh unless it is whole, here, and of this Python; else only what changed is installed.
    if [ "$(sed -n 1,2p "$stamp" 2>/dev/null)" != "$(echo "$wanted" | sed -n 1,2p)" ]; then
        "$python" -m venv --clear .venv
    fi
    rm -f "$stamp"
    echo "Installing what requirements.lock names …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
    echo "$wanted" >"$stamp"
fi

exec .venv/bin/python -m deploy.local.binaries
