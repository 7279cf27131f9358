#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks Fettle against the real transformers: installs it, pinned, in an environment of its own, and runs
# check_transformers.py with it.   tests/interop/run.sh PATH/TO/fettle-cli
set -euo pipefail
cd "$(dirname "$0")"

environment="${XDG_CACHE_HOME:-$HOME/.cache}/fettle/peers"
if ! cmp -s requirements.txt "$environment/requirements.txt"; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
    cp requirements.txt "$environment/requirements.txt"
fi
exec "$environment/bin/python" check_transformers.py "$1"
