#!/usr/bin/env bash
# Make an environment with the packages of a lock file. Called by the Makefile.
#
#   scripts/set_up_environment.sh [python] [folder] [lock]
#
#   python: the Python 3.11 to use, default python3.11
#   folder: of the environment, default .venv
#   lock:   default requirements/dev.txt
set -euo pipefail

cd "$(dirname "$0")/.."
python="${1:-python3.11}"
environment="${2:-.venv}"
lock="${3:-requirements/dev.txt}"

if ! command -v "$python" >/dev/null; then
    echo "There is no '$python' on the PATH. This project needs Python 3.11: install it, or name it," >&2
    echo "for example:  make build PYTHON=/usr/local/bin/python3.11" >&2
    exit 1
fi
if ! version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>&1)"; then
    echo "'$python' does not run: $version" >&2
    exit 1
fi
if [ "$version" != 3.11 ]; then
    echo "'$python' is Python $version, but the locked packages are for Python 3.11." >&2
    echo "Name a Python 3.11, for example:  make build PYTHON=python3.11" >&2
    exit 1
fi

if ! "$environment/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
    echo "making $environment with $python"
    if ! "$python" -m venv --clear "$environment"; then
        echo "'$python -m venv' failed; on Debian and Ubuntu the package python3.11-venv brings it." >&2
        exit 1
    fi
fi

# uv installs in seconds what takes pip minutes, but reads none of pip's settings: where it is not to be
# had, or cannot reach the package index that pip is set up for, pip does the same more slowly.
if "$environment/bin/python" -m pip install --quiet uv &&
    "$environment/bin/uv" pip sync --quiet --python "$environment/bin/python" "$lock"; then
    echo "installed $(grep -c == "$lock") packages with uv"
else
    echo "uv cannot be used here, installing with pip (a few minutes)"
    "$environment/bin/python" -m pip install --quiet --no-deps -r "$lock"
    echo "installed $(grep -c == "$lock") packages with pip"
fi
touch "$environment/installed"
