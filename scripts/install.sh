#!/bin/sh
# Fills .venv from one hashed list: scripts/install.sh requirements/base.txt
# With uv where it is on the path, else with pip. What .venv holds already stays.
set -eu

list=$1
python=${PYTHON:-python3}
venv=.venv

if [ ! -x "$venv/bin/python" ]; then
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "Python 3.11 or newer is needed; $python is not. Name another one: make PYTHON=python3.12 …" >&2
        exit 1
    fi
    if command -v uv >/dev/null; then
        uv venv --quiet --python "$python" "$venv"
    elif ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        echo "Python cannot make virtual environments: install python3-venv." >&2
        exit 1
    fi
fi

echo "Installing $list"
if command -v uv >/dev/null; then
    uv pip install --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes -r "$list"
else
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$list"
fi
